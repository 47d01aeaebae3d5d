//! Consuming: handlers, state, failures, order, shutdown.

#![allow(missing_docs)]
#![cfg(feature = "memory")]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{CardCharged, UserDeleted, UserRegistered, WelcomeEmailSent, user_deleted, user_registered};
use tokio::sync::{Notify, Semaphore};
use user_events::core::{InFlight, OutboundMessage, Transport};
use user_events::memory::MemoryTransport;
use user_events::prelude::*;
use user_events::{Error, ErrorKind, Reason, any_error};

type Seen = Arc<Mutex<Vec<String>>>;

#[derive(Clone, FromRef)]
struct App {
    seen: Seen,
    limit: u64,
}

fn app() -> App {
    App { seen: Seen::default(), limit: 3 }
}

async fn registered(event: UserRegistered, State(seen): State<Seen>, cx: EventContext) -> Handled {
    seen.lock().unwrap().push(format!("{} {}", cx.message_type(), event.user_id));
    cx.publish(&WelcomeEmailSent { email: event.email }).await?;
    Ok(())
}

async fn deleted(event: UserDeleted, State(app): State<App>) -> Handled {
    let number: u64 = event.user_id.trim_start_matches("u-").parse()?;
    if number > app.limit {
        Err("above the limit")?;
    }
    app.seen.lock().unwrap().push(format!("deleted {number}"));
    Ok(())
}

#[tokio::test]
async fn several_events_exchanges_and_handlers_share_one_consumer() {
    let app = app();
    let bus = TestBus::start(
        Consumer::new("mailing").state(app.clone()).handle(registered).merge(Handlers::new().handle(deleted)).handle(
            |event: WelcomeEmailSent, State(seen): State<Seen>| async move {
                seen.lock().unwrap().push(format!("sent {}", event.email));
                Ok(())
            },
        ),
    )
    .await;
    bus.publish(&user_registered(1)).await;
    bus.publish(&user_deleted(2)).await;
    bus.settled().await;
    let mut seen = app.seen.lock().unwrap().clone();
    seen.sort();
    assert_eq!(seen, ["UserRegistered.v1 u-1", "deleted 2", "sent user1@example.com"]);
    assert!(bus.dead_letters().is_empty());
}

#[tokio::test]
async fn two_consumers_each_get_every_event() {
    let (first, second) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counting = |name: &'static str, count: &Arc<AtomicUsize>| {
        let count = count.clone();
        Consumer::new(name).handle(move |_: UserRegistered| {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok(()) }
        })
    };
    let bus = TestBus::start(counting("mailing", &first)).await.and(counting("audit", &second)).await;
    bus.publish(&user_registered(1)).await;
    bus.settled().await;
    assert_eq!((first.load(Ordering::SeqCst), second.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test]
async fn what_a_handler_publishes_carries_correlation_and_cause() -> Result<(), Error> {
    let memory = MemoryTransport::builder().record_published().queue();
    let bus = Bus::from(memory.clone());
    let _consumer = Consumer::new("mailing").state(app()).handle(registered).spawn(&bus).await?;
    let publisher = bus.publisher("UserService");
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    publisher.event(&user_registered(1)).message_id("m-1").header("traceparent", trace).publish().await?;
    publisher.event(&user_registered(1)).message_id("m-1").correlation_id("c-1").publish().await?;
    memory.idle().await;
    let sent: Vec<_> = memory
        .published()
        .into_iter()
        .filter(|message| message.properties.message_type.as_deref() == Some("WelcomeEmailSent.v1"))
        .collect();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].properties.correlation_id.as_deref(), Some("m-1"));
    assert_eq!(sent[1].properties.correlation_id.as_deref(), Some("c-1"));
    assert_eq!(sent[0].headers.get_str("traceparent"), Some(trace));
    assert_eq!(sent[0].headers.get_str("ue-causation-id"), Some("m-1"));
    assert_eq!(sent[0].properties.source.as_deref(), Some("mailing"));
    assert_eq!(sent[0].message_id().len(), 36);
    Ok(())
}

#[tokio::test]
async fn a_failure_is_dead_lettered_with_its_chain_and_the_next_event_is_handled() {
    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);
    impl std::fmt::Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("cannot charge")
        }
    }
    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    let bus = TestBus::start(
        Consumer::new("billing")
            .handle(async |event: UserDeleted| {
                event.user_id.parse::<u8>().map_err(Outer)?;
                Ok(())
            })
            .handle(any_error(async |event: UserRegistered| -> anyhow::Result<()> {
                anyhow::ensure!(event.user_id != "u-1", "no such user");
                Ok(())
            }))
            .handle(async |event: CardCharged| {
                anyhow::Context::context("x".parse::<u64>(), "an anyhow error").map(|_| ())?;
                let _ = event;
                Ok(())
            }),
    )
    .await;
    bus.publish(&user_deleted(1)).await;
    bus.publish(&user_registered(1)).await;
    bus.publish(&user_registered(2)).await;
    bus.publish(&CardCharged { amount: 1 }).await;
    bus.settled().await;
    let letters = bus.dead_letters();
    let errors: Vec<_> = letters
        .iter()
        .map(|letter| (letter.reason().map(Reason::as_str).unwrap_or_default(), letter.error()))
        .collect();
    assert_eq!(
        errors,
        [
            ("failed", "the handler failed: cannot charge: invalid digit found in string"),
            ("failed", "the handler failed: no such user"),
            ("failed", "the handler failed: an anyhow error: invalid digit found in string"),
        ]
    );
    assert_eq!(letters[0].queue(), "billing");
    assert_eq!(letters[0].origin(), ("user.events", "user.deleted.v1"));
}

#[tokio::test]
async fn panics_are_dead_lettered_wherever_they_happen() {
    for parallel in [1, 4] {
        let bus = TestBus::start(
            Consumer::new("billing")
                .concurrency(parallel)
                .handle(async |event: UserDeleted| -> Handled { panic!("inside {}", event.user_id) })
                .handle(|_: UserRegistered| -> std::future::Ready<Handled> { panic!("in the call") }),
        )
        .await;
        bus.publish(&user_deleted(1)).await;
        bus.publish(&user_registered(1)).await;
        bus.settled().await;
        let mut errors: Vec<_> = bus.dead_letters().iter().map(|letter| letter.error().to_owned()).collect();
        errors.sort();
        assert_eq!(errors, ["the handler panicked: in the call", "the handler panicked: inside u-1"]);
    }
}

async fn send(transport: &MemoryTransport, message: OutboundMessage) {
    let slot = transport.in_flight().reserve(message.size()).await.unwrap();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    transport.publish(slot, message, deadline.into_std()).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_decoded_or_is_unknown_is_dead_lettered_and_never_requeued() -> Result<(), Error> {
    let memory = MemoryTransport::queue();
    let bus = Bus::from(memory.clone());
    let consumer = Consumer::new("mailing").handle(async |_: UserRegistered| Ok(())).spawn(&bus).await?;
    let key = "user.registered.v1";
    send(&memory, OutboundMessage::new("user.events", key, "not json")).await;
    send(&memory, OutboundMessage::new("user.events", key, r#"{"payload":{}}"#)).await;
    let mut unknown = OutboundMessage::new("user.events", key, "{}");
    unknown.properties.message_type = Some("UserRegistered.v9".into());
    send(&memory, unknown).await;
    send(
        &memory,
        OutboundMessage::new("user.events", key, r#"{"messageType":"UserRegistered.v1","payload":{"userId":7}}"#),
    )
    .await;
    memory.idle().await;
    let letters: Vec<_> = memory.queue_messages("mailing.dlq").into_iter().map(user_events::DeadLetter::new).collect();
    let reasons: Vec<_> = letters.iter().filter_map(|letter| letter.reason()).map(Reason::as_str).collect();
    assert_eq!(reasons, ["decode", "no_type", "unknown_type", "decode"]);
    assert!(letters[3].error().contains("payload.userId"), "{:?}", letters[3]);
    assert_eq!(consumer.stop().await?.dead_lettered, 4);
    Ok(())
}

#[tokio::test]
async fn an_alias_is_bound_and_decoded() -> Result<(), Error> {
    let memory = MemoryTransport::queue();
    let bus = Bus::from(memory.clone());
    let seen = Seen::default();
    let recorded = seen.clone();
    let _consumer = Consumer::new("mailing")
        .state(seen)
        .handle(async |event: UserDeleted, State(seen): State<Seen>| {
            seen.lock().unwrap().push(event.user_id);
            Ok(())
        })
        .spawn(&bus)
        .await?;
    let body = r#"{"messageId":"msg-1","messageType":"UserRemoved","payload":{"user_id":"u-9"}}"#;
    send(&memory, OutboundMessage::new("user.events", "user.removed", body)).await;
    memory.idle().await;
    assert_eq!(*recorded.lock().unwrap(), ["u-9"]);
    Ok(())
}

#[tokio::test]
async fn one_at_a_time_keeps_the_order() -> Result<(), Error> {
    let bus = Bus::memory();
    let seen = Seen::default();
    let _consumer = Consumer::new("mailing")
        .state(seen.clone())
        .handle(async |event: UserRegistered, State(seen): State<Seen>| {
            tokio::task::yield_now().await;
            seen.lock().unwrap().push(event.user_id);
            Ok(())
        })
        .spawn(&bus)
        .await?;
    let events: Vec<_> = (0..300).map(user_registered).collect();
    bus.publisher("UserService").publish_all(&events).await;
    bus.settled().await?;
    let expected: Vec<_> = events.into_iter().map(|event| event.user_id).collect();
    assert_eq!(*seen.lock().unwrap(), expected);
    Ok(())
}

#[tokio::test]
async fn concurrency_handles_that_many_at_once_and_no_more() -> Result<(), Error> {
    let bus = Bus::memory();
    let (entered, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Notify::new()));
    let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let state = (entered.clone(), gate.clone(), inside, most.clone());
    type Gate = (Arc<Semaphore>, Arc<Notify>, Arc<AtomicUsize>, Arc<AtomicUsize>);
    let consumer = Consumer::new("mailing")
        .concurrency(3)
        .state(state)
        .handle(async |_: UserRegistered, State((entered, gate, inside, most)): State<Gate>| {
            most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            entered.add_permits(1);
            gate.notified().await;
            inside.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        })
        .spawn(&bus)
        .await?;
    let events: Vec<_> = (0..9).map(user_registered).collect();
    bus.publisher("UserService").publish_all(&events).await;
    for _ in 0..3 {
        entered.acquire_many(3).await.unwrap().forget();
        assert_eq!(consumer.health().in_progress, 3);
        (0..3).for_each(|_| gate.notify_one());
    }
    bus.settled().await?;
    assert_eq!(most.load(Ordering::SeqCst), 3);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn stopping_lets_handlers_finish_and_gives_the_rest_back() -> Result<(), Error> {
    let memory = MemoryTransport::queue();
    let bus = Bus::from(memory.clone());
    let started = Arc::new(Notify::new());
    let slow = |started: Arc<Notify>, takes: Duration| {
        Consumer::new("mailing").drain_timeout(Duration::from_secs(10)).handle(move |_: UserRegistered| {
            started.notify_one();
            async move {
                tokio::time::sleep(takes).await;
                Ok(())
            }
        })
    };
    // In time: the one that runs is finished, the others are left to the next instance.
    let consumer = slow(started.clone(), Duration::from_secs(5)).spawn(&bus).await?;
    let events: Vec<_> = (0..4).map(user_registered).collect();
    bus.publisher("UserService").publish_all(&events).await;
    started.notified().await;
    let stopped = consumer.stop().await?;
    assert_eq!((stopped.handled, stopped.given_back), (1, 3));
    assert_eq!(memory.queue_messages("mailing").len(), 3);

    // Too slow: it is given back, too, and handled again.
    let consumer = slow(started.clone(), Duration::from_secs(50)).spawn(&bus).await?;
    started.notified().await;
    let stopped = consumer.stop().await?;
    assert_eq!((stopped.handled, stopped.given_back), (0, 3));

    let consumer = slow(started, Duration::ZERO).spawn(&bus).await?;
    memory.idle().await;
    assert_eq!(consumer.stop().await?.handled, 3);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_message_is_held_until_its_letter_is_stored_and_its_handler_runs_once() -> Result<(), Error> {
    let memory = MemoryTransport::queue();
    let bus = Bus::from(memory.clone());
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let consumer = Consumer::new("mailing")
        .handle(move |_: UserRegistered| {
            counted.fetch_add(1, Ordering::SeqCst);
            async { Err("always")? }
        })
        .spawn(&bus)
        .await?;
    let publisher = bus.publisher("UserService");
    // Both answered publishes below must succeed: only then the broker begins to refuse.
    publisher.publish(&user_registered(1)).await?;
    memory.faults().refuse(3);
    memory.idle().await;
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert_eq!(memory.queue_messages("mailing.dlq").len(), 1);
    // And fetching goes on afterwards.
    publisher.publish(&user_registered(2)).await?;
    memory.idle().await;
    assert_eq!(consumer.health().held, 0);
    assert_eq!(memory.queue_messages("mailing.dlq").len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_lost_subscription_is_a_typed_error_and_its_messages_come_again() -> Result<(), Error> {
    let memory = MemoryTransport::queue();
    let bus = Bus::from(memory.clone());
    let consumer = Consumer::new("mailing")
        .handle(async |_: UserRegistered| {
            std::future::pending::<()>().await;
            Ok(())
        })
        .drain_timeout(Duration::ZERO)
        .spawn(&bus)
        .await?;
    bus.publisher("UserService").publish(&user_registered(1)).await?;
    memory.faults().crash("mailing");
    let mut consumer = consumer;
    let error = consumer.ended().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert_eq!(memory.queue_messages("mailing").len(), 1);
    Ok(())
}

#[tokio::test]
async fn wrong_consumers_do_not_start() {
    let bus = Bus::memory();
    let handler = async |_: UserRegistered| Ok(());
    for (consumer, expected) in [
        (Consumer::new("c"), "handles nothing"),
        (Consumer::new("c").handle(handler).handle(handler), "two handlers for message type `UserRegistered.v1`"),
        (Consumer::new("c").handle(async |_: CardCharged| Ok(())), "names no exchange"),
        (Consumer::new("").handle(handler), "not empty"),
        (Consumer::new("c").concurrency(0).handle(handler), "concurrency of 0"),
        (Consumer::new("c").prefetch(0).handle(handler), "prefetch of 0"),
        (Consumer::new("c".repeat(201)).handle(handler), "at most 200 bytes"),
    ] {
        let error = consumer.spawn(&bus).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a_consumer_that_would_not_start_is_not_exported() {
    let handler = async |_: UserRegistered| Ok(());
    for (consumer, expected) in [
        (Consumer::new("").handle(handler), "not empty"),
        (Consumer::new("c".repeat(201)).handle(handler), "at most 200 bytes"),
        (Consumer::new("c").concurrency(0).handle(handler), "concurrency of 0"),
    ] {
        let error = consumer.queue(Some("user.events")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let longest = Consumer::new("c".repeat(200)).handle(handler).queue(Some("user.events")).unwrap();
    assert_eq!(longest.name.len(), user_events::QueueSpec::MAX_NAME_BYTES);
}

#[tokio::test]
async fn closing_the_bus_ends_its_consumers_without_an_error() -> Result<(), Error> {
    let bus = Bus::memory();
    let consumer = Consumer::new("mailing").handle(async |_: UserRegistered| Ok(())).spawn(&bus).await?;
    bus.close(Duration::from_secs(1)).await?;
    let mut consumer = consumer;
    assert_eq!(consumer.ended().await?.handled, 0);
    Ok(())
}

#[test]
fn a_consumer_and_a_bus_can_cross_threads() {
    fn crosses<T: Send>() {}
    crosses::<Consumer<App>>();
    crosses::<Handlers<App>>();
    crosses::<Bus>();
    crosses::<user_events::Publish>();
    crosses::<EventContext>();
    let _ = InFlight::new(1, 1);
}

#[tokio::test]
async fn a_log_carries_the_same_consumer_and_its_dead_letters() -> Result<(), Error> {
    let memory = MemoryTransport::log();
    let bus = Bus::from(memory.clone());
    let app = app();
    let consumer = Consumer::new("mailing").state(app.clone()).handle(deleted).spawn(&bus).await?;
    let events: Vec<_> = (1..=5).map(user_deleted).collect();
    for result in bus.publisher("UserService").publish_all(&events).await {
        assert_eq!(result?.routed(), Routed::Unknown);
    }
    memory.idle().await;
    let mut seen = app.seen.lock().unwrap().clone();
    seen.sort();
    assert_eq!(seen, ["deleted 1", "deleted 2", "deleted 3"]);
    let letters = memory.queue_messages("mailing.dlq");
    assert_eq!(letters.len(), 2);
    let stopped = consumer.stop().await?;
    assert_eq!((stopped.handled, stopped.dead_lettered, stopped.given_back), (3, 2, 0));
    Ok(())
}
