//! Which messages are taken for a dialect that nobody accepted, and which are not.

use serde::Deserialize;
use user_events_core::DecodeErrorKind as Category;
use user_events_core::envelope::{decode, read, recognise};
use user_events_core::{Dialect, DomainEvent, Fields, InboundMessage, Matched};

use crate::support::{UserRegistered, inbound};

#[derive(Debug, Deserialize)]
struct Empty {}

const FOREIGN: [(Dialect, &str); 5] = [
    (
        Dialect::MESSAGE_VERSION,
        r#"{"messageId":"1","messageType":"OrderCreatedEvent","messageVersion":"1.0","timestamp":"2023-10-28T12:05:00.000Z",
            "source":"order-service","correlationId":"c","partitionKey":"k","payload":{}}"#,
    ),
    (
        Dialect::SOURCE_VERSION,
        r#"{"messageId":"1","messageType":"StockLevelChanged","timestamp":"2023-10-28T12:05:00.000Z","source":"inventory",
            "partitionKey":"k","correlationId":"c","payload":{},"version":"1.0"}"#,
    ),
    (
        Dialect::EVENT_DATA,
        r#"{"eventId":"1","eventType":"ProductCreated","timestamp":"2023-10-28T12:05:00.000Z","version":"1.0",
            "source":"catalog","data":{}}"#,
    ),
    (
        Dialect::CLOUD_EVENTS,
        r#"{"specversion":"1.0","id":"1","source":"/catalog","type":"com.example.product.created","data":{}}"#,
    ),
    (Dialect::CLOUD_EVENTS_BINARY, "{}"),
];

/// What every dialect's message may look like besides.
fn message(dialect: Dialect, body: &str, message_type: Option<&str>) -> InboundMessage {
    let mut message = inbound(body);
    message.properties.message_type = message_type.map(Into::into);
    if dialect == Dialect::CLOUD_EVENTS_BINARY {
        message.headers.append("cloudEvents_specversion", "1.0");
        message.headers.append("cloudEvents_type", "com.example.product.created");
    }
    message
}

fn refused_as(message: &InboundMessage, accepted: &[Dialect]) -> Option<Dialect> {
    let error = match recognise(message, accepted) {
        Ok(found) => found.second_look(message)?,
        Err(error) => Some(error).filter(|error| error.kind() == Category::UndeclaredDialect)?,
    };
    assert_eq!((error.kind(), error.path(), error.line()), (Category::UndeclaredDialect, "", 0));
    Some(*error.dialect().unwrap())
}

#[test]
fn a_foreign_message_is_refused_with_advice_where_only_the_standard_is_read() {
    for (dialect, body) in FOREIGN {
        for message_type in [None, Some("UserRegistered.v1")] {
            let message = message(dialect, body, message_type);
            let error = decode::<Empty>(&message, Matched::standard(UserRegistered::META)).unwrap_err();
            assert_eq!((error.kind(), error.dialect()), (Category::UndeclaredDialect, Some(&dialect)));
            assert_eq!(refused_as(&message, &[]), Some(dialect));
            match recognise(&message, &[]) {
                Ok(found) => {
                    assert_eq!(found.message_type.as_deref(), message_type, "the property alone was looked at")
                }
                Err(error) => assert_eq!((error.dialect(), message_type), (Some(&dialect), None)),
            }
        }
    }
    let message = message(Dialect::EVENT_DATA, FOREIGN[2].1, None);
    let error = decode::<Empty>(&message, Matched::standard(UserRegistered::META)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot decode `UserRegistered` v1: the message looks like the `event-data` dialect, which neither the consumer \
         nor the event declares: write `.accept(Dialect::EVENT_DATA)` on the consumer, or \
         `dialect = Dialect::EVENT_DATA` in the event's `#[event(…)]`"
    );
}

#[test]
fn what_is_accepted_is_read_and_all_others_are_still_refused() {
    let accepts = |accepted: Dialect, dialect: Dialect| {
        let cloud_events = |dialect: Dialect| dialect.name().starts_with("cloudevents");
        accepted == dialect || (cloud_events(accepted) && cloud_events(dialect))
    };
    for (dialect, body) in FOREIGN {
        for (accepted, _) in FOREIGN {
            for message_type in [None, Some("UserRegistered.v1")] {
                let message = message(dialect, body, message_type);
                let found = recognise(&message, std::slice::from_ref(&accepted));
                if accepts(accepted, dialect) {
                    assert_eq!(*found.unwrap().dialect, dialect);
                    assert_eq!(refused_as(&message, &[accepted]), None);
                } else {
                    assert_eq!(found.unwrap_err().dialect(), Some(&dialect), "{accepted} accepted");
                    assert_eq!(refused_as(&message, &[accepted]), Some(dialect));
                }
            }
        }
        let all: Vec<_> = FOREIGN.iter().map(|(dialect, _)| *dialect).collect();
        assert_eq!(*recognise(&message(dialect, body, None), &all).unwrap().dialect, dialect);
    }
}

/// Each of them was read as standard before there were dialects, and is.
#[test]
fn a_standard_message_is_never_refused_for_what_it_has_besides() {
    for body in [
        r#"{"payload":{}}"#,
        r#"{"messageType":"T","payload":{}}"#,
        // Marked as standard, whatever else there is.
        r#"{"envelopeVersion":"1.0","messageType":"T","messageVersion":"1.0","version":"1.0","source":"s","payload":{}}"#,
        r#"{"sourceService":"s","messageType":"T","messageVersion":"1.0","version":"1.0","source":"s","payload":{}}"#,
        r#"{"sourceService":"s","eventId":"1","eventType":"T","data":{},"payload":{}}"#,
        r#"{"sourceService":"s","specversion":"1.0","id":"1","source":"s","type":"T","payload":{}}"#,
        // A version of something else.
        r#"{"messageType":"T","version":"1.0","payload":{}}"#,
        r#"{"messageType":"T","version":{"major":1},"source":"s","payload":{}}"#,
        r#"{"messageType":"T","version":"2023-10-28","source":"s","payload":{}}"#,
        r#"{"messageType":"T","version":null,"source":"s","payload":{}}"#,
        r#"{"messageType":"T","version":"1.0","source":null,"payload":{}}"#,
        // The type says the version itself.
        r#"{"messageType":"UserRegistered.v1","version":"3","source":"s","payload":{}}"#,
        r#"{"messageType":"UserRegistered.v1","messageVersion":"3","source":"s","payload":{}}"#,
        // A source alone.
        r#"{"messageId":"1","messageType":"T","source":"s","payload":{}}"#,
        // A payload is there: both were written, for readers old and new.
        r#"{"eventId":"1","eventType":"T","version":"1.0","source":"s","data":{},"payload":{}}"#,
        r#"{"specversion":"1.0","id":"1","source":"s","type":"T","data":{},"messageType":"T","payload":{}}"#,
        // The payload's own fields are not the envelope's.
        r#"{"messageType":"T","payload":{"eventId":"1","eventType":"T","data":{},"specversion":"1.0"}}"#,
    ] {
        for message_type in [None, Some("UserRegistered.v1")] {
            let mut message = inbound(body);
            message.properties.message_type = message_type.map(Into::into);
            assert_eq!(refused_as(&message, &[]), None, "{body}");
            assert_eq!(*recognise(&message, &[]).unwrap().dialect, Dialect::STANDARD);
            if let Err(error) = decode::<Empty>(&message, Matched::standard(UserRegistered::META)) {
                panic!("{body}: {error}");
            }
        }
    }
}

#[test]
fn a_standard_body_is_read_whatever_properties_and_headers_announce() {
    let body = r#"{"messageType":"T","payload":{}}"#;
    for (content_type, header) in [("application/cloudevents+json", None), ("application/json", Some("1.0"))] {
        let mut message = inbound(body);
        message.properties.content_type = Some(content_type.into());
        header.into_iter().for_each(|version| message.headers.append("cloudEvents_specversion", version));
        assert_eq!(refused_as(&message, &[]), None);
        assert!(decode::<Empty>(&message, Matched::standard(UserRegistered::META)).is_ok());
    }
}

#[test]
fn an_accepted_dialect_is_read_whatever_headers_announce() {
    let mut message = inbound(FOREIGN[2].1);
    message.headers.append("cloudEvents_specversion", "1.0");
    assert_eq!(*recognise(&message, &[Dialect::EVENT_DATA]).unwrap().dialect, Dialect::EVENT_DATA);
    assert_eq!(
        *recognise(&message, &[Dialect::EVENT_DATA, Dialect::CLOUD_EVENTS]).unwrap().dialect,
        Dialect::CLOUD_EVENTS_BINARY
    );
    // Some of its fields alone are not the dialect.
    let mut message = inbound(r#"{"source":"s","version":"1.0"}"#);
    message.headers.append("cloudEvents_specversion", "1.0");
    assert_eq!(refused_as(&message, &[Dialect::EVENT_DATA]), Some(Dialect::CLOUD_EVENTS_BINARY));
}

/// Too little to tell: the error is that of the standard.
#[test]
fn what_looks_like_no_dialect_is_refused_as_standard() {
    for body in [
        "{}",
        r#"{"type":"T","data":{}}"#,
        r#"{"eventType":"T"}"#,
        r#"{"data":{}}"#,
        r#"{"id":"1","source":"s","type":"T","data":{}}"#,
        r#"{"specversion":null,"id":"1","source":"s","type":"T","data":{}}"#,
        r#"{"messageId":"1","messageType":"T","messageVersion":"1.0","source":"s","timestamp":"t"}"#,
        r#"{"messageId":"1","messageType":"T","timestamp":"t","eventId":"1","data":{}}"#,
    ] {
        let message = inbound(body);
        assert_eq!(refused_as(&message, &[]), None, "{body}");
        let error = decode::<Empty>(&message, Matched::standard(UserRegistered::META)).unwrap_err();
        assert_eq!((error.kind(), error.path()), (Category::Missing, "payload"), "{body}");
    }
}

#[test]
fn a_dialect_of_ones_own_is_believed() {
    // It means to ignore the version that `messageVersion` tells.
    let own = Dialect::custom("own", Fields::new("messageId", "messageType", "payload"));
    let message = inbound(FOREIGN[0].1);
    let found = recognise(&message, std::slice::from_ref(&own)).unwrap();
    assert_eq!((*found.dialect, found.event_version), (own, None));
    // But nothing else is refused less.
    assert_eq!(refused_as(&inbound(FOREIGN[2].1), &[own]), Some(Dialect::EVENT_DATA));
}

#[test]
fn what_cannot_be_read_is_told_by_its_properties_alone() {
    let truncated = &FOREIGN[2].1[..40];
    let error = recognise(&inbound(truncated), &[]).unwrap_err();
    assert_eq!(error.kind(), Category::Truncated);
    let mut message = inbound(truncated);
    message.headers.append("cloudEvents_specversion", "1.0");
    assert_eq!(recognise(&message, &[]).unwrap_err().dialect(), Some(&Dialect::CLOUD_EVENTS_BINARY));
    message.properties.content_type = Some("application/cloudevents+json".into());
    assert_eq!(recognise(&message, &[Dialect::EVENT_DATA]).unwrap_err().dialect(), Some(&Dialect::CLOUD_EVENTS));
}

#[test]
fn fields_that_repeat_are_counted_once() {
    let body = format!("{{{}\"data\":{{}}}}", r#""eventId":"1","eventType":"T","other":[],"#.repeat(50_000));
    assert_eq!(refused_as(&inbound(body), &[]), Some(Dialect::EVENT_DATA));
}

#[test]
fn what_was_recognised_is_believed_and_what_was_assumed_is_looked_at() {
    // Standard to all but who looks for its dialect.
    let body = FOREIGN[0].1;
    let mut message = inbound(body);
    let own = Dialect::custom("own", Fields::new("messageId", "messageType", "payload"));
    let found = recognise(&message, std::slice::from_ref(&own)).unwrap();
    assert_eq!(found.second_look(&message).map(|error| error.kind()), None);
    assert!(decode::<Empty>(&message, found.as_event(UserRegistered::META)).is_ok());
    assert!(decode::<Empty>(&message, Matched::standard(UserRegistered::META).in_dialect(&Dialect::STANDARD)).is_ok());

    message.properties.message_type = Some("UserRegistered.v1".into());
    let assumed = recognise(&message, &[]).unwrap();
    assert_eq!(assumed.second_look(&message).unwrap().dialect(), Some(&Dialect::MESSAGE_VERSION));
    for error in [
        decode::<Empty>(&message, assumed.as_event(UserRegistered::META)).unwrap_err(),
        read::<Empty>(&message, &assumed).unwrap_err(),
    ] {
        assert_eq!(error.dialect(), Some(&Dialect::MESSAGE_VERSION));
    }
}

#[test]
fn a_message_is_read_whatever_event_it_is() {
    for (dialect, body) in FOREIGN {
        let body =
            body.replace("\"1.0\"", if dialect.name().starts_with("cloudevents") { "\"1.0\"" } else { "\"7.0\"" });
        let message = message(dialect, &body, None);
        let found = recognise(&message, Dialect::BUILT_IN).unwrap();
        assert_eq!(*found.dialect, dialect);
        let read = read::<Empty>(&message, &found).unwrap();
        assert_eq!(read.envelope.message_type, found.message_type, "{dialect}");
        let error = decode::<u8>(&message, found.as_event(UserRegistered::META)).unwrap_err();
        let other_version = !dialect.name().starts_with("cloudevents");
        assert_eq!(error.kind() == Category::EventVersion, other_version, "{dialect}: {error}");
    }
    let message = inbound(r#"{"envelopeVersion":"2.0","payload":{}}"#);
    assert_eq!(recognise(&message, Dialect::BUILT_IN).unwrap_err().kind(), Category::EnvelopeVersion);
}

#[test]
fn a_type_names_its_version_as_the_standard_writes_it_or_not_at_all() {
    let body = |message_type: &str| FOREIGN[0].1.replace("OrderCreatedEvent", message_type);
    for standard in ["OrderCreated.v1", "OrderCreated.v12"] {
        assert_eq!(refused_as(&inbound(body(standard)), &[]), None, "{standard}");
    }
    for other in ["OrderCreated.v01", "OrderCreated.v+1", "OrderCreated.v0", "OrderCreated.version"] {
        assert_eq!(refused_as(&inbound(body(other)), &[]), Some(Dialect::MESSAGE_VERSION), "{other}");
    }
}

#[test]
fn an_envelope_of_another_major_version_is_refused_by_whatever_it_is_recognised() {
    for (body, path) in [
        (r#"{"envelopeVersion":"2.0","messageType":"T","payload":{}}"#, "envelopeVersion"),
        (r#"{"specversion":"0.3","id":"1","source":"/s","type":"T","data":{}}"#, "specversion"),
    ] {
        for content_type in [None, Some("application/json")] {
            let mut message = inbound(body);
            message.properties.content_type = content_type.map(Into::into);
            let error = recognise(&message, Dialect::BUILT_IN).unwrap_err();
            assert_eq!((error.kind(), error.path()), (Category::EnvelopeVersion, path));
        }
    }
}
