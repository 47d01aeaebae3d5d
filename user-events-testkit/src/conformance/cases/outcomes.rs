//! What a publisher is told.

use tokio::time::Instant;
use user_events_core::{Header, PublishErrorKind, Routed};

use crate::conformance::scene::{Scene, body, finished, patiently};

pub(super) async fn a_routed_publish_says_so(scene: Scene) {
    let queue = scene.queue().await;
    let expected = if scene.transport.capabilities().unroutable_seen { Routed::Yes } else { Routed::Unknown };
    assert_eq!(scene.publish(queue.message("here")).await.routed(), expected);
    let mut inbox = scene.subscribe(&queue).await;
    assert_eq!(finished(inbox.next().await), "here");
}

pub(super) async fn an_unroutable_publish_says_so(scene: Scene) {
    let queue = scene.queue_bound_by(&["bound.*"]).await;
    let routed = scene.publish(queue.message_of("key", "unbound.word", "nowhere")).await.routed();
    assert_eq!(routed, Routed::No, "to an exchange whose bindings do not match");
    let mut to_no_queue = queue.message_of("key", &scene.name("missing"), "nowhere");
    to_no_queue.exchange = "".into();
    let routed = scene.publish(to_no_queue).await.routed();
    assert_eq!(routed, Routed::No, "to a queue that does not exist");
    let routed = scene.publish(queue.message_of("key", "bound.word", "here")).await.routed();
    assert_eq!(routed, Routed::Yes, "to an exchange with a binding that matches");
}

pub(super) async fn a_position_is_where_the_message_is_read(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let mut last = None;
    for _ in 0..20 {
        let stored = scene.publish(queue.message("here")).await.position().expect("a position in the receipt");
        assert!(last < Some(stored.offset), "offsets of one key must grow");
        last = Some(stored.offset);
        let delivery = inbox.next().await;
        assert_eq!(delivery.message.position, Some(stored));
        delivery.ticket.done();
    }
}

pub(super) async fn a_refused_publish_says_so(scene: Scene) {
    let queue = scene.queue().await;
    scene.harness.make_refuse(&queue.name).await;
    // A limit of the length may let some in before it is reached.
    let refused = patiently("a refusal", async {
        loop {
            if let Err(error) = scene.try_publish(queue.message("too much")).await {
                return error;
            }
        }
    });
    assert_eq!(refused.await.kind(), PublishErrorKind::Refused);
}

pub(super) async fn a_body_above_the_limit_is_not_sent(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let max = scene.transport.capabilities().max_message_bytes.expect("the claimed limit");
    let mut message = queue.message("");
    message.body = vec![0; max + 1].into();
    let error = scene.try_publish(message).await.expect_err("a body above the limit must fail");
    assert_eq!(error.kind(), PublishErrorKind::NotSent, "{error}");
    scene.publish(queue.message("next")).await;
    assert_eq!(body(&inbox.next().await), "next", "the transport must go on with the next message");
}

pub(super) async fn properties_up_to_the_limit_are_sent_and_far_above_it_not(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let max = scene.transport.capabilities().max_properties_bytes.expect("the claimed limit");
    let message = |size: usize| {
        let mut message = queue.message("here");
        let mut left = size - message.properties_size();
        // In many headers and one, whatever is counted for each.
        for name in ["a", "b", "c", "d", "e", "f", "rest"] {
            let around = Header::new(name, "").wire_size();
            let value = if name == "rest" { left - around } else { 9 };
            message.headers.append(name, vec![b'h'; value]);
            left -= around + value;
        }
        message
    };
    let largest = message(max);
    assert_eq!(largest.properties_size(), max);
    scene.publish(largest.clone()).await;
    let delivery = inbox.next().await;
    for name in ["a", "rest"] {
        super::content::assert_same_header(&delivery.message.headers, &largest.headers, name);
    }
    delivery.ticket.done();
    // The count is a bound: a little above the limit a message may pass.
    let error = scene.try_publish(message(2 * max)).await.expect_err("properties far above the limit must fail");
    assert_eq!((error.kind(), error.is_too_large()), (PublishErrorKind::NotSent, true), "{error}");
    scene.publish(queue.message("next")).await;
    assert_eq!(body(&inbox.next().await), "next", "the transport must go on with the next message");
}

pub(super) async fn a_passed_deadline_is_answered_at_once(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let slot = patiently("room", scene.transport.in_flight().reserve(8)).await.expect("reserve");
    let passed = Instant::now().into_std();
    let outcome = patiently("an answer", scene.transport.publish(slot, queue.message("late"), passed)).await;
    let certainly_not = outcome.is_err_and(|error| error.kind() == PublishErrorKind::NotSent);
    scene.publish(queue.message("next")).await;
    let before = inbox.finish_until("next").await;
    assert!(!certainly_not || before.is_empty(), "what was said not to be sent has arrived");
}

pub(super) async fn a_dropped_confirmation_cancels_nothing(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    drop(scene.hand_over(queue.message("unwatched")).await);
    assert_eq!(finished(inbox.next().await), "unwatched");
}

pub(super) async fn two_copies_in_flight_are_both_answered_and_stored(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let message = queue.message("twice");
    let first = scene.hand_over(message.clone()).await;
    let second = scene.hand_over(message).await;
    patiently("the first confirm", first).await.expect("the first copy");
    patiently("the second confirm", second).await.expect("the second copy");
    assert_eq!(inbox.finish(2).await, ["twice", "twice"]);
}

pub(super) async fn an_outcome_belongs_to_its_own_copy(scene: Scene) {
    let queue = scene.queue_bound_by(&["bound"]).await;
    let elsewhere = scene.queue_bound_by(&["unbound"]).await;
    for round in 0..100 {
        // One id, so that it does not tell the copies apart; routed and unroutable in both orders,
        // on one exchange and with one key on two.
        let routed = queue.message_of("key", "bound", "");
        let mut other_key = routed.clone();
        other_key.routing_key = "unbound".into();
        let mut other_exchange = routed.clone();
        other_exchange.exchange = elsewhere.exchange.clone();
        let mut copies = [
            (routed.clone(), Routed::Yes),
            (other_key, Routed::No),
            (other_exchange, Routed::No),
            (routed, Routed::Yes),
        ];
        copies.rotate_left(round % 4);
        let mut answers = Vec::new();
        for (copy, expected) in copies {
            answers.push((scene.hand_over(copy).await, expected));
        }
        for (nth, (answer, expected)) in answers.into_iter().enumerate() {
            let receipt = patiently("a confirm", answer).await.expect("publish");
            assert_eq!(receipt.routed(), expected, "copy {nth} of round {round}");
        }
    }
}
