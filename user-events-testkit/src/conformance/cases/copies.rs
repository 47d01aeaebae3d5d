//! Copies of a delivery: dead letters, delayed ones.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use user_events_core::{Address, CopyTarget, InboundMessage, OutboundMessage, Routed};

use crate::conformance::scene::{Scene, deadline, patiently};

pub(super) async fn a_dead_letter_keeps_every_property_and_header(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    scene.publish(with_everything(queue.message(r#"{"letter":"é"}"#))).await;
    let delivery = inbox.next().await;

    let address = inbox.dead_letters();
    let copy = copy_of(&delivery.message, &address);
    publish_copy(&scene, copy.clone()).await;
    delivery.ticket.done();

    let mut letters = scene.subscribe_at(&queue, &address).await;
    let letter = letters.next().await;
    assert_eq!(letter.message.exchange, address.exchange);
    assert_eq!(letter.message.routing_key, address.routing_key);
    if address.exchange.is_empty() {
        assert_eq!(address.routing_key, user_events_core::dead_letter_queue(&queue.name));
    }
    assert_same(&letter.message, &copy);
    letter.ticket.done();
}

pub(super) async fn a_dead_letter_queue_has_none_of_its_own(scene: Scene) {
    let queue = scene.queue().await;
    let address = scene.subscribe(&queue).await.dead_letters();
    let letters = scene.subscribe_at(&queue, &address).await;
    assert_eq!(letters.0.address(CopyTarget::DeadLetter), None);
}

pub(super) async fn a_delayed_copy_comes_back(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    scene.publish(with_everything(queue.message("later"))).await;
    let delivery = inbox.next().await;
    let delay = Duration::from_secs(1);
    let address = inbox.0.address(CopyTarget::Delay(delay)).expect("an address for a claimed delay");
    let copy = copy_of(&delivery.message, &address);
    let delayed_at = Instant::now();
    publish_copy(&scene, copy.clone()).await;
    delivery.ticket.done();
    let delivery = inbox.next().await;
    let away = delayed_at.elapsed();
    assert!(away >= delay - Duration::from_millis(100), "it came back after {away:?}");
    assert_same(&delivery.message, &copy);
    delivery.ticket.done();
}

pub(super) async fn a_delay_in_process_has_no_address(scene: Scene) {
    let queue = scene.queue().await;
    let inbox = scene.subscribe(&queue).await;
    assert_eq!(inbox.0.address(CopyTarget::Delay(Duration::from_secs(1))), None);
}

/// The message with every property, and headers.
fn with_everything(mut message: OutboundMessage) -> OutboundMessage {
    let properties = &mut message.properties;
    properties.message_id = Some("msg-f47ac10b".into());
    properties.correlation_id = Some("correlation-1".into());
    properties.message_type = Some("UserRegistered.v1".into());
    properties.source = Some("UserService".into());
    properties.timestamp = Some(1_700_000_000);
    properties.content_type = Some("application/json".into());
    properties.content_encoding = Some("UTF-8".into());
    properties.priority = Some(3);
    properties.reply_to = Some("answers".into());
    message.headers.append("bytes", Bytes::from_static(&[0, 0xff, 0xfe]));
    message.headers.append("repeated", "first");
    message.headers.append("repeated", "second");
    message.headers.append("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    message
}

/// A copy to this address that leaves nothing out.
fn copy_of(message: &InboundMessage, address: &Address) -> OutboundMessage {
    let mut copy = OutboundMessage::new(address.exchange.clone(), address.routing_key.clone(), message.body.clone());
    copy.partition_key = message.partition_key.clone();
    copy.properties = message.properties.clone();
    copy.headers = message.headers.clone();
    copy
}

async fn publish_copy(scene: &Scene, copy: OutboundMessage) {
    let slot = patiently("room for the copy", scene.transport.in_flight().reserve_copy(copy.size())).await;
    let confirmation = scene.transport.publish(slot.expect("reserve"), copy, deadline());
    let receipt = patiently("the confirm", confirmation).await.expect("publish the copy");
    let stored = if scene.transport.capabilities().unroutable_seen { Routed::Yes } else { Routed::Unknown };
    assert_eq!(receipt.routed(), stored, "the address must lead to a queue");
}

#[track_caller]
fn assert_same(delivered: &InboundMessage, sent: &OutboundMessage) {
    assert_eq!(delivered.properties, sent.properties);
    assert_eq!(delivered.partition_key, sent.partition_key);
    assert_eq!(delivered.body, sent.body);
    assert_eq!(delivered.headers.iter().count(), sent.headers.iter().count(), "{:?}", delivered.headers);
    for (name, _) in sent.headers.iter() {
        super::content::assert_same_header(&delivered.headers, &sent.headers, name);
    }
}
