//! The ends of subscriptions and transports.

use std::task::Poll;

use user_events_core::{Link, PublishErrorKind, Settlements, SubscriptionSpec, TransportErrorKind};

use crate::conformance::scene::{Scene, deadline, finished, numbered, patiently, sorted};

pub(super) async fn work_in_flight_comes_back_in_order(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe_with(&queue, 8).await;
    let bodies = numbered("", 12);
    scene.publish_in_order(&queue, bodies.iter().map(String::as_str)).await;
    let mut held = inbox.take(5).await;
    finished(held.remove(2));
    inbox.close().await;
    drop(held);

    let later = scene.another().await;
    let mut inbox = later.subscribe_with(&queue, 8).await;
    later.publish(queue.message("fence")).await;
    let mut again = inbox.finish_until("fence").await;
    if scene.transport.capabilities().settlement == Settlements::Watermark {
        // What was finished above the lowest open one may come again.
        again.retain(|body| *body != bodies[2]);
    }
    let expected: Vec<_> = bodies.iter().filter(|body| **body != bodies[2]).cloned().collect();
    assert_eq!(again, expected);
    later.end().await;
}

pub(super) async fn a_dropped_subscription_gives_everything_back(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let bodies = numbered("", 6);
    scene.publish_in_order(&queue, bodies.iter().map(String::as_str)).await;
    let held = inbox.take(3).await;
    drop(inbox);
    let mut inbox = scene.subscribe(&queue).await;
    assert_eq!(sorted(inbox.finish(6).await), bodies);
    drop(held);
    scene.publish(queue.message("fence")).await;
    assert_eq!(inbox.finish(1).await, ["fence"]);
}

pub(super) async fn a_closed_subscription_has_ended(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    inbox.close().await;
    assert!(inbox.arrival().await.is_none());
    assert!(matches!(inbox.now(), Poll::Ready(None)));
    inbox.close().await;
}

pub(super) async fn a_closed_transport_takes_nothing_more(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let slot = patiently("room", scene.transport.in_flight().reserve(8)).await.expect("reserve");
    patiently("the end of the transport", scene.transport.close(deadline())).await.expect("close");

    let error = patiently("an answer", scene.transport.in_flight().reserve(8)).await.expect_err("reserve");
    assert_eq!(error.kind(), PublishErrorKind::NotSent);
    let late = scene.transport.publish(slot, queue.message("late"), deadline());
    let error = patiently("an answer", late).await.expect_err("publish");
    assert_eq!(error.kind(), PublishErrorKind::NotSent);
    let arrival = inbox.arrival().await;
    assert!(arrival.is_none(), "a subscription ends with its transport: it is not {arrival:?}");
    let spec = SubscriptionSpec::new(queue.name.clone()).with_bindings(queue.bindings.clone());
    let Err(error) = scene.try_subscribe(spec).await else { panic!("a closed transport has subscribed") };
    assert_eq!(error.kind(), TransportErrorKind::Closed);
    assert_eq!(scene.transport.health().link, Link::Closed);
}
