//! A body that ends too early, at every byte.

use user_events_core::DecodeErrorKind::Truncated;

use crate::{Expected, Fault, Place, Row};

/// An envelope with everything in it that JSON has.
const FULL: &str = r#"{"messageId":"m-\u0031","messageType":"Everything.v1","envelopeVersion":"1.0",
"timestamp":"2023-10-28T12:05:00.000Z","sourceService":null,"correlationId":-17,"x":[true,{"y":[[]]}],
"payload":{"any":["CanaryPayload",41114111],"text":"größer \"質問\" \ud83e\udd80 \n\\ 🦀","flag":false,
"letter":"\u00e9","small":7,"large":-41114111,"huge":340282366920938463463374607431768211455,"float":-1.5e+10,
"at":"2023-10-28T12:05:00.000Z","list":[{"amount":1},{"amount":2}],"pair":[1,"CanaryPayload"],
"labels":{"CanaryPayload":1,"b\t":2},"byNumber":{"41":"x"},"nested":{"inner":{"amount":3}},
"flat":{"known":4,"amount":5,"rest":[null]},"external":{"fields":{"amount":6}},
"internal":{"kind":"Item","amount":7},"adjacent":{"value":{"amount":8},"kind":"Item"},"untagged":{"amount":9},
"strict":{"known":10},"tree":{"child":{"child":null}}},"partitionKey":"CanaryKey"}"#;

pub(super) fn rows() -> Vec<Row> {
    let expected = Expected::Undecodable(Fault { kind: Truncated, place: Place::Somewhere });
    let cut = |end: usize| FULL.as_bytes()[..end].to_vec();
    let ends = 0..FULL.len();
    let mut rows = vec![Row::handled("whole", FULL), Row::handled("whole without a type", FULL).untyped()];
    rows.extend(ends.clone().map(|end| Row::new(format!("cut at byte {end}"), cut(end), expected.clone())));
    rows.extend(
        ends.map(|end| Row::new(format!("cut at byte {end} without a type"), cut(end), expected.clone()).untyped()),
    );
    rows
}
