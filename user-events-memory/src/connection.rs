//! [`Connection`]: one user of a broker, and the answers that it still waits for.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};
use user_events_core::{Confirmation, PublishError, Receipt, Slot};

/// A connection, as long as its subscriptions and unanswered publishes live.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: u64,
    closed: AtomicBool,
    stale_settlements: AtomicU64,
    /// Becomes true when no answer is waited for any more. Every late answer holds a receiver.
    ended: watch::Sender<bool>,
}

impl Connection {
    pub(crate) fn new() -> Self {
        Self {
            id: unique(),
            closed: AtomicBool::new(false),
            stale_settlements: AtomicU64::new(0),
            ended: watch::Sender::new(false),
        }
    }

    /// Takes nothing more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn count_stale(&self) {
        self.stale_settlements.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stale_settlements(&self) -> u64 {
        self.stale_settlements.load(Ordering::Relaxed)
    }

    /// Answers at this time; with `Indeterminate` when the connection ends before.
    pub(crate) fn answer_at(&self, at: Instant, slot: Slot, outcome: Result<Receipt, PublishError>) -> Confirmation {
        let (confirmer, confirmation) = Confirmation::pending(slot);
        let mut ended = self.ended.subscribe();
        tokio::spawn(async move {
            tokio::select! {
                () = sleep_until(at) => confirmer.resolve(outcome),
                _ = ended.wait_for(|ended| *ended) => drop(confirmer),
            }
        });
        confirmation
    }

    /// Waits for the late answers until the deadline, then ends without them.
    pub(crate) async fn end(&self, deadline: Instant) {
        // An answer that is out at the deadline is told to be indeterminate by its confirmer.
        let _ = timeout_at(deadline, self.ended.closed()).await;
        self.ended.send_replace(true);
    }
}

/// A number that nothing else in this process has: for connections and generations.
pub(crate) fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
