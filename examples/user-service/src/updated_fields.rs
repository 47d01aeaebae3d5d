//! What an update changed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use user_events::EventSchema;

/// Which fields an update changed: their names, or their names with the new values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, EventSchema)]
#[serde(untagged)]
pub enum UpdatedFields {
    Names(Vec<String>),
    Values(Map<String, Value>),
}
