//! An event with something of everything that serde reads in its own way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use user_events_core::{
    Consumable, DecodeError, DomainEvent, EventMeta, InboundMessage, Matched, Publishable, StandardMessage, envelope,
};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    id: String,
    total: u64,
    delta: i8,
    weight: Option<f64>,
    paid: bool,
    lines: Vec<Line>,
    labels: BTreeMap<String, String>,
    stock: BTreeMap<u16, i64>,
    state: State,
    payment: Payment,
    #[serde(flatten)]
    audit: Audit,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    sku: String,
    pair: (u8, char),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum State {
    Open,
    Shipped { parcel: String },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Payment {
    Card(u32),
    Transfer { iban: String },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Audit {
    by: Option<String>,
}

impl Order {
    /// Whether both say the same. Serde_json may read a fraction's last digit otherwise than it was written.
    pub(crate) fn is_about(&self, other: &Self) -> bool {
        let json = |order| {
            let mut json = serde_json::to_value(order).expect("an order is JSON");
            json["weight"] = serde_json::Value::Null;
            json
        };
        json(self) == json(other)
    }
}

impl Consumable for Order {
    const ACCEPTS: &'static [&'static EventMeta] = &[Self::META];

    fn decode(message: &InboundMessage, matched: Matched<'_>) -> Result<StandardMessage<Self>, DecodeError> {
        envelope::decode(message, matched)
    }
}

impl DomainEvent for Order {
    const META: &'static EventMeta =
        &EventMeta::new("OrderPlaced", 1, "OrderPlaced.v1", "order.placed.v1").with_exchange("orders");
}

impl Publishable for Order {}
