//! What an encoder puts beside the body.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::error::Error;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use user_events_core::{DomainEvent, EncodeErrorKind, EventEncoder, Headers, Metadata};

use crate::event::event;
use crate::support::{MESSAGE_ID, UserRegistered, encoder};

#[derive(Debug, Serialize, Deserialize)]
struct Blob(String);

event!(Blob, "Blob", 1);

#[test]
fn properties_say_what_the_envelope_says() {
    let mut metadata = Metadata::default();
    metadata.correlation_id = Some("order-17".into());
    metadata.headers.append("traceparent", "00-1-2-01");
    let message = encoder().encode(&UserRegistered::example(), metadata).unwrap();

    assert_eq!(message.exchange, "user.events");
    assert_eq!(message.routing_key, "user.registered.v1");
    assert_eq!(message.partition_key.as_deref(), Some("a1b2c3d4-e5f6-7890-1234-567890abcdef"));
    assert_eq!(message.headers.get_str("traceparent"), Some("00-1-2-01"));
    let properties = message.properties;
    assert_eq!(properties.message_id.as_deref(), Some(MESSAGE_ID));
    assert_eq!(properties.correlation_id.as_deref(), Some("order-17"));
    assert_eq!(properties.message_type.as_deref(), Some("UserRegistered.v1"));
    assert_eq!(properties.source.as_deref(), Some("UserService"));
    assert_eq!(properties.timestamp, Some(1_698_494_700));
    assert_eq!(properties.content_type.as_deref(), Some("application/json"));
    assert_eq!(properties.content_encoding.as_deref(), Some("UTF-8"));
    assert_eq!((properties.priority, properties.reply_to), (None, None));
}

#[test]
fn a_given_message_id_wins_and_a_new_one_is_a_uuid_v4() {
    let mut metadata = Metadata::default();
    metadata.message_id = Some("msg-1".into());
    assert_eq!(encoder().encode(&UserRegistered::example(), metadata).unwrap().message_id(), "msg-1");

    let message = EventEncoder::new("UserService").encode(&UserRegistered::example(), Metadata::default()).unwrap();
    let id: uuid::Uuid = message.message_id().parse().unwrap();
    assert_eq!(id.get_version_num(), 4);
}

#[test]
fn the_default_exchange_serves_events_that_name_none() {
    let blob = Blob("x".to_owned());
    assert_eq!(encoder().encode(&blob, Metadata::default()).unwrap().exchange, "test.events");

    let without = encoder().with_default_exchange(None);
    assert_eq!(without.encode(&UserRegistered::example(), Metadata::default()).unwrap().exchange, "user.events");
    let error = without.encode(&blob, Metadata::default()).unwrap_err();
    assert_eq!((error.kind(), error.message_id()), (EncodeErrorKind::NoExchange, MESSAGE_ID));
    assert_eq!(error.event(), Blob::META);
    assert!(error.to_string().contains("names no exchange"), "{error}");
}

#[test]
fn bodies_of_all_sizes_are_whole() {
    for size in [0, 1, 1_000, 65_000, 66_000, 3_000_000, 10] {
        let blob = Blob("x".repeat(size));
        let message = encoder().encode(&blob, Metadata::default()).unwrap();
        let envelope = encoder().encode(&Blob(String::new()), Metadata::default()).unwrap();
        assert_eq!(message.body.len(), envelope.body.len() + size);
        assert!(message.body.ends_with(b"x\"}") == (size > 0));
    }
}

#[test]
fn a_payload_may_encode_an_event_while_it_is_written() {
    #[derive(Debug, Deserialize)]
    struct Nesting(String);

    impl Serialize for Nesting {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let inner = encoder().encode(&Blob(self.0.clone()), Metadata::default()).unwrap();
            serializer.serialize_str(std::str::from_utf8(&inner.body).unwrap())
        }
    }

    event!(Nesting, "Nesting", 1);

    let message = encoder().encode(&Nesting("inside".to_owned()), Metadata::default()).unwrap();
    let read: serde_json::Value = serde_json::from_slice(&message.body).unwrap();
    let inner: serde_json::Value = serde_json::from_str(read["payload"].as_str().unwrap()).unwrap();
    assert_eq!(inner["payload"], "inside");
}

#[test]
fn encoding_while_the_thread_ends_does_not_panic() {
    struct AtEnd;

    impl Drop for AtEnd {
        fn drop(&mut self) {
            encoder().encode(&UserRegistered::example(), Metadata::default()).unwrap();
        }
    }

    thread_local!(static AT_END: Cell<Option<AtEnd>> = const { Cell::new(None) });

    let thread = std::thread::spawn(|| {
        AT_END.set(Some(AtEnd));
        encoder().encode(&UserRegistered::example(), Metadata::default()).unwrap();
    });
    thread.join().unwrap();
}

#[test]
fn a_clock_beyond_the_year_9999_is_an_error_and_one_before_1970_has_no_seconds() {
    let event = UserRegistered::example();
    let error = encoder().with_clock(|| DateTime::<Utc>::MAX_UTC).encode(&event, Metadata::default()).unwrap_err();
    assert_eq!(error.kind(), EncodeErrorKind::Timestamp);

    let moon = encoder().with_clock(|| "1969-07-20T20:17:40Z".parse().unwrap());
    assert_eq!(moon.encode(&event, Metadata::default()).unwrap().properties.timestamp, None);
}

#[test]
fn an_error_of_serialize_is_told_without_its_text() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Keyed(BTreeMap<Vec<u8>, String>);

    event!(Keyed, "Keyed", 1);

    #[derive(Debug, Deserialize)]
    struct Refusing(String);

    impl Serialize for Refusing {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom(&self.0))
        }
    }

    event!(Refusing, "Refusing", 1);

    let headers: Headers = [("token".into(), "canary".into())].into_iter().collect();
    let mut metadata = Metadata::default();
    metadata.headers = headers;
    let keyed = Keyed([(b"canary".to_vec(), "canary".to_owned())].into());
    for error in [
        encoder().encode(&keyed, metadata.clone()).unwrap_err(),
        encoder().encode(&Refusing("canary".to_owned()), metadata).unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.message_id()), (EncodeErrorKind::Serialize, MESSAGE_ID));
        assert!(error.source().is_none());
        let shown = format!("{error} {error:?} {error:#?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}
