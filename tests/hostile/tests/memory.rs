//! The whole table in memory, once: what becomes of it, and what is said about it.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use hostile::canary::PAYLOAD;
use hostile::labels::Labels;
use hostile::records::Captured;
use hostile::{Outcome, QUEUE, Row, Unheard, Victim, table};
use tokio::runtime::Runtime;
use user_events::prelude::*;
use user_events::{DeadLetter, Error};
use user_events_core::{OutboundMessage, Transport, dead_letter_queue};
use user_events_memory::MemoryTransport;

static RUN: LazyLock<Run> = LazyLock::new(|| {
    // Before anything is logged: whether it is enabled is known per process.
    let (captured, labels, table) = (Captured::start(), Labels::start(), table());
    let runtime = Runtime::new().expect("a runtime");
    let outcome = runtime.block_on(publish_all(&table)).expect("the consumer lives");
    Run { table, outcome, captured, labels }
});

struct Run {
    table: Vec<Row>,
    outcome: Outcome,
    captured: Captured,
    labels: Labels,
}

async fn publish_all(table: &[Row]) -> Result<Outcome, Error> {
    let memory = MemoryTransport::queue();
    let victim = Victim::start(memory.clone()).await?;
    for (number, row) in table.iter().enumerate() {
        publish(&memory, row.message()).await;
        publish(&memory, Row::good(number).message()).await;
    }
    victim.bus().publisher("test").publish(&Unheard { text: PAYLOAD.into() }).await?;
    victim.dealt_with(2 * table.len()).await;
    memory.idle().await;
    let letters = memory.queue_messages(&dead_letter_queue(QUEUE));
    victim.stop(letters.into_iter().map(DeadLetter::new).collect()).await
}

async fn publish(memory: &MemoryTransport, message: OutboundMessage) {
    let slot = memory.in_flight().reserve(message.size()).await.expect("room");
    let deadline = Instant::now() + Duration::from_secs(60);
    let receipt = memory.publish(slot, message, deadline).await.expect("a broker takes anything");
    assert_eq!(receipt.routed(), Routed::Yes);
}

#[test]
fn every_message_becomes_what_its_row_says() {
    RUN.outcome.assert_as_told(&RUN.table);
}

#[test]
fn the_consumer_lives_on_and_nothing_comes_twice() {
    RUN.outcome.assert_alive(&RUN.table);
}

#[test]
fn no_letter_shows_a_canary() {
    RUN.outcome.assert_letters_silent();
}

#[test]
fn no_log_line_shows_a_canary() {
    for said in ["dead-lettering", "stopped", "handling", "no such user", "cannot decode", "no queue is bound"] {
        RUN.captured.ours.assert_has(said);
    }
    RUN.captured.ours.assert_silent();
    RUN.captured.recommended.assert_silent();
}

#[test]
fn no_message_can_forge_a_log_line_or_drive_a_terminal() {
    for escaped in [r"forged: all is well", r"\u{1b}[2J", r"\u{202e}", r"\u{2028}", "…"] {
        RUN.captured.ours.assert_has(escaped);
    }
    RUN.captured.ours.assert_harmless();
}

#[test]
fn no_message_makes_a_label_of_a_metric() {
    RUN.labels.assert_known();
}
