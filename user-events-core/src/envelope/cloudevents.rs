//! CloudEvents 1.0 as AMQP binds them: <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md>.

use std::borrow::Cow;
use std::marker::PhantomData;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::dialect::Dialect;
use super::fields::{Field, Fields};
use super::tolerant::{Id, Time, Version};
use super::wire::Heading;
use super::{Envelope, content, path, read};
use crate::time::{self, MillisText};
use crate::{DecodeError, DecodeErrorKind, Headers, InboundMessage, Text};

mod uri_reference;

pub(super) use uri_reference::uri_reference;

/// The version of the specification that this library writes.
pub(super) const SPEC_VERSION: &str = "1.0";

/// The version of the specification, refused where its major is another than this library's.
pub(super) type SpecVersion<'a> = Version<'a, '1'>;

/// What an attribute's name has before it among the headers that are read. Written is the first, for JMS allows no colon.
const PREFIXES: [&str; 2] = ["cloudEvents_", "cloudEvents:"];

/// An attribute that is a header in binary mode.
struct Attribute {
    field: Field,
    name: &'static str,
    header: &'static str,
}

macro_rules! attribute {
    ($field:ident, $name:literal) => {
        Attribute { field: Field::$field, name: $name, header: concat!("cloudEvents_", $name) }
    };
}

/// The attribute that every message must have.
const REQUIRED: Attribute = attribute!(SpecVersion, "specversion");

/// In the order in which the headers are written.
const ATTRIBUTES: &[Attribute] = &[
    REQUIRED,
    attribute!(MessageId, "id"),
    attribute!(Source, "source"),
    attribute!(MessageType, "type"),
    attribute!(Timestamp, "time"),
    attribute!(CorrelationId, "correlationid"),
    attribute!(PartitionKey, "partitionkey"),
    attribute!(TraceParent, "traceparent"),
    attribute!(TraceState, "tracestate"),
];

/// What is called what in structured mode.
pub(super) const FIELDS: Fields = {
    let mut fields = Fields::NONE
        .with(Field::ContentType, "datacontenttype")
        .with(Field::Payload, "data")
        .with(Field::Base64, "data_base64")
        .in_order(&[
            Field::SpecVersion,
            Field::MessageId,
            Field::Source,
            Field::MessageType,
            Field::Timestamp,
            Field::ContentType,
            Field::CorrelationId,
            Field::PartitionKey,
            Field::Payload,
        ]);
    let mut at = 0;
    while at < ATTRIBUTES.len() {
        fields = fields.with(ATTRIBUTES[at].field, ATTRIBUTES[at].name);
        at += 1;
    }
    fields
};

/// The mode that content type or headers announce. A binary one that lacks its `specversion` is still
/// told by type and id, so that the error names what is missing.
pub(super) fn mode(message: &InboundMessage) -> Option<&'static Dialect> {
    if message.properties.content_type.as_deref().is_some_and(content::is_cloud_events) {
        Some(&Dialect::CLOUD_EVENTS)
    } else {
        prefix(message).map(|_| &Dialect::CLOUD_EVENTS_BINARY)
    }
}

/// What a binary message's attributes have before their names, all of them the same.
fn prefix(message: &InboundMessage) -> Option<&'static str> {
    let has = |prefix, field| attribute(message, prefix, field).is_some();
    let versioned = PREFIXES.into_iter().find(|prefix| has(prefix, Field::SpecVersion));
    versioned.or_else(|| {
        PREFIXES.into_iter().find(|prefix| has(prefix, Field::MessageType) && has(prefix, Field::MessageId))
    })
}

/// Reads a message in binary mode.
pub(super) fn read_binary<T: DeserializeOwned>(message: &InboundMessage) -> Result<(Heading<'_>, T), DecodeError> {
    content::check_payload(&message.properties)?;
    let heading = heading(message)?;
    let payload = match read::read_json(&message.body, PhantomData) {
        Some(payload) => payload,
        None => path::read(&message.body, [].into_iter(), PhantomData).map_err(|error| error.below("data"))?,
    };
    Ok((heading, payload))
}

/// What the headers say.
pub(super) fn heading(message: &InboundMessage) -> Result<Heading<'_>, DecodeError> {
    let prefix = prefix(message).unwrap_or(PREFIXES[0]);
    let attribute = |field| attribute(message, prefix, field);
    let Some((header, version)) = attribute(REQUIRED.field) else {
        return Err(DecodeError::of_property(DecodeErrorKind::Missing, REQUIRED.header));
    };
    let version = SpecVersion::of(Cow::Borrowed(version))
        .ok_or_else(|| DecodeError::of_property(DecodeErrorKind::EnvelopeVersion, header))?;
    let text = |field| attribute(field).map(|(_, value)| Id(Cow::Borrowed(value)));
    Ok(Heading {
        message_id: text(Field::MessageId),
        message_type: text(Field::MessageType),
        envelope_version: Some(version.into_text()),
        event_version: None,
        timestamp: attribute(Field::Timestamp).map(|(_, value)| Time(instant(value))),
        source: text(Field::Source),
        correlation_id: text(Field::CorrelationId),
        partition_key: text(Field::PartitionKey),
        trace_parent: text(Field::TraceParent),
        trace_state: text(Field::TraceState),
    })
}

/// An attribute's header and value; none where the value is no text.
fn attribute<'m>(message: &'m InboundMessage, prefix: &str, field: Field) -> Option<(&'m str, &'m str)> {
    let Attribute { name, .. } = ATTRIBUTES.iter().find(|attribute| attribute.field == field)?;
    message.headers.iter().find_map(|(header, value)| {
        (header.strip_prefix(prefix)? == *name).then_some((header, std::str::from_utf8(value).ok()?))
    })
}

/// A time as text, or as AMQP's own, which is in whole seconds.
fn instant(value: &str) -> Option<DateTime<Utc>> {
    time::parse(value).or_else(|| DateTime::from_timestamp(value.parse().ok()?, 0))
}

/// Writes the attributes of binary mode, but `datacontenttype`, which is the content type. A trace is written as the
/// headers `traceparent` and `tracestate`, by whoever has it.
pub(super) fn write_headers(headers: &mut Headers, envelope: &Envelope, timestamp: Option<&MillisText>) {
    let source = envelope.source_service.as_deref().map(uri_reference);
    for Attribute { field, header, .. } in ATTRIBUTES {
        let value = match field {
            Field::SpecVersion => Some(SPEC_VERSION),
            Field::MessageId => envelope.message_id.as_deref(),
            Field::Source => source.as_deref(),
            Field::MessageType => envelope.message_type.as_deref(),
            Field::Timestamp => timestamp.map(MillisText::as_str),
            Field::CorrelationId => envelope.correlation_id.as_deref(),
            Field::PartitionKey => envelope.partition_key.as_deref(),
            _ => continue,
        };
        headers.remove(header);
        // An attribute must not be empty.
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            headers.append(Text::from_static(header), Bytes::copy_from_slice(value.as_bytes()));
        }
    }
}
