//! A lost connection is a prompt, typed error, never a hang.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rabbit::{arrival, bound, delivery, publish, soon, subscribe, transport, unique};
use user_events_core::{
    Arrival, Link, OutboundMessage, PublishErrorKind, SubscriptionSpec, Topology, TopologyMode, Transport as _,
    TransportErrorKind,
};
use user_events_testkit::rabbit_node::RabbitNode;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killing_the_node_answers_everything_at_once() {
    let mut node = RabbitNode::start().await.expect("a private node");
    let transport = std::sync::Arc::new(transport(&node).await);
    let (exchange, queue) = (unique("lost"), unique("lost-queue"));
    bound(&transport, &queue, &exchange, &["#"]).await;
    let mut subscription = subscribe(&transport, &queue, 10).await;

    let stream = tokio::spawn({
        let transport = transport.clone();
        async move {
            let mut outcomes = BTreeMap::<_, usize>::new();
            let mut answers = Vec::new();
            // Until a while after the kill: the last ones meet a connection that is lost already.
            for number in 0.. {
                let message = OutboundMessage::new(exchange.clone(), "key", vec![0; 500]);
                let answer = publish(&transport, message.with_message_id(number.to_string())).await;
                answers.push(answer);
                if transport.health().link != Link::Connected && answers.len() % 100 == 0 {
                    break;
                }
            }
            for answer in answers {
                let kind = match answer.await {
                    Ok(_) => "stored",
                    Err(error) => match error.kind() {
                        PublishErrorKind::NotSent => "not sent",
                        PublishErrorKind::Indeterminate => "indeterminate",
                        _ => panic!("{error}"),
                    },
                };
                *outcomes.entry(kind).or_default() += 1;
            }
            outcomes
        }
    });
    // The stream is under way.
    for _ in 0..100 {
        delivery(&mut *subscription).await.ticket.done();
    }
    node.kill().await;
    let killed = Instant::now();
    let outcomes =
        tokio::time::timeout(Duration::from_secs(5), stream).await.expect("no hang").expect("the stream ends");
    let count = |kind| outcomes.get(kind).copied().unwrap_or_default();
    println!("{outcomes:?}, {:?} after the kill", killed.elapsed());
    assert!(count("stored") >= 100, "{outcomes:?}");
    assert!(count("not sent") + count("indeterminate") > 0, "{outcomes:?}");

    let lost = loop {
        match arrival(&mut *subscription).await {
            Some(Arrival::Delivery(delivery)) => delivery.ticket.done(),
            Some(Arrival::Lost(error)) => break error,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(lost.kind(), TransportErrorKind::Connection, "{lost}");
    assert!(arrival(&mut *subscription).await.is_none());

    let message = OutboundMessage::new("", "anywhere", "");
    let asked = Instant::now();
    let error = publish(&transport, message).await.await.expect_err("there is no connection");
    assert_eq!(error.kind(), PublishErrorKind::NotSent);
    assert!(asked.elapsed() < Duration::from_secs(1), "later publishes fail at once");
    assert!(matches!(transport.health().link, Link::Lost { .. }));
    let Err(error) = transport.subscribe(SubscriptionSpec::new(queue)).await else { panic!("it subscribes") };
    assert_eq!(error.kind(), TransportErrorKind::Connection);
    let error = transport.apply(&Topology::new(), TopologyMode::Declare).await.expect_err("there is no connection");
    assert_eq!(error.kind(), TransportErrorKind::Connection);
    transport.close(soon()).await.expect("there is nobody to tell");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_node_is_a_lost_connection_as_well() {
    let mut node = RabbitNode::start().await.expect("a private node");
    let transport = transport(&node).await;
    let (exchange, queue) = (unique("stopped"), unique("stopped-queue"));
    bound(&transport, &queue, &exchange, &["#"]).await;
    let mut subscription = subscribe(&transport, &queue, 10).await;
    node.stop().await.expect("it stops");
    match arrival(&mut *subscription).await {
        Some(Arrival::Lost(error)) => assert_eq!(error.kind(), TransportErrorKind::Connection, "{error}"),
        other => panic!("{other:?}"),
    }
    let message = OutboundMessage::new(exchange, "key", "");
    let error = publish(&transport, message).await.await.expect_err("there is no connection");
    assert_eq!(error.kind(), PublishErrorKind::NotSent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocked_connection_is_handed_nothing() {
    let node = RabbitNode::start().await.expect("a private node");
    let transport = transport(&node).await;
    let (exchange, queue) = (unique("blocked"), unique("blocked-queue"));
    bound(&transport, &queue, &exchange, &["#"]).await;
    let publish_until = async |deadline: Instant| {
        let message = OutboundMessage::new(exchange.clone(), "key", "body");
        let slot = transport.in_flight().reserve(message.size()).await.expect("room");
        transport.publish(slot, message, deadline).await
    };
    node.ctl(["set_vm_memory_high_watermark", "0.0001"]).await.expect("an alarm");
    // The broker says that it blocks once something is published.
    let end = soon();
    while !matches!(transport.health().link, Link::Blocked { .. }) {
        assert!(Instant::now() < end, "the broker blocks the connection");
        let _ = publish_until(Instant::now() + Duration::from_millis(100)).await;
    }
    let deadline = Instant::now() + Duration::from_millis(500);
    let error = publish_until(deadline).await.expect_err("nothing goes out");
    assert_eq!(error.kind(), PublishErrorKind::NotSent, "{error}");
    assert!(Instant::now() >= deadline && deadline.elapsed() < Duration::from_secs(1), "{:?}", deadline.elapsed());

    // Consuming goes on: that connection is another one.
    let mut subscription = subscribe(&transport, &queue, 10).await;
    let waiting = publish_until(soon());
    let (stored, cleared) = tokio::join!(waiting, node.ctl(["set_vm_memory_high_watermark", "0.6"]));
    cleared.expect("the alarm is over");
    stored.expect("what waited is stored");
    delivery(&mut *subscription).await.ticket.done();
    assert_eq!(transport.health().link, Link::Connected);
}
