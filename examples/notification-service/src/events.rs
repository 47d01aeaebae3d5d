//! The events of this service, and its views of others.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::time::millis;
use user_events::{DomainEvent, EventView};
use user_service::{UserId, UserRegistered};

/// What a welcome needs of a registration, of whichever version.
#[derive(Debug, Clone, PartialEq, Deserialize, EventView)]
#[serde(rename_all = "camelCase")]
#[view(of = UserRegistered)]
pub struct NewUser {
    /// Who registered.
    pub user_id: UserId,
    /// Where the welcome goes.
    pub email: String,
}

/// A new user was welcomed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "WelcomeEmailSent", version = 1, exchange = "notification.events", partition_key = user_id)]
pub struct WelcomeEmailSent {
    /// Who was welcomed.
    pub user_id: UserId,
    /// When the mail was sent.
    #[serde(with = "millis")]
    pub sent_timestamp: DateTime<Utc>,
}

impl From<NewUser> for WelcomeEmailSent {
    fn from(user: NewUser) -> Self {
        Self { user_id: user.user_id, sent_timestamp: Utc::now() }
    }
}
