//! What a message may cost: memory in proportion to its size, and one attempt.

use allocation_counter::measure;
use hostile::{Everything, QUEUE, Row, Victim, table};
use user_events::{Consumable as _, DomainEvent as _, Error};
use user_events_core::{Matched, Transport as _, dead_letter_queue, envelope};
use user_events_memory::MemoryTransport;

/// A map of a hundred thousand short keys takes some ten times the bytes that they have on the wire.
const TIMES: usize = 24;
/// What everything may cost beside.
const BESIDE: usize = 64 * 1024;

#[track_caller]
fn assert_bounded(what: &str, row: &Row, peak: u64) {
    let size = row.message().size();
    let bound = TIMES * size + BESIDE;
    assert!(peak <= bound as u64, "{}: {what} takes {peak} bytes at a time, for {size} bytes of message", row.name);
}

#[test]
fn decoding_takes_memory_in_proportion_to_the_message() {
    for row in table() {
        let message = row.delivered();
        let peak = measure(|| {
            drop(envelope::recognise(&message, &[]));
            drop(Everything::decode(&message, Matched::standard(Everything::META)));
        });
        assert_bounded("decoding", &row, peak.bytes_max);
        assert_eq!(peak.bytes_current, 0, "{}: something is kept", row.name);
    }
}

#[test]
fn a_letter_takes_no_copy_of_a_large_body() -> Result<(), Error> {
    let large = |row: &Row| row.body.len() > 1_000_000 || row.name.contains("deep");
    for row in table().into_iter().filter(large) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut outcome = None;
        let peak = measure(|| outcome = Some(runtime.block_on(deal_with(&row))));
        outcome.unwrap_or(Ok(()))?;
        assert_bounded("its way to the dead letter queue", &row, peak.bytes_max);
    }
    Ok(())
}

async fn deal_with(row: &Row) -> Result<(), Error> {
    let memory = MemoryTransport::queue();
    let victim = Victim::start(memory.clone()).await?;
    let message = row.message();
    let slot = memory.in_flight().reserve(message.size()).await.expect("room");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    memory.publish(slot, message, deadline).await.expect("stored");
    victim.dealt_with(1).await;
    let letters = memory.queue_messages(&dead_letter_queue(QUEUE));
    assert!(
        letters.iter().all(|letter| letter.body.as_ptr() == row.body.as_ptr()),
        "{}: the body was copied",
        row.name
    );
    victim.stop(Vec::new()).await?;
    Ok(())
}
