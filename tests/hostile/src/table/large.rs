//! Bodies that are deep, long or wide.

use user_events::Reason;
use user_events_core::DecodeErrorKind::{
    EnvelopeVersion, Missing, Refused, Shape, Syntax, TooDeep, Truncated, Unknown,
};

use super::{envelope, payload};
use crate::canary::PAYLOAD;
use crate::{Expected, Fault, Place, Row};

const DEEP: usize = 100_000;
const LONG: usize = 10_000_000;
const WIDE: usize = 100_000;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = deep();
    rows.extend(long());
    rows.extend(wide());
    rows
}

fn lists(depth: usize) -> String {
    "[".repeat(depth) + "1" + &"]".repeat(depth)
}

fn objects(name: &str, depth: usize) -> String {
    format!(r#"{{"{name}":"#).repeat(depth) + "null" + &"}".repeat(depth)
}

fn mixed(depth: usize) -> String {
    r#"[{"CanaryPayload":"#.repeat(depth / 2) + "1" + &"}]".repeat(depth / 2)
}

fn too_deep(name: &str, body: String) -> Row {
    Row::new(name, body, Expected::Undecodable(Fault { kind: TooDeep, place: Place::Somewhere }))
}

fn deep() -> Vec<Row> {
    let in_payload = |field: &str, value: &str| payload(&format!(r#""{field}":{value}"#));
    let in_envelope = |field: &str, value: &str| envelope(&format!(r#""{field}":{value}"#));
    let any = |value: &str| format!(r#"{{"payload":{{"any":{value}}}}}"#);
    vec![
        too_deep("lists in a value of any type", any(&lists(DEEP))),
        too_deep("objects in a value of any type", any(&objects("CanaryPayload", DEEP))),
        too_deep("lists and objects in a value of any type", any(&mixed(DEEP))),
        too_deep("a type that nests in itself", in_payload("tree", &objects("child", DEEP))),
        too_deep("a part that is buffered", in_payload("untagged", &objects("child", DEEP))),
        too_deep("a flattened part", in_payload("flat", &format!(r#"{{"known":1,"x":{}}}"#, lists(DEEP)))),
        too_deep("content beside an inner tag", in_payload("internal", &format!(r#"{{"x":{}}}"#, lists(DEEP)))),
        Row::wrong("lists for a number", in_payload("small", &lists(DEEP)), Shape, "payload.small"),
        Row::wrong("lists for a text", in_payload("text", &lists(DEEP)), Shape, "payload.text"),
        Row::wrong("lists as the payload", format!(r#"{{"payload":{}}}"#, lists(DEEP)), Shape, "payload[0]"),
        Row::wrong("lists as an id", in_envelope("messageId", &lists(DEEP)), Shape, "messageId"),
        Row::wrong(
            "lists as a version",
            in_envelope("envelopeVersion", &lists(DEEP)),
            EnvelopeVersion,
            "envelopeVersion",
        ),
        Row::wrong("lists as the body", lists(DEEP), Shape, ""),
        Row::wrong("opening brackets alone", "[".repeat(DEEP), Shape, ""),
        Row::wrong("objects as the body", objects("CanaryPayload", DEEP), Missing, "payload"),
        Row::wrong("opening braces alone", r#"{"CanaryPayload":"#.repeat(DEEP), Truncated, "*"),
        Row::wrong("a deep body without a type", mixed(DEEP), Shape, "").untyped(),
        Row::new("payloads in payloads", objects("payload", DEEP), Expected::Letter(Reason::NoType)).untyped(),
        Row::handled("lists in a field that nobody asks for", in_envelope("unknown", &lists(DEEP))),
        Row::handled("objects in a field that nobody asks for", in_payload("unknown", &objects("CanaryPayload", DEEP))),
        Row::handled("lists as a time", in_envelope("timestamp", &lists(DEEP))),
        Row::handled("just deep enough", any(&lists(125))),
        too_deep("just too deep", any(&lists(126))),
    ]
}

fn long() -> Vec<Row> {
    let long = "CanaryPayload".repeat(LONG / PAYLOAD.len());
    let million = "CanaryPayload".repeat(1_000_000 / PAYLOAD.len());
    let id = "m-1".repeat(LONG / 3);
    let digits = "41114111".repeat(10_000 / 8);
    let in_payload = |fields: String| payload(&fields);
    vec![
        Row::handled("ten million bytes of text", in_payload(format!(r#""text":"{long}""#))),
        Row::handled("ten million bytes of id", envelope(&format!(r#""messageId":"{id}""#))),
        Row::wrong(
            "ten million bytes for a number",
            in_payload(format!(r#""small":"{long}""#)),
            Shape,
            "payload.small",
        ),
        Row::wrong(
            "ten million bytes without an end",
            format!(r#"{{"payload":{{"text":"{long}"#),
            Truncated,
            "payload.text",
        ),
        Row::wrong("ten million bytes of words", long, Syntax, ""),
        Row::handled("a million bytes of escapes", in_payload(format!(r#""text":"{}""#, r"\u0043".repeat(160_000)))),
        Row::handled("a million bytes that nobody asks for", in_payload(format!(r#""unknown":"{million}""#))),
        Row::handled("a million spaces", format!(r#"{{{}"payload":{{}}}}"#, " ".repeat(1_000_000))),
        Row::wrong(
            "a million bytes for a variant",
            in_payload(format!(r#""external":"{million}""#)),
            Unknown,
            "payload.external",
        ),
        Row::wrong(
            "a million bytes of version",
            envelope(&format!(r#""envelopeVersion":"{million}""#)),
            EnvelopeVersion,
            "envelopeVersion",
        ),
        Row::new(
            "a million bytes of type alone",
            envelope(&format!(r#""messageType":"{}""#, &id[..1_000_000])),
            Expected::Letter(Reason::UnknownType),
        )
        .untyped(),
        Row::wrong(
            "ten thousand digits for an integer",
            in_payload(format!(r#""large":{digits}"#)),
            Refused,
            "payload.large",
        ),
        Row::wrong(
            "ten thousand digits for 128 bits",
            in_payload(format!(r#""huge":{digits}"#)),
            Refused,
            "payload.huge",
        ),
        Row::wrong(
            "ten thousand digits for a float",
            in_payload(format!(r#""float":{digits}"#)),
            Refused,
            "payload.float",
        ),
        Row::wrong(
            "ten thousand digits for an id",
            envelope(&format!(r#""messageId":{digits}"#)),
            Refused,
            "messageId",
        ),
        Row::handled("ten thousand digits behind the point", in_payload(format!(r#""float":0.{digits}"#))),
        Row::handled("ten thousand digits that nobody asks for", in_payload(format!(r#""unknown":{digits}"#))),
    ]
}

fn wide() -> Vec<Row> {
    let keys = |start: &str| (0..WIDE).map(|key| format!(r#""{start}{key}":1"#)).collect::<Vec<_>>().join(",");
    let key = "k".repeat(1_000_000);
    let in_payload = |fields: String| payload(&fields);
    vec![
        Row::handled("100,000 keys in a map", in_payload(format!(r#""labels":{{{}}}"#, keys("k")))),
        Row::handled("100,000 keys in a flattened part", in_payload(format!(r#""flat":{{"known":1,{}}}"#, keys("k")))),
        Row::handled("100,000 fields that nobody asks for", in_payload(keys("k"))),
        Row::handled("100,000 fields in the envelope", envelope(&keys("k"))),
        Row::handled("100,000 items", in_payload(format!(r#""list":[{}]"#, vec![r#"{"amount":1}"#; WIDE].join(",")))),
        Row::handled(
            "the same key 100,000 times",
            in_payload(format!(r#""labels":{{{}}}"#, vec![r#""k":1"#; WIDE].join(","))),
        ),
        Row::wrong(
            "100,000 keys that are no numbers",
            in_payload(format!(r#""byNumber":{{{}}}"#, keys("k"))),
            Refused,
            "payload.byNumber",
        ),
        Row::wrong(
            "the last of 100,000 items",
            in_payload(format!(r#""list":[{}{{}}]"#, r#"{"amount":1},"#.repeat(WIDE))),
            Missing,
            "payload.list[100000].amount",
        ),
        Row::handled("a million bytes of key", in_payload(format!(r#""labels":{{"{key}":1}}"#))),
        Row::handled("a million bytes of name", envelope(&format!(r#""{key}":1"#))),
        Row::wrong(
            "a million bytes of name too many",
            in_payload(format!(r#""strict":{{"{key}":1}}"#)),
            Unknown,
            "payload.strict.*",
        ),
        Row::wrong(
            "a million bytes of number",
            in_payload(format!(r#""byNumber":{{"{}":"x"}}"#, "4".repeat(1_000_000))),
            Refused,
            "payload.byNumber",
        ),
    ]
}
