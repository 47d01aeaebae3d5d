//! What becomes of a delivery.

use std::time::Duration;

use tokio::time::Instant;
use user_events_core::{Requeue, Settlements};

use crate::conformance::scene::{Scene, body, finished, numbered, sorted, until};

pub(super) async fn what_is_done_is_gone(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    scene.publish_in_order(&queue, ["one", "two", "three"]).await;
    // Fewer than any transport would flush by count: closing must do it.
    inbox.finish(3).await;
    inbox.close().await;
    let later = scene.another().await;
    let mut inbox = later.subscribe(&queue).await;
    later.publish(queue.message("fence")).await;
    assert_eq!(inbox.finish(1).await, ["fence"]);
    later.end().await;
}

pub(super) async fn what_is_requeued_comes_back(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    scene.publish(queue.message("again")).await;
    let delivery = inbox.next().await;
    assert!(!delivery.message.redelivered, "nobody had it before");
    delivery.ticket.requeue();
    let delivery = inbox.next().await;
    assert_eq!(body(&delivery), "again");
    if scene.transport.capabilities().requeue == Requeue::Broker {
        assert!(delivery.message.redelivered, "the broker has delivered it before");
    }
    delivery.ticket.done();
    scene.publish(queue.message("fence")).await;
    assert_eq!(inbox.finish(1).await, ["fence"]);
}

pub(super) async fn one_held_delivery_holds_up_no_other(scene: Scene) {
    const PREFETCH: u16 = 8;
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe_with(&queue, PREFETCH).await;
    let bodies = numbered("", 3 * usize::from(PREFETCH));
    scene.publish_in_order(&queue, bodies.iter().map(String::as_str)).await;
    let held = inbox.next().await;
    // Every other first, so that what is settled is never a row that ends at the lowest open one.
    let mut left = bodies.len() - 1;
    while left > 0 {
        let taken = inbox.take(left.min(usize::from(PREFETCH) - 1)).await;
        left -= taken.len();
        let (odd, even): (Vec<_>, Vec<_>) = taken.into_iter().enumerate().partition(|(nth, _)| nth % 2 == 1);
        odd.into_iter().chain(even).for_each(|(_, delivery)| delivery.ticket.done());
    }
    let held_body = body(&held);
    inbox.close().await;
    drop(held);

    let mut inbox = scene.subscribe_with(&queue, PREFETCH).await;
    if scene.transport.capabilities().settlement == Settlements::PerMessage {
        assert_eq!(inbox.finish(1).await, [held_body], "what was settled has come again");
        scene.publish(queue.message("fence")).await;
        assert_eq!(inbox.finish(1).await, ["fence"], "what was settled has come again");
    } else {
        scene.publish(queue.message("fence")).await;
        assert!(inbox.finish_until("fence").await.contains(&held_body), "the held one is lost");
    }
}

pub(super) async fn several_requeued_come_back_once_each(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe_with(&queue, 16).await;
    let bodies = numbered("", 8);
    scene.publish_in_order(&queue, bodies.iter().map(String::as_str)).await;
    let mut taken: Vec<_> = inbox.take(8).await.into_iter().map(Some).collect();
    for nth in [5, 0, 7, 2, 6, 1, 4, 3] {
        let delivery: Option<_> = std::mem::take(&mut taken[nth]);
        delivery.expect("each once").ticket.requeue();
    }
    assert_eq!(sorted(inbox.finish(8).await), bodies);
    scene.publish(queue.message("fence")).await;
    assert_eq!(inbox.finish(1).await, ["fence"], "something came back twice");
}

pub(super) async fn a_dropped_ticket_gives_its_message_back_after_a_second(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    scene.publish(queue.message("dropped")).await;
    drop(inbox.next().await);
    let dropped_at = Instant::now();
    assert_eq!(finished(inbox.next().await), "dropped");
    let away = dropped_at.elapsed();
    assert!(away >= Duration::from_millis(900), "it came back after {away:?}: a bug would be a hot loop");
    scene.publish(queue.message("fence")).await;
    assert_eq!(inbox.finish(1).await, ["fence"]);
}

pub(super) async fn a_stale_ticket_is_counted_and_harms_nobody(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    scene.publish(queue.message("kept")).await;
    let stale = inbox.next().await;
    inbox.close().await;
    let mut inbox = scene.subscribe(&queue).await;
    let open = inbox.next().await;
    let before = scene.transport.health().stale_settlements;
    stale.ticket.done();
    until("the count of the stale settlement", || scene.transport.health().stale_settlements > before).await;
    inbox.close().await;
    drop(open);

    let mut inbox = scene.subscribe(&queue).await;
    assert_eq!(inbox.finish(1).await, ["kept"], "a stale ticket has settled another's delivery");
    scene.publish(queue.message("fence")).await;
    assert_eq!(inbox.finish(1).await, ["fence"]);
}

pub(super) async fn returns_are_counted(scene: Scene) {
    let queue = scene.queue().await;
    scene.publish(queue.message("counted")).await;
    for returns in 0..4 {
        let mut inbox = scene.subscribe(&queue).await;
        let delivery = inbox.next().await;
        let counted = delivery.message.delivery_count.unwrap_or_default();
        assert!(counted <= returns, "{counted} returns are counted, there were {returns}");
        assert_eq!(counted > 0, returns > 0, "{counted} returns are counted, there were {returns}");
        inbox.close().await;
    }
}
