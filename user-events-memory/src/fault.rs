//! [`Faults`]: what a test makes go wrong.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use crate::broker::Broker;

/// Makes the broker misbehave, for all its connections.
///
/// ```
/// # use std::time::Duration;
/// # use user_events_memory::MemoryTransport;
/// let transport = MemoryTransport::queue();
/// transport.faults().lose_confirms(1);
/// transport.faults().delay_confirms(Duration::from_millis(20));
/// ```
#[derive(Clone)]
pub struct Faults {
    planned: Arc<Planned>,
    broker: Arc<dyn Broker>,
}

impl Faults {
    pub(crate) fn new(broker: Arc<dyn Broker>) -> Self {
        Self { planned: broker.common().faults.clone(), broker }
    }

    /// The next `count` messages are stored, but no confirm comes: the publisher hears at its
    /// deadline that the outcome is unknown.
    pub fn lose_confirms(&self, count: usize) {
        self.planned.lost.fetch_add(count, Ordering::Relaxed);
    }

    /// The next `count` messages are refused, and stored nowhere.
    pub fn refuse(&self, count: usize) {
        self.planned.refused.fetch_add(count, Ordering::Relaxed);
    }

    /// The next `count` deliveries that are settled come again, as after an acknowledgement
    /// that was lost.
    pub fn duplicate_deliveries(&self, count: usize) {
        self.planned.duplicated.fetch_add(count, Ordering::Relaxed);
    }

    /// Every confirm comes this much later, until it is set to zero. The message is stored at
    /// once. A publisher whose deadline is earlier hears that the outcome is unknown.
    pub fn delay_confirms(&self, by: Duration) {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.planned.delay_nanos.store(nanos, Ordering::Relaxed);
    }

    /// Ends the oldest subscription of `queue` as a lost connection would: it yields
    /// [`Lost`](user_events_core::Arrival::Lost), its deliveries come back redelivered, and its
    /// tickets are stale. False if nobody is subscribed.
    pub fn crash(&self, queue: &str) -> bool {
        self.broker.crash(queue)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.planned.fmt(f)
    }
}

/// The faults that are yet to happen.
#[derive(Debug, Default)]
pub(crate) struct Planned {
    lost: AtomicUsize,
    refused: AtomicUsize,
    duplicated: AtomicUsize,
    delay_nanos: AtomicU64,
}

impl Planned {
    pub(crate) fn loses_confirm(&self) -> bool {
        take_one(&self.lost)
    }

    pub(crate) fn refuses(&self) -> bool {
        take_one(&self.refused)
    }

    pub(crate) fn duplicates(&self) -> bool {
        take_one(&self.duplicated)
    }

    pub(crate) fn confirm_delay(&self) -> Option<Duration> {
        let nanos = self.delay_nanos.load(Ordering::Relaxed);
        (nanos > 0).then(|| Duration::from_nanos(nanos))
    }
}

fn take_one(count: &AtomicUsize) -> bool {
    // Read first: where nothing is planned, and that is nearly always, nothing is written.
    count.load(Ordering::Relaxed) > 0
        && count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1)).is_ok()
}
