//! Every fault does what it says.

use std::time::Duration;

use tokio::time::Instant;
use user_events_core::{Arrival, PublishErrorKind, Transport};
use user_events_memory::MemoryTransport;

use crate::support::{after, arrival, body, declare, finish, hand_over, message, next, publish, soon, subscribe};

fn both() -> [MemoryTransport; 2] {
    [MemoryTransport::queue(), MemoryTransport::log()]
}

#[tokio::test(start_paused = true)]
async fn a_lost_confirm_is_indeterminate_at_the_deadline_and_the_message_stored() {
    for transport in both() {
        declare(&transport, "q").await;
        transport.faults().lose_confirms(1);
        let started = Instant::now();
        let confirmation = hand_over(&transport, message("a"), after(Duration::from_secs(7))).await;
        assert_eq!(transport.in_flight().messages(), 1);
        assert_eq!(confirmation.await.unwrap_err().kind(), PublishErrorKind::Indeterminate);
        assert_eq!(started.elapsed().as_secs(), 7);
        assert_eq!(transport.in_flight().messages(), 0);
        assert_eq!(transport.queue_messages("q").len(), 1);
        publish(&transport, message("b")).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_message_is_stored_nowhere() {
    for transport in both() {
        declare(&transport, "q").await;
        transport.faults().refuse(2);
        for _ in 0..2 {
            assert_eq!(publish(&transport, message("a")).await.unwrap_err().kind(), PublishErrorKind::Refused);
        }
        publish(&transport, message("b")).await.unwrap();
        assert_eq!(transport.queue_messages("q").len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_duplicated_delivery_comes_again_once() {
    for transport in both() {
        declare(&transport, "q").await;
        let mut inbox = subscribe(&transport, "q", 8).await;
        transport.faults().duplicate_deliveries(1);
        publish(&transport, message("a")).await.unwrap();
        assert_eq!(finish(&mut *inbox).await, "a");
        let again = next(&mut *inbox).await;
        assert_eq!((body(&again), again.message.redelivered), ("a", true));
        again.ticket.done();
        publish(&transport, message("b")).await.unwrap();
        assert_eq!(finish(&mut *inbox).await, "b");
        transport.idle().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_delayed_confirm_comes_late_or_not_at_all() {
    for transport in both() {
        declare(&transport, "q").await;
        transport.faults().delay_confirms(Duration::from_secs(2));
        let started = Instant::now();
        publish(&transport, message("a")).await.unwrap();
        assert_eq!(started.elapsed().as_secs(), 2);
        let late = hand_over(&transport, message("b"), after(Duration::from_secs(1))).await;
        assert_eq!(late.await.unwrap_err().kind(), PublishErrorKind::Indeterminate);
        assert_eq!(started.elapsed().as_secs(), 3);
        transport.faults().delay_confirms(Duration::ZERO);
        publish(&transport, message("c")).await.unwrap();
        assert_eq!(started.elapsed().as_secs(), 3);
        assert_eq!(transport.queue_messages("q").len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_crashed_subscription_is_lost_and_its_deliveries_come_again() {
    for transport in both() {
        declare(&transport, "q").await;
        let mut inbox = subscribe(&transport, "q", 8).await;
        publish(&transport, message("a")).await.unwrap();
        let held = next(&mut *inbox).await;
        assert!(transport.faults().crash("q"));
        assert!(!transport.faults().crash("q"));
        assert!(matches!(arrival(&mut *inbox).await, Some(Arrival::Lost(error)) if error.kind().is_passing()));
        assert!(arrival(&mut *inbox).await.is_none());
        let mut inbox = subscribe(&transport, "q", 8).await;
        let again = next(&mut *inbox).await;
        assert!(again.message.redelivered);
        held.ticket.done();
        assert_eq!(transport.health().stale_settlements, 1);
        again.ticket.done();
        transport.idle().await;
    }
}

#[tokio::test(start_paused = true)]
async fn closing_waits_for_answers_until_its_deadline() {
    let transport = MemoryTransport::queue();
    transport.faults().delay_confirms(Duration::from_secs(2));
    let answered = hand_over(&transport, message("a"), soon()).await;
    transport.faults().lose_confirms(1);
    let lost = hand_over(&transport, message("b"), after(Duration::from_secs(100))).await;
    let started = Instant::now();
    transport.close(after(Duration::from_secs(5))).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 5);
    answered.await.unwrap();
    assert_eq!(lost.await.unwrap_err().kind(), PublishErrorKind::Indeterminate);
    assert_eq!(started.elapsed().as_secs(), 5);
}
