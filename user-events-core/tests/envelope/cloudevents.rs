//! CloudEvents 1.0, in the structured and the binary mode of its AMQP binding.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use user_events_core::DecodeErrorKind as Category;
use user_events_core::envelope::recognise;
use user_events_core::{
    Consumable, DecodeError, Dialect, DomainEvent, EventEncoder, InboundMessage, Matched, Metadata, OutboundMessage,
    StandardMessage, envelope,
};

use crate::event::event;
use crate::support::{MESSAGE_ID, UserRegistered, correlated, encoder, inbound, time};

const CORRELATION_ID: &str = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
const STRUCTURED: &str = include_str!("../golden/user_registered.v1.cloudevents.json");
const BINARY: &str = include_str!("../golden/user_registered.v1.cloudevents_binary.json");

#[derive(Debug, Serialize, Deserialize)]
struct Blank {}

event!(Blank, "Blank", 1);

fn written(dialect: Dialect) -> OutboundMessage {
    encoder().with_dialect(dialect).encode(&UserRegistered::example(), correlated(CORRELATION_ID)).unwrap()
}

fn structured<T: serde::de::DeserializeOwned>(body: &str) -> Result<StandardMessage<T>, DecodeError> {
    let mut message = inbound(body);
    message.properties.content_type = Some("application/cloudevents+json; charset=UTF-8".into());
    envelope::decode(&message, Matched::standard(UserRegistered::META).in_dialect(&Dialect::CLOUD_EVENTS))
}

fn binary(body: &str, attributes: &[(&str, &str)]) -> InboundMessage {
    let mut message = inbound(body);
    message.properties.content_type = Some("application/json; charset=utf-8".into());
    for (name, value) in attributes {
        message.headers.append(*name, value.as_bytes().to_vec());
    }
    message
}

fn decode_binary<T: serde::de::DeserializeOwned>(message: &InboundMessage) -> Result<StandardMessage<T>, DecodeError> {
    envelope::decode(message, Matched::standard(UserRegistered::META).in_dialect(&Dialect::CLOUD_EVENTS_BINARY))
}

fn headers(message: &OutboundMessage) -> Vec<(&str, &str)> {
    message.headers.iter().map(|(name, value)| (name, std::str::from_utf8(value).unwrap())).collect()
}

#[test]
fn structured_mode_is_one_json_object() {
    let message = written(Dialect::CLOUD_EVENTS);
    assert_eq!(std::str::from_utf8(&message.body).unwrap(), STRUCTURED);
    assert_eq!(message.properties.content_type.as_deref(), Some("application/cloudevents+json"));
    assert_eq!(message.properties.content_encoding.as_deref(), Some("UTF-8"));
    assert_eq!(message.properties.message_type.as_deref(), Some("UserRegistered.v1"));
    assert_eq!(message.properties.message_id.as_deref(), Some(MESSAGE_ID));
    assert!(message.headers.is_empty());
}

#[test]
fn binary_mode_has_its_attributes_in_headers() {
    let message = written(Dialect::CLOUD_EVENTS_BINARY);
    assert_eq!(std::str::from_utf8(&message.body).unwrap(), BINARY);
    assert_eq!(
        headers(&message),
        [
            ("cloudEvents_specversion", "1.0"),
            ("cloudEvents_id", MESSAGE_ID),
            ("cloudEvents_source", "UserService"),
            ("cloudEvents_type", "UserRegistered.v1"),
            ("cloudEvents_time", "2023-10-28T12:05:00.123Z"),
            ("cloudEvents_correlationid", CORRELATION_ID),
            ("cloudEvents_partitionkey", "a1b2c3d4-e5f6-7890-1234-567890abcdef"),
        ]
    );
    assert_eq!(message.properties.content_type.as_deref(), Some("application/json"));
    assert_eq!(message.properties.source.as_deref(), Some("UserService"));
}

#[test]
fn headers_of_the_applications_stay_beside_the_attributes_and_never_in_their_place() {
    let mut metadata = Metadata::default();
    metadata.headers.append("cloudEvents_id", "forged");
    metadata.headers.append("traceparent", "00-1-2-01");
    metadata.headers.append("cloudEvents_correlationid", "forged");
    let message = encoder().with_dialect(Dialect::CLOUD_EVENTS_BINARY).encode(&Blank {}, metadata).unwrap();
    assert_eq!(
        headers(&message),
        [
            ("traceparent", "00-1-2-01"),
            ("cloudEvents_specversion", "1.0"),
            ("cloudEvents_id", MESSAGE_ID),
            ("cloudEvents_source", "UserService"),
            ("cloudEvents_type", "Blank.v1"),
            ("cloudEvents_time", "2023-10-28T12:05:00.123Z"),
        ]
    );
}

#[test]
fn the_source_is_a_uri_reference_and_no_attribute_is_empty() {
    let encoder = EventEncoder::new("User Service/ß").with_default_exchange(Some("x".into()));
    for (dialect, source) in [
        (Dialect::CLOUD_EVENTS, "User%20Service/%C3%9F"),
        (Dialect::CLOUD_EVENTS_BINARY, "User%20Service/%C3%9F"),
        (Dialect::EVENT_DATA, "User Service/ß"),
    ] {
        let message = encoder.clone().with_dialect(dialect).encode(&Blank {}, correlated("")).unwrap();
        let body: Value = serde_json::from_slice(&message.body).unwrap();
        let header = message.headers.get_str("cloudEvents_source");
        assert_eq!(body["source"].as_str().or(header), Some(source), "{dialect}");
        assert_eq!(message.properties.source.as_deref(), Some("User Service/ß"));
        assert!(body.get("correlationid").is_none() && message.headers.get("cloudEvents_correlationid").is_none());
    }
}

#[test]
fn what_is_written_is_recognised_and_read() {
    for (mode, other) in
        [(Dialect::CLOUD_EVENTS, Dialect::CLOUD_EVENTS_BINARY), (Dialect::CLOUD_EVENTS_BINARY, Dialect::CLOUD_EVENTS)]
    {
        // Without the properties that say the same, and whichever mode was accepted.
        let mut message = InboundMessage::default();
        let sent = written(mode);
        (message.body, message.headers) = (sent.body, sent.headers);
        message.properties.content_type = sent.properties.content_type;
        for accepted in [mode, other] {
            let found = recognise(&message, std::slice::from_ref(&accepted)).unwrap();
            assert_eq!((*found.dialect, found.event_version), (mode, None));
            assert_eq!(found.message_type.as_deref(), Some("UserRegistered.v1"));
        }
        let read = UserRegistered::decode(&message, Matched::standard(UserRegistered::META).in_dialect(&mode)).unwrap();
        assert_eq!(read.payload, UserRegistered::example());
        let envelope = read.envelope;
        assert_eq!(envelope.message_id.as_deref(), Some(MESSAGE_ID));
        assert_eq!(envelope.message_type.as_deref(), Some("UserRegistered.v1"));
        assert_eq!(envelope.envelope_version.as_deref(), Some("1.0"));
        assert_eq!(envelope.timestamp, Some(time("2023-10-28T12:05:00.123Z")));
        assert_eq!(envelope.source_service.as_deref(), Some("UserService"));
        assert_eq!(envelope.correlation_id.as_deref(), Some(CORRELATION_ID));
        assert_eq!(envelope.partition_key.as_deref(), Some("a1b2c3d4-e5f6-7890-1234-567890abcdef"));
        assert_eq!(envelope.trace_context, None);
    }
}

/// The examples of CloudEvents' JSON format, 3.2.
#[test]
fn the_specifications_structured_examples() {
    let example = |rest: &str| {
        format!(
            r#"{{
                "specversion" : "1.0",
                "type" : "com.example.someevent",
                "source" : "/mycontext",
                "subject": null,
                "id" : "C234-1234-1234",
                "time" : "2018-04-05T17:31:00Z",
                "comexampleextension1" : "value",
                "comexampleothervalue" : 5,
                "unsetextension": null,
                {rest}
            }}"#
        )
    };
    for (rest, data) in [
        (
            r#""datacontenttype" : "application/json",
               "data" : { "appinfoA" : "abc", "appinfoB" : 123, "appinfoC" : true }"#,
            json!({ "appinfoA": "abc", "appinfoB": 123, "appinfoC": true }),
        ),
        (r#""datacontenttype" : "application/json", "data" : 1.5"#, json!(1.5)),
        (r#""data" : "I'm just a string""#, json!("I'm just a string")),
        (r#""datacontenttype": null, "data_base64": null, "data" : null"#, json!(null)),
        (r#""datacontenttype": "application/vnd.example+JSON;charset=utf-8", "data" : []"#, json!([])),
    ] {
        let StandardMessage { envelope, payload, .. } = structured::<Value>(&example(rest)).unwrap();
        assert_eq!(payload, data);
        assert_eq!(envelope.message_id.as_deref(), Some("C234-1234-1234"));
        assert_eq!(envelope.message_type.as_deref(), Some("com.example.someevent"));
        assert_eq!(envelope.source_service.as_deref(), Some("/mycontext"));
        assert_eq!(envelope.timestamp, Some(time("2018-04-05T17:31:00Z")));
    }
    for (rest, path) in [
        (r#""datacontenttype" : "application/xml", "data" : "<much wow=\"xml\"/>""#, "datacontenttype"),
        (
            r#""datacontenttype" : "application/vnd.apache.thrift.binary", "data_base64" : "... base64 ...""#,
            "datacontenttype",
        ),
        (r#""data_base64" : "eyJ4IjoxfQ==""#, "data_base64"),
        (r#""datacontenttype" : "text/plain", "data" : "text""#, "datacontenttype"),
        (r#""data": {}, "data_base64" : "eyJ4IjoxfQ==", "datacontenttype" : "application/json""#, "data_base64"),
    ] {
        let error = structured::<Value>(&example(rest)).unwrap_err();
        assert_eq!((error.kind(), error.path()), (Category::ContentType, path), "{rest}");
        assert!(error.line() > 9, "{error}");
    }
    let error = structured::<Value>(&example(r#""data_base64" : "eyJ4IjoxfQ==""#)).unwrap_err();
    assert!(
        error.to_string().contains("field `data_base64` declares something else than JSON in UTF-8 (line 11, column ")
    );
}

/// The example of the AMQP binding, 3.1.4, which spells the prefix with a colon.
#[test]
fn the_specifications_binary_example() {
    for separator in [':', '_'] {
        let mut message = inbound(r#"{"x":1}"#);
        message.properties.content_type = Some("application/json; charset=utf-8".into());
        for (name, value) in [
            ("specversion", "1.0"),
            ("type", "com.example.someevent"),
            ("time", "2018-04-05T03:56:24Z"),
            ("id", "1234-1234-1234"),
            ("source", "/mycontext/subcontext"),
            ("comexampleextension", "value"),
        ] {
            message.headers.append(format!("cloudEvents{separator}{name}"), value);
        }
        let found = recognise(&message, &[Dialect::CLOUD_EVENTS]).unwrap();
        assert_eq!(*found.dialect, Dialect::CLOUD_EVENTS_BINARY);
        assert_eq!(found.message_type.as_deref(), Some("com.example.someevent"));
        let StandardMessage { envelope, payload, .. } = decode_binary::<Value>(&message).unwrap();
        assert_eq!(payload, json!({ "x": 1 }));
        assert_eq!(envelope.message_id.as_deref(), Some("1234-1234-1234"));
        assert_eq!(envelope.source_service.as_deref(), Some("/mycontext/subcontext"));
        assert_eq!(envelope.timestamp, Some(time("2018-04-05T03:56:24Z")));
    }
}

#[test]
fn a_structured_message_may_have_the_headers_of_the_binary_mode() {
    let mut message = binary(STRUCTURED, &[("cloudEvents_specversion", "1.0"), ("cloudEvents_type", "other")]);
    message.properties.content_type = Some("Application/CloudEvents+JSON".into());
    let found = recognise(&message, &[Dialect::CLOUD_EVENTS_BINARY]).unwrap();
    assert_eq!((*found.dialect, found.message_type.as_deref()), (Dialect::CLOUD_EVENTS, Some("UserRegistered.v1")));
}

#[test]
fn a_structured_message_is_known_without_its_content_type() {
    for content_type in [None, Some("application/json".into())] {
        let mut message = inbound(STRUCTURED);
        message.properties.content_type = content_type;
        for accepted in [Dialect::CLOUD_EVENTS, Dialect::CLOUD_EVENTS_BINARY] {
            let found = recognise(&message, std::slice::from_ref(&accepted)).unwrap();
            assert_eq!(*found.dialect, Dialect::CLOUD_EVENTS);
            assert_eq!(found.message_type.as_deref(), Some("UserRegistered.v1"));
        }
    }
}

#[test]
fn the_version_of_the_specification_must_be_there_and_its_major_be_1() {
    for version in [r#""1.0""#, r#""1""#, r#""1.1""#, r#""1.0-rc1""#, "1.0", "1"] {
        assert!(structured::<Value>(&format!(r#"{{"specversion":{version},"data":1}}"#)).is_ok(), "{version}");
    }
    for version in [r#""0.3""#, r#""2.0""#, r#""""#, "0.3", "2", "{}", "true"] {
        let body = format!(r#"{{"data":1,"specversion":{version}}}"#);
        let error = structured::<Value>(&body).unwrap_err();
        assert_eq!((error.kind(), error.path()), (Category::EnvelopeVersion, "specversion"), "{body}");
        let mut message = inbound(body);
        message.properties.content_type = Some("application/cloudevents+json".into());
        let error = recognise(&message, &[Dialect::CLOUD_EVENTS]).unwrap_err();
        assert_eq!((error.kind(), error.path()), (Category::EnvelopeVersion, "specversion"));
    }
    for body in [r#"{"data":1}"#, r#"{"specversion":null,"data":1}"#] {
        let error = structured::<Value>(body).unwrap_err();
        assert_eq!((error.kind(), error.path()), (Category::Missing, "specversion"));
    }
    let message = binary("1", &[("cloudEvents:specversion", "0.3")]);
    for error in
        [decode_binary::<Value>(&message).unwrap_err(), recognise(&message, &[Dialect::CLOUD_EVENTS]).unwrap_err()]
    {
        assert_eq!((error.kind(), error.path()), (Category::EnvelopeVersion, "cloudEvents:specversion"));
        assert_eq!((error.line(), error.column()), (0, 0));
        assert!(error.to_string().ends_with(": the envelope's major version is not 1"), "{error}");
    }
    let error = decode_binary::<Value>(&binary("1", &[])).unwrap_err();
    assert_eq!((error.kind(), error.path()), (Category::Missing, "cloudEvents_specversion"));
}

#[test]
fn attributes_in_headers_are_text_or_numbers_and_may_be_absent() {
    let seconds = [("cloudEvents_specversion", "1"), ("cloudEvents_time", "1698494700"), ("cloudEvents_id", "17")];
    let envelope = decode_binary::<Value>(&binary("{}", &seconds)).unwrap().envelope;
    assert_eq!(envelope.timestamp, Some(time("2023-10-28T12:05:00Z")));
    assert_eq!(envelope.message_id.as_deref(), Some("17"));

    let mut message = crate::support::with_properties("{}");
    message.headers.append("cloudEvents_specversion", "1.0");
    message.headers.append("cloudEvents_id", vec![0xff]);
    message.headers.append("cloudEvents_time", "yesterday");
    let envelope = decode_binary::<Value>(&message).unwrap().envelope;
    assert_eq!(envelope.message_id.as_deref(), Some("id-of-message"));
    assert_eq!(envelope.message_type.as_deref(), Some("TypeOfMessage.v1"));
    assert_eq!(envelope.source_service.as_deref(), Some("SourceOfMessage"));
    assert_eq!(envelope.correlation_id.as_deref(), Some("correlation-of-message"));
    assert_eq!(envelope.partition_key.as_deref(), Some("key-of-message"));
    assert_eq!(envelope.timestamp, None);
}

#[test]
fn a_payload_in_binary_mode_must_be_json() {
    for (content_type, ok) in [
        (None, true),
        (Some(""), true),
        (Some("application/json"), true),
        (Some("application/vnd.example+json"), true),
        (Some("text/plain"), false),
        (Some("application/octet-stream"), false),
        (Some("application/xml"), false),
    ] {
        let mut message = binary("{}", &[("cloudEvents_specversion", "1.0")]);
        message.properties.content_type = content_type.map(Into::into);
        let read = decode_binary::<Value>(&message);
        assert_eq!(read.is_ok(), ok, "{content_type:?}");
        if let Err(error) = read {
            assert_eq!((error.kind(), error.path(), error.line()), (Category::ContentType, "content_type", 0));
        }
    }
}

#[test]
fn errors_in_a_binary_payload_are_told_below_data() {
    let read =
        |body: &str| decode_binary::<Vec<Blank>>(&binary(body, &[("cloudEvents_specversion", "1.0")])).unwrap_err();
    use Category::{Shape, Syntax, Truncated};
    for (body, kind, path, column) in [
        ("7", Shape, "data", 1),
        ("[{},7]", Shape, "data[1]", 5),
        ("", Truncated, "data", 0),
        ("[{}", Truncated, "data", 3),
        ("<xml>", Syntax, "data", 1),
        ("[] x", Syntax, "data", 4),
    ] {
        let error = read(body);
        assert_eq!((error.kind(), error.path()), (kind, path), "{body}");
        assert_eq!((error.line(), error.column()), (1, column), "{body}");
    }
    let message = binary(r#"{"email":7}"#, &[("cloudEvents_specversion", "1.0")]);
    assert_eq!(decode_binary::<UserRegistered>(&message).unwrap_err().path(), "data.email");
}

#[test]
fn a_batch_and_other_formats_are_refused() {
    for content_type in [
        "application/cloudevents-batch+json",
        "application/CloudEvents-Batch+JSON; charset=utf-8",
        "application/cloudevents+avro",
        "application/cloudevents",
    ] {
        let mut message = inbound("[]");
        message.properties.content_type = Some(content_type.into());
        for accepted in [&[][..], &[Dialect::CLOUD_EVENTS]] {
            let error = recognise(&message, accepted).unwrap_err();
            assert_eq!((error.kind(), error.path(), error.line()), (Category::ContentType, "content_type", 0));
        }
        for dialect in [Dialect::STANDARD, Dialect::CLOUD_EVENTS, Dialect::CLOUD_EVENTS_BINARY] {
            let matched = Matched::standard(Blank::META).in_dialect(&dialect);
            assert_eq!(envelope::decode::<Blank>(&message, matched).unwrap_err().kind(), Category::ContentType);
        }
    }
}

#[test]
fn the_trace_of_the_attributes_is_in_the_envelope() {
    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b9c7c989f97918e1-01";
    let body = format!(r#"{{"specversion":"1.0","traceparent":"{PARENT}","tracestate":"rojo=1","data":1}}"#);
    let attributes =
        [("cloudEvents_specversion", "1.0"), ("cloudEvents_traceparent", PARENT), ("cloudEvents_tracestate", "rojo=1")];
    for envelope in [
        structured::<Value>(&body).unwrap().envelope,
        decode_binary::<Value>(&binary("1", &attributes)).unwrap().envelope,
    ] {
        let trace = envelope.trace_context.unwrap();
        assert_eq!((trace.parent(), trace.state()), (PARENT, Some("rojo=1")));
    }
    let without_parent = r#"{"specversion":"1.0","tracestate":"rojo=1","data":1}"#;
    assert_eq!(structured::<Value>(without_parent).unwrap().envelope.trace_context, None);
}

#[test]
fn every_truncation_is_an_error() {
    for end in 0..STRUCTURED.len() {
        let error = structured::<UserRegistered>(&STRUCTURED[..end]).unwrap_err();
        assert_eq!(error.kind(), Category::Truncated, "after {end} bytes: {error}");
    }
    for end in 0..BINARY.len() {
        let message = binary(&BINARY[..end], &[("cloudEvents_specversion", "1.0")]);
        let error = decode_binary::<UserRegistered>(&message).unwrap_err();
        assert_eq!(error.kind(), Category::Truncated, "after {end} bytes: {error}");
    }
}
