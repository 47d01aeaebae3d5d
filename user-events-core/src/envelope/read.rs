//! Reading the envelope.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::tolerant::{Id, Time, Version};
use super::{Envelope, StandardMessage, path};
use crate::{DecodeError, DecodeErrorCategory, EventMeta, InboundMessage, Text};

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
/// `T`. Only then the body is read again, to find where.
pub fn decode<T: DeserializeOwned>(
    message: &InboundMessage,
    matched: &'static EventMeta,
) -> Result<StandardMessage<T>, DecodeError> {
    let wire: Wire<T> =
        serde_json::from_slice(&message.body).map_err(|error| explain::<Wire<T>>(&message.body, &error).of(matched))?;

    let properties = &message.properties;
    let envelope = Envelope {
        message_id: text_or(wire.message_id, &properties.message_id),
        message_type: text_or(wire.message_type, &properties.message_type),
        envelope_version: wire.envelope_version.map(|Version(text)| text),
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
    let head: Head = serde_json::from_slice(&message.body).map_err(|error| explain::<Head>(&message.body, &error))?;
    Ok(head.message_type.map(|Id(text)| text))
}

/// The envelope as it stands on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<T> {
    message_id: Option<Id>,
    message_type: Option<Id>,
    envelope_version: Option<Version>,
    timestamp: Option<Time>,
    source_service: Option<Id>,
    correlation_id: Option<Id>,
    payload: T,
    partition_key: Option<Id>,
}

/// What tells how to read the rest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    message_type: Option<Id>,
    #[expect(dead_code, reason = "to read it is to refuse another major")]
    envelope_version: Option<Version>,
}

fn text_or(read: Option<Id>, property: &Option<Text>) -> Option<Text> {
    read.map(|Id(text)| text).or_else(|| property.clone())
}

/// Where and why the body, which gave `error`, is no `T`.
#[cold]
fn explain<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> DecodeError {
    // An envelope of another major version may differ in anything: that it is one is the reason.
    path::find_error::<Head>(body)
        .and_then(as_version_error)
        .or_else(|| path::find_error::<T>(body))
        .unwrap_or_else(|| path::without_path(body, error))
}

/// The error, if it is the version that was refused.
fn as_version_error(error: DecodeError) -> Option<DecodeError> {
    let refused = matches!(error.category(), DecodeErrorCategory::Refused | DecodeErrorCategory::Shape);
    (refused && error.path() == "envelopeVersion").then(|| error.because(DecodeErrorCategory::EnvelopeVersion))
}
