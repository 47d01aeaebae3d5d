//! [`Victim`]: the consumer that all of this is sent to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use user_events::prelude::*;
use user_events::{ConsumerHandle, DeadLetter, Error};
use user_events_core::Transport;

use crate::{Counted, Everything, Good, Outcome, Quoting};

/// The victim's name, which is its queue's.
pub const QUEUE: &str = "hostile";

/// How long it may take until everything is handled.
const PATIENCE: Duration = Duration::from_secs(120);

/// A consumer that remembers what its handlers were given.
pub struct Victim {
    transport: Counted,
    bus: Bus,
    consumer: ConsumerHandle,
    seen: Arc<Seen>,
}

#[derive(Default)]
pub(crate) struct Seen {
    /// How often, by the row's name.
    rows: Mutex<BTreeMap<String, usize>>,
    good: Mutex<Vec<usize>>,
}

impl Victim {
    /// Starts on this transport.
    ///
    /// # Errors
    ///
    /// As [`Consumer::spawn`].
    pub async fn start(transport: impl Transport) -> Result<Self, Error> {
        let transport = Counted::new(transport);
        let bus = Bus::from(transport.clone());
        let seen = Arc::<Seen>::default();
        let consumer = Consumer::new(QUEUE).state(Arc::clone(&seen)).handle(everything).handle(quoting).handle(good);
        let consumer = consumer.spawn(&bus).await?;
        Ok(Self { transport, bus, consumer, seen })
    }

    /// The bus that it runs on.
    #[must_use]
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Waits until so many messages were dealt with.
    ///
    /// # Panics
    ///
    /// They were not in two minutes, or the consumer has ended.
    pub async fn dealt_with(&self, messages: usize) {
        let dealt_with = async {
            loop {
                let health = self.consumer.health();
                assert!(health.running, "the consumer has ended: {health:?}");
                if health.handled + health.dead_lettered >= messages as u64 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, dealt_with).await;
        assert!(in_time.is_ok(), "not all of {messages} messages were dealt with: {:?}", self.consumer.health());
    }

    /// Stops, and says what has become of everything.
    ///
    /// # Errors
    ///
    /// The consumer had ended before.
    pub async fn stop(self, letters: Vec<DeadLetter>) -> Result<Outcome, Error> {
        let (consumer, bus, delivered) = (self.consumer.health(), self.bus.health(), self.transport.delivered());
        let stopped = self.consumer.stop().await?;
        let rows = std::mem::take(&mut *self.seen.rows.lock().unwrap_or_else(PoisonError::into_inner));
        let good = std::mem::take(&mut *self.seen.good.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Outcome { rows, good, letters, delivered, consumer, bus, stopped })
    }
}

impl Seen {
    fn row(&self, cx: &EventContext) {
        tracing::trace!(?cx, "handling");
        let name = cx.header("row").map(|name| String::from_utf8_lossy(name).into_owned()).unwrap_or_default();
        *self.rows.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += 1;
    }
}

async fn everything(_: Everything, State(seen): State<Arc<Seen>>, cx: EventContext) -> Handled {
    seen.row(&cx);
    Ok(())
}

async fn quoting(event: Quoting, State(seen): State<Arc<Seen>>, cx: EventContext) -> Handled {
    seen.row(&cx);
    Err(format!("no such user: {}", event.text))?
}

async fn good(event: Good, State(seen): State<Arc<Seen>>) -> Handled {
    seen.good.lock().unwrap_or_else(PoisonError::into_inner).push(event.number);
    Ok(())
}
