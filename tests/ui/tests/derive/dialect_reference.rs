use serde::{Deserialize, Serialize};
use user_events::{Dialect, DomainEvent};

const ORDERS: &Dialect = &Dialect::EVENT_DATA;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderPlaced", version = 1, dialect = ORDERS)]
struct OrderPlaced {
    order_id: String,
}

fn main() {}
