//! Payloads whose values are not what the event's fields take.

use user_events::Reason;
use user_events_core::DecodeErrorKind::{self, Duplicate, Missing, Refused, Shape, Syntax, Unknown};

use super::payload;
use crate::{Expected, Fault, Place, Row};

/// Name, fields of the payload, what is wrong, and where.
type Wrong = (&'static str, &'static str, DecodeErrorKind, &'static str);

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(name, fields, kind, path) in [SHAPES, NUMBERS, TEXTS, REPEATED].into_iter().flatten() {
        rows.push(Row::wrong(name, payload(fields), kind, path));
    }
    for &(name, fields) in HANDLED {
        rows.push(Row::handled(name, payload(fields)));
    }
    rows.extend(no_utf8());
    rows.push(quoted());
    rows
}

/// Wrong types, and names that are not known.
const SHAPES: &[Wrong] = &[
    ("null for a text", r#""text":null"#, Shape, "payload.text"),
    ("null for a number", r#""small":null"#, Shape, "payload.small"),
    ("null for a list", r#""list":null"#, Shape, "payload.list"),
    ("null in a list", r#""list":[{"amount":1},null]"#, Shape, "payload.list[1]"),
    ("null for a map", r#""labels":null"#, Shape, "payload.labels"),
    ("null in a map", r#""labels":{"CanaryPayload":null}"#, Shape, "payload.labels.*"),
    ("null for a struct", r#""nested":null"#, Shape, "payload.nested"),
    ("null for a time", r#""at":null"#, Shape, "payload.at"),
    ("a number for a text", r#""text":41114111"#, Shape, "payload.text"),
    ("a text for a number", r#""large":"41114111""#, Shape, "payload.large"),
    ("a text for a truth", r#""flag":"CanaryPayload""#, Shape, "payload.flag"),
    ("a number for a truth", r#""flag":1"#, Shape, "payload.flag"),
    ("many characters for one", r#""letter":"CanaryPayload""#, Refused, "payload.letter"),
    ("a text for a struct", r#""nested":"CanaryPayload""#, Shape, "payload.nested"),
    ("an object for a list", r#""list":{"amount":1}"#, Shape, "payload.list"),
    ("a pair of three", r#""pair":[1,"CanaryPayload",2]"#, Shape, "payload.pair"),
    ("a pair of one", r#""pair":[1]"#, Shape, "payload.pair"),
    ("a field missing deep inside", r#""nested":{"inner":{}}"#, Missing, "payload.nested.inner.amount"),
    ("a name too many", r#""strict":{"known":1,"CanaryPayload":1}"#, Unknown, "payload.strict.*"),
    ("a key that is no number", r#""byNumber":{"CanaryPayload":"x"}"#, Refused, "payload.byNumber"),
    ("a key out of range", r#""byNumber":{"41114111":"x"}"#, Refused, "payload.byNumber"),
    ("an unknown variant", r#""external":"CanaryPayload""#, Unknown, "payload.external"),
    ("an unknown variant with content", r#""external":{"CanaryPayload":1}"#, Unknown, "payload.external"),
    ("two variants", r#""external":{"item":{"amount":1},"unit":null}"#, Shape, "payload.external"),
    ("a variant without its content", r#""external":"item""#, Shape, "payload.external"),
    ("a variant with wrong content", r#""external":{"pair":[1,"x"]}"#, Shape, "payload.external.pair[1]"),
    ("a variant that is a number", r#""external":41114111"#, Shape, "payload.external"),
    ("an unknown inner tag", r#""internal":{"kind":"CanaryPayload"}"#, Unknown, "payload.internal.*"),
    ("no inner tag", r#""internal":{"amount":1}"#, Missing, "payload.internal.kind"),
    ("wrong content beside an inner tag", r#""internal":{"kind":"Item","amount":"x"}"#, Shape, "payload.internal"),
    ("an unknown tag", r#""adjacent":{"kind":"CanaryPayload","value":1}"#, Unknown, "payload.adjacent.kind"),
    ("a tag without content", r#""adjacent":{"kind":"Item"}"#, Missing, "payload.adjacent.value"),
    ("nothing that fits a variant", r#""untagged":"CanaryPayload""#, Refused, "payload.untagged"),
    ("wrong beside a flattened part", r#""flat":{"known":"CanaryPayload"}"#, Shape, "payload.flat.*"),
    ("missing beside a flattened part", r#""flat":{"CanaryPayload":1}"#, Missing, "payload.flat.known"),
    ("a time that is none", r#""at":"CanaryPayload""#, Refused, "payload.at"),
    ("a time beyond all years", r#""at":"999999999-01-01T00:00:00.000Z""#, Refused, "payload.at"),
    ("a time that is a number", r#""at":41114111"#, Shape, "payload.at"),
];

/// Numbers beyond their types, and what is no number in JSON.
const NUMBERS: &[Wrong] = &[
    ("256 for eight bits", r#""small":256"#, Refused, "payload.small"),
    ("-1 for eight bits", r#""small":-1"#, Refused, "payload.small"),
    ("1.5 for eight bits", r#""small":1.5"#, Shape, "payload.small"),
    ("1e2 for eight bits", r#""small":1e2"#, Shape, "payload.small"),
    ("-0 for eight bits", r#""small":-0"#, Shape, "payload.small"),
    ("more than 64 bits", r#""large":9223372036854775808"#, Refused, "payload.large"),
    ("less than 64 bits", r#""large":-9223372036854775809"#, Shape, "payload.large"),
    ("more than 128 bits", r#""huge":340282366920938463463374607431768211456"#, Refused, "payload.huge"),
    ("-1 for 128 bits", r#""huge":-1"#, Refused, "payload.huge"),
    ("1e10 for 128 bits", r#""huge":1e10"#, Refused, "payload"),
    ("a huge exponent", r#""float":1e999999"#, Refused, "payload.float"),
    ("a huge negative number", r#""float":-1e999999"#, Refused, "payload.float"),
    ("an exponent beyond counting", r#""float":1e99999999999999999999"#, Refused, "payload.float"),
    ("a huge exponent anywhere", r#""labels":{"x":1e999999}"#, Refused, "payload.labels.*"),
    ("NaN", r#""float":NaN"#, Syntax, "payload.float"),
    ("infinity", r#""float":-Infinity"#, Syntax, "payload.float"),
    ("a leading zero", r#""large":007"#, Syntax, "payload.large"),
    ("a leading plus", r#""large":+7"#, Syntax, "payload.large"),
    ("a hexadecimal number", r#""large":0x2735"#, Syntax, "payload"),
    ("a point without digits", r#""float":7."#, Syntax, "payload.float"),
    ("digits without a number", r#""float":.7"#, Syntax, "payload.float"),
    ("an exponent without digits", r#""float":7e+"#, Syntax, "payload.float"),
    ("a number in Arabic digits", r#""large":٤٢"#, Syntax, "payload.large"),
];

/// Texts that are none.
const TEXTS: &[Wrong] = &[
    ("half a surrogate pair", r#""text":"CanaryPayload\ud800""#, Refused, "payload.text"),
    ("the other half", r#""text":"\udc00CanaryPayload""#, Refused, "payload.text"),
    ("a surrogate pair in reverse", r#""text":"\udc00\ud800""#, Refused, "payload.text"),
    ("half a pair and a letter", r#""text":"\ud800\u0041""#, Refused, "payload.text"),
    ("half a pair in a key", r#""labels":{"\ud800":1}"#, Refused, "payload.labels"),
    ("a raw line break in a text", "\"text\":\"Canary\nPayload\"", Syntax, "payload.text"),
    ("a raw NUL in a text", "\"text\":\"Canary\0Payload\"", Syntax, "payload.text"),
    ("an escape that is none", r#""text":"\x41""#, Syntax, "payload.text"),
    ("an escape without digits", r#""text":"\uCanaryPayload""#, Syntax, "payload.text"),
];

const REPEATED: &[Wrong] = &[
    ("a field twice", r#""text":"CanaryPayload","text":"CanaryPayload""#, Duplicate, "payload.text"),
    ("a field twice, once escaped", r#""text":"x","\u0074ext":"x""#, Duplicate, "payload.text"),
    (
        "a field twice deep inside",
        r#""nested":{"inner":{"amount":1,"amount":2}}"#,
        Duplicate,
        "payload.nested.inner.amount",
    ),
    ("an inner tag twice", r#""internal":{"kind":"Nothing","kind":"Item"}"#, Duplicate, "payload.internal.kind"),
    ("a tag twice", r#""adjacent":{"kind":"Nothing","kind":"Item"}"#, Duplicate, "payload.adjacent.kind"),
    ("a field twice beside a flattened part", r#""flat":{"known":1,"known":2}"#, Duplicate, "payload.flat.known"),
];

/// What only looks hostile: serde reads it, or nobody asks for it.
const HANDLED: &[(&str, &str)] = &[
    ("an option that is null", r#""maybe":null,"tree":{"child":null}"#),
    ("a key twice in a map", r#""labels":{"CanaryPayload":1,"CanaryPayload":2}"#),
    ("a key twice in a value of any type", r#""untagged":1,"unknown":{"x":1,"x":2}"#),
    ("a flattened option with the wrong type", r#""flat":{"known":1,"amount":"CanaryPayload"}"#),
    (
        "the smallest and largest of every type",
        r#""small":255,"large":-9223372036854775808,"huge":340282366920938463463374607431768211455,
"float":1.7976931348623157e308"#,
    ),
    ("a number too small to be told from 0", r#""float":1e-400"#),
    ("-0", r#""float":-0"#),
    ("an exponent that nobody asks for", r#""unknown":1e999999"#),
    ("half a surrogate pair that nobody asks for", r#""unknown":"\ud800""#),
    ("a whole surrogate pair", r#""text":"\ud83e\udd80""#),
    ("an escaped NUL in a text", r#""text":"\u0000""#),
    (
        "every letter escaped",
        r#""\u0074\u0065\u0078\u0074":
"\u0043\u0061\u006e\u0061\u0072\u0079\u0050\u0061\u0079\u006c\u006f\u0061\u0064""#,
    ),
    ("control characters in a text", r#""text":"\u001b]0;CanaryPayload\u0007\u202e\r\n""#),
    (
        "names of fields as values",
        r#""labels":{"payload":1,"messageType":2,"__proto__":3,"$serde_json::private::Number":4}"#,
    ),
];

/// Bytes that are no UTF-8, in a text that is asked for.
fn no_utf8() -> impl Iterator<Item = Row> {
    let rows: [(&str, &[u8]); 6] = [
        ("a byte of no UTF-8", b"\xff"),
        ("Latin-1", b"caf\xe9"),
        ("an overlong NUL", b"\xc0\x80"),
        ("a surrogate in UTF-8", b"\xed\xa0\x80"),
        ("beyond all code points", b"\xf4\x90\x80\x80"),
        ("half a character", b"\xf0\x9f\xa6"),
    ];
    rows.into_iter().flat_map(|(name, bytes)| {
        let body = |fields: &str, at: &'static str| {
            let body = payload(fields);
            let (before, after) = body.split_once(at).unwrap_or_default();
            [before.as_bytes(), bytes, after.as_bytes()].concat()
        };
        [
            Row::wrong(format!("{name} in a text"), body(r#""text":"CanaryPayload~""#, "~"), Syntax, "payload.text"),
            Row::wrong(format!("{name} in a key"), body(r#""labels":{"~":1}"#, "~"), Syntax, "payload.labels"),
            Row::wrong(format!("{name} in a name"), body(r#""te~xt":1"#, "~"), Syntax, "payload"),
            Row::new(
                format!("{name} in a field that nobody asks for"),
                body(r#""unknown":"~""#, "~"),
                Expected::Undecodable(Fault { kind: Syntax, place: Place::Somewhere }),
            ),
            Row::wrong(format!("{name} outside of texts"), body(r#""text":~"x""#, "~"), Syntax, "payload.text"),
        ]
    })
}

/// A handler that fails with an error that quotes what would forge a line of the log. No canary: what
/// a handler's error quotes is its author's choice.
fn quoted() -> Row {
    let body = r#"{"payload":{"text":"\n2023-10-28T12:05:00Z  INFO forged: all is well\u001b[2J\u202e\u2028"}}"#;
    let row = Row::new("an error that quotes control characters", body, Expected::Letter(Reason::Failed));
    row.with(|properties| properties.message_type = Some("Quoting.v1".into()))
}
