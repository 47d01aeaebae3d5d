//! The framework in memory, from publish to handled.

use anyhow::{Result, ensure};
use user_events::{Bus, Consumer, Routed};

use crate::contest::PREFETCH;
use crate::event::UserRegistered;
use crate::lap::{Lap, Stopwatch};

/// Publishes each event, and ends when all are handled. On a runtime of one thread.
pub(crate) async fn publish_and_handle(messages: u64) -> Result<Lap> {
    let bus = Bus::memory();
    let consumer = Consumer::new("bench").handle(async |_: UserRegistered| Ok(())).prefetch(PREFETCH);
    let consumer = consumer.spawn(&bus).await?;
    let publisher = bus.publisher("UserService");
    let event = UserRegistered::example();

    let stopwatch = Stopwatch::start();
    for published in 1..=messages {
        let receipt = publisher.publish(&event).await?;
        ensure!(receipt.routed() == Routed::Yes, "a message reached no queue");
        if published % u64::from(PREFETCH) == 0 {
            // In memory no publish waits: give the consumer its turn.
            tokio::task::yield_now().await;
        }
    }
    bus.settled().await?;
    let lap = stopwatch.stop(messages);

    let stopped = consumer.stop().await?;
    ensure!(stopped.handled == messages, "{} of {messages} messages were handled", stopped.handled);
    Ok(lap)
}
