//! Back-pressure.

use crate::conformance::scene::{Scene, body, finished, numbered};

pub(super) async fn no_more_than_the_prefetch_is_unsettled(scene: Scene) {
    let (queue, beside) = (scene.queue().await, scene.queue().await);
    let (mut inbox, mut fence) = (scene.subscribe_with(&queue, 5).await, scene.subscribe(&beside).await);
    scene.publish_in_order(&queue, numbered("", 12).iter().map(String::as_str)).await;
    let mut held = inbox.take(5).await;
    // What was published later, to another queue, has arrived: a sixth would have too.
    scene.publish(beside.message("fence")).await;
    fence.finish(1).await;
    assert!(inbox.now().is_pending(), "there are more unsettled than the prefetch");
    held.remove(2).ticket.done();
    held.push(inbox.next().await);
    assert_eq!(held.len(), 5);
    for delivery in held {
        delivery.ticket.done();
    }
    assert_eq!(inbox.finish(6).await.len(), 6);
}

pub(super) async fn nothing_is_yielded_while_paused(scene: Scene) {
    let (queue, beside) = (scene.queue().await, scene.queue().await);
    let (mut inbox, mut fence) = (scene.subscribe(&queue).await, scene.subscribe(&beside).await);
    scene.publish(queue.message("before")).await;
    let before = inbox.next().await;
    let lane = before.lane;
    inbox.pause(lane);
    scene.publish_in_order(&queue, ["first", "second"]).await;
    scene.publish(beside.message("fence")).await;
    fence.finish(1).await;
    assert!(inbox.now().is_pending(), "a paused lane has yielded");
    // A delivery that was out before can be settled all the same.
    assert_eq!(body(&before), "before");
    before.ticket.done();
    inbox.resume(lane);
    let mut after = [finished(inbox.next().await), finished(inbox.next().await)];
    after.sort_unstable();
    assert_eq!(after, ["first", "second"]);
}
