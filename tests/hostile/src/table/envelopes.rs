//! Envelopes whose fields are not what an envelope has.

use user_events::Reason;
use user_events_core::DecodeErrorKind::{self, Duplicate, EnvelopeVersion, Missing, Refused, Shape, Syntax};

use super::{envelope, wrong};
use crate::{Expected, Row};

/// Ids that would forge a line of the log or drive a terminal, as JSON writes them.
pub(super) const NASTY: [(&str, &str); 7] = [
    ("a NUL", r"m\u0000-1"),
    ("line breaks", r"m-1\r\n2023-10-28T12:05:00Z  INFO forged: all is well"),
    ("a terminal's escape sequences", r"\u001b[2J\u001b]0;title\u0007\u009b31m"),
    ("marks that turn the direction", r"\u202em-1\u2066\u200f"),
    ("marks that are not seen", r"m\u200b-\ufeff1\u2060"),
    ("other separators of lines", r"m-1\u0085\u2028\u2029"),
    ("quotes and backslashes", r#"\"m-1\" error=\\none"#),
];

/// Name, fields of the envelope, what is wrong, and where.
const WRONG: &[(&str, &str, DecodeErrorKind, &str)] = &[
    ("major version 2", r#""envelopeVersion":"2.0""#, EnvelopeVersion, "envelopeVersion"),
    ("major version 0", r#""envelopeVersion":"0.9""#, EnvelopeVersion, "envelopeVersion"),
    ("major version 10", r#""envelopeVersion":"10.0""#, EnvelopeVersion, "envelopeVersion"),
    ("no digits in a version", r#""envelopeVersion":"CanaryPayload""#, EnvelopeVersion, "envelopeVersion"),
    ("an empty version", r#""envelopeVersion":"""#, EnvelopeVersion, "envelopeVersion"),
    ("a version behind a space", r#""envelopeVersion":" 1.0""#, EnvelopeVersion, "envelopeVersion"),
    ("a version with a leading zero", r#""envelopeVersion":"01""#, EnvelopeVersion, "envelopeVersion"),
    ("a version as a number", r#""envelopeVersion":2"#, EnvelopeVersion, "envelopeVersion"),
    ("a negative version", r#""envelopeVersion":-1"#, EnvelopeVersion, "envelopeVersion"),
    ("a version beyond all numbers", r#""envelopeVersion":1e999999"#, EnvelopeVersion, "envelopeVersion"),
    ("a version as a list", r#""envelopeVersion":["1.0"]"#, EnvelopeVersion, "envelopeVersion"),
    ("a version as an object", r#""envelopeVersion":{"major":1}"#, EnvelopeVersion, "envelopeVersion"),
    ("a version as a truth", r#""envelopeVersion":true"#, EnvelopeVersion, "envelopeVersion"),
    (
        "another version behind the payload",
        r#""payload":{},"envelopeVersion":"2.0","x":1"#,
        EnvelopeVersion,
        "envelopeVersion",
    ),
    ("an id as an object", r#""messageId":{"CanaryPayload":1}"#, Shape, "messageId"),
    ("an id as a list", r#""messageId":["CanaryPayload"]"#, Shape, "messageId"),
    ("an id as a truth", r#""messageId":true"#, Shape, "messageId"),
    ("an id as a fraction", r#""messageId":41114111.5"#, Shape, "messageId"),
    ("an id beyond 64 bits", r#""messageId":41114111411141114111411141114111"#, Shape, "messageId"),
    ("an id that is half a surrogate pair", r#""messageId":"\ud800""#, Refused, "messageId"),
    ("an id with a raw line break", "\"messageId\":\"m\n1\"", Syntax, "messageId"),
    ("a type as a list", r#""messageType":["Everything.v1"]"#, Shape, "messageType"),
    ("a type as an object", r#""messageType":{"name":"Everything.v1"}"#, Shape, "messageType"),
    ("a source as an object", r#""sourceService":{"name":"CanaryPayload"}"#, Shape, "sourceService"),
    ("a source as a truth", r#""sourceService":false"#, Shape, "sourceService"),
    ("a correlation id as an object", r#""correlationId":{"id":"CanaryPayload"}"#, Shape, "correlationId"),
    ("a correlation id as a list", r#""correlationId":["CanaryPayload"]"#, Shape, "correlationId"),
    ("a partition key as an object", r#""partitionKey":{"CanaryKey":1}"#, Shape, "partitionKey"),
    ("a partition key as a list", r#""partitionKey":["CanaryKey"]"#, Shape, "partitionKey"),
    ("two ids", r#""messageId":"m-1","messageId":"m-2""#, Duplicate, "messageId"),
    ("two types", r#""messageType":"Everything.v1","messageType":"Good.v1""#, Duplicate, "messageType"),
    ("two versions", r#""envelopeVersion":"1.0","envelopeVersion":"1.0""#, Duplicate, "envelopeVersion"),
    ("two times", r#""timestamp":null,"timestamp":1"#, Duplicate, "timestamp"),
    ("two sources", r#""sourceService":"a","sourceService":"b""#, Duplicate, "sourceService"),
    ("two correlation ids", r#""correlationId":"a","correlationId":"b""#, Duplicate, "correlationId"),
    ("two partition keys", r#""partitionKey":"CanaryKey","partitionKey":"b""#, Duplicate, "partitionKey"),
    ("two payloads", r#""payload":{}"#, Duplicate, "payload"),
];

/// What only looks hostile: an envelope may leave out everything but its payload, and have more.
const HANDLED: &[(&str, &str)] = &[
    ("nothing but a payload", ""),
    (
        "null in every field",
        r#""messageId":null,"messageType":null,"envelopeVersion":null,"timestamp":null,
"sourceService":null,"correlationId":null,"partitionKey":null"#,
    ),
    (
        "empty texts in every field",
        r#""messageId":"","messageType":"","timestamp":"","sourceService":"","correlationId":"","partitionKey":"""#,
    ),
    ("an id as a number", r#""messageId":-9223372036854775808,"correlationId":18446744073709551615"#),
    ("minor version 9", r#""envelopeVersion":"1.9""#),
    ("a version of many parts", r#""envelopeVersion":"1.0.0-rc.1""#),
    ("a version as the number 1", r#""envelopeVersion":1"#),
    ("a version as the number 1e0", r#""envelopeVersion":1e0"#),
    ("a time that is words", r#""timestamp":"CanaryPayload""#),
    ("a time in the year 999999999", r#""timestamp":"999999999-12-31T23:59:59.999Z""#),
    ("a time before all years", r#""timestamp":"-999999999-01-01T00:00:00Z""#),
    ("a time on no day", r#""timestamp":"2023-02-30T25:61:61Z""#),
    ("a time as a number", r#""timestamp":41114111"#),
    ("a time as a negative number", r#""timestamp":-41114111"#),
    ("a time as a huge number", r#""timestamp":1e308"#),
    ("a time as an object", r#""timestamp":{"seconds":41114111}"#),
    ("a time as a list", r#""timestamp":[41114111]"#),
    ("a time as a truth", r#""timestamp":true"#),
    ("unknown fields", r#""CanaryPayload":{"CanaryPayload":[41114111]},"":null,"\u0000":1"#),
    ("an unknown field twice", r#""unknown":1,"unknown":2"#),
    ("names that differ in case", r#""MessageId":{},"PAYLOAD":7,"payLoad":null"#),
    ("another type than the property's", r#""messageType":"Good.v1""#),
    ("a type that nobody knows, beside the property", r#""messageType":"Nothing.v1""#),
    ("fields that the framework writes", r#""ue-reason":"failed","ue-attempt":41114111"#),
];

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(name, fields, kind, path) in WRONG {
        rows.push(Row::wrong(name, envelope(fields), kind, path));
    }
    rows.extend(HANDLED.iter().map(|&(name, fields)| Row::handled(name, envelope(fields))));
    for (name, id) in NASTY {
        let fields =
            format!(r#""messageId":"{id}","correlationId":"{id}","sourceService":"{id}","messageType":"{id}""#);
        rows.push(Row::handled(format!("{name} in every id"), envelope(&fields)));
    }
    rows.extend(no_payload());
    rows.extend(untyped());
    rows
}

fn no_payload() -> impl Iterator<Item = Row> {
    let missing = wrong(
        Missing,
        [
            ("no payload", r#"{"messageId":"m-1","partitionKey":"CanaryKey"}"#, "payload"),
            ("a payload under another name", r#"{"messageId":"m-1","data":{"text":"CanaryPayload"}}"#, "payload"),
        ],
    );
    missing.chain(wrong(
        Shape,
        [
            ("a payload that is null", r#"{"messageId":"m-1","payload":null}"#, "payload"),
            ("a payload that is a text", r#"{"payload":"CanaryPayload"}"#, "payload"),
            ("a payload that is JSON in a text", r#"{"payload":"{\"text\":\"CanaryPayload\"}"}"#, "payload"),
            ("a payload that is a number", r#"{"payload":41114111}"#, "payload"),
            ("a payload that is a list", r#"{"payload":[{"text":"CanaryPayload"}]}"#, "payload[0]"),
        ],
    ))
}

/// Without the property that names the type: what the body says counts.
fn untyped() -> Vec<Row> {
    let letter = |name: &str, fields: &str, reason| Row::new(name, envelope(fields), Expected::Letter(reason));
    let long = format!(r#""messageType":"{}""#, "Nothing.v1".repeat(1000));
    let mut rows = vec![
        letter("no type anywhere", r#""messageId":"m-1""#, Reason::NoType),
        letter("a type that is null", r#""messageType":null"#, Reason::NoType),
        letter("an empty type", r#""messageType":"""#, Reason::UnknownType),
        letter("a type that nobody knows", r#""messageType":"Nothing.v1""#, Reason::UnknownType),
        letter("a type as a number alone", r#""messageType":4711"#, Reason::UnknownType),
        letter("a type of ten thousand bytes", &long, Reason::UnknownType),
        letter("a type behind a space", r#""messageType":" Everything.v1""#, Reason::UnknownType),
        letter("a type with a NUL behind it", r#""messageType":"Everything.v1\u0000""#, Reason::UnknownType),
        letter("a type in other letters that look alike", r#""messageType":"Еverything.v1""#, Reason::UnknownType),
        letter("a type of another version", r#""messageType":"Everything.v2""#, Reason::UnknownType),
        Row::handled("a type in escapes", envelope(r#""messageType":"\u0045verything\u002ev1""#)),
        Row::wrong("a type as a truth alone", envelope(r#""messageType":true"#), Shape, "messageType"),
        Row::wrong("a type as a list alone", envelope(r#""messageType":[]"#), Shape, "messageType"),
        Row::wrong(
            "a type that is half a surrogate pair",
            envelope(r#""messageType":"\udfff""#),
            Refused,
            "messageType",
        ),
        letter("two types alone", r#""messageType":"x","messageType":"y""#, Reason::UnknownType),
        Row::wrong(
            "two known types alone",
            envelope(r#""messageType":"Everything.v1","messageType":"Everything.v1""#),
            Duplicate,
            "messageType",
        ),
        Row::wrong(
            "a type and another major version",
            envelope(r#""messageType":"Everything.v1","envelopeVersion":"2.0""#),
            EnvelopeVersion,
            "envelopeVersion",
        ),
        Row::wrong("no type, and no JSON", "CanaryPayload", Syntax, ""),
        Row::wrong("no type, and null", "null", Shape, ""),
    ];
    for (name, nasty) in NASTY {
        rows.push(letter(&format!("{name} in a type"), &format!(r#""messageType":"{nasty}""#), Reason::UnknownType));
    }
    rows.into_iter().map(Row::untyped).collect()
}
