//! The event's version is called as the time is by default: no message could be read again.

use serde::{Deserialize, Serialize};
use user_events::{Dialect, DomainEvent, Fields};

const LEGACY: Dialect =
    Dialect::custom("our old ERP", Fields::new("id", "type", "data").with_event_version("timestamp"));

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderPlaced", version = 1, dialect = LEGACY)]
struct OrderPlaced {
    order_id: String,
}

fn main() {}
