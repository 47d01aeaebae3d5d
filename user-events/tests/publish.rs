//! Publishing: outcomes, metadata, order, cancellation.

#![allow(missing_docs)]
#![cfg(feature = "memory")]

mod common;

use std::time::Duration;

use common::{CardCharged, UserRegistered, user_registered};
use user_events::memory::MemoryTransport;
use user_events::prelude::*;
use user_events::{Error, ErrorKind};

fn recording() -> (MemoryTransport, Bus) {
    let memory = MemoryTransport::builder().record_published().queue();
    (memory.clone(), Bus::from(memory))
}

#[tokio::test]
async fn a_publish_says_whether_it_reached_a_queue() -> Result<(), Error> {
    let bus = Bus::memory();
    let publisher = bus.publisher("UserService");
    assert_eq!(publisher.publish(&user_registered(1)).await?.routed(), Routed::No);
    let consumer = Consumer::new("mailing").handle(async |_: UserRegistered| Ok(())).spawn(&bus).await?;
    assert_eq!(publisher.publish(&user_registered(1)).await?.routed(), Routed::Yes);
    bus.settled().await?;
    assert_eq!(consumer.stop().await?.handled, 1);
    Ok(())
}

#[tokio::test]
async fn an_event_that_must_be_routed_fails_when_nobody_listens() {
    let bus = Bus::memory().with_default_exchange("billing.events");
    let error = bus.publisher("Billing").publish(&CardCharged { amount: 5 }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unroutable);
    assert!(error.message_id().is_some());
    assert!(error.to_string().contains("`CardCharged` v2"), "{error}");
    assert!(error.to_string().contains("card.charged.v2"), "{error}");
}

#[tokio::test]
async fn an_event_without_an_exchange_needs_a_default() {
    let error = Bus::memory().publisher("Billing").publish(&CardCharged { amount: 5 }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("USER_EVENTS_EXCHANGE"), "{error}");
}

#[tokio::test]
async fn metadata_is_on_the_message() -> Result<(), Error> {
    let (memory, bus) = recording();
    bus.publisher("UserService")
        .event(&user_registered(7))
        .message_id("m-7")
        .correlation_id("c-7")
        .header("tenant", "blue")
        .publish()
        .await?;
    let message = memory.published().remove(0);
    assert_eq!(message.message_id(), "m-7");
    assert_eq!(message.properties.correlation_id.as_deref(), Some("c-7"));
    assert_eq!(message.properties.source.as_deref(), Some("UserService"));
    assert_eq!(message.properties.message_type.as_deref(), Some("UserRegistered.v1"));
    assert_eq!(message.partition_key.as_deref(), Some("u-7"));
    assert_eq!(message.headers.get_str("tenant"), Some("blue"));
    assert_eq!((message.exchange.as_str(), message.routing_key.as_str()), ("user.events", "user.registered.v1"));
    Ok(())
}

#[tokio::test]
async fn publish_all_hands_over_in_order_and_answers_each() {
    // Fewer may be in flight than are published: the rest wait their turn.
    let memory = MemoryTransport::builder().record_published().in_flight(4, 1 << 20).queue();
    let events: Vec<_> = (0..100).map(user_registered).collect();
    let results = Bus::from(memory.clone()).publisher("UserService").publish_all(&events).await;
    assert_eq!(results.len(), 100);
    assert!(results.iter().all(Result::is_ok));
    let keys: Vec<_> = memory.published().into_iter().filter_map(|message| message.partition_key).collect();
    let expected: Vec<_> = events.iter().map(|event| event.user_id.clone()).collect();
    assert_eq!(keys.iter().map(|key| key.to_string()).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_publish_that_is_never_polled_sends_nothing() {
    let (memory, bus) = recording();
    drop(bus.publisher("UserService").publish(&user_registered(1)));
    assert!(memory.published().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_lost_confirm_is_an_unknown_outcome_under_a_known_id() {
    let (memory, bus) = recording();
    memory.faults().lose_confirms(1);
    let bus = bus.with_publish_timeout(Duration::from_secs(5));
    let error = bus.publisher("UserService").publish(&user_registered(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Indeterminate);
    let stored = memory.published().remove(0);
    assert_eq!(error.message_id(), Some(stored.message_id()));
}

#[tokio::test(start_paused = true)]
async fn a_full_window_holds_a_publisher_until_its_deadline_and_no_longer() {
    let memory = MemoryTransport::builder().in_flight(1, 1 << 20).queue();
    let bus = Bus::from(memory.clone()).with_publish_timeout(Duration::from_secs(5));
    memory.faults().delay_confirms(Duration::from_secs(60));
    let publisher = bus.publisher("UserService");
    let events: Vec<_> = (0..2).map(user_registered).collect();
    let started = tokio::time::Instant::now();
    let results = publisher.publish_all(&events).await;
    assert!(started.elapsed() < Duration::from_secs(60));
    let kinds: Vec<_> = results.into_iter().map(|result| result.map_err(|error| error.kind())).collect();
    assert_eq!(kinds[0], Err(ErrorKind::Indeterminate));
    assert!(matches!(kinds[1], Err(ErrorKind::NotSent | ErrorKind::Indeterminate)), "{kinds:?}");
}

#[tokio::test]
async fn a_closed_bus_sends_nothing() -> Result<(), Error> {
    let bus = Bus::memory();
    bus.close(Duration::from_secs(1)).await?;
    let error = bus.publisher("UserService").publish(&user_registered(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
    Ok(())
}
