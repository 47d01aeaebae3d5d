//! The front door over a real broker: publish, handle, dead-letter, stop, lose the connection.

use std::time::Duration;

use lapin::options::{BasicAckOptions, BasicGetOptions};
use lapin::types::{AMQPValue, FieldTable};
use rabbit::{client, node};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::timeout;
use user_events::prelude::*;
use user_events::{Error, ErrorKind};
use user_events_testkit::rabbit_node::RabbitNode;

/// Long enough for a slow machine; reached only by a hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// An event on an exchange of its own, so that tests on one node do not meet.
macro_rules! event {
    ($exchange:literal) => {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
        #[event(type = "OrderPlaced", version = 1, exchange = $exchange, partition_key = order)]
        struct OrderPlaced {
            order: u32,
        }

        #[allow(dead_code)]
        fn orders(numbers: impl IntoIterator<Item = u32>) -> Vec<OrderPlaced> {
            numbers.into_iter().map(|order| OrderPlaced { order }).collect()
        }
    };
}

async fn bus() -> Bus {
    Bus::connect(node().await.uri()).await.expect("the node takes connections")
}

async fn next(handled: &mut mpsc::UnboundedReceiver<u32>) -> Option<u32> {
    timeout(PATIENCE, handled.recv()).await.expect("the next event is handled in time")
}

#[tokio::test]
async fn events_are_handled_in_order_and_dead_letters_say_why() -> Result<(), Error> {
    event!("bus.handled");
    let bus = bus().await;
    let (sender, mut handled) = mpsc::unbounded_channel();
    let consumer = Consumer::new("bus.handled")
        .state(sender)
        .handle(async |event: OrderPlaced, State(handled): State<mpsc::UnboundedSender<u32>>, cx: EventContext| {
            if event.order % 50 == 7 {
                Err(format!("order {} cannot be handled", event.order))?;
            }
            assert_eq!(cx.routing_key(), "order.placed.v1");
            assert_eq!(cx.partition_key(), Some(event.order.to_string().as_str()));
            handled.send(event.order)?;
            Ok(())
        })
        .spawn(&bus)
        .await?;
    for result in bus.publisher("OrderService").publish_all(&orders(0..200)).await {
        assert_eq!(result?.routed(), Routed::Yes);
    }
    for expected in (0..200).filter(|order| order % 50 != 7) {
        assert_eq!(next(&mut handled).await, Some(expected));
    }
    let stopped = consumer.stop().await?;
    assert_eq!((stopped.handled, stopped.dead_lettered, stopped.given_back), (196, 4, 0));

    let letters = client(node().await).await;
    for order in [7, 57, 107, 157] {
        let letter = letters.basic_get("bus.handled.dlq".into(), BasicGetOptions::default()).await.expect("readable");
        let letter = letter.expect("a letter").delivery;
        let headers = letter.properties.headers().clone().expect("headers");
        assert_eq!(text(&headers, "ue-reason"), "failed");
        assert_eq!(text(&headers, "ue-error"), format!("the handler failed: order {order} cannot be handled"));
        assert_eq!(text(&headers, "ue-queue"), "bus.handled");
        assert_eq!(text(&headers, "ue-original-exchange"), "bus.handled");
        assert_eq!(text(&headers, "ue-original-routing-key"), "order.placed.v1");
        assert_eq!(letter.properties.kind().as_ref().map(|kind| kind.as_str()), Some("OrderPlaced.v1"));
        assert!(String::from_utf8_lossy(&letter.data).contains(&format!("\"payload\":{{\"order\":{order}}}")));
        letter.ack(BasicAckOptions::default()).await.expect("acked");
    }
    Ok(())
}

fn text(headers: &FieldTable, name: &str) -> String {
    match headers.inner().get(name) {
        Some(AMQPValue::LongString(value)) => value.to_string(),
        other => panic!("{name} is {other:?}"),
    }
}

#[tokio::test]
async fn what_a_stopping_consumer_gives_back_is_handled_by_the_next_in_order() -> Result<(), Error> {
    event!("bus.stopping");
    let bus = bus().await;
    let (sender, mut handled) = mpsc::unbounded_channel();
    let stuck = sender.clone();
    let consumer = Consumer::new("bus.stopping")
        .drain_timeout(Duration::ZERO)
        .handle(move |event: OrderPlaced| {
            let stuck = stuck.clone();
            async move {
                stuck.send(event.order)?;
                std::future::pending::<()>().await;
                Ok(())
            }
        })
        .spawn(&bus)
        .await?;
    let publisher = bus.publisher("OrderService");
    publisher.publish_all(&orders(0..20)).await;
    assert_eq!(next(&mut handled).await, Some(0));
    assert_eq!(consumer.stop().await?.handled, 0);

    let next_consumer = Consumer::new("bus.stopping")
        .handle(move |event: OrderPlaced| {
            let sent = sender.send(event.order);
            async move { Ok(sent?) }
        })
        .spawn(&bus)
        .await?;
    for expected in 0..20 {
        assert_eq!(next(&mut handled).await, Some(expected));
    }
    assert_eq!(next_consumer.stop().await?.handled, 20);
    Ok(())
}

#[tokio::test]
async fn instances_of_one_name_share_the_work() -> Result<(), Error> {
    event!("bus.shared");
    let (first, second) = (bus().await, bus().await);
    let (sender, mut handled) = mpsc::unbounded_channel();
    let instance = || {
        let sender = sender.clone();
        Consumer::new("bus.shared").concurrency(4).prefetch(8).handle(move |event: OrderPlaced| {
            let sent = sender.send(event.order);
            async move { Ok(sent?) }
        })
    };
    let one = instance().spawn(&first).await?;
    let other = instance().spawn(&second).await?;
    for result in first.publisher("OrderService").publish_all(&orders(0..500)).await {
        result?;
    }
    let mut seen = Vec::new();
    for _ in 0..500 {
        seen.extend(next(&mut handled).await);
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..500).collect::<Vec<_>>());
    let (one, other) = (one.stop().await?.handled, other.stop().await?.handled);
    assert_eq!(one + other, 500);
    assert!(one > 0 && other > 0, "{one} and {other}");
    Ok(())
}

#[tokio::test]
async fn a_killed_node_is_a_prompt_typed_error_and_never_a_hang() {
    event!("bus.killed");
    let mut node = RabbitNode::start().await.expect("a private node");
    let bus = Bus::connect(node.uri()).await.expect("the node takes connections");
    let consumer = Consumer::new("bus.killed")
        .handle(async |_: OrderPlaced| Ok(()))
        .spawn(&bus)
        .await
        .expect("the consumer starts");
    let publisher = bus.publisher("OrderService");
    publisher.publish(&OrderPlaced { order: 1 }).await.expect("a live node confirms");
    let stream = tokio::spawn({
        let publisher = publisher.clone();
        async move {
            let mut confirmed = 0;
            loop {
                match publisher.publish(&OrderPlaced { order: confirmed }).await {
                    Ok(_) => confirmed += 1,
                    Err(error) => return error,
                }
            }
        }
    });
    node.kill().await;
    let error = timeout(PATIENCE, stream).await.expect("the publish resolves").expect("no panic");
    assert!(matches!(error.kind(), ErrorKind::Indeterminate | ErrorKind::NotSent), "{error}");
    assert!(error.message_id().is_some());
    let mut consumer = consumer;
    let error = timeout(PATIENCE, consumer.ended()).await.expect("the consumer ends").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    let later = timeout(PATIENCE, publisher.publish(&OrderPlaced { order: 0 })).await.expect("answered at once");
    assert_eq!(later.unwrap_err().kind(), ErrorKind::NotSent);
    let _ = bus.close(Duration::from_secs(1)).await;
}

#[tokio::test]
async fn a_consumer_ends_when_only_the_publishing_connection_is_lost() {
    event!("bus.half");
    let node = RabbitNode::start().await.expect("a private node");
    let bus = Bus::connect(node.uri()).await.expect("the node takes connections");
    let mut consumer = Consumer::new("bus.half")
        .handle(async |_: OrderPlaced| Err("never")?)
        .spawn(&bus)
        .await
        .expect("the consumer starts");
    let connections = node.ctl(["list_connections", "pid", "client_properties"]).await.expect("connections");
    let publishing =
        connections.lines().find(|line| line.contains("(publishing)")).expect("a connection to publish on");
    let pid = publishing.split('\t').next().expect("its pid").to_owned();
    node.ctl(["close_connection", pid.as_str(), "test"]).await.expect("closed");
    let error = timeout(PATIENCE, consumer.ended()).await.expect("the consumer ends").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    let later = timeout(PATIENCE, bus.publisher("OrderService").publish(&OrderPlaced { order: 0 })).await;
    assert_eq!(later.expect("answered at once").unwrap_err().kind(), ErrorKind::NotSent);
    let _ = bus.close(Duration::from_secs(1)).await;
}

#[tokio::test]
async fn a_dead_letter_queue_that_is_deleted_holds_the_message_until_it_is_back() -> Result<(), Error> {
    event!("bus.letterless");
    let bus = bus().await;
    let consumer = Consumer::new("bus.letterless").handle(async |_: OrderPlaced| Err("never")?).spawn(&bus).await?;
    let client = client(node().await).await;
    client.queue_delete("bus.letterless.dlq".into(), Default::default()).await.expect("deleted");
    bus.publisher("OrderService").publish_all(&orders(0..5)).await;
    let held = async {
        while consumer.health().held == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, held).await.expect("a message is held");
    assert_eq!(consumer.health().dead_lettered, 0);

    // Another consumer of that name declares it again, on a bus of its own.
    let other = Bus::connect(node().await.uri()).await?;
    let again = Consumer::new("bus.letterless").handle(async |_: OrderPlaced| Err("never")?).spawn(&other).await?;
    let stored = async {
        while rabbit::ready(&client, "bus.letterless.dlq").await < 5 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, stored).await.expect("all letters are stored");
    consumer.stop().await?;
    again.stop().await?;
    Ok(())
}

#[tokio::test]
async fn every_close_waits_for_what_is_in_flight() -> Result<(), Error> {
    event!("bus.closing");
    let bus = bus().await;
    let consumer = Consumer::new("bus.closing").handle(async |_: OrderPlaced| Ok(())).spawn(&bus).await?;
    let publisher = bus.publisher("OrderService");
    let mut publishes = Vec::new();
    for order in orders(0..200) {
        let mut publish = publisher.publish(&order);
        publish.handed_over().await;
        publishes.push(publish);
    }
    let (first, second) = tokio::join!(bus.close(PATIENCE), bus.close(PATIENCE));
    let _ = (first, second);
    for publish in publishes {
        assert_eq!(publish.await?.routed(), Routed::Yes);
    }
    let _ = consumer.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_bus_that_cannot_be_says_so_without_its_credentials() {
    let node = node().await;
    let port = node.port();
    for (uri, kind) in [
        (format!("amqp://canary-user:canary-secret@127.0.0.1:{port}/%2f"), ErrorKind::Unauthorized),
        (format!("amqp://guest:guest@127.0.0.1:{port}/canary-vhost"), ErrorKind::Configuration),
        ("http://canary-user:canary-secret@127.0.0.1/".to_owned(), ErrorKind::Configuration),
        ("amqp://canary-user:canary-secret@127.0.0.1:1/%2f".to_owned(), ErrorKind::Connection),
    ] {
        let error = timeout(PATIENCE, Bus::connect(&uri)).await.expect("answered").unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary-secret") && !shown.contains("canary-user"), "{shown}");
    }
}
