//! The platform's other envelopes: written byte for byte, read as tolerantly as the standard.

use serde::{Deserialize, Serialize};
use user_events_core::DecodeErrorKind as Category;
use user_events_core::envelope::{Recognised, recognise};
use user_events_core::{
    Consumable, DecodeError, Dialect, DomainEvent, EventMeta, Fields, InboundMessage, Matched, Metadata, Publishable,
    StandardMessage, envelope,
};

use crate::support::{MESSAGE_ID, UserRegistered, correlated, encoder, inbound, time, with_properties};

const CORRELATION_ID: &str = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
const MESSAGE_VERSION: &str = include_str!("../golden/user_registered.v1.message_version.json");
const SOURCE_VERSION: &str = include_str!("../golden/user_registered.v1.source_version.json");
const EVENT_DATA: &str = include_str!("../golden/user_registered.v1.event_data.json");

const RENAMED: [(&Dialect, &str); 3] = [
    (&Dialect::MESSAGE_VERSION, MESSAGE_VERSION),
    (&Dialect::SOURCE_VERSION, SOURCE_VERSION),
    (&Dialect::EVENT_DATA, EVENT_DATA),
];

/// A service's own: names of its own for all but the time, and no version.
const OWN: Dialect = Dialect::custom(
    "own",
    Fields::new("key", "kind", "body").with_source("origin").with_correlation_id("thread").with_partition_key("shard"),
);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct OrderCreated {
    items: Vec<u8>,
}

impl Consumable for OrderCreated {
    const ACCEPTS: &'static [&'static EventMeta] = &[Self::META];

    fn decode(message: &InboundMessage, matched: Matched<'_>) -> Result<StandardMessage<Self>, DecodeError> {
        envelope::decode(message, matched)
    }
}

impl DomainEvent for OrderCreated {
    const META: &'static EventMeta =
        &EventMeta::new("OrderCreated", 2, "OrderCreatedEvent", "order.created.v2").with_dialect(&Dialect::EVENT_DATA);
}

impl Publishable for OrderCreated {}

fn order(dialect: &Dialect, body: &str) -> Result<StandardMessage<OrderCreated>, DecodeError> {
    OrderCreated::decode(&inbound(body), Matched::standard(OrderCreated::META).in_dialect(dialect))
}

fn recognised(body: &str, accepted: &[Dialect]) -> (Dialect, Option<String>, Option<u32>) {
    let Recognised { dialect, message_type, event_version, .. } = recognise(&inbound(body), accepted).unwrap();
    (*dialect, message_type.map(|text| text.to_string()), event_version)
}

#[test]
fn each_is_written_in_its_own_order() {
    for (dialect, golden) in RENAMED {
        let message =
            encoder().with_dialect(*dialect).encode(&UserRegistered::example(), correlated(CORRELATION_ID)).unwrap();
        assert_eq!(std::str::from_utf8(&message.body).unwrap(), golden, "{dialect}");
        let properties = message.properties;
        assert_eq!(properties.message_type.as_deref(), Some("UserRegistered"), "the type as the body says it");
        assert_eq!(properties.message_id.as_deref(), Some(MESSAGE_ID));
        assert_eq!(properties.correlation_id.as_deref(), Some(CORRELATION_ID));
        assert_eq!(properties.source.as_deref(), Some("UserService"));
        assert_eq!(properties.timestamp, Some(1_698_494_700));
        assert_eq!(properties.content_type.as_deref(), Some("application/json"));
        assert_eq!(properties.content_encoding.as_deref(), Some("UTF-8"));
        assert_eq!(message.partition_key.as_deref(), Some("a1b2c3d4-e5f6-7890-1234-567890abcdef"));
        assert!(message.headers.is_empty());
    }
}

#[test]
fn a_custom_dialect_is_written_under_its_names() {
    let message = encoder().with_dialect(OWN).encode(&UserRegistered::example(), Metadata::default()).unwrap();
    let body = std::str::from_utf8(&message.body).unwrap();
    let start = r#"{"key":"7f1c4e0a-9f63-4c6b-8a43-0e6f1f0a2b11","kind":"UserRegistered.v1","timestamp":"2023-10-28T12:05:00.123Z","origin":"UserService","shard":"a1b2c3d4-e5f6-7890-1234-567890abcdef","body":{"userId""#;
    assert!(body.starts_with(start), "{body}");
}

#[test]
fn an_events_own_dialect_wins_over_the_encoders() {
    let event = OrderCreated { items: vec![1] };
    for encoder in [encoder(), encoder().with_dialect(Dialect::CLOUD_EVENTS_BINARY)] {
        let message = encoder.encode(&event, Metadata::default()).unwrap();
        assert_eq!(
            std::str::from_utf8(&message.body).unwrap(),
            r#"{"eventId":"7f1c4e0a-9f63-4c6b-8a43-0e6f1f0a2b11","eventType":"OrderCreatedEvent","timestamp":"2023-10-28T12:05:00.123Z","version":"2.0","source":"UserService","data":{"items":[1]}}"#
        );
        assert_eq!(message.properties.message_type.as_deref(), Some("OrderCreatedEvent"), "as its event calls it");
    }
}

#[test]
fn what_is_written_is_recognised_and_read() {
    for (dialect, golden) in RENAMED {
        assert_eq!(recognised(golden, &[*dialect]), (*dialect, Some("UserRegistered".to_owned()), Some(1)));
        let matched = Matched::standard(UserRegistered::META).in_dialect(dialect);
        let message = UserRegistered::decode(&inbound(golden), matched).unwrap();
        assert_eq!(message.payload, UserRegistered::example());
        let envelope = message.envelope;
        assert_eq!(envelope.message_id.as_deref(), Some(MESSAGE_ID));
        assert_eq!(envelope.message_type.as_deref(), Some("UserRegistered"));
        assert_eq!(envelope.timestamp, Some(time("2023-10-28T12:05:00.123Z")));
        assert_eq!(envelope.source_service.as_deref(), Some("UserService"));
        assert_eq!((envelope.envelope_version, envelope.trace_context), (None, None));
        if dialect != &Dialect::EVENT_DATA {
            assert_eq!(envelope.correlation_id.as_deref(), Some(CORRELATION_ID));
            assert_eq!(envelope.partition_key.as_deref(), Some("a1b2c3d4-e5f6-7890-1234-567890abcdef"));
        }
    }
}

#[test]
fn each_is_recognised_among_all() {
    let all = [
        Dialect::CLOUD_EVENTS_BINARY,
        OWN,
        Dialect::EVENT_DATA,
        Dialect::SOURCE_VERSION,
        Dialect::MESSAGE_VERSION,
        Dialect::STANDARD,
    ];
    for (dialect, golden) in RENAMED {
        assert_eq!(recognised(golden, &all).0, *dialect);
    }
    let standard = include_str!("../golden/user_registered.v1.json");
    assert_eq!(recognised(standard, &all), (Dialect::STANDARD, Some("UserRegistered.v1".to_owned()), None));
    let own = r#"{"key":"1","kind":"OrderCreatedEvent","timestamp":"t","origin":"o","body":{}}"#;
    assert_eq!(recognised(own, &all), (OWN, Some("OrderCreatedEvent".to_owned()), None));
    // The first accepted, where two have as many.
    let twin = Dialect::custom("twin", Fields::new("key", "kind", "body").with_source("origin"));
    assert_eq!(recognised(own, &[twin, OWN]).0, twin);
    assert_eq!(recognised(own, &[OWN, twin]).0, OWN);
}

#[test]
fn ids_are_any_text_null_is_absent_and_unknown_fields_are_ignored() {
    let body = r#"
        {"data": {"items": [7], "more": null}, "eventId": 17, "eventType": "OrderCreatedEvent", "timestamp": "yesterday",
         "source": null, "retries": 1e400, "payloads": [[]], "correlationId": "user-uuid-abc", "partitionKey": -3}"#;
    let StandardMessage { envelope, payload, .. } = order(&Dialect::EVENT_DATA, body).unwrap();
    assert_eq!(payload.items, [7]);
    assert_eq!(envelope.message_id.as_deref(), Some("17"));
    assert_eq!((envelope.timestamp, envelope.source_service), (None, None));
    assert_eq!(envelope.correlation_id.as_deref(), Some("user-uuid-abc"));
    assert_eq!(envelope.partition_key.as_deref(), Some("-3"));
}

#[test]
fn what_the_body_leaves_out_is_taken_from_the_properties() {
    for dialect in [Dialect::MESSAGE_VERSION, Dialect::SOURCE_VERSION, Dialect::EVENT_DATA, OWN] {
        let body = r#"{"payload":{"items":[]},"data":{"items":[]},"body":{"items":[]}}"#;
        let message = with_properties(body);
        let envelope = OrderCreated::decode(&message, Matched::standard(OrderCreated::META).in_dialect(&dialect))
            .unwrap()
            .envelope;
        assert_eq!(envelope.message_id.as_deref(), Some("id-of-message"));
        assert_eq!(envelope.message_type.as_deref(), Some("TypeOfMessage.v1"));
        assert_eq!(envelope.source_service.as_deref(), Some("SourceOfMessage"));
        assert_eq!(envelope.correlation_id.as_deref(), Some("correlation-of-message"));
        assert_eq!(envelope.partition_key.as_deref(), Some("key-of-message"));
    }
}

#[test]
fn the_bodys_type_wins_where_it_is_not_the_standard() {
    let message = with_properties(EVENT_DATA);
    let found = recognise(&message, &[Dialect::EVENT_DATA]).unwrap();
    assert_eq!(found.message_type.as_deref(), Some("UserRegistered"));
    let message = with_properties(r#"{"eventId":"1","data":{}}"#);
    let found = recognise(&message, &[Dialect::EVENT_DATA]).unwrap();
    assert_eq!((*found.dialect, found.message_type.as_deref()), (Dialect::EVENT_DATA, Some("TypeOfMessage.v1")));
    let standard = include_str!("../golden/user_registered.v1.json");
    let found = recognise(&with_properties(standard), &[Dialect::EVENT_DATA]).unwrap();
    assert_eq!((*found.dialect, found.message_type.as_deref()), (Dialect::STANDARD, Some("TypeOfMessage.v1")));
}

#[test]
fn the_version_beside_the_type_must_be_the_events() {
    for version in [r#""2.0""#, r#""2""#, r#""2.7.1""#, "2", "2.0", "2.5", "null"] {
        let body = format!(r#"{{"eventType":"OrderCreatedEvent","version":{version},"data":{{"items":[]}}}}"#);
        assert!(order(&Dialect::EVENT_DATA, &body).is_ok(), "{body}");
        let told = (version != "null").then_some(2);
        assert_eq!(recognised(&body, &[Dialect::EVENT_DATA]).2, told);
    }
    assert!(order(&Dialect::EVENT_DATA, r#"{"eventType":"OrderCreatedEvent","data":{"items":[]}}"#).is_ok());
    for version in [r#""1.0""#, r#""20.0""#, "1", "3", "1.9"] {
        // Its payload may be another's: that the version is another comes first.
        for data in [r#"{"items":[]}"#, r#"{"lines":7}"#] {
            let body = format!(r#"{{"data":{data},"eventType":"OrderCreatedEvent","version":{version}}}"#);
            let error = order(&Dialect::EVENT_DATA, &body).unwrap_err();
            assert_eq!((error.kind(), error.path()), (Category::EventVersion, "version"), "{body}");
            assert_eq!((error.line(), error.column()), (1, body.len() - 1));
        }
    }
    let error = order(&Dialect::MESSAGE_VERSION, r#"{"messageVersion":"3.1","payload":{}}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot decode `OrderCreated` v2: the message is version 3 of the event (line 1, column 23)"
    );
}

#[test]
fn a_version_that_cannot_be_read_is_an_error_that_does_not_repeat_it() {
    for version in [r#""latest""#, r#""v2""#, r#""""#, r#""2.x""#, r#""+2""#, "-2", "4294967296", "true", "{}", "[2]"] {
        let body = format!(r#"{{"eventType":"OrderCreatedEvent","version":{version},"data":{{"items":[]}}}}"#);
        let error = order(&Dialect::EVENT_DATA, &body).unwrap_err();
        assert_eq!((error.kind(), error.path(), error.line()), (Category::EventVersion, "version", 1), "{body}");
        let error = recognise(&inbound(body.as_str()), &[Dialect::EVENT_DATA]).unwrap_err();
        assert_eq!((error.kind(), error.path(), error.line()), (Category::EventVersion, "version", 1), "{body}");
    }
    let error = order(&Dialect::EVENT_DATA, r#"{"version":20231028,"data":{"items":[]}}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot decode `OrderCreated` v2: field `version` tells another version of the event (line 1, column 19)"
    );
}

#[test]
fn errors_name_the_dialects_own_fields() {
    use Category::{Duplicate, Missing, Refused, Shape, Truncated};
    for (dialect, body, kind, path) in [
        (Dialect::EVENT_DATA, r#"{"eventId":"1"}"#, Missing, "data"),
        (Dialect::EVENT_DATA, r#"{"data":{"items":[1,2,3,"4"]}}"#, Shape, "data.items[3]"),
        (Dialect::EVENT_DATA, r#"{"data":{"items":[256]}}"#, Refused, "data.items[0]"),
        (Dialect::EVENT_DATA, r#"{"eventId":{},"data":{"items":[]}}"#, Shape, "eventId"),
        (Dialect::EVENT_DATA, r#"{"eventId":"1","eventId":"1"}"#, Duplicate, "eventId"),
        (Dialect::EVENT_DATA, r#"{"data":{"items":[1"#, Truncated, "data.items"),
        (Dialect::MESSAGE_VERSION, r#"{"payload":{"items":[{}]}}"#, Shape, "payload.items[0]"),
        (Dialect::SOURCE_VERSION, r#"{"source":1.5,"payload":{"items":[]}}"#, Shape, "source"),
        (OWN, r#"{"key":"1"}"#, Missing, "body"),
        (OWN, r#"{"body":{"items":7}}"#, Shape, "body.items"),
        (OWN, "[]", Shape, ""),
    ] {
        let error = order(&dialect, body).unwrap_err();
        assert_eq!((error.kind(), error.path(), error.line()), (kind, path, 1), "{body}: {error}");
        assert_eq!(error.event(), Some(OrderCreated::META));
    }
}

#[test]
fn no_field_of_any_dialect_may_appear_twice() {
    for (dialect, golden) in RENAMED {
        let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(golden).unwrap();
        for (name, value) in &fields {
            let body = format!(r#"{},"{name}":{value}}}"#, &golden[..golden.len() - 1]);
            let matched = Matched::standard(UserRegistered::META).in_dialect(dialect);
            let error = UserRegistered::decode(&inbound(body), matched).unwrap_err();
            assert_eq!((error.kind(), error.path()), (Category::Duplicate, name.as_str()));
        }
    }
}

#[test]
fn every_truncation_is_an_error() {
    for (dialect, golden) in RENAMED {
        let matched = Matched::standard(UserRegistered::META).in_dialect(dialect);
        for end in 0..golden.len() {
            let message = inbound(&golden[..end]);
            let error = UserRegistered::decode(&message, matched).unwrap_err();
            assert_eq!(error.kind(), Category::Truncated, "{dialect} after {end} bytes: {error}");
            let error = recognise(&message, &[*dialect]).unwrap_err();
            assert_eq!(error.kind(), Category::Truncated, "{dialect} after {end} bytes: {error}");
        }
    }
}

#[test]
fn what_is_too_deep_is_told_in_the_dialects_names() {
    let deep = format!(r#"{{"data":{{"items":{}{}}}}}"#, "[".repeat(200), "]".repeat(200));
    let matched = Matched::standard(OrderCreated::META).in_dialect(&Dialect::EVENT_DATA);
    let error = envelope::decode::<serde_json::Value>(&inbound(deep), matched).unwrap_err();
    assert_eq!((error.kind(), error.line()), (Category::TooDeep, 1));
    assert!(error.path().starts_with("data.*[0][0]"), "{error}");
}

#[test]
fn names_that_could_not_be_read_again_are_refused() {
    let fields = Fields::new("id", "kind", "body");
    for (fields, says) in [
        (Fields::new("", "kind", "body"), "an empty name"),
        (fields.with_source(""), "an empty name"),
        (Fields::new("envelopeVersion", "kind", "body"), "called `envelopeVersion`"),
        (Fields::new("id", "id", "body"), "the same name: message id and message type"),
        (Fields::new("id", "kind", "id"), "one is the payload"),
        (Fields::new("id", "kind", "source"), "called `timestamp`, `source`, "),
        (Fields::new("timestamp", "kind", "body"), "the time is called `timestamp`"),
        (fields.with_event_version("timestamp"), "unless `with_timestamp` says otherwise"),
        (fields.with_event_version("id"), "give `with_event_version` another"),
        (Fields::new("source", "kind", "body"), "unless `with_source` says otherwise"),
        (fields.with_correlation_id("source"), "unless `with_correlation_id` says otherwise"),
        (fields.with_partition_key("correlationId"), "unless `with_partition_key` says otherwise"),
    ] {
        let panic = std::panic::catch_unwind(|| Dialect::custom("own", fields)).unwrap_err();
        let text = panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref().cloned());
        assert!(text.as_ref().is_some_and(|text| text.contains(says)), "{says}: {text:?}");
    }
    // What counts is how they are called in the end.
    for fields in [
        fields.with_timestamp("source").with_source("timestamp"),
        Fields::new("source", "kind", "body").with_source("from"),
    ] {
        assert_eq!(Dialect::custom("own", fields).name(), "own");
    }
}
