//! [`Queue`]: messages in order, given to consumers in turn.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;

use tokio::time::Instant;
use user_events_core::{InboundMessage, OutboundMessage, QueueKind, Settlement, Text};

use crate::consumer::{Consumer, Message};

/// A durable queue with competing consumers.
///
/// Messages are given to the consumers with room in turn. What comes back goes before what was
/// never given out, in the order in which it comes back; all that a consumer leaves behind
/// comes back at once, in the order of the queue. A quorum queue of RabbitMQ does the same.
#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) name: Text,
    pub(crate) kind: QueueKind,
    ready: VecDeque<Message>,
    returned: VecDeque<Message>,
    consumers: Vec<Consumer>,
    turn: usize,
    next_place: u64,
}

/// What a settlement came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// The message has left the queue.
    Gone,
    /// The message is still in the queue.
    Kept,
    /// The delivery was not open: its consumer has ended.
    Stale,
}

impl Queue {
    pub(crate) fn new(name: Text, kind: QueueKind) -> Self {
        Self {
            name,
            kind,
            ready: VecDeque::new(),
            returned: VecDeque::new(),
            consumers: Vec::new(),
            turn: 0,
            next_place: 0,
        }
    }

    /// Messages that no consumer has.
    pub(crate) fn ready(&self) -> usize {
        self.ready.len() + self.returned.len()
    }

    pub(crate) fn push(&mut self, content: Arc<OutboundMessage>, wakes: &mut Vec<Waker>) {
        self.ready.push_back(Message { place: self.next_place, returns: 0, content });
        self.next_place += 1;
        self.dispatch(wakes);
    }

    pub(crate) fn attach(&mut self, consumer: Consumer, wakes: &mut Vec<Waker>) {
        self.consumers.push(consumer);
        self.dispatch(wakes);
    }

    /// Ends a consumer and takes back what it had; false if there is no such consumer.
    pub(crate) fn detach(&mut self, generation: u64, wakes: &mut Vec<Waker>) -> bool {
        let Some(at) = self.consumers.iter().position(|consumer| consumer.generation == generation) else {
            return false;
        };
        let (mut left, waker) = self.consumers.remove(at).end();
        wakes.extend(waker);
        left.sort_unstable_by_key(|message| message.place);
        left.into_iter().for_each(|message| self.take_back(message));
        self.dispatch(wakes);
        true
    }

    pub(crate) fn consumer(&mut self, generation: u64) -> Option<&mut Consumer> {
        self.consumers.iter_mut().find(|consumer| consumer.generation == generation)
    }

    pub(crate) fn consumers(&self) -> &[Consumer] {
        &self.consumers
    }

    pub(crate) fn settle(
        &mut self,
        generation: u64,
        tag: u64,
        settlement: Settlement,
        wakes: &mut Vec<Waker>,
    ) -> Settled {
        let Some(consumer) = self.consumer(generation) else { return Settled::Stale };
        let settled = if settlement == Settlement::Abandoned {
            let Some(waker) = consumer.abandon(tag, Instant::now()) else { return Settled::Stale };
            wakes.extend(waker);
            return Settled::Kept;
        } else {
            let Some(message) = consumer.take(tag) else { return Settled::Stale };
            if settlement == Settlement::Requeue {
                self.take_back(message);
                Settled::Kept
            } else {
                Settled::Gone
            }
        };
        self.dispatch(wakes);
        settled
    }

    /// Takes back what a consumer abandoned a second ago.
    pub(crate) fn return_abandoned(&mut self, generation: u64, now: Instant, wakes: &mut Vec<Waker>) {
        let mut any = false;
        while let Some(message) = self.consumer(generation).and_then(|consumer| consumer.take_abandoned(now)) {
            self.take_back(message);
            any = true;
        }
        if any {
            self.dispatch(wakes);
        }
    }

    /// Gives out what can be given out.
    pub(crate) fn dispatch(&mut self, wakes: &mut Vec<Waker>) {
        while self.ready() > 0 {
            let count = self.consumers.len();
            let mut in_turn = (0..count).map(|step| (self.turn + step) % count);
            let Some(at) = in_turn.find(|&at| self.consumers[at].has_room()) else { return };
            self.turn = at + 1;
            let Some(message) = self.returned.pop_front().or_else(|| self.ready.pop_front()) else { return };
            wakes.extend(self.consumers[at].give(message));
        }
    }

    /// All messages that are in the queue, those given out included, in its order.
    pub(crate) fn messages(&self) -> Vec<InboundMessage> {
        let given = self.consumers.iter().flat_map(Consumer::unsettled);
        let mut messages: Vec<_> = self.returned.iter().chain(&self.ready).chain(given).collect();
        messages.sort_unstable_by_key(|message| message.place);
        messages.into_iter().map(Message::inbound).collect()
    }

    fn take_back(&mut self, mut message: Message) {
        message.returns = message.returns.saturating_add(1);
        self.returned.push_back(message);
    }
}

impl Message {
    /// The message as a delivery shows it.
    pub(crate) fn inbound(&self) -> InboundMessage {
        let mut message = InboundMessage::of(OutboundMessage::clone(&self.content));
        message.redelivered = self.returns > 0;
        message.delivery_count = Some(self.returns);
        message
    }
}
