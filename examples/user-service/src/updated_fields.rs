//! What an update changed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Which fields an update changed: their names, or their names with the new values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum UpdatedFields {
    Names(Vec<String>),
    Values(Map<String, Value>),
}
