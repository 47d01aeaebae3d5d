//! The addresses in a profile.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::time::millis;
use user_events::{DomainEvent, EventSchema};

use crate::{AddressId, ProfileId, UpdatedFields, UserId};

/// An address was added to a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserAddressAdded", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserAddressAdded {
    pub user_id: UserId,
    pub profile_id: ProfileId,
    pub address_id: AddressId,
    pub address_type: AddressType,
    pub is_default_shipping: bool,
    pub is_default_billing: bool,
    pub country: String,
    #[serde(with = "millis")]
    pub add_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_address: Option<Address>,
}

/// An address changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserAddressUpdated", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserAddressUpdated {
    pub user_id: UserId,
    pub profile_id: ProfileId,
    pub address_id: AddressId,
    pub updated_fields: UpdatedFields,
    #[serde(with = "millis")]
    pub update_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_address: Option<Address>,
}

/// An address was removed from a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserAddressDeleted", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserAddressDeleted {
    pub user_id: UserId,
    pub profile_id: ProfileId,
    pub address_id: AddressId,
    #[serde(with = "millis")]
    pub delete_timestamp: DateTime<Utc>,
}

/// Where it is. Not every country has postal codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EventSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    pub street_line1: String,
    pub city: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    pub country: String,
}

/// What an address is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EventSchema)]
#[serde(rename_all = "snake_case")]
pub enum AddressType {
    Shipping,
    /// A value that this version does not know, kept as it is.
    #[serde(untagged)]
    Other(String),
}
