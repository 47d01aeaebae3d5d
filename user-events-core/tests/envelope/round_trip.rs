//! What is encoded decodes to the same, whatever it is.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::num::f64;
use proptest::option;
use proptest::prelude::*;
use proptest::sample;
use serde::{Deserialize, Serialize};
use user_events_core::{
    Consumable, DecodeError, Dialect, DomainEvent, EventMeta, Fields, Publishable, StandardMessage, envelope,
};
use user_events_core::{InboundMessage, Key, Matched, Metadata, PartitionKey};

use crate::support::{encoder, time};

/// Everything that a detour through a JSON tree would lose, and much that it would not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Everything {
    key: Option<String>,
    unsigned: u128,
    signed: i128,
    float: f64,
    by_number: BTreeMap<u64, i8>,
    by_text: BTreeMap<String, Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nested: Option<Box<Everything>>,
    choice: Choice,
    pair: (char, bool),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Choice {
    Unit,
    Newtype(String),
    Tuple(u8, String),
    Struct { field: Option<i64> },
}

impl Consumable for Everything {
    const ACCEPTS: &'static [&'static EventMeta] = &[Self::META];

    fn decode(message: &InboundMessage, matched: Matched<'_>) -> Result<StandardMessage<Self>, DecodeError> {
        envelope::decode(message, matched)
    }
}

impl DomainEvent for Everything {
    const META: &'static EventMeta = &EventMeta::new("Everything", 3, "Everything.v3", "everything.v3");

    fn partition_key(&self) -> Option<Key<'_>> {
        self.key.key()
    }
}

impl Publishable for Everything {}

fn text() -> impl Strategy<Value = String> {
    "(?s).{0,40}"
}

/// An empty id names nothing, and is read as none.
fn id() -> impl Strategy<Value = String> {
    "(?s).{1,40}"
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        Just(Choice::Unit),
        text().prop_map(Choice::Newtype),
        (any::<u8>(), text()).prop_map(|(number, text)| Choice::Tuple(number, text)),
        any::<Option<i64>>().prop_map(|field| Choice::Struct { field }),
    ]
}

fn flat() -> impl Strategy<Value = Everything> {
    let scalars = (option::of(text()), any::<u128>(), any::<i128>(), f64::NORMAL | f64::SUBNORMAL | f64::ZERO);
    let maps = (any::<BTreeMap<u64, i8>>(), btree_map(text(), vec(text(), 0..4), 0..4));
    (scalars, maps, choice(), any::<(char, bool)>()).prop_map(
        |((key, unsigned, signed, float), (by_number, by_text), choice, pair)| Everything {
            key,
            unsigned,
            signed,
            float,
            by_number,
            by_text,
            nested: None,
            choice,
            pair,
        },
    )
}

fn everything() -> impl Strategy<Value = Everything> {
    (flat(), option::of(flat())).prop_map(|(outer, inner)| Everything { nested: inner.map(Box::new), ..outer })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn encoded_and_decoded_is_the_same(
        event in everything(),
        message_id in id(),
        correlation_id in option::of(id()),
        milliseconds in -62_167_219_200_000_i64..=253_402_300_799_999,
    ) {
        let mut metadata = Metadata::default();
        metadata.message_id = Some(message_id.clone().into());
        metadata.correlation_id = correlation_id.clone().map(Into::into);
        let at = time("1970-01-01T00:00:00Z") + chrono::TimeDelta::milliseconds(milliseconds);

        let message = encoder().with_clock(move || at).encode(&event, metadata).unwrap();
        // The body alone says everything.
        let mut delivered = InboundMessage::default();
        delivered.body = message.body;
        let StandardMessage { envelope, payload, .. } =
            Everything::decode(&delivered, Matched::standard(Everything::META)).unwrap();

        prop_assert_eq!(&payload, &event);
        prop_assert_eq!(envelope.message_id.as_deref(), Some(message_id.as_str()));
        prop_assert_eq!(envelope.correlation_id.as_deref(), correlation_id.as_deref());
        prop_assert_eq!(envelope.message_type.as_deref(), Some("Everything.v3"));
        prop_assert_eq!(envelope.source_service.as_deref(), Some("UserService"));
        prop_assert_eq!(envelope.envelope_version.as_deref(), Some("1.0"));
        prop_assert_eq!(envelope.timestamp, Some(at));
        prop_assert_eq!(envelope.partition_key.as_deref(), event.key.as_deref());
    }

    #[test]
    fn in_every_dialect(
        event in flat(),
        dialect in sample::select(&DIALECTS[..]),
        message_id in id(),
        correlation_id in option::of(id()),
        milliseconds in -62_167_219_200_000_i64..=253_402_300_799_999,
    ) {
        let mut metadata = Metadata::default();
        metadata.message_id = Some(message_id.clone().into());
        metadata.correlation_id = correlation_id.clone().map(Into::into);
        let at = time("1970-01-01T00:00:00Z") + chrono::TimeDelta::milliseconds(milliseconds);
        let message = encoder().with_clock(move || at).with_dialect(dialect).encode(&event, metadata).unwrap();

        let mut delivered = InboundMessage::of(message);
        let found = envelope::recognise(&delivered, std::slice::from_ref(&dialect)).unwrap();
        prop_assert_eq!(found.dialect, &dialect);
        let versioned = dialect.name().ends_with("-version") || dialect == Dialect::EVENT_DATA;
        prop_assert_eq!(found.event_version, versioned.then_some(3));
        let message_type = if versioned { "Everything" } else { "Everything.v3" };
        prop_assert_eq!(found.message_type.as_deref(), Some(message_type));

        if dialect != Dialect::EVENT_DATA {
            // Body and headers say everything.
            delivered.properties = user_events_core::Properties::default();
            delivered.partition_key = None;
        }
        let matched = Matched::standard(Everything::META).in_dialect(&dialect);
        let StandardMessage { envelope, payload, .. } = Everything::decode(&delivered, matched).unwrap();
        prop_assert_eq!(&payload, &event);
        prop_assert_eq!(envelope.message_type.as_deref(), Some(message_type));
        prop_assert_eq!(envelope.source_service.as_deref(), Some("UserService"));
        prop_assert_eq!(envelope.timestamp, Some(at));
        // CloudEvents know no empty attributes.
        let filled = |text: &&str| !text.is_empty() || !dialect.name().starts_with("cloudevents");
        prop_assert_eq!(envelope.correlation_id.as_deref(), correlation_id.as_deref());
        prop_assert_eq!(envelope.partition_key.as_deref(), event.key.as_deref().filter(filled));
        prop_assert_eq!(envelope.message_id.as_deref(), Some(message_id.as_str()));
    }

    #[test]
    fn no_bytes_make_recognition_panic(body in proptest::collection::vec(any::<u8>(), 0..200), content_type in text()) {
        let mut message = InboundMessage::default();
        message.body = body.into();
        let _ = envelope::recognise(&message, &DIALECTS);
        message.properties.content_type = Some(content_type.as_str().into());
        message.headers.append("cloudEvents_specversion", "1.0");
        let _ = envelope::recognise(&message, &DIALECTS);
    }
}

const DIALECTS: [Dialect; 7] = [
    Dialect::STANDARD,
    Dialect::MESSAGE_VERSION,
    Dialect::SOURCE_VERSION,
    Dialect::EVENT_DATA,
    Dialect::CLOUD_EVENTS,
    Dialect::CLOUD_EVENTS_BINARY,
    Dialect::custom("own", Fields::new("key", "kind", "body").with_source("origin").with_timestamp("at")),
];
