//! An account, from registration to deletion.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::time::millis;
use user_events::{DomainEvent, EventSchema, Upcast};

use crate::{UpdatedFields, UserId};

/// Somebody opened an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(
    type = "UserRegistered",
    version = 2,
    exchange = "user.events",
    partition_key = user_id,
    upcasts = UserRegisteredV1
)]
pub struct UserRegistered {
    pub user_id: UserId,
    pub email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    pub name: PersonName,
    pub status: AccountStatus,
    #[serde(with = "millis")]
    pub registration_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A person's name, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, EventSchema)]
pub struct PersonName {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
}

/// Somebody opened an account, as the platform knows it: not every consumer takes version 2 yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(
    type = "UserRegistered",
    version = 1,
    exchange = "user.events",
    partition_key = user_id,
    superseded(still_published)
)]
pub struct UserRegisteredV1 {
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

impl Upcast<UserRegisteredV1> for UserRegistered {
    fn upcast(old: UserRegisteredV1) -> Self {
        let UserRegisteredV1 {
            user_id,
            email,
            username,
            first_name,
            last_name,
            status,
            registration_timestamp,
            source,
        } = old;
        let name = PersonName { first: first_name, last: last_name };
        Self { user_id, email, username, name, status, registration_timestamp, source }
    }
}

/// For as long as version 1 is published.
impl From<UserRegistered> for UserRegisteredV1 {
    fn from(event: UserRegistered) -> Self {
        let UserRegistered { user_id, email, username, name, status, registration_timestamp, source } = event;
        let PersonName { first: first_name, last: last_name } = name;
        Self { user_id, email, username, first_name, last_name, status, registration_timestamp, source }
    }
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
