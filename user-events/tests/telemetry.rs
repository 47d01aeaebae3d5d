//! What an operator sees of a publish and a delivery in the log, and what nobody must see.

#![allow(missing_docs)]
#![cfg(feature = "memory")]

mod common;

use std::io;
use std::sync::{Arc, Mutex};

use common::{UserDeleted, UserRegistered, WelcomeEmailSent};
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use user_events::prelude::*;
use user_events::{Error, core::InboundMessage};

/// Log lines, kept.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Runs with every level logged, on this thread.
fn logged(run: impl Future<Output = Result<(), Error>>) -> String {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_span_events(FmtSpan::NEW)
        .with_ansi(false)
        .with_writer(lines.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || runtime.block_on(run)).unwrap();
    lines.text()
}

#[test]
fn spans_name_the_message_and_nothing_shows_what_is_in_it() {
    let log = logged(async {
        let bus = Bus::memory();
        let publisher = bus.publisher("UserService");
        // To nobody, to a handler that succeeds, to one that fails, to one that cannot decode it.
        publisher.publish(&WelcomeEmailSent { email: "canary@example.com".into() }).await?;
        let consumer = Consumer::new("mailing")
            .handle(async |_: UserRegistered, cx: EventContext| {
                tracing::info!(?cx, "handling");
                Ok(())
            })
            .handle(async |_: UserDeleted| Err("no such user")?)
            .spawn(&bus)
            .await?;
        let registered = UserRegistered { user_id: "canary-key".into(), email: "canary@example.com".into() };
        let publish = publisher.event(&registered).message_id("m-1").header("token", "canary-header").publish();
        tracing::info!(?publish, ?bus, ?publisher, "publishing");
        publish.await?;
        publisher.event(&UserDeleted { user_id: "canary-key".into() }).message_id("m-2").publish().await?;
        bus.settled().await?;
        tracing::info!(?consumer, "stopping");
        consumer.stop().await?;
        Ok(())
    });
    for expected in [
        "publish{otel.kind=\"producer\"",
        "process{otel.kind=\"consumer\"",
        "messaging.system=\"memory\"",
        "messaging.destination.name=user.events",
        "messaging.message.id=\"m-1\"",
        "messaging.destination.subscription.name=\"mailing\"",
        "no queue is bound to the routing key",
        "dead-lettering",
        "error=the handler failed: no such user",
        "stopped",
    ] {
        assert!(log.contains(expected), "{expected} is not in\n{log}");
    }
    assert!(!log.contains("canary"), "{log}");
    let decimals = "canary".bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
    assert!(!log.contains(&decimals), "{log}");
}

#[test]
fn a_dead_letter_shows_its_reason_and_not_its_body() {
    let letter = user_events::DeadLetter::new(InboundMessage::default());
    assert!(format!("{letter:?}").starts_with("DeadLetter { message_type: None"));
}
