use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderPlaced", version = 1, dialect = "event-data")]
struct OrderPlaced {
    order_id: String,
}

fn main() {}
