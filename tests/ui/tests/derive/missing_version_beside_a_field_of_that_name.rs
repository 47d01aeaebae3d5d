use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "DocumentSaved", partition_key = version)]
struct DocumentSaved {
    version: u64,
}

fn main() {}
