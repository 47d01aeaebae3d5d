//! [`StandardMessage`]: the envelope that all services of the platform share.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::Text;

mod cloudevents;
mod content;
mod dialect;
mod fields;
mod name;
mod outline;
pub(crate) mod path;
mod read;
mod recognise;
mod tolerant;
mod wire;
mod write;

pub use dialect::Dialect;
pub use fields::Fields;
pub use read::{decode, read};
pub use recognise::{Recognised, recognise};
pub(crate) use write::write;

/// The envelope's version that this library writes.
pub const ENVELOPE_VERSION: &str = "1.0";

/// The major version that this library reads.
const ENVELOPE_MAJOR: char = '1';

/// The envelope around a payload.
///
/// Written as JSON, its fields in this order: `messageId`, `messageType`, `envelopeVersion`,
/// `timestamp` (UTC, three digits of milliseconds, `Z`), `sourceService`, `correlationId` (left
/// out when absent), `payload`, `partitionKey` (left out when absent).
///
/// Read tolerantly: ids are any text, unknown fields are ignored, and everything but the
/// payload may be absent. What came in another [`Dialect`] is seen as this, too.
///
/// Debug output shows the envelope, never the payload.
#[derive(Clone, PartialEq)]
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

impl<T> fmt::Debug for StandardMessage<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandardMessage").field("envelope", &self.envelope).finish_non_exhaustive()
    }
}

/// The envelope without its payload.
///
/// Debug output shows the partition key's length only, for the key is a value of the payload.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Envelope {
    /// Names the message. A UUID v4 where this library wrote it, any text where others did.
    pub message_id: Option<Text>,
    /// Type and version: `UserRegistered.v1`. As the message says it: other dialects leave the version out.
    pub message_type: Option<Text>,
    /// The envelope's own version; CloudEvents' `specversion`.
    pub envelope_version: Option<Text>,
    /// When the message was made. None where the text could not be understood as a time.
    pub timestamp: Option<DateTime<Utc>>,
    /// The service that published it.
    pub source_service: Option<Text>,
    /// What the message belongs to, across services.
    pub correlation_id: Option<Text>,
    /// What messages keep their order by.
    pub partition_key: Option<Text>,
    /// The trace that CloudEvents' attributes carry. Where the message's headers carry one,
    /// theirs is that of the last hop and goes before this.
    pub trace_context: Option<TraceContext>,
}

/// A trace as W3C writes it: CloudEvents' Distributed Tracing extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    /// Few envelopes have one: it takes no room in those that have none.
    texts: Box<(Text, Option<Text>)>,
}

impl TraceContext {
    /// The trace of this `traceparent` and `tracestate`.
    #[must_use]
    pub fn new(parent: Text, state: Option<Text>) -> Self {
        Self { texts: Box::new((parent, state)) }
    }

    /// `traceparent`.
    #[must_use]
    pub fn parent(&self) -> &str {
        &self.texts.0
    }

    /// `tracestate`.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.texts.1.as_deref()
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("message_id", &self.message_id)
            .field("message_type", &self.message_type)
            .field("envelope_version", &self.envelope_version)
            .field("timestamp", &self.timestamp)
            .field("source_service", &self.source_service)
            .field("correlation_id", &self.correlation_id)
            .field("partition_key_len", &self.partition_key.as_ref().map(|key| key.len()))
            .field("trace_context", &self.trace_context)
            .finish()
    }
}
