//! What lies on the wire, read and written by another client.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use lapin::options::{BasicConsumeOptions, BasicPublishOptions};
use lapin::types::{AMQPValue, FieldArray, FieldTable};
use rabbit::{bound, client, delivery, node, publish, subscribe, transport, unique};
use user_events_core::{OutboundMessage, Routed};
use user_events_rabbit::PARTITION_KEY_HEADER;

#[tokio::test]
async fn every_property_and_header_is_where_amqp_has_it() {
    let node = node().await;
    let transport = transport(node).await;
    let (exchange, queue) = (unique("wire"), unique("wire-queue"));
    bound(&transport, &queue, &exchange, &["user.#"]).await;
    let mut message =
        OutboundMessage::new(exchange.clone(), "user.registered.v1", r#"{"a":1}"#).with_message_id("msg-1");
    message.partition_key = Some("user-1".into());
    let properties = &mut message.properties;
    properties.correlation_id = Some("correlation".into());
    properties.message_type = Some("UserRegistered.v1".into());
    properties.source = Some("UserService".into());
    properties.timestamp = Some(1_700_000_000);
    properties.content_type = Some("application/json".into());
    properties.content_encoding = Some("UTF-8".into());
    properties.priority = Some(4);
    properties.reply_to = Some("answers".into());
    message.headers.append("traceparent", "00-1-2-01");
    message.headers.append("twice", "1");
    message.headers.append("twice", vec![0xff]);
    assert_eq!(publish(&transport, message).await.await.expect("stored").routed(), Routed::Yes);

    let client = client(node).await;
    let options = BasicConsumeOptions { no_ack: true, ..Default::default() };
    let mut consumer = client
        .basic_consume(queue.as_str().into(), "wire".into(), options, FieldTable::default())
        .await
        .expect("a consumer");
    let seen = consumer.next().await.expect("a delivery").expect("a delivery");
    assert_eq!((seen.exchange.as_str(), seen.routing_key.as_str()), (exchange.as_str(), "user.registered.v1"));
    assert_eq!(seen.data, br#"{"a":1}"#);
    let text = |text: &Option<lapin::types::ShortString>| text.as_ref().map(|text| text.as_str().to_owned());
    let properties = &seen.properties;
    assert_eq!(text(properties.message_id()).as_deref(), Some("msg-1"));
    assert_eq!(text(properties.correlation_id()).as_deref(), Some("correlation"));
    assert_eq!(text(properties.kind()).as_deref(), Some("UserRegistered.v1"));
    assert_eq!(text(properties.app_id()).as_deref(), Some("UserService"));
    assert_eq!(text(properties.content_type()).as_deref(), Some("application/json"));
    assert_eq!(text(properties.content_encoding()).as_deref(), Some("UTF-8"));
    assert_eq!(text(properties.reply_to()).as_deref(), Some("answers"));
    assert_eq!(*properties.timestamp(), Some(1_700_000_000));
    assert_eq!(*properties.priority(), Some(4));
    assert_eq!(*properties.delivery_mode(), Some(2));
    assert_eq!((properties.expiration(), properties.user_id()), (&None, &None));
    let long = |bytes: &[u8]| AMQPValue::LongString(bytes.into());
    let expected: BTreeMap<_, _> = [
        (PARTITION_KEY_HEADER.into(), long(b"user-1")),
        ("traceparent".into(), long(b"00-1-2-01")),
        ("twice".into(), AMQPValue::FieldArray(FieldArray::from(vec![long(b"1"), long(&[0xff])]))),
    ]
    .into();
    assert_eq!(properties.headers().as_ref().expect("headers").inner(), &expected);
}

#[tokio::test]
async fn what_other_clients_write_is_read_without_the_brokers_own_headers() {
    let node = node().await;
    let transport = transport(node).await;
    let (exchange, queue) = (unique("foreign"), unique("foreign-queue"));
    bound(&transport, &queue, &exchange, &["#"]).await;
    let mut headers = FieldTable::default();
    headers
        .insert("tenant".into(), AMQPValue::LongInt(7))
        .insert("nested".into(), AMQPValue::FieldTable(FieldTable::default()))
        .insert("x-death".into(), AMQPValue::LongString("forged".into()))
        .insert("x-delivery-count".into(), AMQPValue::LongLongInt(19))
        .insert("CC".into(), AMQPValue::FieldArray(FieldArray::from(vec![AMQPValue::LongString("other".into())])));
    let properties = lapin::BasicProperties::default().with_headers(headers).with_expiration("60000".into());
    let options = BasicPublishOptions::default();
    let client = client(node).await;
    let publish = client.basic_publish(exchange.as_str().into(), "key".into(), options, b"body", properties);
    publish.await.expect("published").await.expect("published");

    let mut subscription = subscribe(&transport, &queue, 1).await;
    let first = delivery(&mut *subscription).await;
    let shown: Vec<_> = first.message.headers.iter().map(|(name, value)| (name, &**value)).collect();
    assert_eq!(shown, [("tenant", b"7".as_slice())]);
    assert_eq!((first.message.redelivered, first.message.delivery_count), (false, None), "a count is only a claim");
    assert_eq!(first.message.properties.message_id, None);
    first.ticket.requeue();
    let second = delivery(&mut *subscription).await;
    assert!(second.message.redelivered);
    second.ticket.done();
}
