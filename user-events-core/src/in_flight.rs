//! [`InFlight`]: the bound on what a transport has taken and not yet answered.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::{PublishError, PublishErrorKind};

/// The bound on messages and bytes in flight, first come first served.
///
/// Every publish first reserves a [`Slot`]; the slot is given back when the broker's answer is
/// in. However many publishers there are, what is in flight stays bounded. Copies that a
/// consumer makes (delayed, dead-lettered) have a share of their own, so that a flood of
/// publishes cannot keep a dead letter from being stored.
#[derive(Clone)]
pub struct InFlight(Arc<Pools>);

struct Pools {
    publishes: Pool,
    copies: Pool,
}

impl InFlight {
    /// A bound of `messages` and `bytes` for publishes, and an eighth of each for copies.
    #[must_use]
    pub fn new(messages: usize, bytes: usize) -> Self {
        Self(Arc::new(Pools {
            publishes: Pool::new(messages.max(1), bytes),
            // A copy is as large as the message it copies: its bytes are bounded as those of publishes are.
            copies: Pool::new((messages / 8).max(1), bytes),
        }))
    }

    /// Waits for room for a message of `bytes`.
    ///
    /// # Errors
    ///
    /// `NotSent` when `bytes` is above the whole bound (it would wait for ever) or the
    /// transport was closed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives its place up and takes nothing.
    pub fn reserve(&self, bytes: usize) -> Reserve {
        self.wait(Share::Publishes, bytes)
    }

    /// Waits for room in the share that is kept for copies. See [`reserve`](Self::reserve).
    ///
    /// A copy above the whole bound counts as the whole bound: the broker has delivered it, so it
    /// must be able to go to the dead letter queue.
    pub fn reserve_copy(&self, bytes: usize) -> Reserve {
        self.wait(Share::Copies, bytes.min(self.0.copies.max_bytes))
    }

    fn wait(&self, share: Share, bytes: usize) -> Reserve {
        Reserve { pools: self.0.clone(), share, bytes, place: Place::New }
    }

    /// Makes every waiting and later reserve fail: the transport has closed.
    pub fn close(&self) {
        for share in [Share::Publishes, Share::Copies] {
            let mut state = self.0.pool(share).lock();
            state.closed = true;
            let woken: Vec<_> = state.waiting.drain(..).map(|waiting| waiting.waker).collect();
            drop(state);
            woken.into_iter().for_each(Waker::wake);
        }
    }

    /// Messages in flight, copies included.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.0.publishes.lock().messages + self.0.copies.lock().messages
    }

    /// Bytes in flight, copies included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.publishes.lock().bytes + self.0.copies.lock().bytes
    }
}

impl fmt::Debug for InFlight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlight").field("messages", &self.messages()).field("bytes", &self.bytes()).finish()
    }
}

#[derive(Clone, Copy)]
enum Share {
    Publishes,
    Copies,
}

impl Pools {
    fn pool(&self, share: Share) -> &Pool {
        match share {
            Share::Publishes => &self.publishes,
            Share::Copies => &self.copies,
        }
    }
}

struct Pool {
    max_messages: usize,
    max_bytes: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    messages: usize,
    bytes: usize,
    closed: bool,
    waiting: VecDeque<Waiting>,
    /// Places whose room is taken for them, but whose futures have not been polled since.
    granted: Vec<u64>,
    next_place: u64,
}

struct Waiting {
    place: u64,
    bytes: usize,
    waker: Waker,
}

impl Pool {
    fn new(max_messages: usize, max_bytes: usize) -> Self {
        Self { max_messages, max_bytes, state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fits(&self, state: &State, bytes: usize) -> bool {
        state.messages < self.max_messages && state.bytes + bytes <= self.max_bytes
    }

    fn release(&self, bytes: usize) {
        let mut state = self.lock();
        state.messages -= 1;
        state.bytes -= bytes;
        self.grant(state);
    }

    /// Takes room for those who wait, in order, as far as it goes.
    fn grant(&self, mut state: MutexGuard<'_, State>) {
        let mut woken = Vec::new();
        while let Some(first) = state.waiting.front() {
            if !self.fits(&state, first.bytes) {
                break;
            }
            let Some(first) = state.waiting.pop_front() else { break };
            state.messages += 1;
            state.bytes += first.bytes;
            state.granted.push(first.place);
            woken.push(first.waker);
        }
        drop(state);
        woken.into_iter().for_each(Waker::wake);
    }
}

/// Waits for a [`Slot`]. Made by [`InFlight::reserve`].
#[must_use = "a future does nothing until it is polled"]
pub struct Reserve {
    pools: Arc<Pools>,
    share: Share,
    bytes: usize,
    place: Place,
}

enum Place {
    New,
    Waiting(u64),
    Done,
}

impl Future for Reserve {
    type Output = Result<Slot, PublishError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let bytes = this.bytes;
        let pool = this.pools.pool(this.share);
        if bytes > pool.max_bytes {
            this.place = Place::Done;
            return Poll::Ready(Err(PublishError::new(
                PublishErrorKind::NotSent,
                format!(
                    "the message has {bytes} bytes, more than the {} that may be in flight at once",
                    pool.max_bytes
                ),
            )));
        }
        let mut state = pool.lock();
        match this.place {
            Place::New if !state.closed => {
                if state.waiting.is_empty() && pool.fits(&state, bytes) {
                    state.messages += 1;
                    state.bytes += bytes;
                } else {
                    let place = state.next_place;
                    state.next_place += 1;
                    state.waiting.push_back(Waiting { place, bytes, waker: cx.waker().clone() });
                    drop(state);
                    this.place = Place::Waiting(place);
                    return Poll::Pending;
                }
            }
            Place::Waiting(place) => {
                if let Some(at) = state.granted.iter().position(|granted| *granted == place) {
                    state.granted.swap_remove(at);
                } else if let Some(waiting) = state.waiting.iter_mut().find(|waiting| waiting.place == place) {
                    waiting.waker.clone_from(cx.waker());
                    return Poll::Pending;
                } else {
                    drop(state);
                    this.place = Place::Done;
                    return Poll::Ready(Err(closed()));
                }
            }
            Place::New => {
                drop(state);
                this.place = Place::Done;
                return Poll::Ready(Err(closed()));
            }
            Place::Done => panic!("polled after it was ready"),
        }
        drop(state);
        this.place = Place::Done;
        Poll::Ready(Ok(Slot { pools: this.pools.clone(), share: this.share, bytes }))
    }
}

fn closed() -> PublishError {
    PublishError::new(PublishErrorKind::NotSent, "the transport is closed")
}

impl Drop for Reserve {
    fn drop(&mut self) {
        let Place::Waiting(place) = self.place else { return };
        let pool = self.pools.pool(self.share);
        let mut state = pool.lock();
        if let Some(at) = state.granted.iter().position(|granted| *granted == place) {
            state.granted.swap_remove(at);
            drop(state);
            pool.release(self.bytes);
        } else {
            state.waiting.retain(|waiting| waiting.place != place);
            // The one given up may have been the large one that held up those behind it.
            pool.grant(state);
        }
    }
}

/// Room for one message in flight; given back when dropped.
#[must_use = "the room is given back when the slot is dropped"]
pub struct Slot {
    pools: Arc<Pools>,
    share: Share,
    bytes: usize,
}

impl Slot {
    /// Whether the room is of the share kept for copies.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        matches!(self.share, Share::Copies)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.pools.pool(self.share).release(self.bytes);
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("bytes", &self.bytes).field("copy", &self.is_copy()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(reserve: &mut Reserve) -> Poll<Result<Slot, PublishError>> {
        Pin::new(reserve).poll(&mut Context::from_waker(Waker::noop()))
    }

    fn taken(reserve: &mut Reserve) -> Slot {
        match poll(reserve) {
            Poll::Ready(Ok(slot)) => slot,
            other => panic!("no slot: {other:?}"),
        }
    }

    #[test]
    fn serves_in_the_order_of_coming_even_if_a_later_one_would_fit() {
        let bound = InFlight::new(10, 100);
        let first = taken(&mut bound.reserve(80));
        let (mut large, mut small) = (bound.reserve(50), bound.reserve(10));
        assert!(poll(&mut large).is_pending());
        assert!(poll(&mut small).is_pending());
        drop(first);
        let _large = taken(&mut large);
        let _small = taken(&mut small);
        assert_eq!((bound.messages(), bound.bytes()), (2, 60));
    }

    #[test]
    fn a_dropped_wait_takes_nothing_and_lets_those_behind_it_pass() {
        let bound = InFlight::new(10, 100);
        let first = taken(&mut bound.reserve(80));
        let (mut large, mut small) = (bound.reserve(50), bound.reserve(10));
        assert!(poll(&mut large).is_pending());
        assert!(poll(&mut small).is_pending());
        drop(large);
        drop(taken(&mut small));
        drop(first);
        assert_eq!((bound.messages(), bound.bytes()), (0, 0));
    }

    #[test]
    fn a_granted_wait_that_is_dropped_gives_its_room_back() {
        let bound = InFlight::new(1, 100);
        let first = taken(&mut bound.reserve(1));
        let mut second = bound.reserve(1);
        assert!(poll(&mut second).is_pending());
        drop(first);
        drop(second);
        assert_eq!(bound.messages(), 0);
    }

    #[test]
    fn more_than_the_whole_bound_fails_at_once() {
        let bound = InFlight::new(1, 100);
        assert!(
            matches!(poll(&mut bound.reserve(101)), Poll::Ready(Err(error)) if error.kind() == PublishErrorKind::NotSent)
        );
    }

    #[test]
    fn closing_ends_every_wait() {
        let bound = InFlight::new(1, 100);
        let _held = taken(&mut bound.reserve(1));
        let mut waiting = bound.reserve(1);
        assert!(poll(&mut waiting).is_pending());
        bound.close();
        assert!(matches!(poll(&mut waiting), Poll::Ready(Err(_))));
        assert!(matches!(poll(&mut bound.reserve(1)), Poll::Ready(Err(_))));
    }

    #[test]
    fn copies_are_not_held_up_by_publishes() {
        let bound = InFlight::new(8, 100);
        let _publishes: Vec<_> = (0..8).map(|_| taken(&mut bound.reserve(1))).collect();
        assert!(poll(&mut bound.reserve(1)).is_pending());
        assert!(taken(&mut bound.reserve_copy(1)).is_copy());
        assert!(taken(&mut bound.reserve_copy(1_000)).is_copy());
    }
}
