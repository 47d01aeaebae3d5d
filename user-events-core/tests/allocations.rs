//! What an encode allocates: the body, and nothing else.

#[path = "envelope/support.rs"]
#[expect(dead_code, reason = "a part of it is for the other tests")]
mod support;

use allocation_counter::measure;
use bytes::Bytes;
use user_events_core::{
    Consumable, Dialect, DomainEvent, Header, Headers, InboundMessage, Matched, Metadata, Text, envelope,
};

use self::support::{MESSAGE_ID, UserRegistered, encoder, inbound};

#[test]
fn an_encode_allocates_the_body_alone() {
    let event = UserRegistered::example();
    let encoder = encoder();
    let mut metadata = Metadata::default();
    metadata.correlation_id = Some(MESSAGE_ID.into());
    let first = encoder.encode(&event, metadata.clone()).unwrap();

    let mut message = None;
    let allocations = measure(|| message = Some(encoder.encode(&event, metadata).unwrap()));
    assert_eq!(allocations.count_total, 1, "{allocations:?}");
    let body = message.unwrap().body;
    assert_eq!(allocations.bytes_total, body.len() as u64, "{allocations:?}");
    assert_eq!(body, first.body);
}

#[test]
fn an_id_made_by_the_encoder_allocates_nothing() {
    let event = UserRegistered::example();
    let encoder = user_events_core::EventEncoder::new("UserService");
    drop(encoder.encode(&event, Metadata::default()));

    let allocations = measure(|| drop(encoder.encode(&event, Metadata::default())));
    assert_eq!(allocations.count_total, 1, "{allocations:?}");
}

#[test]
fn a_buffer_that_grew_large_is_not_kept() {
    let event = UserRegistered { email: "x".repeat(1_000_000), ..UserRegistered::example() };
    let encoder = encoder();
    drop(encoder.encode(&UserRegistered::example(), Metadata::default()));

    let allocations = measure(|| drop(encoder.encode(&event, Metadata::default())));
    assert!(allocations.bytes_current <= 0, "{allocations:?}");
}

#[test]
fn headers_of_bytes_allocate_their_list_alone() {
    assert_eq!(size_of::<Header>(), size_of::<(Text, Bytes)>());
    let allocations = measure(|| {
        let mut headers = Headers::new();
        headers.append("x-request-id", "0af7651916cd43dd8448eb211c80319c");
        headers.append("tenant", "blue");
        assert_eq!(headers.get_str("tenant"), Some("blue"));
    });
    assert_eq!(allocations.count_total, 1, "{allocations:?}");
}

#[test]
fn every_dialect_allocates_what_the_standard_does() {
    let event = UserRegistered::example();
    for dialect in [Dialect::MESSAGE_VERSION, Dialect::SOURCE_VERSION, Dialect::EVENT_DATA, Dialect::CLOUD_EVENTS] {
        let encoder = encoder().with_dialect(dialect);
        drop(encoder.encode(&event, Metadata::default()));

        let allocations = measure(|| drop(encoder.encode(&event, Metadata::default())));
        assert_eq!(allocations.count_total, 1, "{dialect}: {allocations:?}");
    }
}

#[test]
fn binary_cloud_events_allocate_their_headers_besides() {
    let event = UserRegistered::example();
    let encoder = encoder().with_dialect(Dialect::CLOUD_EVENTS_BINARY);
    drop(encoder.encode(&event, Metadata::default()));

    let mut message = None;
    let allocations = measure(|| message = Some(encoder.encode(&event, Metadata::default()).unwrap()));
    let headers = message.unwrap().headers.len() as u64;
    // Each value, and the list, which grows once.
    assert_eq!((headers, allocations.count_total), (6, 1 + headers + 2), "{allocations:?}");
}

#[test]
fn recognising_a_message_by_its_property_allocates_nothing() {
    let message = InboundMessage::of(encoder().encode(&UserRegistered::example(), Metadata::default()).unwrap());
    let allocations = measure(|| drop(envelope::recognise(&message, &[])));
    assert_eq!(allocations.count_total, 0, "{allocations:?}");
}

#[test]
fn a_standard_message_allocates_what_its_payload_does() {
    let message = InboundMessage::of(encoder().encode(&UserRegistered::example(), Metadata::default()).unwrap());
    let payload = serde_json::to_string(&UserRegistered::example()).unwrap();
    let alone = measure(|| drop(serde_json::from_str::<UserRegistered>(&payload)));
    let decoded = measure(|| drop(UserRegistered::decode(&message, Matched::standard(UserRegistered::META))));
    assert_eq!(decoded.count_total, alone.count_total, "{decoded:?}");
}

/// What it is looked at for is its dialect's fields, of which there is a list.
#[test]
fn a_body_without_a_version_is_looked_at_again_only_where_its_dialect_was_assumed() {
    let payload = serde_json::to_string(&UserRegistered::example()).unwrap();
    let message = inbound(format!(r#"{{"messageId":"m-1","messageType":"UserRegistered.v1","payload":{payload}}}"#));
    let alone = measure(|| drop(serde_json::from_str::<UserRegistered>(&payload))).count_total;
    let accepted = [Dialect::EVENT_DATA];
    for accepted in [&[][..], &accepted] {
        let recognised = envelope::recognise(&message, accepted).unwrap();
        let matched = recognised.as_event(UserRegistered::META);
        let decoded = measure(|| drop(UserRegistered::decode(&message, matched)));
        assert_eq!(decoded.count_total, alone, "{accepted:?} accepted: {decoded:?}");
    }
    let assumed = measure(|| drop(UserRegistered::decode(&message, Matched::standard(UserRegistered::META))));
    assert_eq!(assumed.count_total, alone + 1, "{assumed:?}");
}
