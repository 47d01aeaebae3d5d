//! Reading the envelope.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::tolerant::{Id, Time, Version};
use super::{Envelope, StandardMessage, path};
use crate::{DecodeError, DecodeErrorKind, EventMeta, InboundMessage, Text};

/// Decodes a message that was published as `matched`, in one typed pass.
///
/// What the body leaves out is taken from the message's properties: message id, message type,
/// source, correlation id, partition key. Ids are any text, or an integer, which is read as its
/// digits. `null` counts as left out, unknown fields are ignored, and a time that cannot be
/// understood is none. The payload must be there, and no field twice.
///
/// # Errors
///
/// The body is no JSON, no envelope of major version 1, or its payload has another shape than
/// `T`. Only then is the body read again, to find where.
pub fn decode<T: DeserializeOwned>(
    message: &InboundMessage,
    matched: &'static EventMeta,
) -> Result<StandardMessage<T>, DecodeError> {
    let wire = read::<Wire<'_, T>>(&message.body).map_err(|error| error.of(matched))?;

    let properties = &message.properties;
    let envelope = Envelope {
        message_id: text_or(wire.message_id, &properties.message_id),
        message_type: text_or(wire.message_type, &properties.message_type),
        envelope_version: wire.envelope_version.map(|Version(text)| text.as_ref().into()),
        timestamp: wire.timestamp.and_then(|Time(time)| time),
        source_service: text_or(wire.source_service, &properties.source),
        correlation_id: text_or(wire.correlation_id, &properties.correlation_id),
        partition_key: text_or(wire.partition_key, &message.partition_key),
    };
    Ok(StandardMessage::new(envelope, wire.payload))
}

/// The message type: AMQP's type property where it is set, else the body's `messageType`.
///
/// # Errors
///
/// The body is no JSON, or no envelope of major version 1.
pub fn message_type(message: &InboundMessage) -> Result<Option<Text>, DecodeError> {
    if let Some(known) = &message.properties.message_type {
        return Ok(Some(known.clone()));
    }
    let head = read::<Head<'_>>(&message.body)?;
    Ok(head.message_type.map(|Id(text)| text.as_ref().into()))
}

/// The envelope as it stands on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a, T> {
    #[serde(borrow)]
    message_id: Option<Id<'a>>,
    #[serde(borrow)]
    message_type: Option<Id<'a>>,
    #[serde(borrow)]
    envelope_version: Option<Version<'a>>,
    timestamp: Option<Time>,
    #[serde(borrow)]
    source_service: Option<Id<'a>>,
    #[serde(borrow)]
    correlation_id: Option<Id<'a>>,
    payload: T,
    #[serde(borrow)]
    partition_key: Option<Id<'a>>,
}

/// What tells how to read the rest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    #[serde(borrow)]
    message_type: Option<Id<'a>>,
    #[serde(borrow)]
    #[expect(dead_code, reason = "to read it is to refuse another major")]
    envelope_version: Option<Version<'a>>,
}

fn text_or(read: Option<Id<'_>>, property: &Option<Text>) -> Option<Text> {
    match read {
        Some(Id(text)) => Some(text.as_ref().into()),
        None => property.clone(),
    }
}

/// Reads the body in one pass; when that fails, reads it again to find where.
fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, DecodeError> {
    // To check the whole body for UTF-8 at once is faster than each of its texts.
    match std::str::from_utf8(body).map(serde_json::from_str) {
        Ok(Ok(value)) => Ok(value),
        _ => read_again(body),
    }
}

#[cold]
fn read_again<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, DecodeError> {
    // An envelope of another major version may differ in anything: that it is one is the reason.
    match path::read::<Head<'_>>(body) {
        Err(error) if refuses_version(&error) => Err(error.because(DecodeErrorKind::EnvelopeVersion)),
        _ => path::read(body),
    }
}

fn refuses_version(error: &DecodeError) -> bool {
    error.path() == "envelopeVersion" && matches!(error.kind(), DecodeErrorKind::Refused | DecodeErrorKind::Shape)
}
