//! Writing the envelope.

use serde::Serialize;

use super::{ENVELOPE_VERSION, StandardMessage};
use crate::time::MillisText;
use crate::{EncodeErrorKind, Text};

/// Appends the envelope and its payload to `buffer`, as compact JSON.
///
/// The version is always [`ENVELOPE_VERSION`], whatever the envelope says: it is this library
/// that writes. Fields that are none are left out. Allocates nothing itself but what `buffer`
/// must grow.
///
/// # Errors
///
/// The payload's `Serialize` gave an error, or the envelope's time lies outside the years 0 to
/// 9999. What was written by then remains in `buffer`.
pub fn write<T: Serialize>(buffer: &mut Vec<u8>, message: &StandardMessage<&T>) -> Result<(), EncodeErrorKind> {
    let StandardMessage { envelope, payload } = message;
    let timestamp =
        envelope.timestamp.map(|time| MillisText::of(time).ok_or(EncodeErrorKind::Timestamp)).transpose()?;
    let wire = Wire {
        message_id: envelope.message_id.as_ref(),
        message_type: envelope.message_type.as_ref(),
        envelope_version: ENVELOPE_VERSION,
        timestamp,
        source_service: envelope.source_service.as_ref(),
        correlation_id: envelope.correlation_id.as_ref(),
        payload,
        partition_key: envelope.partition_key.as_ref(),
    };
    // Serde's text may repeat values of the payload: it ends here.
    serde_json::to_writer(buffer, &wire).map_err(|_| EncodeErrorKind::Serialize)
}

/// The envelope's fields in their order on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a, T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_type: Option<&'a Text>,
    envelope_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<MillisText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_service: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'a Text>,
    payload: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition_key: Option<&'a Text>,
}
