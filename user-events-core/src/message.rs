//! Messages as a transport sees them: names, properties, headers and a body of bytes.

use std::fmt;

use bytes::Bytes;

use crate::Text;

mod header;
mod headers;
mod reserved;

pub use header::Header;
pub use headers::Headers;

/// What a text or header takes beside itself, its lengths and types and its place in a table: more than AMQP needs.
const AROUND: usize = 16;
/// What a message takes without any text or header.
const BARE: usize = 64;

/// A message to be published: all that a transport sees of an event.
///
/// Events, copies (delayed, dead-lettered), the outbox, redrive and replay all go through this
/// one door.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct OutboundMessage {
    /// The exchange, or on a log transport the topic. Empty: straight to the queue named by the routing key.
    pub exchange: Text,
    /// The routing key.
    pub routing_key: Text,
    /// What messages keep their order by.
    pub partition_key: Option<Text>,
    /// What describes the message beside its body.
    pub properties: Properties,
    /// Application headers.
    pub headers: Headers,
    /// The body.
    pub body: Bytes,
}

impl OutboundMessage {
    /// A message with this body and no properties yet.
    #[must_use]
    pub fn new(exchange: impl Into<Text>, routing_key: impl Into<Text>, body: impl Into<Bytes>) -> Self {
        Self { exchange: exchange.into(), routing_key: routing_key.into(), body: body.into(), ..Self::default() }
    }

    /// The same message under this id.
    #[must_use]
    pub fn with_message_id(mut self, id: impl Into<Text>) -> Self {
        self.properties.message_id = Some(id.into());
        self
    }

    /// The id, or an empty text where the message has none (a copy of a foreign message).
    #[must_use]
    pub fn message_id(&self) -> &str {
        self.properties.message_id.as_deref().unwrap_or_default()
    }

    /// What the message counts for against the bound on bytes in flight.
    #[must_use]
    pub fn size(&self) -> usize {
        self.body.len() + self.headers.size() + self.routing_key.len()
    }

    /// No less than what properties, headers and partition key take on the wire: what
    /// [`Capabilities::max_properties_bytes`](crate::Capabilities::max_properties_bytes) bounds.
    ///
    /// Each counts for somewhat more than itself, whatever the transport.
    #[must_use]
    pub fn properties_size(&self) -> usize {
        let texts: usize = self.properties.texts().map(|(_, text)| text.len() + AROUND).sum();
        let headers: usize = self.headers.entries().map(Header::wire_size).sum();
        // Where the key travels as a header, that has a name.
        BARE + texts + headers + self.partition_key.as_ref().map_or(0, |key| key.len() + 2 * AROUND)
    }
}

impl fmt::Debug for OutboundMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboundMessage")
            .field("exchange", &self.exchange)
            .field("routing_key", &self.routing_key)
            .field("message_id", &self.properties.message_id)
            .field("message_type", &self.properties.message_type)
            .field("headers", &self.headers)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A message as it was delivered.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct InboundMessage {
    /// The exchange it was published to; empty when it came straight to the queue.
    pub exchange: Text,
    /// The routing key it was published with.
    pub routing_key: Text,
    /// What messages keep their order by.
    pub partition_key: Option<Text>,
    /// What describes the message beside its body.
    pub properties: Properties,
    /// Application headers. A transport leaves its broker's own headers out.
    pub headers: Headers,
    /// The body.
    pub body: Bytes,
    /// Whether the broker may have delivered it before. A hint only.
    pub redelivered: bool,
    /// How often the broker counts that the message came back, where it counts and the number can be believed.
    pub delivery_count: Option<u32>,
    /// Where it lies in its log.
    pub position: Option<Position>,
}

impl InboundMessage {
    /// The message that a delivery of `message` shows.
    #[must_use]
    pub fn of(message: OutboundMessage) -> Self {
        let OutboundMessage { exchange, routing_key, partition_key, properties, headers, body } = message;
        Self { exchange, routing_key, partition_key, properties, headers, body, ..Self::default() }
    }
}

impl fmt::Debug for InboundMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboundMessage")
            .field("exchange", &self.exchange)
            .field("routing_key", &self.routing_key)
            .field("message_id", &self.properties.message_id)
            .field("message_type", &self.properties.message_type)
            .field("headers", &self.headers)
            .field("body_len", &self.body.len())
            .field("redelivered", &self.redelivered)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

/// What describes a message beside its body. On AMQP these are the basic properties; a log
/// transport writes them as headers.
///
/// Everything here is kept when a message is copied to a delay or dead letter queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Properties {
    /// The message id. Any text: other services do not write UUIDs.
    pub message_id: Option<Text>,
    /// What the message belongs to, across services.
    pub correlation_id: Option<Text>,
    /// The message type: `UserRegistered.v1`. AMQP's `type`.
    pub message_type: Option<Text>,
    /// The service that published it. AMQP's `app_id`.
    pub source: Option<Text>,
    /// When it was made, in whole seconds since 1970.
    pub timestamp: Option<u64>,
    /// The body's media type.
    pub content_type: Option<Text>,
    /// The body's encoding.
    pub content_encoding: Option<Text>,
    /// A priority from 0.
    pub priority: Option<u8>,
    /// Where an answer is expected.
    pub reply_to: Option<Text>,
}

impl Properties {
    /// The texts that are set, each with its name in a sentence.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &Text)> {
        // Every field by name, so that a new one is not forgotten here.
        let Self {
            message_id,
            correlation_id,
            message_type,
            source,
            timestamp: _,
            content_type,
            content_encoding,
            priority: _,
            reply_to,
        } = self;
        [
            ("message id", message_id),
            ("correlation id", correlation_id),
            ("message type", message_type),
            ("source", source),
            ("content type", content_type),
            ("content encoding", content_encoding),
            ("reply address", reply_to),
        ]
        .into_iter()
        .filter_map(|(name, text)| Some((name, text.as_ref()?)))
    }
}

/// Where a message lies in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// The partition.
    pub partition: u32,
    /// The offset in it. Offsets have gaps.
    pub offset: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_lengths_and_no_content() {
        let mut message = OutboundMessage::new("x", "k", "canary-body");
        message.headers.append("token", "canary-header");
        let shown = format!("{message:?} {:?}", InboundMessage::of(message.clone()));
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("body_len: 11"), "{shown}");
    }
}
