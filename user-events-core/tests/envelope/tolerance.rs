//! Bodies as other services really write them.

use serde::Deserialize;
use serde_json::json;
use user_events_core::DecodeErrorKind as Category;
use user_events_core::{DomainEvent, InboundMessage, Matched, StandardMessage, envelope};

use crate::support::{UserRegistered, decode, inbound, time, with_properties};

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Empty {}

fn read(body: &str) -> StandardMessage<Empty> {
    decode(body).unwrap()
}

#[test]
fn ids_are_any_text() {
    let message = read(
        r#"{"messageId":"msg-f47ac10b","correlationId":"é \" 漢","sourceService":"","partitionKey":"user-uuid-abc",
            "messageType":"user registered","payload":{}}"#,
    );
    assert_eq!(message.envelope.message_id.as_deref(), Some("msg-f47ac10b"));
    assert_eq!(message.envelope.correlation_id.as_deref(), Some("é \" 漢"));
    assert_eq!(message.envelope.source_service.as_deref(), Some(""));
    assert_eq!(message.envelope.partition_key.as_deref(), Some("user-uuid-abc"));
    assert_eq!(message.envelope.message_type.as_deref(), Some("user registered"));
}

#[test]
fn integers_as_ids_are_read_as_their_digits() {
    let body = r#"{"messageId":18446744073709551615,"correlationId":-7,"payload":{},"partitionKey":0}"#;
    let envelope = read(body).envelope;
    assert_eq!(envelope.message_id.as_deref(), Some("18446744073709551615"));
    assert_eq!(envelope.correlation_id.as_deref(), Some("-7"));
    assert_eq!(envelope.partition_key.as_deref(), Some("0"));
}

#[test]
fn numbers_that_would_lose_digits_are_refused_as_ids() {
    for id in ["1.5", "1e3", "18446744073709551616", "true", "{}", "[]"] {
        let error = decode::<Empty>(format!(r#"{{"messageId":{id},"payload":{{}}}}"#)).unwrap_err();
        assert_eq!((error.kind(), error.path()), (Category::Shape, "messageId"), "{id}");
    }
}

#[test]
fn fields_come_in_any_order_and_unknown_ones_are_ignored() {
    let message = read(
        r#"
        { "payload": {"more": [1, {"x": null}]}, "version": {"deep": [{}]}, "retries": 1e400,
          "envelopeVersion": "1.0", "messageId": "m-1" }
        "#,
    );
    assert_eq!(message.envelope.message_id.as_deref(), Some("m-1"));
}

#[test]
fn what_the_body_leaves_out_is_taken_from_the_properties() {
    let nulls = r#"{"messageId":null,"messageType":null,"envelopeVersion":null,"timestamp":null,"sourceService":null,
                    "correlationId":null,"partitionKey":null,"payload":{}}"#;
    for body in [r#"{"payload":{}}"#, nulls] {
        let message = with_properties(body);
        let StandardMessage { envelope, .. } =
            envelope::decode::<Empty>(&message, Matched::standard(UserRegistered::META)).unwrap();
        assert_eq!(envelope.message_id.as_deref(), Some("id-of-message"));
        assert_eq!(envelope.correlation_id.as_deref(), Some("correlation-of-message"));
        assert_eq!(envelope.message_type.as_deref(), Some("TypeOfMessage.v1"));
        assert_eq!(envelope.source_service.as_deref(), Some("SourceOfMessage"));
        assert_eq!(envelope.partition_key.as_deref(), Some("key-of-message"));
        assert_eq!((envelope.envelope_version, envelope.timestamp), (None, None));
    }
}

#[test]
fn what_the_body_says_wins_over_the_properties() {
    let message = with_properties(r#"{"messageId":"m-1","messageType":"T.v1","payload":{},"partitionKey":"k"}"#);
    let StandardMessage { envelope, .. } =
        envelope::decode::<Empty>(&message, Matched::standard(UserRegistered::META)).unwrap();
    assert_eq!(envelope.message_id.as_deref(), Some("m-1"));
    assert_eq!(envelope.message_type.as_deref(), Some("T.v1"));
    assert_eq!(envelope.partition_key.as_deref(), Some("k"));
}

#[test]
fn times_are_rfc_3339_or_none() {
    let timestamp = |json: &str| read(&format!(r#"{{"timestamp":{json},"payload":{{}}}}"#)).envelope.timestamp;
    for understood in
        [r#""2023-10-28T12:05:00Z""#, r#""2023-10-28T12:05:00.000Z""#, r#""2023-10-28T14:05:00.000000+02:00""#]
    {
        assert_eq!(timestamp(understood), Some(time("2023-10-28T12:05:00Z")), "{understood}");
    }
    for not_understood in
        [r#""yesterday""#, r#""""#, "1698494700000", "-1", "1.5", "true", "null", "[1,[2]]", r#"{"$date":{"x":1}}"#]
    {
        assert_eq!(timestamp(not_understood), None, "{not_understood}");
    }
}

#[test]
fn every_version_with_major_1_is_read() {
    for version in [r#""1""#, r#""1.0""#, r#""1.7""#, r#""1.0.3""#, "1", "1.0", "1.7", "null"] {
        assert!(decode::<Empty>(format!(r#"{{"envelopeVersion":{version},"payload":{{}}}}"#)).is_ok(), "{version}");
    }
    assert_eq!(read(r#"{"envelopeVersion":1.7,"payload":{}}"#).envelope.envelope_version.as_deref(), Some("1.7"));
}

#[test]
fn another_major_version_is_told_before_all_that_differs() {
    for version in [r#""2.0""#, r#""10""#, r#""0.9""#, r#""""#, r#""one""#, "2", "-1", "2.0", "true", "[]", "{}"] {
        for body in [
            format!(r#"{{"envelopeVersion":{version},"payload":{{}}}}"#),
            format!(r#"{{"messageId":["new"],"data":{{}},"envelopeVersion":{version}}}"#),
        ] {
            let error = decode::<Empty>(body.as_str()).unwrap_err();
            assert_eq!((error.kind(), error.path()), (Category::EnvelopeVersion, "envelopeVersion"), "{body}");
            assert_eq!(envelope::recognise(&inbound(body), &[]).unwrap_err().kind(), Category::EnvelopeVersion);
        }
    }
}

#[test]
fn the_message_type_is_the_property_or_else_the_bodys() {
    let message_type = |message: &InboundMessage| {
        envelope::recognise(message, &[]).map(|found| found.message_type.map(|text| text.to_string()))
    };
    let body = r#"{"payload":{"messageType":"inner"},"messageType":"UserRegistered.v1"}"#;
    let property = Ok(Some("TypeOfMessage.v1".to_owned()));
    assert_eq!(message_type(&inbound(body)), Ok(Some("UserRegistered.v1".to_owned())));
    assert_eq!(message_type(&with_properties(body)), property);
    assert_eq!(message_type(&with_properties("no json")), property, "the body is not looked at");
    assert_eq!(message_type(&inbound(r#"{"eventType":"x"}"#)), Ok(None));
    assert!(message_type(&inbound("[]")).is_err());
    assert!(message_type(&inbound("no json")).is_err());
    let error = message_type(&inbound(r#"{"messageType":["x"],"payload":{}}"#)).unwrap_err();
    assert_eq!((error.kind(), error.path(), error.column()), (Category::Shape, "messageType", 16));
}

#[test]
fn a_payload_that_is_any_json_is_read_as_it_is() {
    let message = decode::<serde_json::Value>(r#"{"payload":{"b":[1,null,"x"],"a":-0.5}}"#).unwrap();
    assert_eq!(message.payload, json!({"b": [1, null, "x"], "a": -0.5}));
}

#[test]
fn an_empty_id_names_nothing() {
    let body = r#"{"messageId":"","correlationId":"","payload":{}}"#;
    let ids = |StandardMessage { envelope, .. }: StandardMessage<Empty>| (envelope.message_id, envelope.correlation_id);
    assert_eq!(ids(decode(body).unwrap()), (None, None));

    let mut message = inbound(body);
    message.properties.message_id = Some("m-1".into());
    message.properties.correlation_id = Some("".into());
    let decoded = envelope::decode(&message, Matched::standard(UserRegistered::META)).unwrap();
    assert_eq!(ids(decoded), (Some("m-1".into()), None));
}
