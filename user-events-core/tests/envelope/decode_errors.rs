//! Where an error says it is.

#![expect(dead_code, reason = "the types are there to be read, not used")]

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use user_events_core::DecodeErrorKind as Category;
use user_events_core::{DomainEvent, EventMeta, Matched, envelope};

use crate::support::{UserRegistered, decode, decode_payload, inbound};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    labels: HashMap<String, Item>,
    #[serde(default)]
    by_number: BTreeMap<u8, Item>,
    ship_to: Option<Address>,
    payment: Option<Payment>,
    shape: Option<Shape>,
    either: Option<Either>,
    extended: Option<Extended>,
    strict: Option<Strict>,
    wrapped: Option<Wrapper>,
    pair: Option<(u8, Item)>,
    lenient: Option<Lenient>,
    day: Option<Day>,
    unit: Option<()>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(alias = "quantity")]
    amount: u8,
}

#[derive(Deserialize)]
struct Address {
    zip: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Payment {
    Cash,
    Card(Item),
    Split(Item, Item),
    Transfer { iban: Item },
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
enum Shape {
    Circle { center: Item },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Either {
    Item(Item),
    Address(Address),
}

#[derive(Deserialize)]
struct Extended {
    #[serde(flatten)]
    address: Address,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    known: u8,
}

#[derive(Deserialize)]
struct Wrapper(Item);

/// Catches an error of its own field.
struct Lenient;

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {
            #[serde(deserialize_with = "or_zero")]
            caught: u8,
            strict: u8,
        }

        fn or_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
            Ok(u8::deserialize(deserializer).unwrap_or_default())
        }

        Fields::deserialize(deserializer).map(|Fields { caught: _, strict: _ }| Self)
    }
}

/// Refuses with a text of its own, which looks like a position.
struct Day;

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("no day: {text} at line 4711 column 4711")))
    }
}

#[track_caller]
fn assert_error<T: DeserializeOwned>(payload: &str, kind: Category, path: &str) {
    let error = decode_payload::<T>(payload).err().unwrap();
    assert_eq!((error.kind(), error.path()), (kind, path), "{payload}: {error}");
    assert_eq!(error.line(), 1);
    let start = r#"{"messageId":"m-1","payload":"#.len();
    assert!((start..=start + payload.len() + 1).contains(&error.column()), "{payload}: {error}");
}

#[test]
fn paths_lead_through_fields_elements_and_variants() {
    use Category::{Missing, Refused, Shape};
    for (payload, kind, path) in [
        ("7", Shape, "payload"),
        ("null", Shape, "payload"),
        (r#"{"items":7}"#, Shape, "payload.items"),
        (r#"{"items":[{"amount":1},{"amount":"x"}]}"#, Shape, "payload.items[1].amount"),
        (r#"{"items":[{"quantity":"x"}]}"#, Shape, "payload.items[0].quantity"),
        (r#"{"items":[{"amount":256}]}"#, Refused, "payload.items[0].amount"),
        (r#"{"items":[{"amount":-1}]}"#, Refused, "payload.items[0].amount"),
        (r#"{"items":[{"amount":1.5}]}"#, Shape, "payload.items[0].amount"),
        (r#"{"items":[{},7]}"#, Missing, "payload.items[0].amount"),
        (r#"{"shipTo":{"zip":null}}"#, Shape, "payload.shipTo.zip"),
        (r#"{"shipTo":{}}"#, Missing, "payload.shipTo.zip"),
        (r#"{"payment":{"card":{"amount":[]}}}"#, Shape, "payload.payment.card.amount"),
        (r#"{"payment":{"split":[{"amount":1},{"amount":[]}]}}"#, Shape, "payload.payment.split[1].amount"),
        (r#"{"payment":{"split":[{"amount":1}]}}"#, Shape, "payload.payment.split"),
        (r#"{"payment":{"transfer":{"iban":{}}}}"#, Missing, "payload.payment.transfer.iban.amount"),
        (r#"{"payment":{"cash":{}}}"#, Shape, "payload.payment"),
        (r#"{"wrapped":{"amount":""}}"#, Shape, "payload.wrapped.amount"),
        (r#"{"pair":[1,{"amount":""}]}"#, Shape, "payload.pair[1].amount"),
        (r#"{"pair":[1]}"#, Shape, "payload.pair"),
        (r#"{"unit":1}"#, Shape, "payload.unit"),
        (r#"{"day":"x"}"#, Refused, "payload.day"),
    ] {
        assert_error::<Order>(payload, kind, path);
    }
}

#[test]
fn names_that_the_types_do_not_know_are_stars() {
    use Category::{Missing, Refused, Shape, Unknown};
    for (payload, kind, path) in [
        (r#"{"labels":{"secret":{"amount":""}}}"#, Shape, "payload.labels.*.amount"),
        (r#"{"labels":{"items":{"amount":""}}}"#, Shape, "payload.labels.*.amount"),
        (r#"{"byNumber":{"47":{}}}"#, Missing, "payload.byNumber.*.amount"),
        (r#"{"byNumber":{"x":{}}}"#, Refused, "payload.byNumber"),
        (r#"{"byNumber":{"256":{}}}"#, Refused, "payload.byNumber"),
        (r#"{"strict":{"known":1,"secret":1}}"#, Unknown, "payload.strict.*"),
        (r#"{"payment":"secret"}"#, Unknown, "payload.payment"),
        (r#"{"payment":{"secret":1}}"#, Unknown, "payload.payment"),
    ] {
        assert_error::<Order>(payload, kind, path);
    }
}

#[test]
fn paths_end_at_parts_that_serde_buffers() {
    use Category::{Missing, Refused, Shape, Unknown};
    for (payload, kind, path) in [
        (r#"{"shape":{"kind":"Circle"}}"#, Missing, "payload.shape.center"),
        (r#"{"shape":{"kind":"Circle","center":{}}}"#, Missing, "payload.shape.amount"),
        (r#"{"shape":{"kind":"Circle","center":{"amount":""}}}"#, Shape, "payload.shape"),
        (r#"{"shape":{"kind":"secret"}}"#, Unknown, "payload.shape.*"),
        (r#"{"shape":{}}"#, Missing, "payload.shape.kind"),
        (r#"{"either":{}}"#, Refused, "payload.either"),
        (r#"{"extended":{"a":1}}"#, Missing, "payload.extended.zip"),
        (r#"{"extended":{"zip":1}}"#, Shape, "payload.extended"),
    ] {
        assert_error::<Order>(payload, kind, path);
    }
}

#[test]
fn values_that_are_json_but_cannot_be_read_are_refused() {
    for payload in ["1e400", r#""\ud800""#, r#"{"x":1e400}"#] {
        let error = decode_payload::<serde_json::Value>(payload).unwrap_err();
        assert_eq!(error.kind(), Category::Refused, "{payload}: {error}");
    }
    for payload in ["1e", r#""\uxxxx""#, "nul", "[1,]", "{\"x\" 1}", "\"\n\""] {
        let error = decode_payload::<serde_json::Value>(payload).unwrap_err();
        assert_eq!(error.kind(), Category::Syntax, "{payload}: {error}");
    }
}

#[test]
fn an_error_that_the_type_caught_is_not_the_one_reported() {
    for caught in [r#""x""#, "256"] {
        let both = format!(r#"{{"lenient":{{"caught":{caught},"strict":"x"}}}}"#);
        assert_error::<Order>(&both, Category::Shape, "payload.lenient.strict");
        let alone = format!(r#"{{"lenient":{{"caught":{caught}}}}}"#);
        assert_error::<Order>(&alone, Category::Missing, "payload.lenient.strict");
        let trailing = format!(r#"{{"payload":{{"lenient":{{"strict":1,"caught":{caught}}}}}}} x"#);
        let error = decode::<Order>(trailing).err().unwrap();
        assert_eq!((error.kind(), error.path()), (Category::Syntax, ""));
    }
}

#[test]
fn fields_that_appear_twice_are_errors() {
    assert_error::<Order>(r#"{"items":[],"items":[]}"#, Category::Duplicate, "payload.items");
    for field in ["messageId", "messageType", "envelopeVersion", "timestamp", "correlationId", "partitionKey"] {
        let error = decode::<Order>(format!(r#"{{"{field}":"1","payload":{{}},"{field}":"1"}}"#)).err().unwrap();
        assert_eq!((error.kind(), error.path()), (Category::Duplicate, field));
    }
    let error = decode::<Order>(r#"{"payload":{},"payload":{}}"#).err().unwrap();
    assert_eq!((error.kind(), error.path()), (Category::Duplicate, "payload"));
}

#[test]
fn the_payload_must_be_there() {
    let error = decode::<UserRegistered>(r#"{"messageId":"m-1"}"#).unwrap_err();
    assert_eq!(error.to_string(), "cannot decode `UserRegistered` v1: field `payload` is missing (line 1, column 19)");
    assert_eq!(error.event(), Some(UserRegistered::META));
}

#[test]
fn line_and_column_are_where_reading_stopped() {
    let error = decode::<Order>("{\n  \"payload\": {\n    \"items\": 7\n  }\n}").err().unwrap();
    assert_eq!((error.line(), error.column()), (3, 14));
}

#[test]
fn sentences_read_well() {
    const META: EventMeta = EventMeta::new("OrderPlaced", 2, "OrderPlaced.v2", "order.placed.v2");
    let sentence =
        |body: &str| envelope::decode::<Order>(&inbound(body), Matched::standard(&META)).err().unwrap().to_string();
    for (body, expected) in [
        (
            r#"{"payload":{"shipTo":{}}}"#,
            "cannot decode `OrderPlaced` v2: field `payload.shipTo.zip` is missing (line 1, column 23)",
        ),
        (
            r#"{"payload":{"items":7}}"#,
            "cannot decode `OrderPlaced` v2: field `payload.items` has another type than expected (line 1, column 21)",
        ),
        (
            r#"{"payload":{"payment":"x"}}"#,
            "cannot decode `OrderPlaced` v2: field `payload.payment` has a name that its type does not know \
             (line 1, column 25)",
        ),
        (
            r#"{"payload":{"day":"x"}}"#,
            "cannot decode `OrderPlaced` v2: field `payload.day` has a value that its type does not accept \
             (line 1, column 22)",
        ),
        (
            r#"{"payload":{},"payload":{}}"#,
            "cannot decode `OrderPlaced` v2: field `payload` appears twice (line 1, column 23)",
        ),
        (
            r#"{"envelopeVersion":"2.0"}"#,
            "cannot decode `OrderPlaced` v2: the envelope's major version is not 1 (line 1, column 24)",
        ),
        ("", "cannot decode `OrderPlaced` v2: the body ends in the middle of the envelope (line 1, column 0)"),
        ("<xml>", "cannot decode `OrderPlaced` v2: not JSON, in the envelope (line 1, column 1)"),
        ("7", "cannot decode `OrderPlaced` v2: the envelope has another type than expected (line 1, column 1)"),
    ] {
        assert_eq!(sentence(body), expected);
    }
    let error = envelope::recognise(&inbound("<xml>"), &[]).unwrap_err();
    assert!(error.to_string().starts_with("cannot decode the message: not JSON"), "{error}");
}
