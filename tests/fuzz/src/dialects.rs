//! Recognising and decoding envelopes in every dialect, and writing them again.
//!
//! The bytes are lines `name=value`, an empty line, and the body. `content-type`, `content-encoding`
//! and `type` are properties, other names are headers.

use user_events_core::{
    Consumable, Dialect, DomainEvent, EventEncoder, Fields, InboundMessage, Matched, Metadata, OutboundMessage, Text,
    envelope,
};

use crate::envelope::{check, decoded};
use crate::event::Order;

const CUSTOM: Dialect = Dialect::custom(
    "custom",
    Fields::new("id", "name", "body").with_event_version("rev").with_timestamp("at").with_source("from"),
);

const ACCEPTED: [Dialect; 6] = [
    Dialect::MESSAGE_VERSION,
    Dialect::SOURCE_VERSION,
    Dialect::EVENT_DATA,
    Dialect::CLOUD_EVENTS,
    Dialect::CLOUD_EVENTS_BINARY,
    CUSTOM,
];

pub(crate) fn run(data: &[u8]) {
    let message = message(data);
    check(envelope::recognise(&message, &[]).err(), &message.body);
    decoded(Order::decode(&message, Matched::standard(Order::META)), &message.body);
    match envelope::recognise(&message, &ACCEPTED) {
        Err(error) => check(Some(error), &message.body),
        Ok(recognised) => {
            let result = Order::decode(&message, Matched::standard(Order::META).in_dialect(recognised.dialect));
            if let Some(order) = decoded(result, &message.body) {
                written_again(recognised.dialect, &order.payload, order.envelope.correlation_id);
            }
        }
    }
}

/// What was understood once is understood again when it is written in the same dialect.
fn written_again(dialect: &Dialect, order: &Order, correlation_id: Option<Text>) {
    let encoder = EventEncoder::new("OrderService").with_dialect(*dialect);
    let mut metadata = Metadata::default();
    metadata.correlation_id.clone_from(&correlation_id);
    let message = InboundMessage::of(encoder.encode(order, metadata).expect("what was decoded can be encoded"));
    let recognised = envelope::recognise(&message, &ACCEPTED).expect("what was written is recognised");
    assert_eq!(recognised.dialect, dialect);
    assert_eq!(recognised.event_version.unwrap_or(1), 1);
    let again = Order::decode(&message, Matched::standard(Order::META).in_dialect(recognised.dialect))
        .expect("what was written can be decoded");
    assert_eq!(again.envelope.correlation_id, correlation_id);
    assert!(again.payload.is_about(order), "{:?} is not {order:?}", again.payload);
}

fn message(data: &[u8]) -> InboundMessage {
    let head = data.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = head.map_or((&[][..], data), |end| (&data[..end], &data[end + 2..]));
    let mut message = OutboundMessage::new("orders", "order.placed.v1", body.to_vec());
    for line in String::from_utf8_lossy(head).lines() {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let text = Some(Text::from(value));
        match name {
            "content-type" => message.properties.content_type = text,
            "content-encoding" => message.properties.content_encoding = text,
            "type" => message.properties.message_type = text,
            name => message.headers.append(name, value.to_owned()),
        }
    }
    InboundMessage::of(message)
}
