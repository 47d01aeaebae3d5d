//! The log mode's likeness to Kafka.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;
use user_events_core::{
    Arrival, Binding, OutboundMessage, PublishErrorKind, SubscriptionSpec, Topology, TopologyMode, Transport,
    TransportErrorKind,
};
use user_events_memory::MemoryTransport;

use crate::support::{arrival, body, declare, finish, keyed, message, next, nothing_now, publish, soon, subscribe};

fn one_partition() -> MemoryTransport {
    MemoryTransport::builder().partitions(1).log()
}

#[tokio::test(start_paused = true)]
async fn a_revocation_comes_before_the_data_that_waits() {
    let transport = MemoryTransport::builder().partitions(2).log();
    declare(&transport, "g").await;
    let mut first = subscribe(&transport, "g", 64).await;
    for number in 0..20 {
        publish(&transport, keyed(&number.to_string(), "x")).await.unwrap();
    }
    let held = next(&mut *first).await;
    let _second = subscribe(&transport, "g", 64).await;
    assert!(matches!(arrival(&mut *first).await, Some(Arrival::Revoked { lanes, .. }) if lanes.len() == 1));
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn a_member_that_does_not_drain_loses_its_lanes_in_time() {
    let transport = MemoryTransport::builder().partitions(2).drain(Duration::from_secs(3)).log();
    declare(&transport, "g").await;
    let mut first = subscribe(&transport, "g", 64).await;
    for number in 0..20 {
        publish(&transport, keyed(&number.to_string(), &number.to_string())).await.unwrap();
    }
    let mut held = Vec::new();
    for _ in 0..20 {
        held.push(next(&mut *first).await);
    }
    let started = Instant::now();
    let mut second = subscribe(&transport, "g", 64).await;
    // The first is never polled again: it is as good as dead.
    let moved = next(&mut *second).await;
    assert_eq!(started.elapsed().as_secs(), 3);
    assert!(moved.message.redelivered);
    let of_its_lane = held.iter().filter(|delivery| delivery.lane == moved.lane).count() as u64;
    held.into_iter().for_each(|delivery| delivery.ticket.done());
    assert_eq!(transport.health().stale_settlements, of_its_lane);
}

#[tokio::test(start_paused = true)]
async fn lanes_are_spread_and_taken_over() {
    let transport = MemoryTransport::builder().partitions(6).log();
    declare(&transport, "g").await;
    let mut members = Vec::new();
    for _ in 0..3 {
        members.push(subscribe(&transport, "g", 64).await);
        // Everybody hears of it, and nobody holds anything: the lanes move at once.
        for member in &mut members {
            while !nothing_now(&mut **member) {}
        }
    }
    for number in 0..120 {
        publish(&transport, keyed(&number.to_string(), "x")).await.unwrap();
    }
    let mut seen = BTreeSet::new();
    for member in &mut members {
        let mut lanes = BTreeSet::new();
        while let std::task::Poll::Ready(Some(Arrival::Delivery(delivery))) =
            member.poll_next(&mut std::task::Context::from_waker(std::task::Waker::noop()))
        {
            lanes.insert(delivery.lane);
            delivery.ticket.done();
        }
        assert_eq!(lanes.len(), 2, "{lanes:?}");
        seen.extend(lanes);
    }
    assert_eq!(seen.len(), 6);
    let mut last = members.pop().unwrap();
    for member in &mut members {
        member.close(soon()).await.unwrap();
    }
    for number in 0..120 {
        publish(&transport, keyed(&number.to_string(), "y")).await.unwrap();
    }
    for _ in 0..120 {
        assert_eq!(finish(&mut *last).await, "y");
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_repeats_from_the_watermark() {
    let transport = one_partition();
    declare(&transport, "g").await;
    let mut inbox = subscribe(&transport, "g", 64).await;
    for text in ["a", "b", "c", "d"] {
        publish(&transport, message(text)).await.unwrap();
    }
    finish(&mut *inbox).await;
    let held = next(&mut *inbox).await;
    finish(&mut *inbox).await;
    assert!(transport.faults().crash("g"));
    assert!(matches!(arrival(&mut *inbox).await, Some(Arrival::Lost(_))));
    let mut inbox = subscribe(&transport, "g", 64).await;
    let mut again = Vec::new();
    for _ in 0..3 {
        let delivery = next(&mut *inbox).await;
        again.push((body(&delivery).to_owned(), delivery.message.redelivered));
        delivery.ticket.done();
    }
    assert_eq!(again, [("b".to_owned(), true), ("c".to_owned(), true), ("d".to_owned(), false)]);
    held.ticket.done();
    assert_eq!(transport.health().stale_settlements, 1);
}

#[tokio::test(start_paused = true)]
async fn requeued_messages_come_again_in_the_order_of_the_log() {
    let transport = one_partition();
    declare(&transport, "g").await;
    let mut inbox = subscribe(&transport, "g", 3).await;
    for text in ["a", "b", "c", "d"] {
        publish(&transport, message(text)).await.unwrap();
    }
    let held = [next(&mut *inbox).await, next(&mut *inbox).await, next(&mut *inbox).await];
    held.into_iter().rev().for_each(|delivery| delivery.ticket.requeue());
    for expected in ["a", "b", "c", "d"] {
        assert_eq!(finish(&mut *inbox).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_lists_what_it_has_not_settled_and_a_topic_everything() {
    let transport = one_partition();
    declare(&transport, "g").await;
    let mut inbox = subscribe(&transport, "g", 64).await;
    for text in ["a", "b", "c", "d"] {
        publish(&transport, message(text)).await.unwrap();
    }
    let held = next(&mut *inbox).await;
    finish(&mut *inbox).await;
    let bodies =
        |name: &str| transport.queue_messages(name).into_iter().map(|message| message.body).collect::<Vec<_>>();
    assert_eq!(bodies("g"), ["a", "c", "d"]);
    assert_eq!(bodies("user.events"), ["a", "b", "c", "d"]);
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn what_the_log_has_forgotten_is_passed_over() {
    let transport = MemoryTransport::builder().partitions(1).retention(2).log();
    declare(&transport, "g").await;
    let mut inbox = subscribe(&transport, "g", 64).await;
    publish(&transport, message("a")).await.unwrap();
    let requeued = next(&mut *inbox).await;
    for text in ["b", "c", "d"] {
        publish(&transport, message(text)).await.unwrap();
    }
    requeued.ticket.requeue();
    assert_eq!([finish(&mut *inbox).await, finish(&mut *inbox).await], ["c", "d"]);
    transport.idle().await;
}

#[tokio::test(start_paused = true)]
async fn there_is_no_default_exchange() {
    let error = publish(&MemoryTransport::log(), OutboundMessage::new("", "g", "")).await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::NotSent);
}

#[tokio::test(start_paused = true)]
async fn a_group_needs_bindings_and_a_topic_for_its_dead_letters() {
    let transport = MemoryTransport::log();
    transport.apply(&Topology::new().with_exchange("user.events"), TopologyMode::Declare).await.unwrap();
    let error = transport.subscribe(SubscriptionSpec::new("g")).await.err().unwrap();
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    let spec = SubscriptionSpec::new("g").with_bindings([Binding::new("user.events", "#")]);
    let error = transport.subscribe(spec).await.err().unwrap();
    assert_eq!(error.kind(), TransportErrorKind::Topology);
    assert!(error.to_string().contains("`g.dlq`"), "{error}");
}
