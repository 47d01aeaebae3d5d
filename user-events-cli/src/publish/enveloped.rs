//! [`enveloped`]: the message of an envelope, with the properties that belong to it.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use user_events_core::{Envelope, OutboundMessage};

/// The message whose body has this envelope, still without exchange and routing key.
pub(super) fn enveloped(
    body: Bytes,
    envelope: Envelope,
    time: DateTime<Utc>,
    content_type: &'static str,
) -> OutboundMessage {
    let Envelope { message_id, message_type, source_service, correlation_id, partition_key, .. } = envelope;
    let mut message = OutboundMessage::new("", "", body);
    message.partition_key = partition_key;
    let properties = &mut message.properties;
    properties.message_id = message_id;
    properties.message_type = message_type;
    properties.source = source_service;
    properties.correlation_id = correlation_id;
    properties.timestamp = u64::try_from(time.timestamp()).ok();
    properties.content_type = Some(content_type.into());
    properties.content_encoding = Some("UTF-8".into());
    message
}
