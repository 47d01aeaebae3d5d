//! [`Consumer`]: what a queue has given to one subscription.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;

use tokio::time::Instant;
use user_events_core::OutboundMessage;

use crate::timer::ABANDONED_RETURN_AFTER;

/// A message in a queue.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// Its place: what was published later has a larger one.
    pub(crate) place: u64,
    /// How often it came back.
    pub(crate) returns: u32,
    /// One content for all queues that it went to.
    pub(crate) content: Arc<OutboundMessage>,
}

/// One subscription of a queue: its credit, and the messages given to it and not yet settled.
#[derive(Debug)]
pub(crate) struct Consumer {
    pub(crate) generation: u64,
    pub(crate) connection: u64,
    paused: bool,
    prefetch: usize,
    /// By tag, from `first` on; none where settled.
    unsettled: VecDeque<Option<Given>>,
    first: u64,
    open: usize,
    /// The first tag that the subscription has not yielded yet.
    next_yielded: u64,
    /// In the order in which they return.
    abandoned: VecDeque<(Instant, u64)>,
    waker: Option<Waker>,
    last_polled: Instant,
}

#[derive(Debug)]
struct Given {
    message: Message,
    yielded_at: Option<Instant>,
}

impl Consumer {
    pub(crate) fn new(generation: u64, connection: u64, prefetch: u16) -> Self {
        Self {
            generation,
            connection,
            paused: false,
            prefetch: usize::from(prefetch.max(1)),
            unsettled: VecDeque::new(),
            first: 1,
            open: 0,
            next_yielded: 1,
            abandoned: VecDeque::new(),
            waker: None,
            last_polled: Instant::now(),
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        !self.paused && self.open < self.prefetch
    }

    /// Stops or resumes, and returns who is to be woken for what can be yielded again.
    pub(crate) fn set_paused(&mut self, paused: bool) -> Option<Waker> {
        self.paused = paused;
        if paused { None } else { self.waker.take() }
    }

    /// Gives it a message, and returns who is to be woken for it.
    pub(crate) fn give(&mut self, message: Message) -> Option<Waker> {
        self.unsettled.push_back(Some(Given { message, yielded_at: None }));
        self.open += 1;
        self.waker.take()
    }

    /// The next message to yield, with its tag.
    pub(crate) fn next(&mut self, now: Instant) -> Option<(u64, Message)> {
        self.last_polled = now;
        if self.paused {
            return None;
        }
        let mut tag = self.next_yielded.max(self.first);
        let from = self.at(tag)?;
        let given = self.unsettled.range_mut(from..).find_map(|given| {
            tag += u64::from(given.is_none());
            given.as_mut()
        })?;
        given.yielded_at = Some(now);
        self.next_yielded = tag + 1;
        Some((tag, given.message.clone()))
    }

    pub(crate) fn wait(&mut self, waker: &Waker) {
        match &mut self.waker {
            Some(held) => held.clone_from(waker),
            None => self.waker = Some(waker.clone()),
        }
    }

    /// Where a tag lies, unless it is behind what is unsettled or ahead of it.
    fn at(&self, tag: u64) -> Option<usize> {
        let at = usize::try_from(tag.checked_sub(self.first)?).ok()?;
        (at < self.unsettled.len()).then_some(at)
    }

    /// Takes a message out of what is unsettled.
    pub(crate) fn take(&mut self, tag: u64) -> Option<Message> {
        let at = self.at(tag)?;
        let given = self.unsettled.get_mut(at)?.take()?;
        self.open -= 1;
        while let Some(None) = self.unsettled.front() {
            self.unsettled.pop_front();
            self.first += 1;
        }
        Some(given.message)
    }

    /// Notes that a ticket was dropped, and returns who sets the timer; none if the tag is not open.
    pub(crate) fn abandon(&mut self, tag: u64, now: Instant) -> Option<Option<Waker>> {
        let is_open = self.at(tag).and_then(|at| self.unsettled.get(at)).is_some_and(Option::is_some);
        is_open.then(|| {
            self.abandoned.push_back((now + ABANDONED_RETURN_AFTER, tag));
            self.waker.take()
        })
    }

    /// The next abandoned message whose second is over.
    pub(crate) fn take_abandoned(&mut self, now: Instant) -> Option<Message> {
        let &(due, tag) = self.abandoned.front()?;
        if due > now {
            return None;
        }
        self.abandoned.pop_front();
        self.take(tag)
    }

    pub(crate) fn next_abandoned_at(&self) -> Option<Instant> {
        self.abandoned.front().map(|&(due, _)| due)
    }

    /// What is unsettled, in the order in which it was given.
    pub(crate) fn unsettled(&self) -> impl Iterator<Item = &Message> {
        self.unsettled.iter().flatten().map(|given| &given.message)
    }

    pub(crate) fn unsettled_len(&self) -> usize {
        self.open
    }

    /// When the oldest unsettled message was yielded.
    pub(crate) fn oldest_yielded_at(&self) -> Option<Instant> {
        // Yielded in the order of the tags, so the first is the oldest.
        self.unsettled.iter().flatten().next().and_then(|given| given.yielded_at)
    }

    pub(crate) fn last_polled(&self) -> Instant {
        self.last_polled
    }

    /// Ends it: what it leaves unsettled, and who is to be woken to see the end.
    pub(crate) fn end(self) -> (Vec<Message>, Option<Waker>) {
        (self.unsettled.into_iter().flatten().map(|given| given.message).collect(), self.waker)
    }
}
