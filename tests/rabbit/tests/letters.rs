//! Dead letters as another client sees them: what a copy keeps of a message, what it drops, and what it may need.

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldArray, FieldTable};
use lapin::{BasicProperties, ExchangeKind};
use rabbit::{SOON, client, node, ready, take};
use serde::{Deserialize, Serialize};
use user_events::prelude::*;
use user_events::{Error, ErrorKind, TopologyMode};
use user_events_rabbit::RabbitConfig;
use user_events_testkit::rabbit_node::RabbitNode;

#[derive(Debug, Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderPlaced", version = 1, exchange = "letters")]
struct OrderPlaced {
    order: u32,
}

fn long(text: &str) -> AMQPValue {
    AMQPValue::LongString(text.as_bytes().into())
}

#[tokio::test]
async fn a_letter_keeps_what_describes_the_message_and_drops_what_steers_the_broker() -> Result<(), Error> {
    let node = node().await;
    let bus = Bus::connect(node.uri()).await?;
    let consumer = Consumer::new("letters.kept").handle(async |_: OrderPlaced| Err("never")?).spawn(&bus).await?;
    let client = client(node).await;
    // A letter goes through the default exchange, where CC would bring it here, too.
    let durable = QueueDeclareOptions { durable: true, ..Default::default() };
    client.queue_declare("letters.cc".into(), durable, FieldTable::default()).await.expect("declared");

    let mut cc = FieldArray::default();
    cc.push(long("letters.cc"));
    let mut headers = FieldTable::default();
    headers.insert("tenant".into(), long("blue"));
    headers.insert("traceparent".into(), long("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    headers.insert("x-request-id".into(), long("r-1"));
    headers.insert("x-delay".into(), AMQPValue::LongInt(1000));
    headers.insert("ue-reason".into(), long("forged"));
    headers.insert("ue-original-exchange".into(), long("forged"));
    headers.insert("CC".into(), AMQPValue::FieldArray(cc));
    let properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_content_encoding("UTF-8".into())
        .with_headers(headers)
        .with_delivery_mode(1)
        .with_priority(3)
        .with_correlation_id("correlation".into())
        .with_reply_to("answers".into())
        .with_expiration("600000".into())
        .with_message_id("msg-1".into())
        .with_timestamp(1_700_000_000)
        .with_type("OrderPlaced.v1".into())
        .with_user_id("guest".into())
        .with_app_id("OrderService".into());
    let body = br#"{"messageType":"OrderPlaced.v1","unknown":{"kept":true},"payload":{"order":7}}"#;
    client.confirm_select(ConfirmSelectOptions::default()).await.expect("confirms");
    client
        .basic_publish(
            "letters".into(),
            "order.placed.v1".into(),
            BasicPublishOptions::default(),
            body,
            properties.clone(),
        )
        .await
        .expect("published")
        .await
        .expect("confirmed");

    let seen = take(&client, "letters.kept.dlq").await;
    assert_eq!(seen.data, body);
    let expected = properties.clone().with_delivery_mode(2);
    for (what, seen, expected) in [
        ("content type", seen.properties.content_type(), expected.content_type()),
        ("content encoding", seen.properties.content_encoding(), expected.content_encoding()),
        ("correlation id", seen.properties.correlation_id(), expected.correlation_id()),
        ("reply to", seen.properties.reply_to(), expected.reply_to()),
        ("message id", seen.properties.message_id(), expected.message_id()),
        ("type", seen.properties.kind(), expected.kind()),
        ("app id", seen.properties.app_id(), expected.app_id()),
        ("expiration", seen.properties.expiration(), &None),
        ("user id", seen.properties.user_id(), &None),
    ] {
        assert_eq!(seen, expected, "{what}");
    }
    assert_eq!(seen.properties.delivery_mode(), expected.delivery_mode());
    assert_eq!(seen.properties.priority(), expected.priority());
    assert_eq!(seen.properties.timestamp(), expected.timestamp());
    let headers = seen.properties.headers().clone().expect("headers");
    let headers = headers.inner();
    assert_eq!(headers.get("tenant"), Some(&long("blue")));
    assert!(headers.contains_key("traceparent"));
    assert_eq!(headers.get("x-request-id"), Some(&long("r-1")));
    assert_eq!(headers.get("ue-reason"), Some(&long("failed")));
    assert_eq!(headers.get("ue-original-exchange"), Some(&long("letters")));
    assert_eq!(headers.get("ue-original-routing-key"), Some(&long("order.placed.v1")));
    for dropped in ["x-delay", "CC", "x-death"] {
        assert!(!headers.contains_key(dropped), "{dropped}");
    }
    assert_eq!(ready(&client, "letters.cc").await, 0);
    consumer.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_letter_of_a_message_full_of_headers_is_stored_all_the_same() -> Result<(), Error> {
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "OrderPlaced", version = 1, exchange = "letters.full")]
    struct OrderPlaced {
        order: u32,
    }
    let node = node().await;
    let bus = Bus::connect(node.uri()).await?;
    let consumer = Consumer::new("letters.full").handle(async |_: OrderPlaced| Ok(())).spawn(&bus).await?;
    let client = client(node).await;
    let mut headers = FieldTable::default();
    headers.insert("huge".into(), long(&"h".repeat(130_000)));
    headers.insert("small".into(), long("kept"));
    let properties = BasicProperties::default().with_headers(headers);
    client
        .basic_publish(
            "letters.full".into(),
            "order.placed.v1".into(),
            BasicPublishOptions::default(),
            b"not json",
            properties,
        )
        .await
        .expect("published");
    let letter = take(&client, "letters.full.dlq").await;
    let headers = letter.properties.headers().clone().expect("headers");
    assert_eq!(headers.inner().get("small"), Some(&long("kept")));
    assert_eq!(headers.inner().get("ue-dropped-headers"), Some(&long("1")));
    assert_eq!(headers.inner().get("ue-reason"), Some(&long("decode")));
    consumer.stop().await?;
    Ok(())
}

/// A guard leaves just so many headers that they fill the frame, and the letter needs room for more.
#[tokio::test]
async fn a_letter_fits_into_small_frames_and_the_next_message_is_handled() -> Result<(), Error> {
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "OrderPlaced", version = 1, exchange = "letters.small")]
    struct OrderPlaced {
        error: usize,
    }
    let node = node().await;
    let client = client(node).await;
    client.confirm_select(ConfirmSelectOptions::default()).await.expect("confirms");
    for frame_max in [4096, 8192] {
        let bus = Bus::connect(&format!("{}?frame_max={frame_max}", node.uri())).await?;
        let name = format!("letters.small.{frame_max}");
        let consumer = Consumer::new(name.clone())
            .handle(async |event: OrderPlaced| if event.error > 0 { Err("e".repeat(event.error))? } else { Ok(()) })
            .spawn(&bus)
            .await?;
        let mut handled = 0;
        for size in [0, 3_000, 60_000] {
            for error in [10, 4096] {
                let case = format!("{size} bytes of headers, an error of {error}, frames of {frame_max}");
                let mut headers = FieldTable::default();
                (0..size / 30)
                    .for_each(|number| _ = headers.insert(format!("h{number:04}").into(), long(&"v".repeat(20))));
                for (headers, error) in [(headers, error), (FieldTable::default(), 0)] {
                    let body = format!(r#"{{"messageType":"OrderPlaced.v1","payload":{{"error":{error}}}}}"#);
                    let properties = BasicProperties::default().with_headers(headers);
                    let options = BasicPublishOptions::default();
                    let key = "order.placed.v1".into();
                    let published =
                        client.basic_publish("letters.small".into(), key, options, body.as_bytes(), properties);
                    published.await.expect("published").await.expect("confirmed");
                }
                let letter = take(&client, &format!("{name}.dlq")).await;
                let headers = letter.properties.headers().clone().expect("headers");
                assert_eq!(headers.inner().get("ue-reason"), Some(&long("failed")), "{case}");
                let Some(AMQPValue::LongString(text)) = headers.inner().get("ue-error") else { panic!("{case}") };
                assert!(text.len() > error.min(1_000), "{case}: {}", text.len());
                let kept = headers.inner().keys().filter(|name| name.as_str().starts_with('h')).count();
                assert!(size == 0 || kept > 30, "{case}: {kept} headers");
                handled += 1;
                let seen = tokio::time::timeout(SOON, async {
                    while consumer.health().handled < handled {
                        tokio::task::yield_now().await;
                    }
                });
                assert!(seen.await.is_ok(), "{case}: the next message is not handled");
            }
        }
        consumer.stop().await?;
    }
    Ok(())
}

/// A node of its own, for what changes users.
#[tokio::test]
async fn a_user_without_the_right_to_declare_uses_what_exists() -> Result<(), Error> {
    let node = RabbitNode::start().await.expect("a private node");
    let admin = client(&node).await;
    let durable = ExchangeDeclareOptions { durable: true, ..Default::default() };
    admin
        .exchange_declare("letters".into(), ExchangeKind::Topic, durable, FieldTable::default())
        .await
        .expect("declared");
    for command in [
        vec!["add_user", "canary-user", "canary-secret"],
        // Queues of its own name, and nothing else, may be configured.
        vec!["set_permissions", "canary-user", "^letters\\.rights", ".*", ".*"],
    ] {
        node.ctl(command).await.expect("the command succeeds");
    }
    let uri = format!("amqp://canary-user:canary-secret@127.0.0.1:{}/%2f", node.port());

    let bus = Bus::connect(&uri).await?;
    let consumer = Consumer::new("letters.rights").handle(async |_: OrderPlaced| Ok(())).spawn(&bus).await?;
    let receipt = bus.publisher("OrderService").publish(&OrderPlaced { order: 1 }).await?;
    assert_eq!(receipt.routed(), Routed::Yes);
    consumer.stop().await?;

    // What does not exist, it may not declare; the error says so, and not who asked.
    let error = Consumer::new("other").handle(async |_: OrderPlaced| Ok(())).spawn(&bus).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");

    let verify = RabbitConfig::from_uri(&uri)?.with_topology(TopologyMode::Verify);
    let bus = Bus::connect_with(verify).await?;
    let error = Consumer::new("letters.absent").handle(async |_: OrderPlaced| Ok(())).spawn(&bus).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Topology, "{error}");
    Ok(())
}
