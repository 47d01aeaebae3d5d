//! [`Limits`]: what is refused before it is sent, because the broker would close the channel or the connection.

use user_events_core::{Header, Headers, OutboundMessage, PublishError, PublishErrorKind};

use crate::properties::{PARTITION_KEY_HEADER, header_size, text_size};

/// The longest short string: one byte holds its length.
const SHORT: usize = 255;

/// Class, weight, body size and flags of a content header, and the frame around it.
const CONTENT_HEADER: usize = 2 + 2 + 8 + 2;
const FRAME: usize = 8;

/// What one message may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The largest body.
    pub(crate) body: usize,
    /// The largest frame that was agreed with the broker. Properties and headers go into one.
    pub(crate) frame: usize,
}

impl Limits {
    /// Refuses what the broker would punish. A copy may have any body: the broker has delivered it.
    pub(crate) fn check(&self, message: &OutboundMessage, is_copy: bool) -> Result<(), PublishError> {
        let addressed = [("exchange", &message.exchange), ("routing key", &message.routing_key)];
        for (what, text) in addressed.into_iter().chain(message.properties.texts()) {
            if text.len() > SHORT {
                return Err(refused(format!("the {what} has {} bytes; AMQP allows {SHORT}", text.len())));
            }
        }
        let mut names = message.headers.entries().map(Header::name);
        if let Some(name) = names.clone().find(|name| Headers::is_reserved(name)) {
            return Err(refused(format!("header `{name}` is the broker's own: use another name")));
        }
        if let Some(name) = names.find(|name| name.len() > SHORT) {
            return Err(refused(format!("a header's name has {} bytes; AMQP allows {SHORT}", name.len())));
        }
        if message.body.len() > self.body && !is_copy {
            return Err(refused(format!(
                "the body has {} bytes, more than the {} that are allowed; if the broker takes more, raise \
                 `max_message_bytes`",
                message.body.len(),
                self.body
            )));
        }
        let properties = CONTENT_HEADER + properties_size(message);
        let most = self.properties();
        if properties > most {
            return Err(PublishError::too_large(format!(
                "properties and headers have {properties} bytes; the broker takes {most} in one message"
            )));
        }
        Ok(())
    }

    /// The largest properties and headers: those of one frame.
    pub(crate) const fn properties(&self) -> usize {
        self.frame.saturating_sub(FRAME)
    }
}

/// An upper bound on what the properties take on the wire.
fn properties_size(message: &OutboundMessage) -> usize {
    let short: usize = message.properties.texts().map(|(_, text)| 1 + text.len()).sum();
    let headers: usize = message.headers.entries().map(header_size).sum();
    let partition_key = message.partition_key.as_ref().map_or(0, |key| text_size(PARTITION_KEY_HEADER, key.as_bytes()));
    // Delivery mode, priority and timestamp, and the length of the headers.
    short + 1 + 1 + 8 + 4 + headers + partition_key
}

fn refused(reason: String) -> PublishError {
    PublishError::new(PublishErrorKind::NotSent, reason)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use user_events_core::Text;

    use super::*;
    use crate::link::wire::AMQPValue;
    use crate::native::Native;
    use crate::properties::short;

    const LIMITS: Limits = Limits { body: 100, frame: 4096 };

    #[track_caller]
    fn refusal(message: &OutboundMessage) -> String {
        let error = LIMITS.check(message, false).unwrap_err();
        assert_eq!(error.kind(), PublishErrorKind::NotSent);
        error.to_string()
    }

    #[test]
    fn lets_everything_up_to_the_limit_pass() {
        let mut message =
            OutboundMessage::new("x".repeat(255), "k".repeat(255), vec![0; 100]).with_message_id("é".repeat(127));
        message.headers.append("h", vec![0; 3000]);
        LIMITS.check(&message, false).unwrap();
    }

    #[test]
    fn a_copy_may_be_as_large_as_what_was_delivered() {
        LIMITS.check(&OutboundMessage::new("", "mailing.dlq", vec![0; 101]), true).unwrap();
    }

    #[test]
    fn refuses_what_would_end_the_channel() {
        let message = |key: usize, body: usize| OutboundMessage::new("x", "k".repeat(key), vec![0; body]);
        assert!(refusal(&message(256, 0)).contains("the routing key has 256 bytes"));
        assert!(refusal(&message(1, 101)).contains("the body has 101 bytes"));
        assert!(refusal(&message(1, 0).with_message_id("é".repeat(128))).contains("the message id has 256"));
        let mut headers = message(1, 0);
        headers.headers.append("h", vec![0; 4096]);
        assert!(refusal(&headers).contains("properties and headers"));
        let mut name = message(1, 0);
        name.headers.append("n".repeat(256), "");
        assert!(refusal(&name).contains("a header's name has 256"));
    }

    #[test]
    fn refuses_typed_headers_by_what_they_take_on_the_wire() {
        let header = |name: &str, value: AMQPValue| {
            let mut message = OutboundMessage::new("x", "k", "");
            message.headers.push(Native::header(name, value, []));
            message
        };
        let bytes = |length: usize| AMQPValue::ByteArray(vec![0; length].into());
        LIMITS.check(&header("b", bytes(4000)), false).unwrap();
        assert!(refusal(&header("b", bytes(4096))).contains("properties and headers"));
        let table =
            AMQPValue::FieldTable([(short("nested"), bytes(4096))].into_iter().collect::<BTreeMap<_, _>>().into());
        assert!(refusal(&header("t", table)).contains("properties and headers"));
        assert!(refusal(&header("x-death", AMQPValue::Void)).contains("`x-death` is the broker's own"));
        assert!(refusal(&header(&"n".repeat(256), AMQPValue::Void)).contains("a header's name has 256"));
    }

    #[test]
    fn only_properties_that_are_too_large_are_said_to_be() {
        let mut message = OutboundMessage::new("x", "k", "");
        message.headers.append("h", vec![0; 4096]);
        assert!(LIMITS.check(&message, true).unwrap_err().is_too_large());
        assert!(!LIMITS.check(&OutboundMessage::new("x", "k", vec![0; 101]), false).unwrap_err().is_too_large());
    }

    /// Whether a transport that takes as much as core counts takes the message.
    fn passes_by_its_count(message: &OutboundMessage) -> bool {
        let limits = Limits { body: 0, frame: message.properties_size() + FRAME };
        assert_eq!(limits.properties(), message.properties_size());
        limits.check(message, false).is_ok()
    }

    fn value() -> impl Strategy<Value = AMQPValue> {
        let leaf = prop_oneof![
            Just(AMQPValue::Void),
            any::<bool>().prop_map(AMQPValue::Boolean),
            any::<i64>().prop_map(AMQPValue::LongLongInt),
            vec(any::<u8>(), 0..40).prop_map(|bytes| AMQPValue::ByteArray(bytes.into())),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(|values| AMQPValue::FieldArray(values.into())),
                vec((".{0,9}", inner), 0..4).prop_map(|entries| {
                    let entries = entries.into_iter().map(|(name, value)| (short(&name), value));
                    AMQPValue::FieldTable(entries.collect::<BTreeMap<_, _>>().into())
                }),
            ]
        })
    }

    proptest! {
        /// The promise of `Capabilities::max_properties_bytes`.
        #[test]
        fn what_core_counts_up_to_the_limit_is_let_pass(
            texts in vec(prop::option::of(".{0,60}"), 8),
            headers in vec((".{0,60}", vec(any::<u8>(), 0..60)), 0..9),
            typed in vec((".{0,60}", value()), 0..9),
        ) {
            let mut message = OutboundMessage::new("x", "k", "");
            let mut texts = texts.into_iter().map(|text| text.map(Text::from));
            message.partition_key = texts.next().flatten();
            let properties = &mut message.properties;
            (properties.priority, properties.timestamp) = (Some(0), Some(0));
            for (property, text) in [
                &mut properties.message_id,
                &mut properties.correlation_id,
                &mut properties.message_type,
                &mut properties.source,
                &mut properties.content_type,
                &mut properties.content_encoding,
                &mut properties.reply_to,
            ].into_iter().zip(texts) {
                *property = text;
            }
            headers.into_iter().for_each(|(name, value)| message.headers.append(format!("h{name}"), value));
            typed.into_iter().for_each(|(name, value)| message.headers.push(Native::header(&format!("h{name}"), value, [])));
            prop_assert!(passes_by_its_count(&message));
            prop_assert!(passes_by_its_count(&OutboundMessage::new("x", "k", "")));
        }
    }
}
