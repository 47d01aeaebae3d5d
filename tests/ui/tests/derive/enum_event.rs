use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "StatusChanged", version = 1)]
enum StatusChanged {
    Activated,
    Suspended { reason: String },
}

fn main() {}
