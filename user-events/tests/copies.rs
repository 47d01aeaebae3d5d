//! What a message keeps on its way to the dead letter queue and back.

#![allow(missing_docs)]
#![cfg(feature = "memory")]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use common::UserDeleted;
use user_events::core::{Header, OutboundMessage, Transport};
use user_events::memory::MemoryTransport;
use user_events::prelude::*;
use user_events::{DeadLetter, Error, Reason};

const BODY: &str = r#"{"messageType":"UserDeleted.v1","unknown":{"kept":[1,2.50]},"payload":{"user_id":"u-1"},"z":0}"#;

/// A value that only its transport knows.
struct Typed(u32);

/// Succeeds with the third attempt.
async fn third_time(event: UserDeleted, State(attempts): State<Arc<AtomicU32>>, cx: EventContext) -> Handled {
    assert_eq!(event.user_id, "u-1");
    assert_eq!(cx.header("x-request-id"), Some(&b"r-1"[..]));
    assert_eq!(cx.header("x-retry-count"), Some(&b"3"[..]));
    if attempts.fetch_add(1, Ordering::SeqCst) < 2 { Err("not yet")? } else { Ok(()) }
}

async fn publish(transport: &MemoryTransport, message: OutboundMessage) {
    let slot = transport.in_flight().reserve(message.size()).await.expect("room");
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
    let receipt = transport.publish(slot, message, deadline.into_std()).await.expect("published");
    assert_eq!(receipt.routed(), Routed::Yes);
}

/// The letter as it is, to the queue that it came from.
fn moved_back(letter: &DeadLetter) -> OutboundMessage {
    let letter = letter.message();
    let mut message = OutboundMessage::new("", "mailing", letter.body.clone());
    message.partition_key = letter.partition_key.clone();
    message.properties = letter.properties.clone();
    message.headers = letter.headers.clone();
    message
}

#[tokio::test]
async fn a_message_goes_to_the_letters_and_back_as_it_was_published() -> Result<(), Error> {
    let memory = MemoryTransport::queue();
    let bus = Bus::from(memory.clone());
    let consumer = Consumer::new("mailing").state(Arc::default()).handle(third_time).spawn(&bus).await?;

    let mut message = OutboundMessage::new("user.events", "user.deleted.v1", BODY).with_message_id("any text");
    message.partition_key = Some("u-1".into());
    message.properties.message_type = Some("UserDeleted.v1".into());
    message.properties.correlation_id = Some("correlation".into());
    message.properties.source = Some("node-service".into());
    message.properties.timestamp = Some(1_700_000_000);
    message.properties.content_type = Some("application/json; charset=utf-8".into());
    message.properties.content_encoding = Some("identity".into());
    message.properties.priority = Some(7);
    message.properties.reply_to = Some("answers".into());
    message.headers.append("x-request-id", "r-1");
    message.headers.push(Header::with_native("x-retry-count", Typed(3), 4, ["3".into()]));
    message.headers.push(Header::with_native("table", Typed(4), 4, []));
    let published = message.clone();
    publish(&memory, message).await;

    let letters = || memory.queue_messages("mailing.dlq").into_iter().map(DeadLetter::new).collect::<Vec<_>>();
    for moved in 1..=2 {
        memory.idle().await;
        let letters = letters();
        assert_eq!(letters.len(), moved);
        let letter = &letters[moved - 1];
        assert_eq!(letter.reason(), Some(Reason::Failed), "{letter:?}");
        assert_eq!(letter.origin(), ("user.events", "user.deleted.v1"));
        let kept = letter.message();
        assert_eq!(kept.body, published.body);
        assert_eq!(kept.properties, published.properties);
        assert_eq!(kept.partition_key, published.partition_key);
        let headers: Vec<_> = kept.headers.entries().filter(|header| !header.name().starts_with("ue-")).collect();
        let typed: Vec<_> = headers.iter().map(|header| header.native::<Typed>().map(|typed| typed.0)).collect();
        assert_eq!(typed, [None, Some(3), Some(4)], "{headers:?}");
        publish(&memory, moved_back(letter)).await;
    }
    memory.idle().await;
    let letters = letters();
    let first_failed_at = |letter: &DeadLetter| letter.message().headers.get("ue-first-failed-at").cloned();
    assert_eq!(first_failed_at(&letters[0]), first_failed_at(&letters[1]));
    let stopped = consumer.stop().await?;
    assert_eq!((stopped.handled, stopped.dead_lettered), (1, 2));
    Ok(())
}
