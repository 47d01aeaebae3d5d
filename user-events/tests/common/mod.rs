//! Events that the tests of the runtime share.

#![allow(dead_code, missing_docs, unreachable_pub)]

use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserRegistered", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserRegistered {
    pub user_id: String,
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(
    type = "UserDeleted",
    version = 1,
    exchange = "user.events",
    alias(message_type = "UserRemoved", routing_key = "user.removed")
)]
pub struct UserDeleted {
    pub user_id: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(type = "WelcomeEmailSent", version = 1, exchange = "notification.events")]
pub struct WelcomeEmailSent {
    pub email: String,
}

/// Goes to the bus's default exchange, and must reach somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(type = "CardCharged", version = 2, must_route)]
pub struct CardCharged {
    pub amount: u64,
}

pub fn user_registered(n: u32) -> UserRegistered {
    UserRegistered { user_id: format!("u-{n}"), email: format!("user{n}@example.com") }
}

pub fn user_deleted(n: u32) -> UserDeleted {
    UserDeleted { user_id: format!("u-{n}") }
}
