use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderPlaced", version = 1, dialect = Dialect::EVENT_DATA, dialect = Dialect::CLOUD_EVENTS)]
struct OrderPlaced {
    order_id: String,
}

fn main() {}
