//! Logging in and out.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::time::millis;
use user_events::{DomainEvent, EventSchema};

use crate::{SessionId, TokenId, UserId};

/// A session began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserLoggedIn", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserLoggedIn {
    pub user_id: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    #[serde(with = "millis")]
    pub login_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_verified: Option<bool>,
}

/// A login was refused. Without a known user there is no partition key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserLoginFailed", version = 1, exchange = "user.events", partition_key = attempted_user_id)]
pub struct UserLoginFailed {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempted_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempted_user_id: Option<UserId>,
    #[serde(with = "millis")]
    pub failure_timestamp: DateTime<Utc>,
    pub reason: LoginFailure,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

/// A session ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserLoggedOut", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserLoggedOut {
    pub user_id: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    #[serde(with = "millis")]
    pub logout_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_token_jtis: Option<Vec<TokenId>>,
}

/// Why a login was refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EventSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoginFailure {
    InvalidCredentials,
    /// A value that this version does not know, kept as it is.
    #[serde(untagged)]
    Other(String),
}
