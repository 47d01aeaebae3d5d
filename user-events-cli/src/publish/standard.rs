//! [`standard`]: from a text to a message in the standard envelope, if it is one.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use chrono::{SecondsFormat, Utc};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use user_events_core::envelope::ENVELOPE_VERSION;
use user_events_core::{Envelope, InboundMessage, OutboundMessage, Text};
use uuid::Uuid;

use super::enveloped::enveloped;
use crate::envelope;
use crate::error::Error;
use crate::exit::Exit;

/// The message that this envelope is the body of, still without exchange and routing key, and its message type.
///
/// What every publisher writes has to be there: type, id, timestamp, payload. With `fill`, id, timestamp
/// and envelope version are added where they are not. The rest of the body is sent as it is written.
pub(super) fn standard(body: &[u8], fill: bool) -> Result<(OutboundMessage, Text), Error> {
    let body = body.trim_ascii();
    let mut envelope = read(body)?;
    let mut body = Bytes::copy_from_slice(body);
    if fill {
        body = filled(&body)?;
        envelope = read(&body)?;
    }
    let Some(message_type) = envelope.message_type.clone().filter(|text| !text.is_empty()) else {
        return Err(invalid("no envelope: `messageType` is missing, which consumers choose their handler by"));
    };
    if envelope.message_id.as_ref().is_none_or(|text| text.is_empty()) {
        return Err(invalid("no envelope: `messageId` is missing; `--fill` gives a new one"));
    }
    let Some(time) = envelope.timestamp else {
        return Err(invalid(
            "no envelope: `timestamp` is missing, or no RFC 3339 time such as 2023-10-28T12:05:00.000Z; `--fill` gives \
             the present time where it is missing",
        ));
    };
    Ok((enveloped(body, envelope, time, "application/json"), message_type))
}

fn read(body: &[u8]) -> Result<Envelope, Error> {
    let mut message = InboundMessage::default();
    message.body = Bytes::copy_from_slice(body);
    match envelope::read::<IgnoredAny>(&message) {
        Ok(message) => Ok(message.envelope),
        Err(error) => Err(invalid(match error.dialect() {
            Some(dialect) => format!(
                "no standard envelope: it looks like the `{dialect}` dialect, which `--dialect {dialect}` publishes"
            ),
            None => format!("no envelope: {}", error.problem()),
        })),
    }
}

fn invalid(sentence: impl Into<Cow<'static, str>>) -> Error {
    Error::new(Exit::Invalid, sentence)
}

/// The same envelope with what was missing before everything else.
fn filled(body: &[u8]) -> Result<Bytes, Error> {
    // What is added stands first, in the order of the wire.
    let fields: Fields<'_> =
        serde_json::from_slice(body).map_err(|_| invalid("no envelope: it has a field whose name is no text"))?;
    let is_missing = |name: &str| !fields.0.iter().any(|(held, value)| held == name && value.get() != "null");
    let mut added = Vec::new();
    for (name, value) in [
        ("messageId", Uuid::new_v4().to_string()),
        ("envelopeVersion", ENVELOPE_VERSION.to_owned()),
        ("timestamp", Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)),
    ] {
        if is_missing(name) {
            added.push((name, format!("\"{value}\"")));
        }
    }
    let kept = fields.0.iter().filter(|(name, _)| !added.iter().any(|(added, _)| name == added));
    let kept = kept.map(|(name, value)| (name.as_ref(), value.get()));
    let all = added.iter().map(|(name, value)| (*name, value.as_str())).chain(kept);
    let pairs: Vec<String> = all.map(|(name, value)| format!("{}:{value}", serde_json::json!(name))).collect();
    Ok(format!("{{{}}}", pairs.join(",")).into())
}

/// The fields of an object in their order, their values as they are written.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "{\"messageId\":\"m\",\"messageType\":\"UserRegistered.v1\",\"envelopeVersion\":\"1.0\",\n\
        \"timestamp\":\"2023-10-28T14:05:00.5+02:00\",\"sourceService\":\"UserService\",\"correlationId\":\"c\",\
        \"payload\":{\"n\":12345678901234567890123},\"partitionKey\":\"u-1\",\"extra\":1}\n";

    fn refusal(body: &str, fill: bool) -> String {
        let error = standard(body.as_bytes(), fill).unwrap_err();
        assert_eq!(error.exit(), Exit::Invalid);
        error.sentence().to_owned()
    }

    #[test]
    fn properties_are_those_of_the_envelope_and_the_body_is_sent_as_it_is() {
        let (message, message_type) = standard(WHOLE.as_bytes(), false).unwrap();
        assert_eq!(message_type, "UserRegistered.v1");
        assert_eq!(message.body, WHOLE.trim());
        assert_eq!(message.partition_key.as_deref(), Some("u-1"));
        let properties = message.properties;
        assert_eq!(properties.message_id.as_deref(), Some("m"));
        assert_eq!(properties.message_type.as_deref(), Some("UserRegistered.v1"));
        assert_eq!(properties.source.as_deref(), Some("UserService"));
        assert_eq!(properties.correlation_id.as_deref(), Some("c"));
        assert_eq!(properties.timestamp, Some(1_698_494_700));
        assert_eq!(properties.content_type.as_deref(), Some("application/json"));
        assert_eq!(properties.content_encoding.as_deref(), Some("UTF-8"));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (body, says) in [
            ("", "the body ends in the middle of the envelope (line 1, column 0)"),
            ("{\n  oops", "not JSON, in the envelope (line 2, column 3)"),
            (r#"{"messageType":"A.v1"}"#, "field `payload` is missing (line 1, column 22)"),
            (r#"{"payload":1}"#, "`messageType` is missing"),
            (r#"{"messageType":"A.v1","payload":1}"#, "`messageId` is missing; `--fill`"),
            (r#"{"messageType":"A.v1","messageId":"m","payload":1}"#, "`timestamp` is missing"),
            (
                r#"{"messageType":"A.v1","messageId":"m","messageId":"n","payload":1}"#,
                "field `messageId` appears twice",
            ),
            (r#"{"envelopeVersion":"2.0","payload":1}"#, "the envelope's major version is not 1"),
            (r#"{"eventId":"m","eventType":"A","version":"1.0","data":1}"#, "which `--dialect event-data` publishes"),
        ] {
            assert!(refusal(body, false).contains(says), "{body}: {}", refusal(body, false));
        }
    }

    #[test]
    fn what_is_filled_in_stands_first_and_nothing_else_changes() {
        let body = "{ \"messageType\": \"A.v1\", \"messageId\": null, \"payload\": {\"n\": 12345678901234567890123} }";
        let (message, _) = standard(body.as_bytes(), true).unwrap();
        let written = std::str::from_utf8(&message.body).unwrap();
        let id = message.message_id();
        assert_eq!(Uuid::parse_str(id).unwrap().get_version_num(), 4);
        let (head, rest) = written.split_at(written.find(",\"messageType\"").unwrap());
        assert!(
            head.starts_with(&format!("{{\"messageId\":\"{id}\",\"envelopeVersion\":\"1.0\",\"timestamp\":\"2")),
            "{head}"
        );
        assert_eq!(rest, ",\"messageType\":\"A.v1\",\"payload\":{\"n\": 12345678901234567890123}}");
        assert!(message.properties.timestamp.is_some());

        let (whole, _) = standard(WHOLE.as_bytes(), true).unwrap();
        assert_eq!(whole.message_id(), "m");
        assert!(refusal(&WHOLE.replace("2023-10-28T14:05:00.5+02:00", "today"), true).contains("no RFC 3339 time"));
    }
}
