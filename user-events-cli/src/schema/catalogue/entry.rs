//! [`Entry`], an event as the catalogue has it.

use serde_json::Value;
use user_events_schema::identity;
use user_events_schema::lock::{Shape, State};

/// An event, with its names from the code, and its shape and samples from its lock file.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) package: String,
    pub(super) event_type: String,
    pub(super) version: u32,
    pub(super) message_type: String,
    pub(super) routing_key: String,
    /// Its own, or else the one that events without one were said to have.
    pub(super) exchange: Option<String>,
    /// Whether it is not published any more.
    pub(super) superseded: bool,
    pub(super) revision: u32,
    pub(super) state: State,
    pub(super) writer: Shape,
    /// Payloads.
    pub(super) samples: Vec<Value>,
}

impl Entry {
    /// Its name wherever a name may not have any character, as a message type may: `UserRegistered.v1`.
    pub(super) fn id(&self) -> String {
        identity::message_type(&self.event_type, self.version)
    }

    /// The name of its payload's type: `UserRegisteredV1`.
    pub(super) fn payload_name(&self) -> String {
        format!("{}V{}", self.event_type, self.version)
    }

    /// Whether a program that knows one of them knows the other.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let names = |entry: &Self| (entry.id(), entry.message_type.clone(), entry.routing_key.clone());
        names(self) == names(other) && self.exchange == other.exchange && self.writer == other.writer
    }
}
