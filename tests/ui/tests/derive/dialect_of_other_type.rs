use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

const ORDERS: &str = "event-data";

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderPlaced", version = 1, dialect = ORDERS)]
struct OrderPlaced {
    order_id: String,
}

fn main() {}
