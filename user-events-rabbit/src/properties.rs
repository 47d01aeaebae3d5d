//! [`encode`] and [`decode`]: messages, and AMQP's properties and headers.

use std::collections::BTreeMap;
use std::slice;

use bytes::Bytes;
use user_events_core::{Header, Headers, InboundMessage, OutboundMessage, Properties, Text};

use crate::link::Incoming;
use crate::link::wire::{AMQPValue, BasicProperties, FieldArray, FieldTable, LongString, ShortString};
use crate::native::{Native, value_size};

/// The header that carries a message's partition key: what a consistent-hash exchange hashes
/// (`hash-header`).
pub const PARTITION_KEY_HEADER: &str = "ue-partition-key";

/// What the framework's own headers begin with. They are texts, whatever came under their name.
const OWN: &str = "ue-";

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
    if message.headers.entries().len() == 0 && message.partition_key.is_none() {
        return properties;
    }
    properties.with_headers(encode_headers(&message.headers, message.partition_key.as_ref()))
}

fn encode_headers(headers: &Headers, partition_key: Option<&Text>) -> FieldTable {
    let mut table = BTreeMap::new();
    for header in headers.entries() {
        match Native::of(header) {
            Some(value) => add(&mut table, header.name(), value.clone()),
            None => header.values().iter().for_each(|value| add(&mut table, header.name(), long(value))),
        }
    }
    if let Some(key) = partition_key {
        table.insert(short(PARTITION_KEY_HEADER), long(key.as_bytes()));
    }
    table.into()
}

/// Adds a value under a name; a name's second value makes an array of them.
fn add(table: &mut BTreeMap<ShortString, AMQPValue>, name: &str, value: AMQPValue) {
    match table.get_mut(name) {
        None => {
            table.insert(short(name), value);
        }
        Some(AMQPValue::FieldArray(values)) => values.push(value),
        Some(first) => *first = AMQPValue::FieldArray(FieldArray::from(vec![first.clone(), value])),
    }
}

/// No less than what a header takes on the wire.
pub(crate) fn header_size(header: &Header) -> usize {
    match Native::of(header) {
        Some(value) => field_size(header.name(), value_size(value)),
        None => header.values().iter().map(|value| text_size(header.name(), value)).sum(),
    }
}

/// No less than what a header with a text takes on the wire.
pub(crate) fn text_size(name: &str, text: &[u8]) -> usize {
    field_size(name, 4 + text.len())
}

/// Name, type and value, and what the value needs to become the first of an array.
const fn field_size(name: &str, value: usize) -> usize {
    (1 + name.len()) + 1 + value + 5
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

/// A header as the bytes that it is read as, and beside them as it came where they do not say it all.
fn decode_header(headers: &mut Headers, name: &str, value: &AMQPValue) {
    let values = match value {
        AMQPValue::FieldArray(values) => values.as_slice(),
        value => slice::from_ref(value),
    };
    let shown = values.iter().filter_map(bytes);
    if name.starts_with(OWN) || is_said_by_bytes(value) {
        shown.for_each(|value| headers.append(name, value));
    } else {
        headers.push(Native::header(name, value.clone(), shown));
    }
}

/// Whether the bytes that are shown are written as this value again.
fn is_said_by_bytes(value: &AMQPValue) -> bool {
    let is_text = |value: &AMQPValue| matches!(value, AMQPValue::LongString(_) | AMQPValue::ShortString(_));
    match value {
        AMQPValue::FieldArray(values) => values.as_slice().len() > 1 && values.as_slice().iter().all(is_text),
        value => is_text(value),
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

    /// A header of each type, named by it, and some more; beside each what its value takes on the wire.
    fn every_type() -> Vec<(&'static str, AMQPValue, usize)> {
        let array = |values: &[AMQPValue]| AMQPValue::FieldArray(FieldArray::from(values.to_vec()));
        let mut table = FieldTable::default();
        table.insert(short("inner"), AMQPValue::Double(0.5)).insert(short("void"), AMQPValue::Void);
        vec![
            ("array", array(&[long(b"1"), AMQPValue::Void, AMQPValue::LongInt(2)]), 4 + (1 + 5) + 1 + (1 + 4)),
            ("array of one", array(&[long(b"1")]), 4 + (1 + 5)),
            ("array of texts", array(&[long(b"1"), long(b"2")]), 4 + (1 + 5) + (1 + 5)),
            ("bool", AMQPValue::Boolean(true), 1),
            ("bytes", AMQPValue::ByteArray(ByteArray::from(vec![1, 2])), 4 + 2),
            ("decimal", AMQPValue::DecimalValue(DecimalValue { scale: 2, value: 314 }), 5),
            ("empty array", array(&[]), 4),
            ("f32", AMQPValue::Float(1.5), 4),
            ("f64", AMQPValue::Double(-2.5), 8),
            ("i16", AMQPValue::ShortInt(-2), 2),
            ("i32", AMQPValue::LongInt(-3), 4),
            ("i64", AMQPValue::LongLongInt(-4), 8),
            ("i8", AMQPValue::ShortShortInt(-1), 1),
            ("long", long(b"l"), 4 + 1),
            ("nested arrays", array(&[array(&[AMQPValue::Boolean(false)])]), 4 + 1 + 4 + 2),
            ("table", AMQPValue::FieldTable(table), 4 + (1 + 5 + 1 + 8) + (1 + 4 + 1)),
            ("time", AMQPValue::Timestamp(9), 8),
            ("u16", AMQPValue::ShortUInt(2), 2),
            ("u32", AMQPValue::LongUInt(3), 4),
            ("u8", AMQPValue::ShortShortUInt(1), 1),
            ("void", AMQPValue::Void, 0),
        ]
    }

    fn decoded<'v>(headers: impl IntoIterator<Item = (&'v str, AMQPValue)>) -> InboundMessage {
        let table: BTreeMap<_, _> = headers.into_iter().map(|(name, value)| (short(name), value)).collect();
        decode(incoming(BasicProperties::default().with_headers(table.into())))
    }

    fn of_every_type() -> InboundMessage {
        decoded(every_type().into_iter().map(|(name, value, _)| (name, value)))
    }

    fn encoded(headers: Headers) -> BTreeMap<ShortString, AMQPValue> {
        encode_headers(&headers, None).inner().clone()
    }

    #[test]
    fn headers_of_every_type_are_read_as_bytes_or_show_none() {
        let message = of_every_type();
        let shown: Vec<_> =
            message.headers.iter().map(|(name, value)| (name, String::from_utf8_lossy(value).into_owned())).collect();
        let expected = [
            ("array", "1"),
            ("array", "2"),
            ("array of one", "1"),
            ("array of texts", "1"),
            ("array of texts", "2"),
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
            ("time", "9"),
            ("u16", "2"),
            ("u32", "3"),
            ("u8", "1"),
        ];
        assert_eq!(shown, expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn headers_of_every_type_are_written_again_as_they_came() {
        let expected: BTreeMap<_, _> = every_type().into_iter().map(|(name, value, _)| (short(name), value)).collect();
        assert_eq!(encoded(of_every_type().headers), expected);
    }

    #[test]
    fn a_header_that_was_changed_is_written_as_the_text_it_was_set_to() {
        let mut headers = of_every_type().headers;
        headers.set("i32", "-3");
        headers.set("table", "text");
        headers.remove("bool");
        headers.remove("void");
        headers.append("i8", "more");
        headers.append("array of one", "more");
        let written = encoded(headers);
        assert_eq!(written.get("i32"), Some(&long(b"-3")));
        assert_eq!(written.get("table"), Some(&long(b"text")));
        assert_eq!((written.get("bool"), written.get("void")), (None, None));
        let array = |first| Some(AMQPValue::FieldArray(FieldArray::from(vec![first, long(b"more")])));
        assert_eq!(written.get("i8"), array(AMQPValue::ShortShortInt(-1)).as_ref());
        assert_eq!(written.get("array of one"), array(long(b"1")).as_ref());
        assert_eq!(written.get("i64"), Some(&AMQPValue::LongLongInt(-4)));
    }

    #[test]
    fn the_framework_s_own_headers_are_texts_whatever_came() {
        let message = decoded([
            ("ue-attempt", AMQPValue::LongInt(3)),
            ("ue-queue", AMQPValue::FieldTable(FieldTable::default())),
            (PARTITION_KEY_HEADER, AMQPValue::LongInt(42)),
        ]);
        assert_eq!(encoded(message.headers), [(short("ue-attempt"), long(b"3"))].into());
        assert_eq!(message.partition_key, Some("42".into()));
    }

    #[test]
    fn the_broker_s_own_headers_are_not_shown_and_others_with_x_are() {
        let message = decoded([
            ("x-death", AMQPValue::FieldArray(FieldArray::default())),
            ("x-delivery-count", AMQPValue::LongLongInt(7)),
            ("x-acquired-count", AMQPValue::LongLongInt(5)),
            ("CC", AMQPValue::FieldArray(FieldArray::from(vec![long(b"queue")]))),
            ("x-request-id", long(b"r-1")),
            ("x-retry-count", AMQPValue::LongInt(2)),
        ]);
        assert_eq!(message.delivery_count, Some(5));
        let expected = [(short("x-request-id"), long(b"r-1")), (short("x-retry-count"), AMQPValue::LongInt(2))];
        assert_eq!(encoded(message.headers), expected.into());
    }

    #[test]
    fn a_native_value_of_another_transport_is_written_as_what_it_shows() {
        let mut headers = Headers::new();
        headers.push(Header::with_native("other", 7_u8, 1, ["7".into(), "seven".into()]));
        headers.push(Header::with_native("hidden", 7_u8, 1, []));
        let array = AMQPValue::FieldArray(FieldArray::from(vec![long(b"7"), long(b"seven")]));
        assert_eq!(encoded(headers), [(short("other"), array)].into());
    }

    #[test]
    fn the_client_library_s_types_are_nothing_that_others_read_or_write() {
        let of_others = Header::with_native("n", AMQPValue::LongInt(7), 0, ["seven".into()]);
        assert_eq!(header_size(&of_others), text_size("n", b"seven"));
        let mut headers = Headers::new();
        headers.push(of_others);
        assert_eq!(encoded(headers), [(short("n"), long(b"seven"))].into());
        assert!(of_every_type().headers.entries().all(|header| header.native::<AMQPValue>().is_none()));
    }

    #[test]
    fn a_header_counts_for_what_it_takes_on_the_wire() {
        for (name, value, size) in every_type() {
            assert_eq!(value_size(&value), size, "{name}");
            let message = decoded([(name, value)]);
            let counted: usize = message.headers.entries().map(header_size).sum();
            assert!(counted > 1 + name.len() + 1 + size, "{name}");
        }
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
