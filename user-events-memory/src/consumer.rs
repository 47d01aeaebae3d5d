//! [`Consumer`]: what a queue has given to one subscription.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;

use tokio::time::Instant;
use user_events_core::OutboundMessage;

use crate::alarm::ABANDONED_RETURN_AFTER;

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
    unsettled: BTreeMap<u64, Given>,
    next_tag: u64,
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
            unsettled: BTreeMap::new(),
            next_tag: 1,
            next_yielded: 1,
            abandoned: VecDeque::new(),
            waker: None,
            last_polled: Instant::now(),
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        !self.paused && self.unsettled.len() < self.prefetch
    }

    /// Stops or resumes, and returns who is to be woken for what can be yielded again.
    pub(crate) fn set_paused(&mut self, paused: bool) -> Option<Waker> {
        self.paused = paused;
        if paused { None } else { self.waker.take() }
    }

    /// Gives it a message, and returns who is to be woken for it.
    pub(crate) fn give(&mut self, message: Message) -> Option<Waker> {
        self.unsettled.insert(self.next_tag, Given { message, yielded_at: None });
        self.next_tag += 1;
        self.waker.take()
    }

    /// The next message to yield, with its tag.
    pub(crate) fn next(&mut self, now: Instant) -> Option<(u64, Message)> {
        self.last_polled = now;
        if self.paused {
            return None;
        }
        let (&tag, given) = self.unsettled.range_mut(self.next_yielded..).next()?;
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

    /// Takes a message out of what is unsettled.
    pub(crate) fn take(&mut self, tag: u64) -> Option<Message> {
        self.unsettled.remove(&tag).map(|given| given.message)
    }

    /// Notes that a ticket was dropped, and returns who sets the timer; none if the tag is not open.
    pub(crate) fn abandon(&mut self, tag: u64, now: Instant) -> Option<Option<Waker>> {
        self.unsettled.contains_key(&tag).then(|| {
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
        self.unsettled.values().map(|given| &given.message)
    }

    pub(crate) fn unsettled_len(&self) -> usize {
        self.unsettled.len()
    }

    /// When the oldest unsettled message was yielded.
    pub(crate) fn oldest_yielded_at(&self) -> Option<Instant> {
        // Yielded in the order of the tags, so the first is the oldest.
        self.unsettled.values().next().and_then(|given| given.yielded_at)
    }

    pub(crate) fn last_polled(&self) -> Instant {
        self.last_polled
    }

    /// Ends it: what it leaves unsettled, and who is to be woken to see the end.
    pub(crate) fn end(self) -> (Vec<Message>, Option<Waker>) {
        (self.unsettled.into_values().map(|given| given.message).collect(), self.waker)
    }
}
