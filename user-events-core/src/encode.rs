//! [`EventEncoder`]: from an event to a message.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::envelope::{self, ENVELOPE_VERSION};
use crate::{
    Dialect, EncodeError, EncodeErrorKind, Envelope, Headers, OutboundMessage, Properties, Publishable,
    StandardMessage, Text,
};

mod scratch;

/// Turns events into messages: for the publisher, the outbox, and whoever stores messages.
#[derive(Clone)]
pub struct EventEncoder {
    source: Text,
    default_exchange: Option<Text>,
    dialect: Dialect,
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
            dialect: Dialect::STANDARD,
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

    /// Writes events that name no dialect of their own in this one, instead of the standard.
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
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
    /// It is written in one pass, and allocates its body alone where ids and keys are short
    /// enough for a [`Text`] to hold inline, as UUIDs are; in CloudEvents' binary mode the headers, too.
    ///
    /// # Errors
    ///
    /// The event cannot be written as JSON, names no exchange where there is no default, or the
    /// clock shows a time that the envelope cannot tell.
    pub fn encode<E: Publishable>(&self, event: &E, metadata: Metadata) -> Result<OutboundMessage, EncodeError> {
        let meta = E::META;
        let message_id = metadata.message_id.unwrap_or_else(|| (self.ids)());
        let Some(exchange) = meta.exchange.map(Text::from_static).or_else(|| self.default_exchange.clone()) else {
            return Err(EncodeError::new(meta, message_id, EncodeErrorKind::NoExchange));
        };

        let dialect = meta.dialect.unwrap_or(&self.dialect);
        let time = (self.clock)();
        let envelope = Envelope {
            message_id: Some(message_id),
            message_type: Some(Text::from_static(dialect.message_type(meta))),
            envelope_version: Some(Text::from_static(ENVELOPE_VERSION)),
            timestamp: Some(time),
            source_service: Some(self.source.clone()),
            correlation_id: metadata.correlation_id,
            partition_key: event.partition_key().map(|key| key.to_text()),
            trace_context: None,
        };
        let message = StandardMessage::new(envelope, event);
        let mut headers = metadata.headers;
        let body = scratch::body(|body| envelope::write(&message, meta.version, dialect, &mut headers, body));
        let Envelope { message_id, message_type, source_service, correlation_id, partition_key, .. } = message.envelope;
        let body = body.map_err(|kind| EncodeError::new(meta, message_id.clone().unwrap_or_default(), kind))?;

        Ok(OutboundMessage {
            exchange,
            routing_key: Text::from_static(meta.routing_key),
            partition_key,
            properties: Properties {
                message_id,
                correlation_id,
                message_type,
                source: source_service,
                timestamp: u64::try_from(time.timestamp()).ok(),
                content_type: Some(Text::from_static(dialect.content_type())),
                content_encoding: Some(Text::from_static("UTF-8")),
                ..Properties::default()
            },
            headers,
            body,
        })
    }
}

impl fmt::Debug for EventEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventEncoder")
            .field("source", &self.source)
            .field("default_exchange", &self.default_exchange)
            .field("dialect", &self.dialect)
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
