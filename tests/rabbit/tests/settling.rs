//! The broker's view of what was settled.

use std::collections::BTreeSet;
use std::time::Duration;

use rabbit::{arrival, bound, client, delivery, node, publish, ready, soon, subscribe, transport, unique};
use user_events_core::{Arrival, OutboundMessage, Ticket, Transport as _, TransportErrorKind};

/// A small generator (xorshift), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("small")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_deliveries_settled_at_random_are_all_settled_once() {
    const MESSAGES: usize = 2_000;
    let node = node().await;
    let transport = transport(node).await;
    let (exchange, queue) = (unique("settling"), unique("settling-queue"));
    bound(&transport, &queue, &exchange, &["#"]).await;
    let mut answers = Vec::new();
    for number in 0..MESSAGES {
        let message = OutboundMessage::new(exchange.clone(), "key", number.to_string());
        answers.push(publish(&transport, message.with_message_id(number.to_string())).await);
    }
    for answer in answers {
        answer.await.expect("stored");
    }

    let mut dice = Dice(0x5eed_2025);
    let mut subscription = subscribe(&transport, &queue, 100).await;
    let mut open: Vec<(usize, Ticket)> = Vec::new();
    let mut done = BTreeSet::new();
    let mut given_back = BTreeSet::new();
    while done.len() < MESSAGES {
        // Some are always held, so that there is a mark to settle around; the last are let go.
        while open.len() < 40.min(MESSAGES - done.len()) {
            let delivery = delivery(&mut *subscription).await;
            let number = String::from_utf8_lossy(&delivery.message.body).parse().expect("a number");
            assert!(!done.contains(&number), "{number} came back after it was done");
            open.push((number, delivery.ticket));
        }
        let (number, ticket) = open.swap_remove(dice.throw(open.len()));
        if dice.throw(10) == 0 && given_back.insert(number) {
            ticket.requeue();
        } else {
            ticket.done();
            assert!(done.insert(number));
        }
    }
    assert!(given_back.len() > 100, "the schedule gives some back: {}", given_back.len());
    assert_eq!(transport.health().stale_settlements, 0);
    assert_eq!(transport.health().unsettled, 0);
    subscription.close(soon()).await.expect("closed in order");
    assert_eq!(ready(&client(node).await, &queue).await, 0, "nothing comes back");
}

#[tokio::test]
async fn settlements_are_written_when_nothing_else_is_to_be_had() {
    let node = node().await;
    let transport = transport(node).await;
    let (exchange, queue) = (unique("idle"), unique("idle-queue"));
    bound(&transport, &queue, &exchange, &["#"]).await;
    for number in 0..3 {
        let message = OutboundMessage::new(exchange.clone(), "key", "").with_message_id(number.to_string());
        publish(&transport, message).await.await.expect("stored");
    }
    let mut subscription = subscribe(&transport, &queue, 64).await;
    let held = delivery(&mut *subscription).await;
    for _ in 0..2 {
        delivery(&mut *subscription).await.ticket.done();
    }
    // With the first one held, the other two are written on their own; a lost channel gives back one only.
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(subscription);
    let mut again = subscribe(&transport, &queue, 64).await;
    let back = delivery(&mut *again).await;
    assert!(back.message.redelivered);
    assert_eq!(back.message.properties.message_id, held.message.properties.message_id);
    held.ticket.done();
    assert_eq!(transport.health().stale_settlements, 1, "its channel is no more");
    back.ticket.done();
    again.close(soon()).await.expect("closed in order");
    assert_eq!(ready(&client(node).await, &queue).await, 0);
}

#[tokio::test]
async fn a_deleted_queue_ends_its_subscription_with_a_reason() {
    let node = node().await;
    let transport = transport(node).await;
    let (exchange, queue) = (unique("deleted"), unique("deleted-queue"));
    bound(&transport, &queue, &exchange, &["#"]).await;
    let mut subscription = subscribe(&transport, &queue, 1).await;
    client(node).await.queue_delete(queue.as_str().into(), Default::default()).await.expect("deleted");
    match arrival(&mut *subscription).await {
        Some(Arrival::Lost(error)) => {
            assert_eq!(error.kind(), TransportErrorKind::Topology);
            assert!(error.to_string().contains(&format!("queue `{queue}`")), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert!(arrival(&mut *subscription).await.is_none());
    assert_eq!(transport.health().consumers, 0);
}
