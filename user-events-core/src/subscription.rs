//! [`Subscription`]: deliveries, and how they are settled.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use crate::{Binding, InboundMessage, Text, TransportError};

/// What to consume.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SubscriptionSpec {
    /// The queue, named after the consumer; on a log transport the group.
    pub queue: Text,
    /// What is delivered. A queue has its bindings already; a log transport filters by them.
    pub bindings: Vec<Binding>,
    /// At most this many deliveries are unsettled at a time.
    pub prefetch: u16,
}

impl SubscriptionSpec {
    /// The queue, with a prefetch of 64.
    #[must_use]
    pub fn new(queue: impl Into<Text>) -> Self {
        Self { queue: queue.into(), bindings: Vec::new(), prefetch: 64 }
    }

    /// The same with these bindings.
    #[must_use]
    pub fn with_bindings(mut self, bindings: impl IntoIterator<Item = Binding>) -> Self {
        self.bindings.extend(bindings);
        self
    }

    /// The same with this bound on unsettled deliveries.
    #[must_use]
    pub const fn with_prefetch(mut self, prefetch: u16) -> Self {
        self.prefetch = prefetch;
        self
    }
}

/// A stream of deliveries that can be settled, paused and revoked.
///
/// Poll it all the time: what it yields also says that deliveries are no longer yours. Back-pressure
/// is [`pause`](Self::pause) or the prefetch, never not polling.
#[async_trait]
pub trait Subscription: Send {
    /// The next arrival. Control items overtake deliveries: after [`Arrival::Revoked`] nothing
    /// of its lanes is yielded. `None` after [`close`](Self::close) or [`Arrival::Lost`].
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival>>;

    /// Stops yielding deliveries of these lanes, until they are resumed. Settlements are flushed.
    fn pause(&mut self, lanes: &[Lane]);

    /// Yields deliveries of these lanes again.
    fn resume(&mut self, lanes: &[Lane]);

    /// Where a copy of a delivery is published to; none where such a copy is held in process.
    fn address(&self, copy: CopyTarget) -> Option<Address>;

    /// Flushes settlements, ends the subscription and gives unsettled deliveries back in their
    /// order. When it returns, the broker has what was settled.
    ///
    /// # Errors
    ///
    /// The broker could not be told by the deadline: what was settled last may be delivered again.
    async fn close(&mut self, deadline: Instant) -> Result<(), TransportError>;
}

/// What a subscription yields.
// Nearly every arrival is a delivery: a box would cost each an allocation.
#[allow(clippy::large_enum_variant)]
#[derive(Debug)]
pub enum Arrival {
    /// A message to handle.
    Delivery(Delivery),
    /// These lanes go to another consumer: what of them is settled by `drain_by` counts, later
    /// settlements are stale.
    Revoked {
        /// The lanes.
        lanes: Vec<Lane>,
        /// Until when their deliveries can be settled.
        drain_by: Instant,
    },
    /// The subscription has ended, though nobody closed it. Its deliveries come again.
    Lost(TransportError),
}

/// A part of a subscription that is paused and revoked as one: the queue itself, or a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane(pub u32);

/// A message, and the right to settle it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The message.
    pub message: InboundMessage,
    /// The lane it came by.
    pub lane: Lane,
    /// Settles it, once.
    pub ticket: Ticket,
}

impl Delivery {
    /// A delivery, as a transport makes it.
    #[must_use]
    pub fn new(message: InboundMessage, lane: Lane, ticket: Ticket) -> Self {
        Self { message, lane, ticket }
    }
}

/// The right to settle one delivery, once.
///
/// Settling is synchronous, takes no lock that is held for long and never waits: it is a promise
/// that the transport flushes by count, by time, and when the subscription pauses, revokes or
/// closes. A ticket that is dropped unsettled reports its delivery as abandoned; the transport
/// gives it back after a second.
#[must_use = "a ticket that is dropped gives its message back"]
pub struct Ticket {
    owner: Option<Arc<dyn Settle>>,
    token: Token,
}

impl Ticket {
    /// The right to settle `token` with `owner`.
    pub fn new(owner: Arc<dyn Settle>, token: Token) -> Self {
        Self { owner: Some(owner), token }
    }

    /// The message was dealt with.
    pub fn done(self) {
        self.settle(Settlement::Done);
    }

    /// Give the message back. For shutdown, revoked and lost lanes; never in answer to a failure,
    /// because the broker gives it out again at once.
    pub fn requeue(self) {
        self.settle(Settlement::Requeue);
    }

    fn settle(mut self, settlement: Settlement) {
        if let Some(owner) = self.owner.take() {
            owner.settle(self.token, settlement);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(owner) = self.owner.take() {
            owner.settle(self.token, Settlement::Abandoned);
        }
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ticket").field(&self.token).finish()
    }
}

/// What a [`Ticket`] settles with: the transport's owner of settlements.
pub trait Settle: Send + Sync {
    /// Takes a settlement. Does not wait. A token of an ended generation is ignored and counted.
    fn settle(&self, token: Token, settlement: Settlement);
}

/// Names one delivery to the transport that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// The channel, assignment or subscription it is valid for.
    pub generation: u64,
    /// The lane.
    pub lane: Lane,
    /// The delivery tag, or the offset.
    pub tag: u64,
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Settlement {
    /// It was dealt with.
    Done,
    /// It is given back now.
    Requeue,
    /// Its ticket was dropped: it is given back after a second, so that a bug is no hot loop.
    Abandoned,
}

/// Why a copy of a delivery is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CopyTarget {
    /// To come back after this time.
    Delay(Duration),
    /// To be looked at by a person.
    DeadLetter,
}

/// Where a message is published to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// The exchange, or the topic; empty for the broker's default exchange.
    pub exchange: Text,
    /// The routing key; with an empty exchange the queue's name.
    pub routing_key: Text,
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Seen(Mutex<Vec<(u64, Settlement)>>);

    impl Settle for Seen {
        fn settle(&self, token: Token, settlement: Settlement) {
            self.0.lock().unwrap().push((token.tag, settlement));
        }
    }

    #[test]
    fn every_ticket_is_settled_exactly_once() {
        let seen = Arc::new(Seen::default());
        let ticket = |tag| Ticket::new(seen.clone(), Token { generation: 1, lane: Lane(0), tag });
        ticket(1).done();
        ticket(2).requeue();
        drop(ticket(3));
        let settled = seen.0.lock().unwrap().clone();
        assert_eq!(settled, [(1, Settlement::Done), (2, Settlement::Requeue), (3, Settlement::Abandoned)]);
    }
}
