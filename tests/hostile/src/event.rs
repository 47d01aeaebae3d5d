//! [`Everything`]: an event with a field for each thing that serde and JSON can do.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::prelude::*;
use user_events::time::millis;

/// An event with a field for each thing that serde and JSON can do. None of them must be there.
#[derive(Debug, Clone, Default, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase", default)]
#[event(type = "Everything", version = 1, exchange = "hostile")]
pub struct Everything {
    text: String,
    flag: bool,
    letter: Option<char>,
    small: u8,
    large: i64,
    huge: u128,
    float: f64,
    #[serde(with = "millis")]
    at: DateTime<Utc>,
    list: Vec<Item>,
    pair: (u8, String),
    labels: BTreeMap<String, u64>,
    by_number: BTreeMap<u8, String>,
    nested: Nested,
    flat: Option<Flat>,
    external: Option<External>,
    internal: Option<Internal>,
    adjacent: Option<Adjacent>,
    untagged: Option<Untagged>,
    strict: Option<Strict>,
    tree: Option<Tree>,
    any: Option<serde_json::Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize, EventSchema)]
struct Item {
    amount: u8,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, EventSchema)]
#[serde(default)]
struct Nested {
    inner: Option<Item>,
}

#[derive(Debug, Clone, Serialize, Deserialize, EventSchema)]
struct Flat {
    known: u8,
    #[serde(flatten)]
    item: Option<Item>,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize, EventSchema)]
#[serde(rename_all = "camelCase")]
enum External {
    Unit,
    Item(Item),
    Pair(u8, u8),
    Fields { amount: u8 },
}

#[derive(Debug, Clone, Serialize, Deserialize, EventSchema)]
#[serde(tag = "kind")]
enum Internal {
    Item(Item),
    Nothing,
}

#[derive(Debug, Clone, Serialize, Deserialize, EventSchema)]
#[serde(tag = "kind", content = "value")]
enum Adjacent {
    Item(Item),
    Nothing,
}

#[derive(Debug, Clone, Serialize, Deserialize, EventSchema)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Item(Item),
    Tree(Tree),
}

#[derive(Debug, Clone, Serialize, Deserialize, EventSchema)]
#[serde(deny_unknown_fields)]
struct Strict {
    known: u8,
}

#[derive(Debug, Clone, Serialize, Deserialize, EventSchema)]
struct Tree {
    child: Option<Box<Tree>>,
}

/// An event whose handler fails with an error that quotes it, as errors of parsers do.
#[derive(Debug, Clone, Serialize, Deserialize, DomainEvent)]
#[event(type = "Quoting", version = 1, exchange = "hostile")]
pub struct Quoting {
    /// What the error quotes.
    pub text: String,
}

/// An event that nothing is wrong with: that it is handled shows that the consumer lives.
#[derive(Debug, Clone, Serialize, Deserialize, DomainEvent)]
#[event(type = "Good", version = 1, exchange = "hostile")]
pub struct Good {
    /// Which of them.
    pub number: usize,
}

/// An event that nobody handles: the broker returns it.
#[derive(Debug, Clone, Serialize, Deserialize, DomainEvent)]
#[event(type = "Unheard", version = 1, exchange = "hostile")]
pub struct Unheard {
    /// What would be logged.
    pub text: String,
}
