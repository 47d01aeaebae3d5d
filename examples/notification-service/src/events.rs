//! The events of this service.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events::DomainEvent;
use user_events::time::millis;
use user_service::{UserId, UserRegistered};

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

impl From<&UserRegistered> for WelcomeEmailSent {
    fn from(event: &UserRegistered) -> Self {
        Self { user_id: event.user_id.clone(), sent_timestamp: Utc::now() }
    }
}
