//! [`StandardMessage`]: the envelope that all services of the platform share.

use chrono::{DateTime, Utc};

use crate::Text;

mod path;
mod read;
mod tolerant;
mod write;

pub use read::{decode, message_type};
pub use write::write;

/// The envelope's version that this library writes.
pub const ENVELOPE_VERSION: &str = "1.0";

/// The major version that this library reads.
const SUPPORTED_MAJOR: &str = "1";

/// The envelope around a payload.
///
/// Written as JSON, its fields in this order: `messageId`, `messageType`, `envelopeVersion`,
/// `timestamp` (UTC, three digits of milliseconds, `Z`), `sourceService`, `correlationId` (left
/// out when absent), `payload`, `partitionKey` (left out when absent).
///
/// Read tolerantly: ids are any text, unknown fields are ignored, and everything but the
/// payload may be absent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StandardMessage<T> {
    /// The envelope without the payload.
    pub envelope: Envelope,
    /// The event.
    pub payload: T,
}

impl<T> StandardMessage<T> {
    /// An envelope around a payload.
    #[must_use]
    pub const fn new(envelope: Envelope, payload: T) -> Self {
        Self { envelope, payload }
    }

    /// The same envelope around another payload.
    #[must_use]
    pub fn map_payload<U>(self, map: impl FnOnce(T) -> U) -> StandardMessage<U> {
        StandardMessage { envelope: self.envelope, payload: map(self.payload) }
    }
}

/// The envelope without its payload.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Envelope {
    /// Names the message. A UUID v4 where this library wrote it, any text where others did.
    pub message_id: Option<Text>,
    /// Type and version: `UserRegistered.v1`.
    pub message_type: Option<Text>,
    /// The envelope's own version.
    pub envelope_version: Option<Text>,
    /// When the message was made. None where the text could not be understood as a time.
    pub timestamp: Option<DateTime<Utc>>,
    /// The service that published it.
    pub source_service: Option<Text>,
    /// What the message belongs to, across services.
    pub correlation_id: Option<Text>,
    /// What messages keep their order by.
    pub partition_key: Option<Text>,
}
