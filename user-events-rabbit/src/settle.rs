//! [`Settlements`]: the one owner of what is settled on a channel.

use std::collections::{BTreeMap, VecDeque};
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

/// The deliveries of one channel that the broker regards as unacknowledged, by tag: never more
/// than the prefetch, however long one of them is held.
#[derive(Debug, Default)]
struct Ledger {
    entries: BTreeMap<u64, Entry>,
    /// How many are given out and not settled.
    open: usize,
    /// How many are settled and not written.
    pending: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Open(Instant),
    Settled(Verdict),
}

impl Ledger {
    fn deliver(&mut self, tag: u64, at: Instant) {
        self.entries.insert(tag, Entry::Open(at));
        self.open += 1;
    }

    /// Whether the tag was open.
    fn settle(&mut self, tag: u64, verdict: Verdict) -> bool {
        let Some(entry @ Entry::Open(_)) = self.entries.get_mut(&tag) else { return false };
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
        self.entries.values().find_map(|entry| match entry {
            Entry::Open(at) => Some(*at),
            Entry::Settled(_) => None,
        })
    }

    /// What is to be written for all that is settled.
    fn flush(&mut self, returning: Returning) -> Vec<Op> {
        let mut ops = Vec::new();
        if self.pending == 0 {
            return ops;
        }
        if returning == Returning::OneByOne {
            self.entries.retain(|&tag, entry| {
                let requeue = *entry == Entry::Settled(Verdict::Requeue);
                if requeue {
                    ops.push(Op::Requeue { tag });
                }
                !requeue
            });
        }
        // One ack for all that is done before the first that is not; what was acked before is not here any more.
        let done = |entry: &Entry| *entry == Entry::Settled(Verdict::Done);
        let mark = self.entries.iter().take_while(|(_, entry)| done(entry)).last().map(|(&tag, _)| tag);
        if let Some(tag) = mark {
            ops.push(Op::Ack { tag, multiple: true });
            self.entries = self.entries.split_off(&(tag + 1));
        }
        self.entries.retain(|&tag, entry| {
            let done = done(entry);
            if done {
                ops.push(Op::Ack { tag, multiple: false });
            }
            !done
        });
        self.pending = self.entries.len() - self.open;
        ops
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use user_events_core::{Lane, Ticket};

    use super::*;

    /// What the broker regards as unacknowledged, and how strict it is about it.
    #[derive(Default)]
    struct Broker {
        unacked: BTreeMap<u64, ()>,
        verdicts: BTreeMap<u64, Verdict>,
    }

    impl Broker {
        fn write(&mut self, ops: &[Op]) {
            let mut acks = false;
            for op in ops {
                match *op {
                    Op::Requeue { tag } => {
                        assert!(!acks, "what is given back comes first: {ops:?}");
                        assert!(self.unacked.remove(&tag).is_some(), "unknown delivery tag {tag}");
                        self.verdicts.insert(tag, Verdict::Requeue);
                    }
                    Op::Ack { tag, multiple } => {
                        assert!(!(multiple && acks), "one multiple ack, before the others: {ops:?}");
                        acks = true;
                        assert!(self.unacked.contains_key(&tag), "unknown delivery tag {tag}");
                        let first = if multiple { 0 } else { tag };
                        let acked: Vec<_> = self.unacked.range(first..=tag).map(|(tag, ())| *tag).collect();
                        for tag in acked {
                            self.unacked.remove(&tag);
                            self.verdicts.insert(tag, Verdict::Done);
                        }
                    }
                }
            }
        }
    }

    #[derive(Debug, Clone)]
    enum Act {
        Deliver,
        Settle(prop::sample::Index, Verdict),
        Flush,
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let verdict = prop_oneof![4 => Just(Verdict::Done), 1 => Just(Verdict::Requeue)];
        prop::collection::vec(
            prop_oneof![
                4 => Just(Act::Deliver),
                4 => (any::<prop::sample::Index>(), verdict).prop_map(|(at, verdict)| Act::Settle(at, verdict)),
                1 => Just(Act::Flush),
            ],
            0..200,
        )
    }

    proptest! {
        #[test]
        fn the_broker_agrees_with_every_ack_and_nothing_is_settled_twice(acts in acts(), at_the_end in any::<bool>()) {
            let (mut ledger, mut broker) = (Ledger::default(), Broker::default());
            let mut open: Vec<u64> = Vec::new();
            let mut settled: BTreeMap<u64, Verdict> = BTreeMap::new();
            let mut last = 0;
            for act in acts {
                match act {
                    Act::Deliver => {
                        last += 1;
                        broker.unacked.insert(last, ());
                        ledger.deliver(last, Instant::now());
                        open.push(last);
                    }
                    Act::Settle(at, verdict) if !open.is_empty() => {
                        let tag = open.swap_remove(at.index(open.len()));
                        prop_assert!(ledger.settle(tag, verdict));
                        prop_assert!(!ledger.settle(tag, verdict), "once");
                        settled.insert(tag, verdict);
                    }
                    Act::Settle(..) => {}
                    Act::Flush => {
                        broker.write(&ledger.flush(Returning::OneByOne));
                        prop_assert_eq!(&broker.verdicts, &settled, "a flush leaves nothing behind");
                    }
                }
                prop_assert_eq!(ledger.open, open.len());
            }
            if at_the_end {
                broker.write(&ledger.flush(Returning::ByTheChannel));
                settled.retain(|tag, verdict| *verdict == Verdict::Done || broker.verdicts.contains_key(tag));
            } else {
                broker.write(&ledger.flush(Returning::OneByOne));
            }
            prop_assert_eq!(&broker.verdicts, &settled);
        }
    }

    /// Remembers what was written.
    #[derive(Clone, Default)]
    struct Wire(Arc<Mutex<Vec<Op>>>);

    impl Wire {
        fn seen(&self) -> Vec<Op> {
            self.0.lock().unwrap().clone()
        }
    }

    impl SettleChannel for Wire {
        async fn settle(&self, ops: Vec<Op>) -> Result<(), LinkError> {
            self.0.lock().unwrap().extend(ops);
            Ok(())
        }
    }

    /// A channel with this prefetch, its deliveries from 1 to `count`, and the writer at work.
    fn start(prefetch: u16, count: u64) -> (Arc<Settlements>, Wire, VecDeque<Ticket>) {
        let settlements = Arc::new(Settlements::new(7, prefetch, Arc::default()));
        let wire = Wire::default();
        let tickets = (1..=count).map(|tag| {
            settlements.delivered(tag);
            Ticket::new(settlements.clone(), Token { generation: 7, lane: Lane(0), tag })
        });
        let tickets = tickets.collect();
        tokio::spawn({
            let (settlements, wire) = (settlements.clone(), wire.clone());
            async move { settlements.write(&wire).await }
        });
        (settlements, wire, tickets)
    }

    const fn ack(tag: u64, multiple: bool) -> Op {
        Op::Ack { tag, multiple }
    }

    #[tokio::test(start_paused = true)]
    async fn settlements_are_gathered_by_count_and_by_time() {
        let (_settlements, wire, mut tickets) = start(16, 8);
        tickets.drain(..3).for_each(Ticket::done);
        tokio::time::sleep(Duration::from_millis(19)).await;
        assert_eq!(wire.seen(), []);
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert_eq!(wire.seen(), [ack(3, true)]);
        tickets.drain(..4).for_each(Ticket::done);
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(wire.seen(), [ack(3, true), ack(7, true)], "a quarter of the prefetch is enough");
    }

    #[tokio::test(start_paused = true)]
    async fn a_held_delivery_does_not_hold_up_those_after_it() {
        let (settlements, wire, mut tickets) = start(64, 4);
        let held = tickets.remove(1).unwrap();
        tickets.into_iter().for_each(Ticket::done);
        settlements.flush();
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(wire.seen(), [ack(1, true), ack(3, false), ack(4, false)]);
        settlements.starved();
        held.done();
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(wire.seen().last(), Some(&ack(2, true)), "nothing is left to wait for");
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_ticket_is_given_back_after_a_second() {
        let (_settlements, wire, tickets) = start(64, 1);
        drop(tickets);
        tokio::time::sleep(Duration::from_millis(990)).await;
        assert_eq!(wire.seen(), []);
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(wire.seen(), [Op::Requeue { tag: 1 }]);
    }

    #[tokio::test(start_paused = true)]
    async fn closing_acks_what_is_done_and_lets_the_channel_give_back_the_rest() {
        let (settlements, wire, mut tickets) = start(64, 4);
        tickets.pop_front().unwrap().done();
        tickets.pop_front().unwrap().requeue();
        tickets.pop_front().unwrap().done();
        settlements.close();
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(wire.seen(), [ack(1, true), ack(3, false)]);
        tickets.pop_front().unwrap().done();
        assert_eq!(settlements.stale.load(Ordering::Relaxed), 1, "too late, and counted");
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_of_another_channel_is_ignored_and_counted() {
        let (settlements, wire, _tickets) = start(4, 1);
        Ticket::new(settlements.clone(), Token { generation: 6, lane: Lane(0), tag: 1 }).done();
        Ticket::new(settlements.clone(), Token { generation: 7, lane: Lane(0), tag: 2 }).done();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!((wire.seen(), settlements.stale.load(Ordering::Relaxed)), (vec![], 2));
    }
}
