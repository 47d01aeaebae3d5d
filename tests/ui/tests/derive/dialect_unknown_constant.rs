use serde::{Deserialize, Serialize};
use user_events::{Dialect, DomainEvent};

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderPlaced", version = 1, dialect = Dialect::EVENT_DAAT)]
struct OrderPlaced {
    order_id: String,
}

fn main() {}
