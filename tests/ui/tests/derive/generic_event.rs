use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "Changed", version = 1)]
struct Changed<T> {
    value: T,
}

fn main() {}
