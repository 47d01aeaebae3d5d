//! An account, from registration to deletion.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, EventSchema};
use user_events::time::millis;

use crate::{UpdatedFields, UserId};

/// Somebody opened an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserRegistered", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserRegistered {
    pub user_id: UserId,
    pub email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    pub status: AccountStatus,
    #[serde(with = "millis")]
    pub registration_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A user has shown that the address is theirs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserEmailVerified", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserEmailVerified {
    pub user_id: UserId,
    pub email: String,
    #[serde(with = "millis")]
    pub verification_timestamp: DateTime<Utc>,
}

/// An account was activated, suspended, or the like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserAccountStatusChanged", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserAccountStatusChanged {
    pub user_id: UserId,
    pub new_status: AccountStatus,
    pub previous_status: AccountStatus,
    #[serde(with = "millis")]
    pub change_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
}

/// The account's own data changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserUpdated", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserUpdated {
    pub user_id: UserId,
    pub updated_fields: UpdatedFields,
    #[serde(with = "millis")]
    pub update_timestamp: DateTime<Utc>,
}

/// An account is gone, for now or for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserDeleted", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserDeleted {
    pub user_id: UserId,
    pub email: String,
    pub deletion_type: DeletionType,
    #[serde(with = "millis")]
    pub deletion_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anonymized: Option<bool>,
}

/// Whether an account can be used.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EventSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    PendingVerification,
    Active,
    Suspended,
    /// A value that this version does not know, kept as it is.
    #[serde(untagged)]
    Other(String),
}

/// What is left of a deleted account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EventSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeletionType {
    Soft,
    /// A value that this version does not know, kept as it is.
    #[serde(untagged)]
    Other(String),
}
