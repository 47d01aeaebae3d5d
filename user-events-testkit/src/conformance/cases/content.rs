//! What a message arrives with.

use bytes::Bytes;
use user_events_core::{Header, Headers, OutboundMessage, PublishErrorKind};

use crate::conformance::scene::{Scene, body};

pub(super) async fn headers_keep_their_bytes_and_the_order_under_a_name(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let mut message = queue.message("");
    for (name, value) in [
        ("one", &b"1"[..]),
        ("many", b"first"),
        ("Many", b"of another name"),
        ("many", b"\x00\xff\xfe"),
        ("empty", b""),
        ("many", b""),
        ("long", &[b'x'; 1000]),
    ] {
        message.headers.append(name, Bytes::copy_from_slice(value));
    }
    let sent = message.headers.clone();
    scene.publish(message).await;
    let delivery = inbox.next().await;
    for name in ["one", "many", "Many", "empty", "long"] {
        assert_same_header(&delivery.message.headers, &sent, name);
    }
    assert_eq!(delivery.message.headers.iter().count(), sent.iter().count(), "{:?}", delivery.message.headers);
    delivery.ticket.done();
}

pub(super) async fn headers_may_begin_with_x_unless_they_are_the_brokers(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    for name in ["x-death", "x-shovelled", "CC", "BCC"] {
        let mut message = queue.message("the broker's");
        message.headers.append(name, "v");
        let error = scene.try_publish(message).await.expect_err("a header of the broker's must be refused");
        assert_eq!(error.kind(), PublishErrorKind::NotSent, "{error}");
    }
    let mut message = queue.message("free");
    for name in ["x-request-id", "x-correlation-id", "x-retry-count", "X-Death", "cc"] {
        message.headers.append(name, name.as_bytes().to_vec());
    }
    let sent = message.headers.clone();
    scene.publish(message).await;
    let delivery = inbox.next().await;
    assert_eq!(body(&delivery), "free");
    for (name, _) in sent.iter() {
        assert_same_header(&delivery.message.headers, &sent, name);
    }
    assert_eq!(delivery.message.headers.iter().count(), sent.iter().count(), "{:?}", delivery.message.headers);
    delivery.ticket.done();
}

pub(super) async fn what_another_transport_has_for_a_header_arrives_as_it_is_shown(scene: Scene) {
    struct Foreign;
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let mut message = queue.message("");
    message.headers.push(Header::with_native("one", Foreign, 1, ["1".into()]));
    message.headers.push(Header::with_native("many", Foreign, 1, ["2".into(), "3".into()]));
    message.headers.append("many", "4");
    message.headers.push(Header::with_native("none", Foreign, 1, []));
    let sent = message.headers.clone();
    scene.publish(message).await;
    let delivery = inbox.next().await;
    for name in ["one", "many", "none"] {
        assert_same_header(&delivery.message.headers, &sent, name);
    }
    delivery.ticket.done();
}

pub(super) async fn bodies_of_every_size_arrive_whole(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    // Around the size of an AMQP frame, and of many.
    for size in [0, 1, 300, 131_063, 131_064, 131_065, 1 << 20] {
        let mut message = queue.message("");
        message.body = (0..size).map(|at| (at % 251) as u8).collect::<Vec<_>>().into();
        let sent = message.body.clone();
        scene.publish(message).await;
        let delivery = inbox.next().await;
        assert!(delivery.message.body == sent, "a body of {size} bytes has changed");
        delivery.ticket.done();
    }
}

pub(super) async fn ids_and_keys_may_have_255_bytes(scene: Scene) {
    let queue = scene.queue().await;
    let long = "x".repeat(255);
    let mut message = queue.message("");
    message.routing_key = long.as_str().into();
    message.partition_key = Some(long.as_str().into());
    arrives_with_texts(&scene, &queue, message, &long).await;
}

pub(super) async fn texts_may_be_unicode(scene: Scene) {
    let queue = scene.queue().await;
    let text = "naïve.Ω.用户.🎉";
    let mut message = queue.message("{\"名\":\"é\"}");
    message.routing_key = text.into();
    message.partition_key = Some(text.into());
    message.headers.append("имя", "значение");
    arrives_with_texts(&scene, &queue, message, text).await;
}

pub(super) async fn what_was_not_set_is_not_there(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let bare = OutboundMessage::new(queue.exchange.clone(), "word", "");
    scene.publish(bare.clone()).await;
    let delivery = inbox.next().await;
    assert_eq!(delivery.message.exchange, bare.exchange);
    assert_eq!(delivery.message.properties, bare.properties);
    assert_eq!(delivery.message.partition_key, None);
    assert!(delivery.message.headers.is_empty(), "{:?}", delivery.message.headers);
    delivery.ticket.done();
}

/// Publishes the message with all its properties set to this text, and compares what arrives.
async fn arrives_with_texts(
    scene: &Scene,
    queue: &crate::conformance::scene::Queue,
    mut message: OutboundMessage,
    text: &str,
) {
    let mut inbox = scene.subscribe(queue).await;
    let properties = &mut message.properties;
    for property in [
        &mut properties.message_id,
        &mut properties.correlation_id,
        &mut properties.message_type,
        &mut properties.source,
    ] {
        *property = Some(text.into());
    }
    let sent = message.clone();
    scene.publish(message).await;
    let delivery = inbox.next().await;
    assert_eq!(delivery.message.properties, sent.properties);
    assert_eq!(delivery.message.routing_key, sent.routing_key);
    assert_eq!(delivery.message.partition_key, sent.partition_key);
    assert_eq!(delivery.message.body, sent.body);
    assert_eq!(delivery.message.headers, sent.headers);
    delivery.ticket.done();
}

/// The values under a name, in their order. The order of the names themselves is not compared:
/// AMQP's tables have none.
#[track_caller]
pub(super) fn assert_same_header(found: &Headers, sent: &Headers, name: &str) {
    let values = |headers: &Headers| -> Vec<Bytes> {
        headers.iter().filter(|(held, _)| *held == name).map(|(_, value)| value.clone()).collect()
    };
    assert!(values(found) == values(sent), "header `{name}` has changed: {found:?}, sent {sent:?}");
}
