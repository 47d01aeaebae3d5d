//! What the broker would punish is refused before it is sent, and the channel lives on.

use rabbit::{bound, node, publish, transport, unique};
use user_events_core::{OutboundMessage, PublishErrorKind, Routed, Transport as _};
use user_events_rabbit::{RabbitConfig, RabbitTransport};
use user_events_testkit::rabbit_node::RabbitNode;

#[tokio::test]
async fn what_is_too_large_is_not_sent_and_hurts_nobody() {
    let node = node().await;
    let transport = transport(node).await;
    let (exchange, queue) = (unique("limits"), unique("limits-queue"));
    bound(&transport, &queue, &exchange, &["#"]).await;
    let message = |body: usize| OutboundMessage::new(exchange.clone(), "key", vec![b'x'; body]);

    let mut header = message(1);
    header.headers.append("large", vec![b'h'; 140_000]);
    for (what, refused) in [
        ("the message id", message(1).with_message_id("i".repeat(256))),
        ("the routing key", OutboundMessage::new(exchange.clone(), "k".repeat(256), "")),
        ("properties and headers", header),
        ("the body", message((16 << 20) + 1)),
    ] {
        let error = publish(&transport, refused).await.await.expect_err("it is refused");
        assert_eq!(error.kind(), PublishErrorKind::NotSent, "{error}");
        assert!(error.to_string().contains(what), "{error}");
        let after = publish(&transport, message(1)).await.await.expect("the channel lives");
        assert_eq!(after.routed(), Routed::Yes);
    }
}

#[tokio::test]
async fn what_just_fits_arrives() {
    let node = node().await;
    let transport = transport(node).await;
    let (exchange, queue) = (unique("limits"), unique("limits-queue"));
    bound(&transport, &queue, &exchange, &["#"]).await;
    let mut message =
        OutboundMessage::new(exchange, "k".repeat(255), vec![b'x'; 1 << 20]).with_message_id("i".repeat(255));
    message.headers.append("large", vec![b'h'; 130_000]);
    assert_eq!(publish(&transport, message.clone()).await.await.expect("it fits").routed(), Routed::Yes);

    let mut subscription = rabbit::subscribe(&transport, &queue, 1).await;
    let delivery = rabbit::delivery(&mut *subscription).await;
    assert_eq!(delivery.message.headers, message.headers);
    assert_eq!(delivery.message.body, message.body);
    assert_eq!(delivery.message.properties.message_id, message.properties.message_id);
    delivery.ticket.done();
}

/// A node of its own, for its configuration.
#[tokio::test]
async fn a_broker_without_a_limit_on_frames_is_used_with_frames_of_the_usual_size() {
    let node = RabbitNode::builder().config("frame_max = 0").start().await.expect("a private node");
    for (query, frame_max) in [("", 131_072), ("?frame_max=0", 131_072), ("?frame_max=4294967295", 1 << 20)] {
        let config = RabbitConfig::from_uri(&format!("{}{query}", node.uri())).expect("a URI");
        let transport = RabbitTransport::connect(config).await.expect("the node takes connections");
        assert_eq!(transport.capabilities().max_properties_bytes, Some(frame_max - 8), "{query}");
        let (exchange, queue) = (unique("limits"), unique("limits-queue"));
        bound(&transport, &queue, &exchange, &["#"]).await;
        let mut message = OutboundMessage::new(exchange, "key", vec![b'x'; 1 << 20]);
        message.headers.append("large", vec![b'h'; frame_max - 1000]);
        let receipt = publish(&transport, message.clone()).await.await.expect("it fits");
        assert_eq!(receipt.routed(), Routed::Yes);
        let mut subscription = rabbit::subscribe(&transport, &queue, 1).await;
        let delivery = rabbit::delivery(&mut *subscription).await;
        assert_eq!(delivery.message.headers, message.headers);
        assert_eq!(delivery.message.body, message.body);
        delivery.ticket.done();
    }
}
