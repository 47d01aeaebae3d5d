//! [`encode`] and [`decode`]: messages, and AMQP's properties and headers.

use std::collections::BTreeMap;

use bytes::Bytes;
use user_events_core::{Headers, InboundMessage, OutboundMessage, Properties, Text};

use crate::link::Incoming;
use crate::link::wire::{AMQPValue, BasicProperties, FieldArray, FieldTable, LongString, ShortString};

/// The header that carries a message's partition key: what a consistent-hash exchange hashes
/// (`hash-header`).
pub const PARTITION_KEY_HEADER: &str = "ue-partition-key";

const PERSISTENT: u8 = 2;

/// The properties that a message is published with. Its texts are within the limits.
pub(crate) fn encode(message: &OutboundMessage) -> BasicProperties {
    let Properties { message_id, correlation_id, message_type, source, timestamp, .. } = &message.properties;
    let Properties { content_type, content_encoding, priority, reply_to, .. } = &message.properties;
    let mut properties = BasicProperties::default().with_delivery_mode(PERSISTENT);
    if let Some(text) = content_type {
        properties = properties.with_content_type(short(text));
    }
    if let Some(text) = content_encoding {
        properties = properties.with_content_encoding(short(text));
    }
    if let Some(text) = message_id {
        properties = properties.with_message_id(short(text));
    }
    if let Some(text) = correlation_id {
        properties = properties.with_correlation_id(short(text));
    }
    if let Some(text) = message_type {
        properties = properties.with_type(short(text));
    }
    if let Some(text) = source {
        properties = properties.with_app_id(short(text));
    }
    if let Some(text) = reply_to {
        properties = properties.with_reply_to(short(text));
    }
    if let Some(seconds) = timestamp {
        properties = properties.with_timestamp(*seconds);
    }
    if let Some(priority) = priority {
        properties = properties.with_priority(*priority);
    }
    if message.headers.is_empty() && message.partition_key.is_none() {
        return properties;
    }
    properties.with_headers(encode_headers(&message.headers, message.partition_key.as_ref()))
}

fn encode_headers(headers: &Headers, partition_key: Option<&Text>) -> FieldTable {
    let mut table = BTreeMap::new();
    for (name, value) in headers.iter() {
        let value = long(value);
        match table.get_mut(name) {
            None => {
                table.insert(short(name), value);
            }
            Some(AMQPValue::FieldArray(values)) => values.push(value),
            Some(first) => *first = AMQPValue::FieldArray(FieldArray::from(vec![first.clone(), value])),
        }
    }
    if let Some(key) = partition_key {
        table.insert(short(PARTITION_KEY_HEADER), long(key.as_bytes()));
    }
    table.into()
}

/// The message that a delivery shows.
pub(crate) fn decode(incoming: Incoming) -> InboundMessage {
    let Incoming { exchange, routing_key, redelivered, properties, body, .. } = incoming;
    let mut message = InboundMessage::default();
    message.exchange = text(&exchange);
    message.routing_key = text(&routing_key);
    message.redelivered = redelivered;
    message.body = Bytes::from(body);

    let found = &mut message.properties;
    found.message_id = properties.message_id().as_ref().map(text);
    found.correlation_id = properties.correlation_id().as_ref().map(text);
    found.message_type = properties.kind().as_ref().map(text);
    found.source = properties.app_id().as_ref().map(text);
    found.timestamp = *properties.timestamp();
    found.content_type = properties.content_type().as_ref().map(text);
    found.content_encoding = properties.content_encoding().as_ref().map(text);
    found.priority = *properties.priority();
    found.reply_to = properties.reply_to().as_ref().map(text);

    if let Some(table) = properties.headers() {
        message.delivery_count = delivery_count(table, redelivered);
        for (name, value) in table {
            let name = name.as_str();
            if Headers::is_reserved(name) {
                continue;
            }
            if name == PARTITION_KEY_HEADER
                && let Some(key) = bytes(value).and_then(|key| std::str::from_utf8(&key).ok().map(Text::from))
            {
                message.partition_key = Some(key);
                continue;
            }
            decode_header(&mut message.headers, name, value);
        }
    }
    message
}

fn decode_header(headers: &mut Headers, name: &str, value: &AMQPValue) {
    match value {
        AMQPValue::FieldArray(values) => {
            for value in values.as_slice().iter().filter_map(bytes) {
                headers.append(name, value);
            }
        }
        value => {
            if let Some(value) = bytes(value) {
                headers.append(name, value);
            }
        }
    }
}

/// Texts and byte arrays as they are, numbers, booleans and times as their decimal text; none for
/// tables, nested arrays and empty values.
fn bytes(value: &AMQPValue) -> Option<Bytes> {
    Some(match value {
        AMQPValue::LongString(text) => Bytes::copy_from_slice(text.as_bytes()),
        AMQPValue::ByteArray(bytes) => Bytes::copy_from_slice(bytes.as_slice()),
        AMQPValue::ShortString(text) => Bytes::copy_from_slice(text.as_str().as_bytes()),
        AMQPValue::Boolean(value) => Bytes::from(value.to_string()),
        AMQPValue::Float(value) => Bytes::from(value.to_string()),
        AMQPValue::Double(value) => Bytes::from(value.to_string()),
        AMQPValue::Timestamp(value) => Bytes::from(value.to_string()),
        AMQPValue::DecimalValue(value) => Bytes::from(format!("{}e-{}", value.value, value.scale)),
        AMQPValue::FieldArray(_) | AMQPValue::FieldTable(_) | AMQPValue::Void => return None,
        value => Bytes::from(integer(value)?.to_string()),
    })
}

fn integer(value: &AMQPValue) -> Option<i64> {
    Some(match value {
        AMQPValue::ShortShortInt(value) => (*value).into(),
        AMQPValue::ShortShortUInt(value) => (*value).into(),
        AMQPValue::ShortInt(value) => (*value).into(),
        AMQPValue::ShortUInt(value) => (*value).into(),
        AMQPValue::LongInt(value) => (*value).into(),
        AMQPValue::LongUInt(value) => (*value).into(),
        AMQPValue::LongLongInt(value) => *value,
        _ => return None,
    })
}

/// How often the broker counts that the message came back. A first delivery shows what the
/// publisher claims, so it is believed of a redelivered message only, and no more than the second count.
fn delivery_count(table: &FieldTable, redelivered: bool) -> Option<u32> {
    let count = |name: &str| {
        let count = integer(table.inner().get(name)?)?;
        Some(u32::try_from(count.max(0)).unwrap_or(u32::MAX))
    };
    let counted = redelivered.then(|| count("x-delivery-count"))??;
    Some(count("x-acquired-count").map_or(counted, |acquired| counted.min(acquired)))
}

/// A short string of a text within the limits.
pub(crate) fn short(text: &str) -> ShortString {
    ShortString::try_new(text).unwrap_or_default()
}

fn long(value: &[u8]) -> AMQPValue {
    AMQPValue::LongString(LongString::from(value))
}

fn text(short: &ShortString) -> Text {
    Text::from(short.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::wire::{ByteArray, DecimalValue};

    fn incoming(properties: BasicProperties) -> Incoming {
        Incoming {
            tag: 1,
            exchange: short("x"),
            routing_key: short("k"),
            redelivered: true,
            properties,
            body: b"body".to_vec(),
        }
    }

    #[test]
    fn everything_that_is_sent_comes_back() {
        let mut message = OutboundMessage::new("x", "k", "body").with_message_id("id");
        message.partition_key = Some("user-1".into());
        let properties = &mut message.properties;
        properties.correlation_id = Some("correlation".into());
        properties.message_type = Some("UserRegistered.v1".into());
        properties.source = Some("UserService".into());
        properties.timestamp = Some(1_700_000_000);
        properties.content_type = Some("application/json".into());
        properties.content_encoding = Some("UTF-8".into());
        properties.priority = Some(3);
        properties.reply_to = Some("answers".into());
        message.headers.append("a", "1");
        message.headers.append("b", vec![0xff, 0x00]);
        message.headers.append("b", "second");

        let encoded = encode(&message);
        assert_eq!(*encoded.delivery_mode(), Some(PERSISTENT));
        let decoded = decode(incoming(encoded));
        assert_eq!(decoded.properties, message.properties);
        assert_eq!(decoded.headers, message.headers);
        assert_eq!(decoded.partition_key, message.partition_key);
        assert_eq!(decoded.body, message.body);
    }

    #[test]
    fn headers_of_every_type_are_read_or_left_out() {
        let mut table = FieldTable::default();
        for (name, value) in [
            ("bool", AMQPValue::Boolean(true)),
            ("i8", AMQPValue::ShortShortInt(-1)),
            ("u8", AMQPValue::ShortShortUInt(1)),
            ("i16", AMQPValue::ShortInt(-2)),
            ("u16", AMQPValue::ShortUInt(2)),
            ("i32", AMQPValue::LongInt(-3)),
            ("u32", AMQPValue::LongUInt(3)),
            ("i64", AMQPValue::LongLongInt(-4)),
            ("f32", AMQPValue::Float(1.5)),
            ("f64", AMQPValue::Double(-2.5)),
            ("decimal", AMQPValue::DecimalValue(DecimalValue { scale: 2, value: 314 })),
            ("short", AMQPValue::ShortString(short("s"))),
            ("long", long(b"l")),
            ("time", AMQPValue::Timestamp(9)),
            ("bytes", AMQPValue::ByteArray(ByteArray::from(vec![1, 2]))),
            (
                "array",
                AMQPValue::FieldArray(FieldArray::from(vec![long(b"1"), AMQPValue::Void, AMQPValue::LongInt(2)])),
            ),
            ("table", AMQPValue::FieldTable(FieldTable::default())),
            ("void", AMQPValue::Void),
            ("x-death", AMQPValue::FieldArray(FieldArray::default())),
            ("x-delivery-count", AMQPValue::LongLongInt(7)),
            ("x-acquired-count", AMQPValue::LongLongInt(5)),
            ("CC", AMQPValue::FieldArray(FieldArray::from(vec![long(b"queue")]))),
            (PARTITION_KEY_HEADER, AMQPValue::LongInt(42)),
        ] {
            table.insert(short(name), value);
        }
        let decoded = decode(incoming(BasicProperties::default().with_headers(table)));
        let shown: Vec<_> =
            decoded.headers.iter().map(|(name, value)| (name, String::from_utf8_lossy(value).into_owned())).collect();
        let expected = [
            ("array", "1"),
            ("array", "2"),
            ("bool", "true"),
            ("bytes", "\u{1}\u{2}"),
            ("decimal", "314e-2"),
            ("f32", "1.5"),
            ("f64", "-2.5"),
            ("i16", "-2"),
            ("i32", "-3"),
            ("i64", "-4"),
            ("i8", "-1"),
            ("long", "l"),
            ("short", "s"),
            ("time", "9"),
            ("u16", "2"),
            ("u32", "3"),
            ("u8", "1"),
        ];
        assert_eq!(shown, expected.map(|(name, value)| (name, value.to_owned())));
        assert_eq!(decoded.partition_key, Some("42".into()));
        assert_eq!(decoded.delivery_count, Some(5));
    }

    #[test]
    fn a_count_on_a_first_delivery_is_only_a_claim() {
        let mut table = FieldTable::default();
        table.insert(short("x-delivery-count"), AMQPValue::LongLongInt(19));
        let mut first = incoming(BasicProperties::default().with_headers(table));
        first.redelivered = false;
        assert_eq!(decode(first).delivery_count, None);
    }
}
