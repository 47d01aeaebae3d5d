//! The whole table in memory, once: what becomes of it, and what is said about it.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use hostile::canary::PAYLOAD;
use hostile::{Outcome, QUEUE, Row, Run, Unheard, Victim};
use user_events::prelude::*;
use user_events::{DeadLetter, Error};
use user_events_core::{OutboundMessage, Transport, dead_letter_queue};
use user_events_memory::MemoryTransport;

static RUN: LazyLock<Run> = LazyLock::new(|| Run::new(publish_all));

async fn publish_all(table: &[Row]) -> Result<(Outcome, usize), Error> {
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
    let outcome = victim.stop(letters.into_iter().map(DeadLetter::new).collect()).await?;
    Ok((outcome, memory.queue_messages(QUEUE).len()))
}

async fn publish(memory: &MemoryTransport, message: OutboundMessage) {
    let slot = memory.in_flight().reserve(message.size()).await.expect("room");
    let deadline = Instant::now() + Duration::from_secs(60);
    let receipt = memory.publish(slot, message, deadline).await.expect("a broker takes anything");
    assert_eq!(receipt.routed(), Routed::Yes);
}

#[test]
fn every_message_becomes_what_its_row_says() {
    RUN.assert_as_told();
}

#[test]
fn the_consumer_lives_on_and_nothing_comes_twice() {
    RUN.assert_alive();
}

#[test]
fn no_letter_shows_a_canary() {
    RUN.assert_letters_silent();
}

#[test]
fn no_log_line_shows_a_canary() {
    RUN.assert_logs_silent();
}

#[test]
fn no_message_can_forge_a_log_line_or_drive_a_terminal() {
    RUN.assert_logs_harmless();
}

#[test]
fn no_message_makes_a_label_of_a_metric() {
    RUN.assert_labels_known();
}
