//! The second factor of a login.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::DomainEvent;
use user_events::time::millis;

use crate::UserId;

/// The second factor was turned on or off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "MfaStatusChanged", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct MfaStatusChanged {
    pub user_id: UserId,
    pub mfa_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_method: Option<String>,
    #[serde(with = "millis")]
    pub change_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
}

/// The second factor was wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "MfaChallengeFailed", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct MfaChallengeFailed {
    pub user_id: UserId,
    #[serde(with = "millis")]
    pub failure_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}
