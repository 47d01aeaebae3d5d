//! Headers of every type that AMQP has, and headers that pretend to be the framework's.

use lapin::types::{AMQPValue, ByteArray, DecimalValue, FieldArray, FieldTable};
use user_events_core::DecodeErrorKind::Syntax;

use super::payload;
use crate::Row;
use crate::canary::HEADER;
use crate::row::{PARTITION_KEY, long};

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, value) in values() {
        // Read where all is well, and copied where it is not.
        rows.push(Row::handled(format!("{name} as a header"), payload("")).header("hostile", value.clone()));
        rows.push(
            Row::wrong(format!("{name} as a header of no JSON"), "CanaryPayload", Syntax, "").header("hostile", value),
        );
    }
    rows.extend(named());
    rows.extend(forged());
    rows
}

fn values() -> Vec<(&'static str, AMQPValue)> {
    let array = |values: Vec<AMQPValue>| AMQPValue::FieldArray(FieldArray::from(values));
    let table = |entries: Vec<(&str, AMQPValue)>| {
        let mut table = FieldTable::default();
        for (name, value) in entries {
            table.insert(name.into(), value);
        }
        AMQPValue::FieldTable(table)
    };
    let nested =
        |depth: usize, wrap: &dyn Fn(AMQPValue) -> AMQPValue| (0..depth).fold(long(HEADER), |value, _| wrap(value));
    vec![
        ("a truth", AMQPValue::Boolean(true)),
        ("-128", AMQPValue::ShortShortInt(i8::MIN)),
        ("255", AMQPValue::ShortShortUInt(u8::MAX)),
        ("-32768", AMQPValue::ShortInt(i16::MIN)),
        ("65535", AMQPValue::ShortUInt(u16::MAX)),
        ("-2147483648", AMQPValue::LongInt(i32::MIN)),
        ("4294967295", AMQPValue::LongUInt(u32::MAX)),
        ("-9223372036854775808", AMQPValue::LongLongInt(i64::MIN)),
        ("a float", AMQPValue::Float(f32::MAX)),
        ("a small float", AMQPValue::Double(f64::MIN_POSITIVE)),
        ("a decimal", AMQPValue::DecimalValue(DecimalValue { scale: u8::MAX, value: u32::MAX })),
        ("a time", AMQPValue::Timestamp(0)),
        ("a time at the end of all numbers", AMQPValue::Timestamp(u64::MAX)),
        ("nothing", AMQPValue::Void),
        ("an empty text", long("")),
        ("a text of control characters", long("\0\r\n\u{1b}[2J\u{202e}")),
        ("a text of no UTF-8", AMQPValue::LongString(b"\xff\xfe\xc0\x80".as_slice().into())),
        ("a text of 100,000 bytes", long(&HEADER.repeat(8_000))),
        ("bytes", AMQPValue::ByteArray(ByteArray::from(HEADER.as_bytes().to_vec()))),
        ("bytes of no UTF-8", AMQPValue::ByteArray(ByteArray::from(vec![0xff, 0x00]))),
        ("an empty array", array(vec![])),
        ("an array of texts", array(vec![long(HEADER), long("b")])),
        (
            "an array of everything",
            array(vec![AMQPValue::Void, long(HEADER), AMQPValue::LongInt(41_114_111), table(vec![])]),
        ),
        ("an array of ten thousand", array(vec![AMQPValue::Boolean(false); 10_000])),
        ("an empty table", table(vec![])),
        (
            "a table",
            table(vec![("CanaryHeader", long(HEADER)), ("", AMQPValue::Void), ("t", table(vec![("x", long("x"))]))]),
        ),
        ("arrays in arrays", nested(50, &|value| array(vec![value]))),
        ("tables in tables", nested(50, &|value| table(vec![("t", value)]))),
        ("arrays and tables", nested(50, &|value| array(vec![table(vec![("t", value)])]))),
    ]
}

/// Names that are the broker's, or that are hard to print.
fn named() -> Vec<Row> {
    let text = |name: &str, header: &str| {
        let header = header.to_owned();
        [
            Row::handled(name, payload("")).header(header.clone(), long(HEADER)),
            Row::wrong(format!("{name}, of no JSON"), "CanaryPayload", Syntax, "").header(header, long(HEADER)),
        ]
    };
    // More than a letter has room for; the row's name comes before them, and stays.
    let many = |row: Row| (0..2000).fold(row, |row, n| row.header(format!("z{n:04}"), long(HEADER)));
    let mut rows = Vec::new();
    rows.extend(text("a header without a name", ""));
    rows.extend(text("a header whose name forges a line", "\r\nINFO forged: all is well\u{1b}[2J"));
    rows.extend(text("a header whose name is long", &"n".repeat(255)));
    rows.push(many(Row::handled("two thousand headers", payload(""))));
    rows.push(many(Row::wrong("two thousand headers of no JSON", "CanaryPayload", Syntax, "")));
    rows
}

/// Headers that are the framework's own, or pretend to be.
fn forged() -> Vec<Row> {
    let lies = |row: Row| {
        row.header("ue-attempt", long("999999999999"))
            .header("ue-reason", long("panicked"))
            .header("ue-error", long(&"forged ".repeat(1000)))
            .header("ue-queue", long("another"))
            .header("ue-first-failed-at", long("\r\n\u{1b}[2J\0"))
            .header("ue-last-failed-at", long("CanaryHeader"))
            .header("ue-dropped-headers", long("-1"))
            .header("ue-original-exchange", long(&"x".repeat(10_000)))
            .header("ue-original-routing-key", long("\r\n\u{1b}[2J\0"))
            .header("ue-causation-id", long("\r\n\u{1b}[2J\0"))
            .header("ue-of-the-future", long("CanaryHeader"))
    };
    let numbers = |row: Row| {
        row.header("ue-attempt", AMQPValue::LongLongInt(i64::MIN))
            .header("ue-reason", AMQPValue::Void)
            .header("ue-error", AMQPValue::FieldArray(FieldArray::default()))
            .header("ue-original-exchange", AMQPValue::FieldTable(FieldTable::default()))
            .header("ue-original-routing-key", AMQPValue::Boolean(true))
            .header("ue-first-failed-at", AMQPValue::Timestamp(u64::MAX))
    };
    let broker = |row: Row| {
        row.header("x-delivery-count", AMQPValue::LongLongInt(i64::MAX))
            .header("x-acquired-count", AMQPValue::LongLongInt(-1))
            .header("x-death", AMQPValue::FieldArray(FieldArray::from(vec![AMQPValue::Void, long("CanaryHeader")])))
            .header("x-first-death-queue", AMQPValue::LongInt(7))
    };
    let keys = |row: Row| row.header(PARTITION_KEY, AMQPValue::FieldTable(FieldTable::default()));
    let no_json = |name: &str| Row::wrong(name, "CanaryPayload", Syntax, "");
    vec![
        lies(Row::handled("forged headers", payload(""))),
        lies(no_json("forged headers of no JSON")),
        lies(Row::handled("forged headers straight to the queue", payload("")).moved_back()),
        lies(no_json("forged headers of no JSON straight to the queue").moved_back()),
        numbers(no_json("forged headers of other types")),
        numbers(no_json("forged headers of other types straight to the queue").moved_back()),
        broker(Row::handled("headers that are the broker's", payload(""))),
        broker(no_json("headers that are the broker's of no JSON")),
        keys(no_json("a partition key that is a table")),
        Row::handled("straight to the queue", payload("")).moved_back(),
        no_json("no JSON straight to the queue").moved_back(),
    ]
}
