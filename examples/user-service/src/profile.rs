//! What users tell about themselves.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::DomainEvent;
use user_events::time::millis;

use crate::{AddressId, ProfileId, UpdatedFields, UserId};

/// A profile changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserProfileUpdated", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserProfileUpdated {
    pub user_id: UserId,
    pub profile_id: ProfileId,
    pub updated_fields: UpdatedFields,
    #[serde(with = "millis")]
    pub update_timestamp: DateTime<Utc>,
}

/// Other addresses are used by default. `None` means that there is no default any more, and is written as `null`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserProfileDefaultAddressChanged", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserProfileDefaultAddressChanged {
    pub user_id: UserId,
    pub profile_id: ProfileId,
    pub default_shipping_address_id: Option<AddressId>,
    pub default_billing_address_id: Option<AddressId>,
    #[serde(with = "millis")]
    pub change_timestamp: DateTime<Utc>,
}
