//! An event, an encoder and short ways to decode.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use user_events_core::time::millis;
use user_events_core::{
    Consumable, DecodeError, DomainEvent, EventEncoder, EventMeta, InboundMessage, Key, Matched, Metadata,
    OutboundMessage, PartitionKey, Publishable, StandardMessage, envelope,
};

pub(crate) const MESSAGE_ID: &str = "7f1c4e0a-9f63-4c6b-8a43-0e6f1f0a2b11";

/// The platform's first event, written by hand as the derive would.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserRegistered {
    pub(crate) user_id: String,
    pub(crate) email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_name: Option<String>,
    pub(crate) status: Status,
    #[serde(with = "millis")]
    pub(crate) registration_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    PendingVerification,
    Active,
}

impl UserRegistered {
    pub(crate) fn example() -> Self {
        Self {
            user_id: "a1b2c3d4-e5f6-7890-1234-567890abcdef".to_owned(),
            email: "newuser@example.com".to_owned(),
            username: Some("newbie23".to_owned()),
            first_name: Some("John".to_owned()),
            last_name: Some("Doe".to_owned()),
            status: Status::PendingVerification,
            registration_timestamp: time("2023-10-28T12:05:00Z"),
            source: Some("direct".to_owned()),
        }
    }
}

impl Consumable for UserRegistered {
    const ACCEPTS: &'static [&'static EventMeta] = &[Self::META];

    fn decode(message: &InboundMessage, matched: Matched<'_>) -> Result<StandardMessage<Self>, DecodeError> {
        envelope::decode(message, matched)
    }
}

impl DomainEvent for UserRegistered {
    const META: &'static EventMeta =
        &EventMeta::new("UserRegistered", 1, "UserRegistered.v1", "user.registered.v1").with_exchange("user.events");

    fn partition_key(&self) -> Option<Key<'_>> {
        self.user_id.key()
    }
}

impl Publishable for UserRegistered {}

/// An encoder whose ids and clock stand still.
pub(crate) fn encoder() -> EventEncoder {
    EventEncoder::new("UserService")
        .with_default_exchange(Some("test.events".into()))
        .with_ids(|| MESSAGE_ID.into())
        .with_clock(|| time("2023-10-28T12:05:00.123Z"))
}

pub(crate) fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A delivered message with this body and nothing else.
pub(crate) fn inbound(body: impl Into<Vec<u8>>) -> InboundMessage {
    InboundMessage::of(OutboundMessage::new("user.events", "user.registered.v1", body.into()))
}

pub(crate) fn decode<T: DeserializeOwned>(body: impl Into<Vec<u8>>) -> Result<StandardMessage<T>, DecodeError> {
    envelope::decode(&inbound(body), Matched::standard(UserRegistered::META))
}

/// Decodes a body that consists of this payload.
pub(crate) fn decode_payload<T: DeserializeOwned>(payload: &str) -> Result<T, DecodeError> {
    decode(format!(r#"{{"messageId":"m-1","payload":{payload}}}"#)).map(|message| message.payload)
}

/// A message whose properties are set, around this body.
pub(crate) fn with_properties(body: &str) -> InboundMessage {
    let mut message = inbound(body);
    message.partition_key = Some("key-of-message".into());
    message.properties.message_id = Some("id-of-message".into());
    message.properties.correlation_id = Some("correlation-of-message".into());
    message.properties.message_type = Some("TypeOfMessage.v1".into());
    message.properties.source = Some("SourceOfMessage".into());
    message
}

/// What a publish says that belongs to something.
pub(crate) fn correlated(id: &str) -> Metadata {
    let mut metadata = Metadata::default();
    metadata.correlation_id = Some(id.into());
    metadata
}
