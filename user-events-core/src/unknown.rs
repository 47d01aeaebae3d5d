//! [`UnknownEvent`], a message of a type that no handler takes.

use std::fmt;

use serde_json::value::RawValue;

use crate::envelope::{self, Recognised};
use crate::{DecodeError, InboundMessage, StandardMessage, Text};

/// How a type reads messages of types that no handler takes: [`Consumable::OTHER`](crate::Consumable::OTHER).
pub type ReadOther<T> = fn(&InboundMessage, &Recognised<'_>) -> Result<StandardMessage<T>, DecodeError>;

/// A message of a type that no handler of the consumer takes: what the variant `#[event(other)]` of a set holds.
///
/// Debug output shows type and version, never the payload.
#[derive(Clone)]
pub struct UnknownEvent {
    message_type: Text,
    version: Option<u32>,
    payload: Box<RawValue>,
}

impl UnknownEvent {
    /// Reads a message whose type is nobody's.
    ///
    /// # Errors
    ///
    /// The body is no envelope.
    pub fn read(message: &InboundMessage, recognised: &Recognised<'_>) -> Result<StandardMessage<Self>, DecodeError> {
        let message_type = recognised.message_type.clone().unwrap_or_default();
        let version = recognised.event_version;
        let read = envelope::read(message, recognised)?;
        Ok(read.map_payload(|payload| Self { message_type, version, payload }))
    }

    /// The type as the message says it: `UserRegistered.v7`.
    #[must_use]
    pub fn message_type(&self) -> &str {
        &self.message_type
    }

    /// The major version of the event, where the message says it beside the type.
    #[must_use]
    pub const fn version(&self) -> Option<u32> {
        self.version
    }

    /// The payload, as JSON.
    #[must_use]
    pub fn payload(&self) -> &str {
        self.payload.get()
    }
}

impl fmt::Debug for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownEvent")
            .field("message_type", &self.message_type)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
