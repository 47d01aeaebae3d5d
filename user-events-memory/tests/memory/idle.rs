//! Waiting until everything is handled.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use user_events_core::{Binding, OutboundMessage, QueueSpec, SubscriptionSpec, Topology, TopologyMode, Transport};
use user_events_memory::{Builder, MemoryTransport};

use crate::support::{body, declare, message, next, publish, subscribe};

fn both() -> [MemoryTransport; 2] {
    [MemoryTransport::queue(), MemoryTransport::log()]
}

#[tokio::test(start_paused = true)]
async fn an_unused_broker_is_idle_and_one_with_a_message_is_not() {
    for transport in both() {
        transport.idle().await;
        declare(&transport, "q").await;
        transport.idle().await;
        publish(&transport, message("a")).await.unwrap();
        assert!(timeout(Duration::from_secs(60), transport.idle()).await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn an_unsettled_delivery_is_waited_for() {
    for transport in both() {
        declare(&transport, "q").await;
        let mut inbox = subscribe(&transport, "q", 8).await;
        publish(&transport, message("a")).await.unwrap();
        let held = next(&mut *inbox).await;
        let idle = tokio::spawn({
            let transport = transport.clone();
            async move { transport.idle().await }
        });
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(!idle.is_finished());
        held.ticket.done();
        idle.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_handlers_is_idle_only_at_its_end() {
    for transport in both() {
        declare(&transport, "q").await;
        let handler = tokio::spawn({
            let transport = transport.clone();
            async move {
                let mut inbox = subscribe(&transport, "q", 8).await;
                loop {
                    let delivery = next(&mut *inbox).await;
                    let left: u32 = body(&delivery).parse().unwrap();
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    if left > 0 {
                        publish(&transport, message(&(left - 1).to_string())).await.unwrap();
                    }
                    delivery.ticket.done();
                }
            }
        });
        let started = Instant::now();
        publish(&transport, message("9")).await.unwrap();
        transport.idle().await;
        assert_eq!(started.elapsed().as_secs(), 10);
        handler.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn dead_letters_do_not_count() {
    let queue = MemoryTransport::queue();
    declare(&queue, "q").await;
    publish(&queue, OutboundMessage::new("", "q.dlq", "letter")).await.unwrap();
    queue.idle().await;

    let log = MemoryTransport::log();
    declare(&log, "q").await;
    let spec = SubscriptionSpec::new("q.dlq").with_bindings([Binding::new("q.dlq", "#")]);
    let _letters = log.subscribe(spec).await.unwrap_or_else(|error| panic!("{error}"));
    publish(&log, OutboundMessage::new("q.dlq", "q.dlq", "letter")).await.unwrap();
    log.idle().await;
}

#[tokio::test(start_paused = true)]
async fn what_no_binding_wants_does_not_count() {
    for transport in both() {
        let topology = Topology::new().with_queue(QueueSpec::new("q").bind(Binding::new("user.events", "order.#")));
        transport.apply(&topology, TopologyMode::Declare).await.unwrap();
        publish(&transport, message("a")).await.unwrap();
        transport.idle().await;
    }
}

#[tokio::test(start_paused = true)]
async fn everything_published_is_recorded_when_asked_for() {
    let makers: [fn(Builder) -> MemoryTransport; 2] = [Builder::queue, Builder::log];
    for make in makers {
        let transport = make(MemoryTransport::builder().record_published());
        publish(&transport, message("a")).await.unwrap();
        publish(&transport.connect(), message("b")).await.unwrap();
        let bodies: Vec<_> = transport.published().into_iter().map(|message| message.body).collect();
        assert_eq!(bodies, ["a", "b"]);
    }
}

#[test]
#[should_panic(expected = "record_published")]
fn asking_for_a_record_that_was_not_kept_is_a_mistake() {
    let _ = MemoryTransport::queue().published();
}
