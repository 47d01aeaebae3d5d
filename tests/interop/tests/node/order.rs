//! An event whose publishers are in Node.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::prelude::*;
use user_events::time::millis;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "OrderPlaced", version = 1, exchange = "order.events", partition_key = order)]
pub(crate) struct OrderPlaced {
    pub(crate) order: String,
    pub(crate) quantity: u64,
    pub(crate) price: f64,
    pub(crate) discount: Option<f64>,
    pub(crate) note: Option<String>,
    #[serde(with = "millis")]
    pub(crate) placed_at: DateTime<Utc>,
}

impl OrderPlaced {
    /// As `node/strays.js` has it.
    pub(crate) fn usual(order: &str) -> Self {
        Self {
            order: order.to_owned(),
            quantity: 1,
            price: 9.5,
            discount: None,
            note: None,
            placed_at: time("2023-10-28T12:05:00.250Z"),
        }
    }
}

pub(crate) fn time(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("a time").with_timezone(&Utc)
}
