//! [`Seen`]: a message as it is shown, whatever it is.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::value::RawValue;
use user_events_core::{DecodeError, Dialect, Envelope, InboundMessage, Properties, StandardMessage, Text};

use crate::envelope;

/// A message as it is shown: read as an envelope if it is one.
pub(crate) struct Seen {
    message: InboundMessage,
    content: Result<(Option<&'static Dialect>, StandardMessage<Box<RawValue>>), DecodeError>,
    at: DateTime<Utc>,
}

impl Seen {
    /// A message that came at this time.
    pub(crate) fn new(message: InboundMessage, at: DateTime<Utc>) -> Self {
        let content = envelope::read_any(&message);
        Self { message, content, at }
    }

    pub(crate) fn exchange(&self) -> &str {
        &self.message.exchange
    }

    pub(crate) fn routing_key(&self) -> &str {
        &self.message.routing_key
    }

    /// What consumers go by: AMQP's type, or else the body's.
    pub(crate) fn message_type(&self) -> Option<&str> {
        let property = self.message.properties.message_type.as_deref();
        property.or_else(|| self.envelope()?.message_type.as_deref())
    }

    pub(crate) fn message_id(&self) -> Option<&str> {
        self.text(|envelope| &envelope.message_id, |properties| &properties.message_id)
    }

    pub(crate) fn correlation_id(&self) -> Option<&str> {
        self.text(|envelope| &envelope.correlation_id, |properties| &properties.correlation_id)
    }

    pub(crate) fn source(&self) -> Option<&str> {
        self.text(|envelope| &envelope.source_service, |properties| &properties.source)
    }

    /// When it was made: by the envelope, or by AMQP's property of whole seconds.
    pub(crate) fn timestamp(&self) -> Option<DateTime<Utc>> {
        let written = self.envelope().and_then(|envelope| envelope.timestamp);
        written.or_else(|| DateTime::from_timestamp(self.message.properties.timestamp?.try_into().ok()?, 0))
    }

    /// How old it was when it came; negative where the publisher's clock is ahead of this one.
    pub(crate) fn age(&self) -> Option<TimeDelta> {
        Some(self.at.signed_duration_since(self.timestamp()?))
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.message.body
    }

    /// The payload as it is written, or why there is none.
    pub(crate) fn payload(&self) -> Result<&str, &DecodeError> {
        self.content.as_ref().map(|(_, content)| content.payload.get())
    }

    /// The dialect of the envelope, if it is not the standard.
    pub(crate) fn dialect(&self) -> Option<&'static str> {
        self.content.as_ref().ok()?.0.map(Dialect::name)
    }

    fn envelope(&self) -> Option<&Envelope> {
        self.content.as_ref().ok().map(|(_, content)| &content.envelope)
    }

    fn text(
        &self,
        in_envelope: impl Fn(&Envelope) -> &Option<Text>,
        in_properties: impl Fn(&Properties) -> &Option<Text>,
    ) -> Option<&str> {
        let written = self.envelope().and_then(|envelope| in_envelope(envelope).as_deref());
        written.or_else(|| in_properties(&self.message.properties).as_deref())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A message with this body, a minute after 2023-10-28T12:05:00Z.
    pub(crate) fn seen(body: &str, change: impl FnOnce(&mut InboundMessage)) -> Seen {
        let mut message = InboundMessage::default();
        message.exchange = "user.events".into();
        message.routing_key = "user.registered.v1".into();
        message.body = body.to_owned().into();
        change(&mut message);
        Seen::new(message, "2023-10-28T12:06:00Z".parse().unwrap())
    }

    #[test]
    fn the_envelope_is_read_before_the_properties_but_for_the_type() {
        let body = r#"{"messageId":"m","messageType":"A.v1","timestamp":"2023-10-28T12:05:00.000Z","payload":1}"#;
        let seen = seen(body, |message| {
            message.properties.message_id = Some("other".into());
            message.properties.message_type = Some("B.v1".into());
            message.properties.source = Some("UserService".into());
            message.properties.timestamp = Some(1);
        });
        assert_eq!(
            (seen.message_id(), seen.message_type(), seen.source()),
            (Some("m"), Some("B.v1"), Some("UserService"))
        );
        assert_eq!(seen.age(), Some(TimeDelta::minutes(1)));
    }

    #[test]
    fn what_is_no_envelope_is_shown_by_its_properties() {
        let seen = seen(r#"{"data":1}"#, |message| {
            message.properties.message_id = Some("m".into());
            // Ahead of the clock here.
            message.properties.timestamp = Some(1_698_494_761);
        });
        assert_eq!((seen.message_id(), seen.message_type()), (Some("m"), None));
        assert_eq!(seen.age(), Some(TimeDelta::seconds(-1)));
        assert_eq!(seen.payload().unwrap_err().problem().to_string(), "field `payload` is missing (line 1, column 10)");
    }

    #[test]
    fn every_dialect_is_read_and_named_in_whatever_version() {
        let standard = r#""messageId":"m","messageType":"T","source":"S","timestamp":"2023-10-28T12:05:00Z""#;
        let event = r#""eventId":"m","eventType":"T","source":"S","timestamp":"2023-10-28T12:05:00Z","data":{"n":1}"#;
        let cloud =
            r#""specversion":"1.0","id":"m","type":"T","source":"S","time":"2023-10-28T12:05:00Z","data":{"n":1}"#;
        for (dialect, body) in [
            ("message-version", format!(r#"{{{standard},"messageVersion":"1.0","payload":{{"n":1}}}}"#)),
            ("message-version", format!(r#"{{{standard},"messageVersion":"2.0","payload":{{"n":1}}}}"#)),
            ("source-version", format!(r#"{{{standard},"payload":{{"n":1}},"version":"1.0"}}"#)),
            ("source-version", format!(r#"{{{standard},"payload":{{"n":1}},"version":2}}"#)),
            ("event-data", format!(r#"{{{event},"version":"1.0"}}"#)),
            ("event-data", format!(r#"{{{event},"version":"2.0"}}"#)),
            ("cloudevents", format!("{{{cloud}}}")),
        ] {
            for message_type in [None, Some("T")] {
                let seen = seen(&body, |message| message.properties.message_type = message_type.map(Into::into));
                assert_eq!(seen.dialect(), Some(dialect), "{body}: {:?}", seen.payload());
                assert_eq!((seen.message_id(), seen.message_type(), seen.source()), (Some("m"), Some("T"), Some("S")));
                assert_eq!((seen.payload().unwrap(), seen.age()), (r#"{"n":1}"#, Some(TimeDelta::minutes(1))));
            }
        }
        let seen = seen(r#"{"n":1}"#, |message| {
            for (name, value) in [("specversion", "1.0"), ("id", "m"), ("type", "T"), ("source", "S")] {
                message.headers.append(format!("cloudEvents_{name}"), value);
            }
        });
        assert_eq!((seen.dialect(), seen.payload().unwrap()), (Some("cloudevents-binary"), r#"{"n":1}"#));
        assert_eq!((seen.message_id(), seen.message_type(), seen.source()), (Some("m"), Some("T"), Some("S")));
    }

    #[test]
    fn a_timestamp_that_no_calendar_has_is_none() {
        let seen = seen("", |message| message.properties.timestamp = Some(u64::MAX));
        assert_eq!(seen.age(), None);
        assert_eq!(
            seen.payload().unwrap_err().problem().to_string(),
            "the body ends in the middle of the envelope (line 1, column 0)"
        );
    }
}
