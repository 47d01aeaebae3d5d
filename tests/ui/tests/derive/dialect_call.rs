use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderPlaced", version = 1, dialect = Dialect::custom("orders", user_events::Fields::new("id", "kind", "body")))]
struct OrderPlaced {
    order_id: String,
}

fn main() {}
