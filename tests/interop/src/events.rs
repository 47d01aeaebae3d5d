//! The events of the service in Node.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use user_events::DomainEvent;

/// An event of the user service was delivered: what the service in Node saw of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "ActivityRecorded", version = 1, exchange = "activity.events")]
#[allow(missing_docs, reason = "a field's name says what it holds")]
pub struct ActivityRecorded {
    pub message_id: Option<String>,
    pub message_type: Option<String>,
    pub timestamp: Option<String>,
    pub source_service: Option<String>,
    pub correlation_id: Option<String>,
    pub partition_key: Option<String>,
    pub exchange: String,
    pub routing_key: String,
    pub payload: Value,
}
