//! Lanes that go from one consumer to another.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;
use user_events_core::{Arrival, Delivery, Lane};

use crate::conformance::scene::{Inbox, PATIENCE, Scene, body, numbered, until};

/// Enough keys for every lane to get some.
const KEYS: usize = 60;

/// Two consumers, of which the first has lost lanes to the second while it holds deliveries.
struct Handover {
    second: Scene,
    losing: Inbox,
    gaining: Inbox,
    /// What the first holds, by lane.
    held: BTreeMap<Lane, Vec<Delivery>>,
    revoked: BTreeSet<Lane>,
    drain_by: Instant,
}

/// Brings a second consumer in while the first holds half of what was published, as much as it
/// may: only a control item can come to it now.
async fn hand_over(scene: &Scene) -> Handover {
    let queue = scene.queue().await;
    let mut losing = scene.subscribe_with(&queue, (KEYS / 2) as u16).await;
    for (number, body) in numbered("", KEYS).into_iter().enumerate() {
        scene.publish(queue.message_of(&format!("key-{number}"), "word", &body)).await;
    }
    let mut held: BTreeMap<Lane, Vec<Delivery>> = BTreeMap::new();
    for delivery in losing.take(KEYS / 2).await {
        held.entry(delivery.lane).or_default().push(delivery);
    }
    assert!(held.len() > 1, "{KEYS} keys lie in one lane: there is nothing to share");
    let second = scene.another().await;
    let gaining = second.subscribe_with(&queue, 2 * KEYS as u16).await;
    let Some(Arrival::Revoked { lanes, drain_by }) = losing.arrival().await else {
        panic!("the lanes of a second consumer were not revoked from the first");
    };
    assert!(!lanes.is_empty(), "no lane was named");
    let drain_by = Instant::from_std(drain_by);
    Handover { second, losing, gaining, held, revoked: lanes.into_iter().collect(), drain_by }
}

pub(super) async fn revoked_lanes_move_when_they_are_drained(scene: Scene) {
    let Handover { second, mut losing, mut gaining, held, revoked, .. } = hand_over(&scene).await;
    let mut handled = BTreeSet::new();
    for delivery in held.into_values().flatten() {
        assert!(handled.insert(body(&delivery)), "delivered twice");
        delivery.ticket.done();
    }
    // What comes now comes by lanes that each of them keeps.
    while handled.len() < KEYS {
        let (arrival, by_gaining) = next_of(&mut losing, &mut gaining).await;
        let Some(Arrival::Delivery(delivery)) = arrival else { panic!("there should be a delivery, not {arrival:?}") };
        assert_eq!(by_gaining, revoked.contains(&delivery.lane), "{:?} of the revoked {revoked:?}", delivery.lane);
        assert!(handled.insert(body(&delivery)), "{} was settled in time and has come again", body(&delivery));
        delivery.ticket.done();
    }
    assert_eq!(scene.transport.health().stale_settlements, 0);
    second.end().await;
}

pub(super) async fn what_is_not_drained_in_time_moves_and_its_tickets_are_stale(scene: Scene) {
    let Handover { second, mut losing, mut gaining, mut held, revoked, drain_by, .. } = hand_over(&scene).await;
    let mut expected: BTreeSet<String> = numbered("", KEYS).into_iter().collect();
    let kept: Vec<_> = held.keys().filter(|lane| !revoked.contains(lane)).copied().collect();
    for lane in kept {
        for delivery in held.remove(&lane).into_iter().flatten() {
            expected.remove(&body(&delivery));
            delivery.ticket.done();
        }
    }
    let undrained: BTreeSet<String> = held.values().flatten().map(body).collect();
    let mut handled = BTreeSet::new();
    while handled.len() < expected.len() {
        let (arrival, by_gaining) = next_of(&mut losing, &mut gaining).await;
        let Some(Arrival::Delivery(delivery)) = arrival else { panic!("there should be a delivery, not {arrival:?}") };
        if undrained.contains(&body(&delivery)) {
            assert!(by_gaining, "a revoked lane has yielded again to who lost it");
            let early = drain_by.saturating_duration_since(Instant::now());
            assert!(early < Duration::from_millis(100), "the lane moved {early:?} before the end of the drain");
        }
        assert!(handled.insert(body(&delivery)), "delivered twice");
        delivery.ticket.done();
    }
    assert_eq!(handled, expected);
    // Only now do the first consumer's tickets come, and settle nothing.
    let before = scene.transport.health().stale_settlements;
    let late = held.into_values().flatten().map(|delivery| delivery.ticket.done()).count() as u64;
    until("the count of stale settlements", || scene.transport.health().stale_settlements >= before + late).await;
    second.end().await;
}

/// The next arrival of either, and whether it was the gaining one's.
async fn next_of(losing: &mut Inbox, gaining: &mut Inbox) -> (Option<Arrival>, bool) {
    let both = std::future::poll_fn(|cx| {
        let first = losing.0.poll_next(cx).map(|arrival| (arrival, false));
        if first.is_ready() { first } else { gaining.0.poll_next(cx).map(|arrival| (arrival, true)) }
    });
    tokio::time::timeout(2 * PATIENCE, both).await.expect("an arrival did not come")
}
