//! No error and no Debug output shows a canary.

use std::error::Error;
use std::fmt::{Debug, Write as _};
use std::sync::Arc;
use std::time::Duration;

use hostile::canary::{self, HEADER, KEY, PAYLOAD};
use hostile::{Everything, Quoting, Row, Unheard, table};
use user_events::prelude::*;
use user_events::{Consumable, DeadLetter};
use user_events_core::{
    Arrival, DecodeError, Delivery, InboundMessage, Lane, Matched, Settle, Settlement, Ticket, Token, envelope,
};
use user_events_memory::MemoryTransport;

/// Everything that was shown.
#[derive(Default)]
struct Shown(String);

impl Shown {
    fn debug(&mut self, value: &dyn Debug) {
        let _ = writeln!(self.0, "{value:?}\n{value:#?}");
    }

    fn error(&mut self, error: &(dyn Error + 'static)) {
        let mut error = Some(error);
        while let Some(shown) = error {
            let _ = writeln!(self.0, "{shown}\n{shown:?}\n{shown:#?}");
            error = shown.source();
        }
    }

    #[track_caller]
    fn assert_silent(&self, name: &str) {
        assert_eq!(canary::found_in(&self.0), None, "{name}\n{}", self.0);
    }
}

struct Nobody;

impl Settle for Nobody {
    fn settle(&self, _: Token, _: Settlement) {}
}

fn decoded<E: Consumable>(shown: &mut Shown, message: &InboundMessage, event: &'static user_events::EventMeta) {
    match E::decode(message, Matched::standard(event)) {
        Ok(decoded) => {
            shown.debug(&decoded);
            shown.debug(&decoded.envelope);
        }
        Err(error) => shown_decode_error(shown, &error),
    }
}

fn shown_decode_error(shown: &mut Shown, error: &DecodeError) {
    shown.error(error);
    shown.debug(&(error.kind(), error.path()));
    let _ = writeln!(shown.0, "{}", error.kind());
}

fn show(row: &Row) -> Shown {
    let mut shown = Shown::default();
    let message = row.delivered();
    let token = Token { generation: 1, lane: Lane(0), tag: 1 };
    let ticket = Ticket::new(Arc::new(Nobody), token);
    shown.debug(&row.message());
    shown.debug(&message);
    shown.debug(&message.headers);
    shown.debug(&message.headers.entries().collect::<Vec<_>>());
    shown.debug(&Arrival::Delivery(Delivery::new(message.clone(), Lane(0), ticket)));
    shown.debug(&DeadLetter::new(message.clone()));
    match envelope::recognise(&message, &[]) {
        Ok(recognised) => {
            shown.debug(&recognised);
            recognised.second_look(&message).iter().for_each(|error| shown_decode_error(&mut shown, error));
        }
        Err(error) => shown_decode_error(&mut shown, &error),
    }
    decoded::<Quoting>(&mut shown, &message, Quoting::META);
    decoded::<Everything>(&mut shown, &message, Everything::META);
    shown
}

#[test]
fn nothing_that_holds_a_hostile_message_shows_what_is_in_it() {
    for row in &table() {
        show(row).assert_silent(&row.name);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_that_publishes_shows_what_it_publishes() {
    let mut shown = Shown::default();
    let memory = MemoryTransport::builder().max_message_bytes(1000).queue();
    let bus = Bus::from(memory.clone()).with_publish_timeout(Duration::from_secs(1));
    let publisher = bus.publisher("test");
    let event = |text: &str| Unheard { text: text.to_owned() };

    shown.debug(&bus);
    shown.debug(&publisher);
    let small = event(PAYLOAD);
    let builder = publisher.event(&small).header("token", HEADER).header("key", KEY);
    shown.debug(&builder);
    let mut publish = builder.publish();
    shown.debug(&publish);
    publish.handed_over().await;
    shown.debug(&publish);
    let receipt = publish.await.expect("published");
    shown.debug(&receipt);

    // Too large, refused, not confirmed, with a header that is not free.
    let too_large = publisher.publish(&event(&PAYLOAD.repeat(100))).await.expect_err("too large");
    memory.faults().refuse(1);
    let refused = publisher.publish(&small).await.expect_err("refused");
    memory.faults().lose_confirms(1);
    let unconfirmed = publisher.publish(&small).await.expect_err("unconfirmed");
    let reserved = publisher.event(&small).header("x-death", HEADER).publish().await.expect_err("reserved");
    bus.close(Duration::from_secs(1)).await.expect("closed");
    let closed = publisher.publish(&small).await.expect_err("closed");
    for error in [too_large, refused, unconfirmed, reserved, closed] {
        shown.error(&error);
    }
    shown.assert_silent("publishing");
}

#[test]
fn names_that_would_forge_a_line_are_escaped_in_errors() {
    let error = user_events_core::PublishError::new(
        user_events_core::PublishErrorKind::Refused,
        "no exchange `a\nb\u{1b}[2J\u{202e}`",
    );
    assert_eq!(error.to_string(), r"refused by the broker: no exchange `a\nb\u{1b}[2J\u{202e}`");
    let error = user_events_core::TransportError::new(
        user_events_core::TransportErrorKind::Topology,
        format!("queue `{}` is missing\r\n", "q".repeat(5000)),
    );
    let shown = error.to_string();
    assert!(shown.len() < 4200 && shown.ends_with('…'), "{shown}");
}
