//! CloudEvents 1.0 as AMQP binds them: <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md>.

use std::borrow::Cow;
use std::marker::PhantomData;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::dialect::Dialect;
use super::tolerant::{Id, Time, Version};
use super::wire::Heading;
use super::{ENVELOPE_VERSION, Envelope, content, path, read};
use crate::time::{self, MillisText};
use crate::{DecodeError, DecodeErrorKind, Headers, InboundMessage, Text};

mod uri_reference;

pub(super) use uri_reference::uri_reference;

/// What an attribute's name has before it among the headers.
const PREFIXES: [&str; 2] = ["cloudEvents_", "cloudEvents:"];

/// The mode that content type or headers announce. A binary one that lacks its `specversion` is still
/// told by type and id, so that the error names what is missing.
pub(super) fn mode(message: &InboundMessage) -> Option<&'static Dialect> {
    if message.properties.content_type.as_deref().is_some_and(content::is_cloud_events) {
        Some(&Dialect::CLOUD_EVENTS)
    } else {
        let has = |name| attribute(message, name).is_some();
        (has("specversion") || has("type") && has("id")).then_some(&Dialect::CLOUD_EVENTS_BINARY)
    }
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
    let text = |name| attribute(message, name).map(|(_, value)| Id(Cow::Borrowed(value)));
    let envelope_version = match attribute(message, "specversion") {
        Some((header, version)) => Version::of(Cow::Borrowed(version))
            .ok_or_else(|| DecodeError::of_property(DecodeErrorKind::EnvelopeVersion, header))?,
        None => return Err(DecodeError::of_property(DecodeErrorKind::Missing, "cloudEvents_specversion")),
    };
    Ok(Heading {
        message_id: text("id"),
        message_type: text("type"),
        envelope_version: Some(envelope_version),
        event_version: None,
        timestamp: attribute(message, "time").map(|(_, value)| Time(instant(value))),
        source: text("source"),
        correlation_id: text("correlationid"),
        partition_key: text("partitionkey"),
        trace_parent: text("traceparent"),
        trace_state: text("tracestate"),
    })
}

/// An attribute's header and value; none where the value is no text.
fn attribute<'m>(message: &'m InboundMessage, name: &str) -> Option<(&'m str, &'m str)> {
    PREFIXES.into_iter().find_map(|prefix| {
        message.headers.iter().find_map(|(header, value)| {
            (header.strip_prefix(prefix)? == name).then_some((header, std::str::from_utf8(value).ok()?))
        })
    })
}

/// A time as text, or as AMQP's own, which is in whole seconds.
fn instant(value: &str) -> Option<DateTime<Utc>> {
    time::parse(value).or_else(|| DateTime::from_timestamp(value.parse().ok()?, 0))
}

/// Writes the attributes of binary mode, but `datacontenttype`, which is the content type.
pub(super) fn write_headers(headers: &mut Headers, envelope: &Envelope, timestamp: Option<&MillisText>) {
    let source = envelope.source_service.as_deref().map(uri_reference);
    // With the underscore, for JMS allows no colon.
    for (header, value) in [
        ("cloudEvents_specversion", Some(ENVELOPE_VERSION)),
        ("cloudEvents_id", envelope.message_id.as_deref()),
        ("cloudEvents_source", source.as_deref()),
        ("cloudEvents_type", envelope.message_type.as_deref()),
        ("cloudEvents_time", timestamp.map(MillisText::as_str)),
        ("cloudEvents_correlationid", envelope.correlation_id.as_deref()),
        ("cloudEvents_partitionkey", envelope.partition_key.as_deref()),
    ] {
        headers.remove(header);
        // An attribute must not be empty.
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            headers.append(Text::from_static(header), Bytes::copy_from_slice(value.as_bytes()));
        }
    }
}
