//! [`Dialect`]: the ways in which services write an envelope down.

use std::fmt;

use super::cloudevents;
use super::fields::{Field, Fields};
use crate::EventMeta;

/// A way to write an envelope down: which field is called what, or one of CloudEvents' modes.
///
/// This library writes [`STANDARD`](Self::STANDARD) and reads it everywhere. Another dialect is
/// read, or written, only where it is declared: by an event (`#[event(dialect = …)]`), by a
/// consumer (`accept`), or by a publisher (`with_dialect`). A message in a dialect that nobody
/// declared is dead-lettered, and the letter names the dialect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    name: &'static str,
    /// How code names it, if it is this library's.
    declaration: Option<&'static str>,
    pub(super) form: Form,
    pub(super) fields: Fields,
}

/// What makes the difference, beside the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The standard: one JSON object.
    Standard,
    /// One JSON object with fields of other names.
    Renamed,
    /// CloudEvents 1.0, structured mode: one JSON object, `application/cloudevents+json`.
    CloudEvents,
    /// CloudEvents 1.0, AMQP's binary mode: attributes in headers, the payload alone in the body.
    CloudEventsBinary,
}

impl Dialect {
    /// The platform's `StandardMessage`, version 1: see [`StandardMessage`](crate::StandardMessage).
    pub const STANDARD: Self = Self {
        name: "standard",
        declaration: Some("Dialect::STANDARD"),
        form: Form::Standard,
        fields: Fields::new("messageId", "messageType", "payload")
            .with(Field::EnvelopeVersion, "envelopeVersion")
            .with_source("sourceService")
            .in_order(&[
                Field::MessageId,
                Field::MessageType,
                Field::EnvelopeVersion,
                Field::Timestamp,
                Field::Source,
                Field::CorrelationId,
                Field::Payload,
                Field::PartitionKey,
            ]),
    };

    /// `{messageId, messageType, messageVersion, timestamp, source, correlationId, partitionKey, payload}`,
    /// in that order: the type's name alone, its version beside it.
    pub const MESSAGE_VERSION: Self = Self {
        name: "message-version",
        declaration: Some("Dialect::MESSAGE_VERSION"),
        form: Form::Renamed,
        fields: Fields::new("messageId", "messageType", "payload").with_event_version("messageVersion"),
    };

    /// `{messageId, messageType, timestamp, source, partitionKey, correlationId, payload, version}`:
    /// as [`MESSAGE_VERSION`](Self::MESSAGE_VERSION), but the version is called `version` and comes last.
    pub const SOURCE_VERSION: Self = Self {
        name: "source-version",
        declaration: Some("Dialect::SOURCE_VERSION"),
        form: Form::Renamed,
        fields: Fields::new("messageId", "messageType", "payload").with_event_version("version").in_order(&[
            Field::MessageId,
            Field::MessageType,
            Field::Timestamp,
            Field::Source,
            Field::PartitionKey,
            Field::CorrelationId,
            Field::Payload,
            Field::EventVersion,
        ]),
    };

    /// `{eventId, eventType, timestamp, version, source, data}`. Correlation id and partition key
    /// are written beside the body only, but read in it, too.
    pub const EVENT_DATA: Self = Self {
        name: "event-data",
        declaration: Some("Dialect::EVENT_DATA"),
        form: Form::Renamed,
        fields: Fields::new("eventId", "eventType", "data").with_event_version("version").in_order(&[
            Field::MessageId,
            Field::MessageType,
            Field::Timestamp,
            Field::EventVersion,
            Field::Source,
            Field::Payload,
        ]),
    };

    /// CloudEvents 1.0 in structured mode. Where one of CloudEvents' modes is accepted, both are:
    /// the choice is the sender's.
    ///
    /// Correlation id, partition key and trace context are the attributes of CloudEvents'
    /// documented extensions: `correlationid`, `partitionkey`, `traceparent`, `tracestate`.
    pub const CLOUD_EVENTS: Self = Self {
        name: "cloudevents",
        declaration: Some("Dialect::CLOUD_EVENTS"),
        form: Form::CloudEvents,
        fields: cloudevents::FIELDS,
    };

    /// CloudEvents 1.0 in AMQP's binary mode: the attributes are headers, `cloudEvents_id`, and
    /// `datacontenttype` is the content type.
    pub const CLOUD_EVENTS_BINARY: Self = Self {
        name: "cloudevents-binary",
        declaration: Some("Dialect::CLOUD_EVENTS_BINARY"),
        form: Form::CloudEventsBinary,
        fields: cloudevents::FIELDS,
    };

    /// Every dialect that this library knows by name.
    pub const BUILT_IN: &'static [Self] = &[
        Self::STANDARD,
        Self::MESSAGE_VERSION,
        Self::SOURCE_VERSION,
        Self::EVENT_DATA,
        Self::CLOUD_EVENTS,
        Self::CLOUD_EVENTS_BINARY,
    ];

    /// A dialect of your own, under a name for logs and letters.
    ///
    /// # Panics
    ///
    /// A field has no name or that of another, or is called `envelopeVersion`: no message could be
    /// read again. Where the dialect is a constant, that is an error of the compiler's.
    #[must_use]
    #[track_caller]
    pub const fn custom(name: &'static str, fields: Fields) -> Self {
        if let Some(mistake) = fields.mistake() {
            panic!("{}", mistake);
        }
        Self { name, declaration: None, form: Form::Renamed, fields }
    }

    /// Its name: `event-data`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How code names it: `Dialect::EVENT_DATA`. None for one of your own.
    #[must_use]
    pub const fn declaration(&self) -> Option<&'static str> {
        self.declaration
    }

    /// The type of an event's messages.
    pub(crate) fn message_type(&self, event: &EventMeta) -> &'static str {
        match self.fields.name(Field::EventVersion) {
            Some(_) => event.message_type_without_version(),
            None => event.message_type,
        }
    }

    /// The media type of the bodies.
    pub(crate) const fn content_type(&self) -> &'static str {
        match self.form {
            // The binding's example adds a charset, which this media type has no parameter for.
            Form::CloudEvents => "application/cloudevents+json",
            _ => "application/json",
        }
    }

    pub(super) const fn is_cloud_events(&self) -> bool {
        matches!(self.form, Form::CloudEvents | Form::CloudEventsBinary)
    }
}

impl fmt::Debug for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Dialect").field(&self.name).finish()
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
