use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderPlaced", version = 1, dialekt = Dialect::EVENT_DATA)]
struct OrderPlaced {
    order_id: String,
}

fn main() {}
