//! Versions of one event: what older producers publish, and what is in the queues since, is consumed as the newest.

#![allow(missing_docs)]
#![cfg(feature = "memory")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use user_events::core::{InboundMessage, OutboundMessage};
use user_events::prelude::*;
use user_events::{Consumable, Error, ErrorKind, EventMeta, Reason};

/// Version 1 was published under the name of another framework.
#[derive(Debug, Clone, Serialize, Deserialize, DomainEvent)]
#[event(
    type = "UserRegistered",
    version = 1,
    exchange = "users",
    message_type = "UserRegisteredEvent",
    alias(message_type = "UserCreated", routing_key = "user.created"),
    superseded(still_published)
)]
struct UserRegisteredV1 {
    name: String,
}

/// Version 2 has another dialect.
#[derive(Debug, Clone, Serialize, Deserialize, DomainEvent)]
#[event(
    type = "UserRegistered",
    version = 2,
    exchange = "users",
    dialect = Dialect::EVENT_DATA,
    upcasts = UserRegisteredV1,
    superseded(still_published)
)]
struct UserRegisteredV2 {
    first: String,
    last: String,
}

impl Upcast<UserRegisteredV1> for UserRegisteredV2 {
    fn upcast(old: UserRegisteredV1) -> Self {
        let (first, last) = old.name.split_once(' ').unwrap_or((&old.name, ""));
        Self { first: first.to_owned(), last: last.to_owned() }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 3, exchange = "user.events", upcasts = UserRegisteredV2)]
struct UserRegistered {
    initials: String,
}

impl Upcast<UserRegisteredV2> for UserRegistered {
    fn upcast(old: UserRegisteredV2) -> Self {
        Self { initials: old.first.chars().take(1).chain(old.last.chars().take(1)).collect() }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(type = "UserDeleted", version = 1, exchange = "user.events")]
struct UserDeleted;

/// It no longer reads version 1, which version 2 still does.
#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 3, exchange = "user.events", upcasts = UserRegisteredV2, floor = 2)]
struct UserRegisteredLately {
    last: String,
}

impl Upcast<UserRegisteredV2> for UserRegisteredLately {
    fn upcast(old: UserRegisteredV2) -> Self {
        Self { last: old.last }
    }
}

#[derive(EventSet)]
enum UserEvent {
    Deleted(UserDeleted),
    Registered(UserRegistered),
}

/// What was handled: the version that was published, its message type, and the initials.
type Log = Arc<Mutex<Vec<(Option<u32>, String, String)>>>;

async fn remember(event: UserRegistered, State(handled): State<Log>, cx: EventContext) -> Handled {
    handled.lock().unwrap().push((cx.version(), cx.message_type().to_owned(), event.initials));
    Ok(())
}

fn v1() -> UserRegisteredV1 {
    UserRegisteredV1 { name: "Ada Lovelace".to_owned() }
}

fn v2() -> UserRegisteredV2 {
    UserRegisteredV2 { first: "Grace".to_owned(), last: "Hopper".to_owned() }
}

fn v3() -> UserRegistered {
    UserRegistered { initials: "ET".to_owned() }
}

fn entry(version: u32, message_type: &str, initials: &str) -> (Option<u32>, String, String) {
    (Some(version), message_type.to_owned(), initials.to_owned())
}

#[test]
fn an_event_accepts_every_version_newest_first() {
    let versions = |metas: &[&EventMeta]| metas.iter().map(|meta| meta.version).collect::<Vec<_>>();
    assert_eq!(versions(UserRegistered::ACCEPTS), [3, 2, 1]);
    assert_eq!(versions(UserRegisteredV2::ACCEPTS), [2, 1]);
    assert_eq!(versions(UserRegisteredV1::ACCEPTS), [1]);
    assert_eq!(versions(UserEvent::ACCEPTS), [1, 3, 2, 1]);
    assert_eq!(versions(UserRegisteredLately::ACCEPTS), [3, 2]);
    assert_eq!(UserRegistered::META.versions().collect::<Vec<_>>(), UserRegistered::ACCEPTS);
}

#[tokio::test]
async fn a_consumer_of_the_newest_version_takes_them_all() {
    let handled = Log::default();
    let bus = TestBus::start(Consumer::new("mailing").state(Arc::clone(&handled)).handle(remember)).await;
    assert_eq!(bus.publish(&v1()).await.routed(), Routed::Yes);
    assert_eq!(bus.publish(&v2()).await.routed(), Routed::Yes);
    assert_eq!(bus.publish(&v3()).await.routed(), Routed::Yes);
    // Under the names of the alias of version 1.
    let old = r#"{"messageType":"UserCreated","payload":{"name":"Old"}}"#;
    assert_eq!(bus.publish_message(OutboundMessage::new("users", "user.created", old)).await.routed(), Routed::Yes);
    bus.settled().await;
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
    assert_eq!(
        *handled.lock().unwrap(),
        [
            entry(1, "UserRegisteredEvent", "AL"),
            entry(2, "UserRegistered.v2", "GH"),
            entry(3, "UserRegistered.v3", "ET"),
            entry(1, "UserRegisteredEvent", "O"),
        ]
    );
    // What was published is each version's own.
    assert_eq!(bus.published::<UserRegistered>().assert_one(), v3());
}

#[tokio::test]
async fn a_version_below_the_floor_is_not_bound() {
    let bus = TestBus::start(Consumer::new("mailing").handle(async |event: UserRegisteredLately| {
        assert_eq!(event.last, "Hopper");
        Ok(())
    }))
    .await;
    assert_eq!(bus.publish(&v1()).await.routed(), Routed::No);
    assert_eq!(bus.publish(&v2()).await.routed(), Routed::Yes);
    bus.settled().await;
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
}

#[tokio::test]
async fn a_set_takes_the_older_versions_of_its_events() {
    let handled = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&handled);
    let consumer = Consumer::new("audit").handle(move |event: UserEvent| {
        let all = Arc::clone(&all);
        async move {
            all.lock().unwrap().push(match event {
                UserEvent::Registered(event) => event.initials,
                UserEvent::Deleted(UserDeleted) => "deleted".to_owned(),
            });
            Ok(())
        }
    });
    let bus = TestBus::start(consumer).await;
    let _ = (bus.publish(&v1()).await, bus.publish(&UserDeleted).await, bus.publish(&v2()).await);
    bus.settled().await;
    assert_eq!(*handled.lock().unwrap(), ["AL", "deleted", "GH"]);
}

#[tokio::test]
async fn a_dead_letter_of_an_older_version_is_moved_back_and_upcast() {
    let (handled, is_ready) = (Log::default(), Arc::new(AtomicBool::new(false)));
    let ready = Arc::clone(&is_ready);
    let remember_when_ready = move |event: UserRegistered, state: State<Log>, cx: EventContext| {
        let ready = ready.load(Ordering::SeqCst);
        async move { if ready { remember(event, state, cx).await } else { Err("not yet")? } }
    };
    let bus = TestBus::start(Consumer::new("mailing").state(Arc::clone(&handled)).handle(remember_when_ready)).await;
    let _ = (bus.publish(&v1()).await, bus.publish(&v2()).await);
    bus.settled().await;

    is_ready.store(true, Ordering::SeqCst);
    let letters = bus.dead_letters();
    assert_eq!(letters.iter().map(|letter| letter.reason()).collect::<Vec<_>>(), [Some(Reason::Failed); 2]);
    for letter in letters {
        let InboundMessage { body, properties, headers, .. } = letter.message().clone();
        let mut message = OutboundMessage::new("", letter.queue().to_owned(), body);
        (message.properties, message.headers) = (properties, headers);
        assert_eq!(bus.publish_message(message).await.routed(), Routed::Yes);
    }
    bus.settled().await;
    assert_eq!(*handled.lock().unwrap(), [entry(1, "UserRegisteredEvent", "AL"), entry(2, "UserRegistered.v2", "GH")]);
}

#[tokio::test]
async fn what_cannot_be_read_names_the_version_that_it_is() {
    let bus = TestBus::start(Consumer::new("mailing").handle(async |_: UserRegistered| Ok(()))).await;
    let broken = r#"{"messageType":"UserRegisteredEvent","payload":{"initials":"AL"}}"#;
    assert_eq!(bus.publish_message(OutboundMessage::new("users", "user.created", broken)).await.routed(), Routed::Yes);
    bus.settled().await;
    let letters = bus.dead_letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason(), Some(Reason::Decode));
    let error = letters[0].error();
    assert!(error.starts_with("cannot decode `UserRegistered` v1: field `payload.name` is missing"), "{error}");
}

#[tokio::test]
async fn a_version_that_is_upcast_has_no_other_handler() {
    let consumer =
        Consumer::new("mailing").handle(async |_: UserRegistered| Ok(())).handle(async |_: UserRegisteredV1| Ok(()));
    let Err(error): Result<_, Error> = consumer.spawn(&Bus::memory()).await else { panic!("it starts") };
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("has two handlers for message type `UserRegisteredEvent`"), "{error}");
}
