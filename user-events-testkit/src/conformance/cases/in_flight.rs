//! The bound on what is in flight.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use user_events_core::{PublishError, PublishErrorKind, Reserve, Slot};

use crate::conformance::scene::{Scene, patiently};

pub(super) async fn room_is_given_back_with_the_confirm(scene: Scene) {
    let queue = scene.queue().await;
    for confirmation in [scene.hand_over(queue.message("one")).await, scene.hand_over(queue.message("two")).await] {
        patiently("a confirm", confirmation).await.expect("publish");
    }
    let in_flight = scene.transport.in_flight();
    assert_eq!((in_flight.messages(), in_flight.bytes()), (0, 0));
    let health = scene.transport.health();
    assert_eq!((health.in_flight_messages, health.in_flight_bytes), (0, 0));
}

pub(super) async fn room_above_the_whole_bound_is_refused(scene: Scene) {
    let reserve = scene.transport.in_flight().reserve(usize::MAX);
    let error = patiently("an answer", reserve).await.expect_err("it would wait for ever");
    assert_eq!(error.kind(), PublishErrorKind::NotSent);
}

pub(super) async fn room_is_given_in_the_order_of_asking(scene: Scene) {
    let (mut held, mut first) = fill(&scene);
    let mut second = scene.transport.in_flight().reserve(1);
    assert!(poll(&mut second).is_pending());
    held.pop();
    assert!(poll(&mut second).is_pending(), "the second came before the first");
    let _first = patiently("the first", &mut first).await.expect("reserve");
    held.pop();
    let _second = patiently("the second", &mut second).await.expect("reserve");
}

pub(super) async fn copies_do_not_wait_behind_publishes(scene: Scene) {
    let (_held, _waiting) = fill(&scene);
    let slot = patiently("room for a copy", scene.transport.in_flight().reserve_copy(1)).await.expect("reserve");
    assert!(slot.is_copy());
}

/// Takes all the room there is: the slots, and the first wait behind them.
fn fill(scene: &Scene) -> (Vec<Slot>, Reserve) {
    let mut held = Vec::new();
    loop {
        let mut reserve = scene.transport.in_flight().reserve(1);
        match poll(&mut reserve) {
            Poll::Ready(slot) => held.push(slot.expect("reserve")),
            Poll::Pending => return (held, reserve),
        }
        assert!(held.len() < 10_000_000, "nothing bounds what is in flight");
    }
}

fn poll(reserve: &mut Reserve) -> Poll<Result<Slot, PublishError>> {
    Pin::new(reserve).poll(&mut Context::from_waker(Waker::noop()))
}
