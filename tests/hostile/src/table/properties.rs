//! Properties that do not describe the message, or that nobody should print.

use bytes::Bytes;
use user_events::Reason;
use user_events_core::DecodeErrorKind::{self, ContentEncoding, ContentType, Syntax};

use super::bodies::GZIP;
use super::envelopes::NASTY;
use super::payload;
use crate::{Expected, Fault, Place, Row};

pub(super) fn rows() -> Vec<Row> {
    let mut rows = types();
    rows.extend(content());
    rows.extend(ids());
    rows
}

fn types() -> Vec<Row> {
    let typed = |name: &str, message_type: &str, expected| {
        let message_type = message_type.to_owned();
        Row::new(name, payload(""), expected)
            .with(move |properties| properties.message_type = Some(message_type.into()))
    };
    let unknown = |name: &str, message_type: &str| typed(name, message_type, Expected::Letter(Reason::UnknownType));
    vec![
        unknown("an empty type property", ""),
        unknown("a type property that nobody knows", "Nothing.v1"),
        unknown("a type property of another version", "Everything.v2"),
        unknown("a type property in another case", "everything.v1"),
        unknown("a type property with a NUL behind it", "Everything.v1\0"),
        unknown("a type property of 255 bytes", &"x".repeat(255)),
        unknown("a type property that forges a line", "\r\n2023-10-28T12:05:00Z  INFO forged: all is well"),
        unknown("a type property that drives a terminal", "\u{1b}[2J\u{9b}31m\u{7}"),
        typed(
            "a type property of another event",
            "Good.v1",
            Expected::Undecodable(Fault { kind: DecodeErrorKind::Missing, place: Place::Field("payload.number") }),
        ),
    ]
}

fn content() -> Vec<Row> {
    let typed = |content_type: &str, expected| {
        let owned = content_type.to_owned();
        Row::new(format!("content type `{content_type}`"), payload(""), expected)
            .with(move |properties| properties.content_type = Some(owned.into()))
    };
    let encoded = |name: &str, encoding: &str, body: Bytes, expected| {
        let encoding = encoding.to_owned();
        Row::new(name, body, expected).with(move |properties| properties.content_encoding = Some(encoding.into()))
    };
    let refused = |kind, property| Expected::Undecodable(Fault { kind, place: Place::Property(property) });
    let full = || Bytes::from(payload(""));
    let mut rows = Vec::new();
    for content_type in [
        "text/xml",
        "application/json, text/xml",
        "application/x-protobuf",
        "application/json; charset=utf-16",
        "application/json;charset=\"ISO-8859-1\"",
        "application/jsonp",
        "application/json\r\n\u{1b}[2J",
    ] {
        rows.push(typed(content_type, refused(ContentType, "content_type")));
    }
    for content_type in [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/json;charset=\"UTF-8\"",
        // Some clients write it where nobody chose.
        "application/octet-stream",
    ] {
        rows.push(typed(content_type, Expected::Handled));
    }
    rows.extend([
        encoded("gzip", "gzip", Bytes::from_static(&GZIP), refused(ContentEncoding, "content_encoding")),
        encoded("gzip that is none", "gzip", full(), refused(ContentEncoding, "content_encoding")),
        encoded("deflate", "deflate", full(), refused(ContentEncoding, "content_encoding")),
        encoded("UTF-16 as an encoding", "utf-16", full(), refused(ContentEncoding, "content_encoding")),
        encoded(
            "an encoding that forges a line",
            "CanaryHeader\r\n\u{1b}[2J",
            full(),
            refused(ContentEncoding, "content_encoding"),
        ),
        encoded("UTF-8 in lower case", "utf-8", full(), Expected::Handled),
        encoded(
            "UTF-8 that is none",
            "UTF-8",
            Bytes::from_static(b"\x80"),
            Expected::Undecodable(Fault { kind: Syntax, place: Place::Field("") }),
        ),
        Row::handled("no content type and no encoding", full()).with(|properties| {
            properties.content_type = None;
            properties.content_encoding = None;
        }),
    ]);
    rows
}

/// Ids that should not be printed as they are: once where all is well, once where it is not.
fn ids() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, nasty) in NASTY {
        let id: String = serde_json::from_str(&format!("\"{nasty}\"")).unwrap_or_default();
        let with_ids = move |row: Row| {
            row.with(|properties| {
                properties.message_id = Some(id.as_str().into());
                properties.correlation_id = Some(id.as_str().into());
                properties.source = Some(id.as_str().into());
                properties.reply_to = Some(id.as_str().into());
            })
        };
        rows.push(with_ids(Row::handled(format!("{name} in every property"), payload(""))));
        rows.push(with_ids(Row::wrong(format!("{name} in every property of no JSON"), "CanaryPayload", Syntax, "")));
    }
    let long: String = "\u{1b}".repeat(255);
    rows.push(Row::wrong("255 control characters as an id", "CanaryPayload", Syntax, "").with(|properties| {
        properties.message_id = Some(long.as_str().into());
        properties.correlation_id = Some(long.as_str().into());
    }));
    rows.push(Row::handled("an empty id", payload("")).with(|properties| properties.message_id = Some("".into())));
    rows.push(Row::handled("no id", payload("")).with(|properties| properties.message_id = None));
    rows.push(Row::handled("a time at the end of all numbers", payload("")).with(|properties| {
        properties.timestamp = Some(u64::MAX);
        properties.priority = Some(u8::MAX);
    }));
    rows.push(Row::wrong("that time on no JSON", "CanaryPayload", Syntax, "").with(|properties| {
        properties.timestamp = Some(u64::MAX);
        properties.priority = Some(u8::MAX);
    }));
    rows
}
