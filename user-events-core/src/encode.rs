//! [`EventEncoder`]: from an event to a message.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::{EncodeError, Envelope, Headers, OutboundMessage, Publishable, Text};

/// Turns events into messages: for the publisher, the outbox, and whoever stores messages.
#[derive(Clone)]
pub struct EventEncoder {
    source: Text,
    default_exchange: Option<Text>,
    ids: Arc<dyn Fn() -> Text + Send + Sync>,
    clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

impl EventEncoder {
    /// An encoder for the events of one service.
    #[must_use]
    pub fn new(source: impl Into<Text>) -> Self {
        Self {
            source: source.into(),
            default_exchange: None,
            ids: Arc::new(|| uuid::Uuid::new_v4().into()),
            clock: Arc::new(Utc::now),
        }
    }

    /// Sends events that name no exchange to this one.
    #[must_use]
    pub fn with_default_exchange(mut self, exchange: Option<Text>) -> Self {
        self.default_exchange = exchange;
        self
    }

    /// Takes message ids from `ids` instead of new UUIDs (version 4).
    #[must_use]
    pub fn with_ids(mut self, ids: impl Fn() -> Text + Send + Sync + 'static) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// Takes the time from `clock` instead of the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The message that publishes `event`.
    ///
    /// # Errors
    ///
    /// The event cannot be written as JSON, or names no exchange where there is no default.
    pub fn encode<E: Publishable>(&self, event: &E, metadata: Metadata) -> Result<OutboundMessage, EncodeError> {
        let _ = (event, metadata, Bytes::new(), Envelope::default());
        let _ = (&self.source, &self.default_exchange, &self.ids, &self.clock);
        unimplemented!("written by the envelope's author")
    }
}

impl fmt::Debug for EventEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventEncoder")
            .field("source", &self.source)
            .field("default_exchange", &self.default_exchange)
            .finish_non_exhaustive()
    }
}

/// What a publish says beside the event.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Metadata {
    /// The message id; a new one where absent.
    pub message_id: Option<Text>,
    /// What the message belongs to, across services.
    pub correlation_id: Option<Text>,
    /// Headers: trace context, causation, the application's own.
    pub headers: Headers,
}
