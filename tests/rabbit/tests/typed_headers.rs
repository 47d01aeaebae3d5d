//! Headers that have AMQP's types: read as bytes, and written with their types again in every copy.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use lapin::BasicProperties;
use lapin::message::Delivery;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, ByteArray, DecimalValue, FieldArray, FieldTable, ShortString};
use rabbit::{bound, client, delivery, node, ready, soon, subscribe, take, transport};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use user_events::Error;
use user_events::core::{Header, Headers, OutboundMessage};
use user_events::prelude::*;

const BODY: &[u8] =
    br#"{"messageType":"ParcelSent.v1","unknown":{"kept":[1,2.50]},"payload":{"parcel":7,"more":null},"z":0}"#;

#[derive(Debug, Serialize, Deserialize, DomainEvent)]
#[event(type = "ParcelSent", version = 1, exchange = "typed")]
struct ParcelSent {
    parcel: u32,
}

fn long(text: &str) -> AMQPValue {
    AMQPValue::LongString(text.as_bytes().into())
}

fn array(values: &[AMQPValue]) -> AMQPValue {
    AMQPValue::FieldArray(FieldArray::from(values.to_vec()))
}

fn table(entries: &[(&str, AMQPValue)]) -> FieldTable {
    entries.iter().map(|(name, value)| (ShortString::from(*name), value.clone())).collect::<BTreeMap<_, _>>().into()
}

/// A header of each type that a client can write.
fn every_type() -> FieldTable {
    let nested = table(&[("deep", array(&[AMQPValue::Void, AMQPValue::FieldTable(table(&[("t", long("t"))]))]))]);
    table(&[
        ("t", AMQPValue::Boolean(true)),
        ("b", AMQPValue::ShortShortInt(i8::MIN)),
        ("B", AMQPValue::ShortShortUInt(u8::MAX)),
        ("s", AMQPValue::ShortInt(i16::MIN)),
        ("u", AMQPValue::ShortUInt(u16::MAX)),
        ("I", AMQPValue::LongInt(i32::MIN)),
        ("i", AMQPValue::LongUInt(u32::MAX)),
        ("l", AMQPValue::LongLongInt(i64::MIN)),
        ("f", AMQPValue::Float(0.1)),
        ("d", AMQPValue::Double(-1e-300)),
        ("D", AMQPValue::DecimalValue(DecimalValue { scale: 2, value: 314 })),
        ("S", long("text")),
        ("A", array(&[long("1"), AMQPValue::LongInt(2), AMQPValue::Void, long("1")])),
        ("A0", array(&[])),
        ("A1", array(&[long("alone")])),
        ("T", AMQPValue::Timestamp(1_700_000_000)),
        ("F", AMQPValue::FieldTable(nested)),
        ("x", AMQPValue::ByteArray(ByteArray::from(vec![0, 0xff]))),
        ("V", AMQPValue::Void),
        ("x-retry-count", AMQPValue::LongInt(3)),
        ("x-request-id", long("r-1")),
        // The broker compares names byte for byte.
        ("X-Death", AMQPValue::LongInt(4)),
        ("cc", array(&[long("typed.other")])),
    ])
}

#[derive(Clone)]
struct Stage {
    seen: mpsc::UnboundedSender<(u32, [Option<String>; 4])>,
    attempts: Arc<AtomicU32>,
}

/// Tells what it sees, and succeeds with the third attempt.
async fn third_time(event: ParcelSent, State(stage): State<Stage>, cx: EventContext) -> Handled {
    let text = |name| cx.header(name).map(|value| String::from_utf8_lossy(value).into_owned());
    stage.seen.send((event.parcel, ["x-request-id", "x-retry-count", "I", "F"].map(text)))?;
    if stage.attempts.fetch_add(1, Ordering::SeqCst) < 2 { Err("not yet")? } else { Ok(()) }
}

/// Publishes as another client does, and waits until it is stored.
async fn publish(client: &lapin::Channel, exchange: &str, key: &str, body: &[u8], properties: BasicProperties) {
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let published = client.basic_publish(exchange.into(), key.into(), options, body, properties);
    let confirm = published.await.expect("published").await.expect("confirmed");
    assert!(confirm.is_ack() && confirm.take_message().is_none(), "it reaches a queue");
}

/// The headers without the framework's, and without what the broker adds to a delivery.
fn application_headers(properties: &BasicProperties) -> BTreeMap<ShortString, AMQPValue> {
    let headers = properties.headers().clone().expect("headers");
    let is_application = |name: &str| !name.starts_with("ue-") && !Headers::is_reserved(name);
    headers.inner().clone().into_iter().filter(|(name, _)| is_application(name.as_str())).collect()
}

/// Asserts that a letter carries this body, and these properties and headers beside its own.
#[track_caller]
fn assert_kept(letter: &Delivery, properties: &BasicProperties) {
    let bare = |properties: &BasicProperties| properties.clone().with_headers(FieldTable::default());
    assert_eq!(letter.data, BODY);
    assert_eq!(bare(&letter.properties), bare(properties));
    assert_eq!(application_headers(&letter.properties), application_headers(properties));
}

fn header(letter: &Delivery, name: &str) -> Option<AMQPValue> {
    letter.properties.headers().as_ref()?.inner().get(name).cloned()
}

#[tokio::test]
async fn a_message_goes_to_the_letters_and_back_with_every_type_and_unknown_field() -> Result<(), Error> {
    let node = node().await;
    let bus = Bus::connect(node.uri()).await?;
    let (seen, mut seen_soon) = mpsc::unbounded_channel();
    let stage = Stage { seen, attempts: Arc::default() };
    let consumer = Consumer::new("typed").state(stage).handle(third_time).spawn(&bus).await?;
    let client = client(node).await;
    client.confirm_select(ConfirmSelectOptions::default()).await.expect("confirms");
    let durable = QueueDeclareOptions { durable: true, ..Default::default() };
    client.queue_declare("typed.other".into(), durable, FieldTable::default()).await.expect("declared");

    let properties = BasicProperties::default()
        .with_content_type("application/json; charset=utf-8".into())
        .with_content_encoding("identity".into())
        .with_delivery_mode(2)
        .with_priority(7)
        .with_correlation_id("correlation".into())
        .with_reply_to("answers".into())
        .with_message_id("any text".into())
        .with_timestamp(1_700_000_000)
        .with_type("ParcelSent.v1".into())
        .with_app_id("node-service".into())
        .with_headers(every_type());
    publish(&client, "typed", "parcel.sent.v1", BODY, properties.clone()).await;
    let first = take(&client, "typed.dlq").await;
    assert_kept(&first, &properties);

    publish(&client, "", "typed", &first.data, first.properties.clone()).await;
    let second = take(&client, "typed.dlq").await;
    assert_kept(&second, &properties);
    assert_eq!(header(&second, "ue-first-failed-at"), header(&first, "ue-first-failed-at"));
    assert_eq!(header(&second, "ue-original-exchange"), Some(long("typed")));
    assert_eq!(header(&second, "ue-dropped-headers"), None);

    publish(&client, "", "typed", &second.data, second.properties.clone()).await;
    let shown = [Some("r-1".into()), Some("3".into()), Some(i32::MIN.to_string()), None];
    for _ in 0..3 {
        let seen = tokio::time::timeout_at(soon().into(), seen_soon.recv()).await.expect("it is handled soon");
        assert_eq!(seen, Some((7, shown.clone())));
    }
    let stopped = consumer.stop().await?;
    assert_eq!((stopped.handled, stopped.dead_lettered), (1, 2));
    for queue in ["typed", "typed.dlq", "typed.other"] {
        assert_eq!(ready(&client, queue).await, 0, "{queue}");
    }
    Ok(())
}

#[tokio::test]
async fn a_letter_of_a_message_full_of_typed_headers_is_stored_all_the_same() -> Result<(), Error> {
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "ParcelSent", version = 1, exchange = "typed.full")]
    struct ParcelSent {
        parcel: u32,
    }
    let node = node().await;
    let bus = Bus::connect(node.uri()).await?;
    let consumer = Consumer::new("typed.full").handle(async |_: ParcelSent| Ok(())).spawn(&bus).await?;
    let client = client(node).await;
    client.confirm_select(ConfirmSelectOptions::default()).await.expect("confirms");

    let wide: BTreeMap<_, _> =
        (0..7000).map(|at| (ShortString::from(format!("k{at}")), AMQPValue::Boolean(true))).collect();
    let mut many: BTreeMap<_, _> =
        (0..3000).map(|at| (ShortString::from(format!("n{at}")), AMQPValue::LongInt(at))).collect();
    many.insert("huge".into(), AMQPValue::FieldTable(wide.into()));
    many.insert("a".into(), array(&vec![AMQPValue::Void; 20_000]));
    let properties = BasicProperties::default().with_headers(many.into());
    publish(&client, "typed.full", "parcel.sent.v1", b"not json", properties).await;

    let letter = take(&client, "typed.full.dlq").await;
    assert_eq!(header(&letter, "a"), Some(array(&vec![AMQPValue::Void; 20_000])), "what comes first is kept");
    let kept = application_headers(&letter.properties);
    assert!(kept.len() > 1000 && !kept.contains_key("huge"), "{} are kept", kept.len());
    assert_eq!(header(&letter, "ue-dropped-headers"), Some(long(&(3002 - kept.len()).to_string())));
    assert_eq!(header(&letter, "n0"), Some(AMQPValue::LongInt(0)));
    assert_eq!(header(&letter, "ue-reason"), Some(long("decode")));
    consumer.stop().await?;
    Ok(())
}

/// A program may use another version of the client library than the transport does.
#[tokio::test]
async fn the_client_library_s_types_are_no_part_of_a_message() -> Result<(), Error> {
    let node = node().await;
    let transport = transport(node).await;
    bound(&transport, "typed.foreign", "typed.foreign", &["#"]).await;
    let client = client(node).await;
    client.confirm_select(ConfirmSelectOptions::default()).await.expect("confirms");
    let typed = BasicProperties::default().with_headers(table(&[("I", AMQPValue::LongInt(7))]));
    publish(&client, "typed.foreign", "typed", BODY, typed).await;
    let mut subscription = subscribe(&transport, "typed.foreign", 1).await;
    let came = delivery(&mut *subscription).await;
    assert_eq!(came.message.headers.get_str("I"), Some("7"));
    assert!(came.message.headers.entries().all(|header| header.native::<AMQPValue>().is_none()));
    came.ticket.done();
    subscription.close(soon()).await?;

    let mut message = OutboundMessage::new("typed.foreign", "typed", BODY);
    message.headers.push(Header::with_native("I", AMQPValue::LongInt(7), 0, ["seven".into()]));
    rabbit::publish(&transport, message).await.await.expect("it is stored");
    assert_eq!(header(&take(&client, "typed.foreign").await, "I"), Some(long("seven")));
    Ok(())
}
