//! Sets of events: closed, or with a variant for messages of types that nobody takes.

#![allow(missing_docs)]
#![cfg(feature = "memory")]

mod common;

use std::sync::{Arc, Mutex};

use common::{UserDeleted, UserRegistered, user_deleted, user_registered};
use user_events::prelude::*;
use user_events::testing::OutboundMessage;
use user_events::{ErrorKind, Reason, UnknownEvent};

#[derive(EventSet)]
enum UserEvent {
    Registered(UserRegistered),
    #[event(other)]
    Other(UnknownEvent),
}

/// Its own events are in another set, and what it does not know it does not look at.
#[derive(EventSet)]
enum AllEvents {
    Deleted(UserDeletedOnly),
    #[event(other)]
    Other,
}

/// A set of one, as a member.
#[derive(EventSet)]
enum UserDeletedOnly {
    Deleted(UserDeleted),
}

type Log = Arc<Mutex<Vec<String>>>;

async fn audit(event: UserEvent, State(log): State<Log>, cx: EventContext) -> Handled {
    log.lock().unwrap().push(match event {
        UserEvent::Registered(event) => format!("{} {:?}", event.user_id, cx.version()),
        UserEvent::Other(unknown) => {
            format!("{} {:?} {} as {}", unknown.message_type(), unknown.version(), unknown.payload(), cx.message_type())
        }
    });
    Ok(())
}

fn message(body: &'static str) -> OutboundMessage {
    OutboundMessage::new("user.events", "user.registered.v1", body)
}

#[tokio::test]
async fn messages_of_unknown_types_go_to_the_variant_for_them() {
    let log = Log::default();
    let bus = TestBus::start(
        Consumer::new("audit")
            .accept(Dialect::MESSAGE_VERSION)
            .state(Arc::clone(&log))
            .handle(audit)
            .handle(async |_: UserDeleted| Ok(())),
    )
    .await;
    let _ = (bus.publish(&user_registered(1)).await, bus.publish(&user_deleted(1)).await);
    for body in [
        r#"{"messageType":"UserRegistered.v9","payload":{"id": 1.50}}"#,
        r#"{"messageId":"m","messageType":"OrderPlaced","messageVersion":"2.1","source":"s","payload":null}"#,
    ] {
        assert_eq!(bus.publish_message(message(body)).await.routed(), Routed::Yes);
    }
    bus.settled().await;
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
    assert_eq!(
        *log.lock().unwrap(),
        [
            "u-1 Some(1)",
            r#"UserRegistered.v9 None {"id": 1.50} as UserRegistered.v9"#,
            "OrderPlaced Some(2) null as OrderPlaced",
        ]
    );
}

#[tokio::test]
async fn what_says_no_type_or_is_no_envelope_is_a_dead_letter_nevertheless() {
    let bus = TestBus::start(Consumer::new("audit").state(Log::default()).handle(audit)).await;
    for body in [
        r#"{"payload":{}}"#,
        r#"{"messageType":"UserRegistered.v9"}"#,
        r#"{"messageType":"UserRegistered.v1","payload":{}}"#,
        r#"{"eventId":"e","eventType":"ProductCreated","data":{},"source":"s","version":"1.0"}"#,
    ] {
        let _ = bus.publish_message(message(body)).await;
    }
    bus.settled().await;
    assert_eq!(
        bus.dead_letters().iter().map(|letter| letter.reason()).collect::<Vec<_>>(),
        [Some(Reason::NoType), Some(Reason::Decode), Some(Reason::Decode), Some(Reason::UndeclaredDialect)]
    );
}

#[tokio::test]
async fn a_unit_variant_takes_them_too_and_a_set_can_be_a_member() {
    let handled = Log::default();
    let log = Arc::clone(&handled);
    let consumer = Consumer::new("audit").handle(move |event: AllEvents| {
        log.lock().unwrap().push(match event {
            AllEvents::Deleted(UserDeletedOnly::Deleted(event)) => event.user_id,
            AllEvents::Other => "other".to_owned(),
        });
        async { Ok(()) }
    });
    let bus = TestBus::start(consumer).await;
    let _ = bus.publish(&user_deleted(7)).await;
    let other = OutboundMessage::new("user.events", "user.removed", r#"{"messageType":"New","payload":1}"#);
    assert_eq!(bus.publish_message(other).await.routed(), Routed::Yes);
    bus.settled().await;
    assert_eq!(*handled.lock().unwrap(), ["u-7", "other"]);
}

#[tokio::test]
async fn two_sets_that_take_messages_of_other_types_do_not_start() {
    let consumer = Consumer::new("audit").handle(async |_: AllEvents| Ok(())).handle(async |event: UserEvent| {
        drop(event);
        Ok(())
    });
    let Err(error) = consumer.spawn(&Bus::memory()).await else { panic!("it starts") };
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("two handlers of sets that take messages of other types"), "{error}");
}
