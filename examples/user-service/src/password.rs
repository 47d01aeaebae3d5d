//! Passwords, never the passwords themselves.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::time::millis;
use user_events::{DomainEvent, EventSchema};

use crate::UserId;

/// A password was replaced by another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserPasswordChanged", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserPasswordChanged {
    pub user_id: UserId,
    #[serde(with = "millis")]
    pub change_timestamp: DateTime<Utc>,
    pub change_type: PasswordChangeType,
}

/// Somebody asked for a new password. The token itself is no part of the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserPasswordResetRequested", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserPasswordResetRequested {
    pub user_id: UserId,
    pub email: String,
    #[serde(with = "millis")]
    pub request_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_token_identifier: Option<String>,
}

/// Who wanted the new password.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EventSchema)]
#[serde(rename_all = "snake_case")]
pub enum PasswordChangeType {
    SelfInitiated,
    /// A value that this version does not know, kept as it is.
    #[serde(untagged)]
    Other(String),
}
