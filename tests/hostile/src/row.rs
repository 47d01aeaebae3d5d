//! [`Row`]: one hostile message, and what must become of it.

use bytes::Bytes;
use lapin::types::AMQPValue;
use user_events::{Reason, Text};
use user_events_core::{DecodeErrorKind, InboundMessage, OutboundMessage, Properties};

use crate::QUEUE;
use crate::canary::{HEADER, KEY};

/// One hostile message, and what must become of it.
#[derive(Clone)]
pub struct Row {
    /// What is hostile about it; no two rows have the same.
    pub name: String,
    /// Where it is published to.
    pub to: To,
    /// Its properties.
    pub properties: Properties,
    /// Its headers, with AMQP's types.
    pub headers: Vec<(String, AMQPValue)>,
    /// Its body.
    pub body: Bytes,
    /// What must become of it.
    pub expected: Expected,
}

/// Where a row is published to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To the exchange, as by a publisher.
    Exchange,
    /// Straight to the queue, as when a dead letter is moved back.
    Queue,
}

/// What must become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// It is handled.
    Handled,
    /// It is dead-lettered with this reason.
    Letter(Reason),
    /// It is dead-lettered, for this is wrong with it.
    Undecodable(Fault),
}

/// What is wrong with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// Where.
    pub place: Place,
}

/// Where a message is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In this field of the body; empty for the body as a whole. Line and column are told.
    Field(&'static str),
    /// Somewhere in the body. Line and column are told.
    Somewhere,
    /// In this property. A property has no line.
    Property(&'static str),
}

impl Row {
    /// A message with this body, and properties that nothing is wrong with.
    pub(crate) fn new(name: impl Into<String>, body: impl Into<Bytes>, expected: Expected) -> Self {
        let name = name.into();
        let mut properties = Properties::default();
        properties.message_id = Some("m-1".into());
        properties.message_type = Some("Everything.v1".into());
        properties.content_type = Some("application/json".into());
        properties.content_encoding = Some("UTF-8".into());
        let headers = vec![
            ("row".to_owned(), long(&name)),
            ("token".to_owned(), long(HEADER)),
            (PARTITION_KEY.to_owned(), long(KEY)),
        ];
        Self { name, to: To::Exchange, properties, headers, body: body.into(), expected }
    }

    /// The good event that follows the row of this number.
    #[must_use]
    pub fn good(number: usize) -> Self {
        let body = format!(r#"{{"messageId":"good-{number}","payload":{{"number":{number}}}}}"#);
        Self::handled(format!("good {number}"), body)
            .with(|properties| properties.message_type = Some("Good.v1".into()))
    }

    /// A message that cannot be decoded.
    pub(crate) fn wrong(
        name: impl Into<String>,
        body: impl Into<Bytes>,
        kind: DecodeErrorKind,
        path: &'static str,
    ) -> Self {
        Self::new(name, body, Expected::Undecodable(Fault { kind, place: Place::Field(path) }))
    }

    /// A message that is handled.
    pub(crate) fn handled(name: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self::new(name, body, Expected::Handled)
    }

    /// The same message without the property that names its type.
    pub(crate) fn untyped(mut self) -> Self {
        self.properties.message_type = None;
        self
    }

    /// The same message with other properties.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Properties)) -> Self {
        change(&mut self.properties);
        self
    }

    /// The same message with another header.
    pub(crate) fn header(mut self, name: impl Into<String>, value: AMQPValue) -> Self {
        self.headers.push((name.into(), value));
        self
    }

    /// The same message, straight to the queue as a letter that is moved back.
    pub(crate) fn moved_back(mut self) -> Self {
        self.to = To::Queue;
        self
    }

    /// Exchange and routing key.
    #[must_use]
    pub fn address(&self) -> (&'static str, &'static str) {
        match self.to {
            To::Exchange => ("hostile", "everything.v1"),
            To::Queue => ("", QUEUE),
        }
    }

    /// The message, for a transport whose headers are text to bytes: those of other types are left out.
    #[must_use]
    pub fn message(&self) -> OutboundMessage {
        let (exchange, routing_key) = self.address();
        let mut message = OutboundMessage::new(exchange, routing_key, self.body.clone());
        message.properties = self.properties.clone();
        for (name, value) in &self.headers {
            let AMQPValue::LongString(value) = value else { continue };
            if name == PARTITION_KEY {
                message.partition_key = std::str::from_utf8(value.as_bytes()).ok().map(Text::from);
            } else {
                message.headers.append(name.as_str(), value.as_bytes().to_vec());
            }
        }
        message
    }

    /// The message as it is delivered.
    #[must_use]
    pub fn delivered(&self) -> InboundMessage {
        InboundMessage::of(self.message())
    }
}

/// The header that carries a partition key.
pub(crate) const PARTITION_KEY: &str = "ue-partition-key";

pub(crate) fn long(text: &str) -> AMQPValue {
    AMQPValue::LongString(text.as_bytes().into())
}
