//! [`Settlements`]: the one owner of what is settled on a channel.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use user_events_core::{Settle, Settlement, Token};

use crate::error::LinkError;
use crate::link::SettleChannel;

/// How long a settlement waits for others to be written with.
const LINGER: Duration = Duration::from_millis(20);

/// How long a delivery whose ticket was dropped is kept, so that a bug is no hot loop.
const ABANDONED: Duration = Duration::from_secs(1);

/// The one owner of what is settled on a channel.
///
/// Tickets settle here without waiting; [`write`](Self::write) writes in the order: what is given
/// back, then one ack for everything up to the lowest open delivery, then an ack for each one
/// above it. A delivery that is held for long therefore does not keep the others' room.
pub(crate) struct Settlements {
    generation: u64,
    threshold: usize,
    state: Mutex<State>,
    changed: Notify,
    /// The transport's count of settlements that came too late.
    stale: Arc<AtomicU64>,
}

#[derive(Default)]
struct State {
    ledger: Ledger,
    abandoned: VecDeque<(Instant, u64)>,
    /// When the first settlement came that is not written.
    pending_since: Option<Instant>,
    /// Whether nothing was to be had when the subscription was last polled.
    starved: bool,
    flush: bool,
    phase: Phase,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// No settlement counts any more; those that came before are still written.
    Closing,
    Ended,
}

impl Settlements {
    pub(crate) fn new(generation: u64, prefetch: u16, stale: Arc<AtomicU64>) -> Self {
        Self {
            generation,
            threshold: usize::from(prefetch / 4).clamp(1, 64),
            state: Mutex::default(),
            changed: Notify::new(),
            stale,
        }
    }

    /// The channel that tokens are valid for.
    pub(crate) const fn generation(&self) -> u64 {
        self.generation
    }

    pub(crate) fn is_open(&self) -> bool {
        self.lock().phase == Phase::Open
    }

    /// A delivery came.
    pub(crate) fn delivered(&self, tag: u64) {
        let mut state = self.lock();
        state.starved = false;
        state.ledger.deliver(tag, now());
    }

    /// Nothing is to be had: what is settled now is not waited with.
    pub(crate) fn starved(&self) {
        let mut state = self.lock();
        state.starved = true;
        self.wake_if(state.ledger.is_idle());
    }

    /// Writes what is settled, soon.
    pub(crate) fn flush(&self) {
        self.lock().flush = true;
        self.changed.notify_one();
    }

    /// Writes the last acks and ends the writer. What was to be given back is given back, in its
    /// order, by the channel that closes.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.phase = Phase::Closing;
        }
        self.changed.notify_one();
    }

    /// The channel is no more.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.phase = Phase::Ended;
        state.ledger = Ledger::default();
        self.changed.notify_one();
    }

    /// Deliveries given out and not settled, and since when the oldest of them is open.
    pub(crate) fn unsettled(&self) -> (usize, Option<Instant>) {
        let state = self.lock();
        (state.ledger.open, state.ledger.oldest())
    }

    /// Writes settlements to the channel until it closes.
    pub(crate) async fn write(&self, channel: &impl SettleChannel) -> Result<(), LinkError> {
        loop {
            match self.next(now()) {
                Next::Write(ops) => channel.settle(ops).await?,
                Next::End(ops) => return if ops.is_empty() { Ok(()) } else { channel.settle(ops).await },
                Next::Wait(None) => self.changed.notified().await,
                Next::Wait(Some(until)) => {
                    let _ = tokio::time::timeout_at(until.into(), self.changed.notified()).await;
                }
            }
        }
    }

    fn next(&self, now: Instant) -> Next {
        let mut state = self.lock();
        match state.phase {
            Phase::Open => {}
            Phase::Closing => {
                state.phase = Phase::Ended;
                return Next::End(state.ledger.flush(Returning::ByTheChannel));
            }
            Phase::Ended => return Next::End(Vec::new()),
        }
        while state.abandoned.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, tag)) = state.abandoned.pop_front()
                && state.ledger.settle(tag, Verdict::Requeue)
            {
                state.pending_since.get_or_insert(now);
                state.flush = true;
            }
        }
        let due = state.pending_since.map(|since| since + LINGER);
        let idle = state.starved && state.ledger.is_idle();
        if state.flush || idle || state.ledger.pending >= self.threshold || due.is_some_and(|due| due <= now) {
            state.flush = false;
            state.pending_since = None;
            let ops = state.ledger.flush(Returning::OneByOne);
            if !ops.is_empty() {
                return Next::Write(ops);
            }
        }
        let abandoned = state.abandoned.front().map(|(due, _)| *due);
        let linger = state.pending_since.map(|since| since + LINGER);
        Next::Wait(abandoned.into_iter().chain(linger).min())
    }

    fn wake_if(&self, condition: bool) {
        if condition {
            self.changed.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Settle for Settlements {
    fn settle(&self, token: Token, settlement: Settlement) {
        let mut state = self.lock();
        if state.phase != Phase::Open || token.generation != self.generation {
            drop(state);
            self.stale.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let verdict = match settlement {
            Settlement::Done => Verdict::Done,
            Settlement::Requeue => Verdict::Requeue,
            Settlement::Abandoned => {
                state.abandoned.push_back((now() + ABANDONED, token.tag));
                self.wake_if(state.abandoned.len() == 1);
                return;
            }
        };
        if !state.ledger.settle(token.tag, verdict) {
            drop(state);
            self.stale.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let first = state.pending_since.is_none();
        if first {
            state.pending_since = Some(now());
        }
        // The first sets the timer; the others need not wake the writer until it has something to do.
        let due = state.ledger.pending >= self.threshold || (state.starved && state.ledger.is_idle());
        drop(state);
        self.wake_if(first || due);
    }
}

enum Next {
    Write(Vec<Op>),
    Wait(Option<Instant>),
    End(Vec<Op>),
}

/// The runtime's clock, so that paused time works in tests.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// What is written to the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Ack { tag: u64, multiple: bool },
    Requeue { tag: u64 },
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Done,
    Requeue,
}

/// Who gives back what is to be given back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Returning {
    OneByOne,
    ByTheChannel,
}

/// The deliveries of one channel that the broker regards as unacknowledged, by tag.
#[derive(Debug, Default)]
struct Ledger {
    /// The tag of the first entry. Tags count from 1, without gaps.
    first: u64,
    entries: VecDeque<Entry>,
    /// How many are given out and not settled.
    open: usize,
    /// How many are settled and not written.
    pending: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Open(Instant),
    Settled(Verdict),
    Written,
}

impl Ledger {
    fn deliver(&mut self, tag: u64, at: Instant) {
        if self.entries.is_empty() {
            self.first = tag;
        }
        self.entries.push_back(Entry::Open(at));
        self.open += 1;
        debug_assert_eq!(self.first + self.entries.len() as u64, tag + 1, "the channel numbers its deliveries");
    }

    /// Whether the tag was open.
    fn settle(&mut self, tag: u64, verdict: Verdict) -> bool {
        let at = tag.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        let Some(entry @ Entry::Open(_)) = at.and_then(|at| self.entries.get_mut(at)) else { return false };
        *entry = Entry::Settled(verdict);
        self.open -= 1;
        self.pending += 1;
        true
    }

    /// Whether something is settled and nothing is left to wait for.
    const fn is_idle(&self) -> bool {
        self.open == 0 && self.pending > 0
    }

    fn oldest(&self) -> Option<Instant> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Open(at) => Some(*at),
            _ => None,
        })
    }

    /// What is to be written for all that is settled.
    fn flush(&mut self, returning: Returning) -> Vec<Op> {
        let mut ops = Vec::new();
        if self.pending == 0 {
            return ops;
        }
        if returning == Returning::OneByOne {
            for (tag, entry) in (self.first..).zip(&mut self.entries) {
                if *entry == Entry::Settled(Verdict::Requeue) {
                    *entry = Entry::Written;
                    ops.push(Op::Requeue { tag });
                }
            }
        }
        // Everything up to the mark is done or written: one ack takes it, if it names one that is not yet written.
        let done = |entry: &Entry| *entry == Entry::Settled(Verdict::Done);
        let mark = self.entries.iter().take_while(|entry| done(entry) || **entry == Entry::Written).count();
        if let Some(last) = self.entries.range(..mark).rposition(done) {
            ops.push(Op::Ack { tag: self.first + last as u64, multiple: true });
        }
        for (tag, entry) in (self.first..).zip(&mut self.entries) {
            if done(entry) {
                *entry = Entry::Written;
                if tag >= self.first + mark as u64 {
                    ops.push(Op::Ack { tag, multiple: false });
                }
            }
        }
        while self.entries.front() == Some(&Entry::Written) {
            self.entries.pop_front();
            self.first += 1;
        }
        self.pending = self.entries.iter().filter(|entry| matches!(entry, Entry::Settled(_))).count();
        ops
    }
}
