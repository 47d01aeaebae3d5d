//! The framework over RabbitMQ.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use user_events::TopologyMode;
use user_events::rabbit::RabbitConfig;
use user_events::{Bus, Consumer, Error, Publisher, Receipt, Routed, State};

use crate::broker::QUEUE;
use crate::contest::{PREFETCH, PUBLISHERS, SLICE};
use crate::event::UserRegistered;
use crate::lap::{Lap, Stopwatch};

pub(crate) async fn publish(uri: &str, messages: u64) -> Result<Lap> {
    let bus = Bus::connect(uri).await?;
    let publisher = bus.publisher("UserService");
    let publishers = PUBLISHERS as u64;
    let stopwatch = Stopwatch::start();
    let mut tasks = JoinSet::new();
    for task in 0..publishers {
        let share = messages / publishers + u64::from(task < messages % publishers);
        tasks.spawn(publish_each(publisher.clone(), share));
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome??;
    }
    let lap = stopwatch.stop(messages);
    close(&bus).await?;
    Ok(lap)
}

async fn publish_each(publisher: Publisher, messages: u64) -> Result<()> {
    let event = UserRegistered::example();
    for _ in 0..messages {
        routed(publisher.publish(&event).await)?;
    }
    Ok(())
}

pub(crate) async fn publish_all(uri: &str, messages: u64) -> Result<Lap> {
    let bus = Bus::connect(uri).await?;
    let publisher = bus.publisher("UserService");
    let slice = vec![UserRegistered::example(); SLICE];
    let stopwatch = Stopwatch::start();
    for first in (0..messages).step_by(SLICE) {
        let events = slice.iter().take(usize::try_from(messages - first)?);
        publisher.publish_all(events).await.into_iter().try_for_each(routed)?;
    }
    let lap = stopwatch.stop(messages);
    close(&bus).await?;
    Ok(lap)
}

pub(crate) async fn consume(uri: &str, messages: u64) -> Result<Lap> {
    // The queue exists already, of the kind that was asked for.
    let config = RabbitConfig::from_uri(uri)?.with_topology(TopologyMode::Assume);
    let bus = Bus::connect_with(config).await?;
    let progress = Arc::new(Progress { left: AtomicU64::new(messages), done: Notify::new() });
    let consumer = Consumer::new(QUEUE).state(Arc::clone(&progress)).handle(count).prefetch(PREFETCH);
    let stopwatch = Stopwatch::start();
    let consumer = consumer.spawn(&bus).await?;
    progress.done.notified().await;
    let stopped = consumer.stop().await?;
    let lap = stopwatch.stop(messages);
    ensure!(stopped.handled == messages, "{} of {messages} messages were handled", stopped.handled);
    close(&bus).await?;
    Ok(lap)
}

struct Progress {
    left: AtomicU64,
    done: Notify,
}

async fn count(_: UserRegistered, State(progress): State<Arc<Progress>>) -> user_events::Handled {
    if progress.left.fetch_sub(1, Ordering::Relaxed) == 1 {
        progress.done.notify_one();
    }
    Ok(())
}

fn routed(outcome: Result<Receipt, Error>) -> Result<()> {
    ensure!(outcome?.routed() == Routed::Yes, "a message reached no queue");
    Ok(())
}

async fn close(bus: &Bus) -> Result<()> {
    Ok(bus.close(Duration::from_secs(10)).await?)
}
