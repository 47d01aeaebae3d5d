//! [`UserRegistered`]: the event that everything is measured with.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::time::millis;
use user_events::{DomainEvent, EventSchema};

/// The platform's first event.
#[derive(Debug, Clone, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserRegistered", version = 1, exchange = "user.events", partition_key = user_id)]
pub(crate) struct UserRegistered {
    pub(crate) user_id: String,
    pub(crate) email: String,
    pub(crate) username: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) status: Status,
    #[serde(with = "millis")]
    pub(crate) registration_timestamp: DateTime<Utc>,
    pub(crate) source: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, EventSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    PendingVerification,
}

impl UserRegistered {
    pub(crate) fn example() -> Self {
        Self {
            user_id: "a1b2c3d4-e5f6-7890-1234-567890abcdef".to_owned(),
            email: "newuser@example.com".to_owned(),
            username: Some("newbie23".to_owned()),
            first_name: Some("John".to_owned()),
            last_name: Some("Doe".to_owned()),
            status: Status::PendingVerification,
            registration_timestamp: Utc::now(),
            source: Some("direct".to_owned()),
        }
    }
}
