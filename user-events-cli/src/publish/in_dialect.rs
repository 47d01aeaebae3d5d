//! [`in_dialect`]: from a text to a message in an envelope other than the standard, if it is one.

use std::slice;

use bytes::Bytes;
use serde::de::IgnoredAny;
use user_events_core::{DecodeError, Dialect, InboundMessage, OutboundMessage, StandardMessage, Text, envelope};
use user_events_schema::identity;

use super::enveloped::enveloped;
use crate::error::Error;
use crate::exit::Exit;

/// The message that this envelope is the body of, still without exchange and routing key, and its message type in full:
/// `ProductCreated.v1` where the envelope writes `ProductCreated` and `1.0`.
///
/// Type, id, time and payload have to be there. The body is sent as it is written.
pub(super) fn in_dialect(body: &[u8], dialect: &Dialect) -> Result<(OutboundMessage, Text), Error> {
    let invalid =
        |problem: &str| Error::new(Exit::Invalid, format!("no envelope of the `{dialect}` dialect: {problem}"));
    let mut message = InboundMessage::default();
    message.body = Bytes::copy_from_slice(body.trim_ascii());
    let content_type =
        if *dialect == Dialect::CLOUD_EVENTS { "application/cloudevents+json" } else { "application/json" };
    message.properties.content_type = Some(content_type.into());

    let unreadable = |error: DecodeError| match error.dialect() {
        Some(other) => invalid(&format!("it looks like `--dialect {other}`")),
        None => invalid(&error.problem().to_string()),
    };
    let recognised = envelope::recognise(&message, slice::from_ref(dialect)).map_err(unreadable)?;
    let StandardMessage { envelope, .. } = envelope::read::<IgnoredAny>(&message, &recognised).map_err(unreadable)?;
    if recognised.dialect != dialect {
        return Err(invalid("it looks like the standard envelope, which is published without `--dialect`"));
    }
    let Some(message_type) = envelope.message_type.clone().filter(|text| !text.is_empty()) else {
        return Err(invalid("it says no message type, which consumers choose their handler by"));
    };
    if envelope.message_id.as_ref().is_none_or(|id| id.is_empty()) {
        return Err(invalid("it has no id"));
    }
    let Some(time) = envelope.timestamp else {
        return Err(invalid("it has no time, or no RFC 3339 time such as 2023-10-28T12:05:00.000Z"));
    };
    let message_type = match recognised.event_version {
        Some(version) => identity::message_type(&message_type, version).into(),
        None => message_type,
    };
    Ok((enveloped(message.body, envelope, time, content_type), message_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT_DATA: &str = r#"{"eventId":"m","eventType":"ProductCreated","timestamp":"2023-10-28T12:05:00Z",
        "version":"1.0","source":"Catalogue","data":{"sku":"s-1"}}"#;
    const CLOUD_EVENT: &str = r#"{"specversion":"1.0","id":"m","source":"/invoices","type":"InvoiceSent.v1",
        "time":"2023-10-28T12:05:00Z","correlationid":"c","partitionkey":"i-1","data":{"invoice":"i-1"}}"#;

    #[test]
    fn properties_are_those_that_the_dialect_s_writer_sets_and_the_body_is_sent_as_it_is() {
        let (message, message_type) = in_dialect(EVENT_DATA.as_bytes(), &Dialect::EVENT_DATA).unwrap();
        assert_eq!(message_type, "ProductCreated.v1");
        assert_eq!(message.body, EVENT_DATA);
        assert_eq!(message.message_id(), "m");
        assert_eq!(message.properties.message_type.as_deref(), Some("ProductCreated"));
        assert_eq!(message.properties.source.as_deref(), Some("Catalogue"));
        assert_eq!(message.properties.timestamp, Some(1_698_494_700));
        assert_eq!(message.properties.content_type.as_deref(), Some("application/json"));

        let (message, message_type) = in_dialect(CLOUD_EVENT.as_bytes(), &Dialect::CLOUD_EVENTS).unwrap();
        assert_eq!(message_type, "InvoiceSent.v1");
        assert_eq!(message.properties.content_type.as_deref(), Some("application/cloudevents+json"));
        assert_eq!(message.properties.correlation_id.as_deref(), Some("c"));
        assert_eq!(message.partition_key.as_deref(), Some("i-1"));
    }

    #[test]
    fn what_is_in_another_envelope_or_incomplete_is_told_so() {
        let standard = r#"{"messageType":"A.v1","envelopeVersion":"1.0","payload":1}"#;
        let without = |field: &str| EVENT_DATA.replace(field, "other");
        for (body, says) in [
            ("", "the body ends in the middle of the envelope"),
            (standard, "it looks like the standard envelope, which is published without `--dialect`"),
            (CLOUD_EVENT, "it looks like `--dialect cloudevents`"),
            (&without("\"data\"").replace("other", "\"other\""), "field `data` is missing"),
            (&without("eventType"), "it says no message type"),
            (&without("eventId"), "it has no id"),
            (&without("timestamp"), "it has no time"),
            (&EVENT_DATA.replace("2023", "in 2023"), "it has no time"),
        ] {
            let error = in_dialect(body.as_bytes(), &Dialect::EVENT_DATA).unwrap_err();
            assert_eq!(error.exit(), Exit::Invalid);
            assert!(error.sentence().starts_with("no envelope of the `event-data` dialect: "), "{}", error.sentence());
            assert!(error.sentence().contains(says), "{body}: {}", error.sentence());
        }
    }
}
