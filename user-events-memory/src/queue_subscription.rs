//! [`QueueSubscription`]: a consumer of a queue.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant as Deadline;

use async_trait::async_trait;
use tokio::time::Instant;
use user_events_core::{
    Address, Arrival, CopyTarget, Delivery, Lane, Settle, Settlement, Subscription, Text, Ticket, Token,
    TransportError, dead_letter_queue, is_dead_letter_queue,
};

use crate::broker::{lost, wake};
use crate::connection::Connection;
use crate::queue_broker::{QueueBroker, QueueId};
use crate::timer::Timer;

/// The one lane of a queue.
const LANE: Lane = Lane(0);

/// A consumer of a queue.
pub(crate) struct QueueSubscription {
    broker: Arc<QueueBroker>,
    connection: Arc<Connection>,
    queue: QueueId,
    name: Text,
    generation: u64,
    settler: Arc<dyn Settle>,
    alarm: Timer,
    ended: bool,
}

impl QueueSubscription {
    pub(crate) fn new(
        broker: Arc<QueueBroker>,
        connection: Arc<Connection>,
        queue: QueueId,
        name: Text,
        generation: u64,
    ) -> Self {
        let settler = Arc::new(Settler { broker: broker.clone(), connection: connection.clone(), queue });
        Self { broker, connection, queue, name, generation, settler, alarm: Timer::default(), ended: false }
    }

    /// The consumer is gone: closed by nobody here, so it was lost, unless its transport was closed.
    fn end(&mut self) -> Option<Arrival> {
        let first = !std::mem::replace(&mut self.ended, true);
        (first && !self.connection.is_closed()).then(|| Arrival::Lost(lost(&self.name)))
    }

    fn set_paused(&self, lanes: &[Lane], paused: bool) {
        if !lanes.contains(&LANE) {
            return;
        }
        let mut wakes = Vec::new();
        {
            let mut state = self.broker.lock();
            let queue = state.queue(self.queue);
            if let Some(consumer) = queue.consumer(self.generation) {
                wakes.extend(consumer.set_paused(paused));
                queue.dispatch(&mut wakes);
            }
        }
        wake(wakes);
    }

    fn detach(&self) {
        let mut wakes = Vec::new();
        self.broker.lock().queue(self.queue).detach(self.generation, &mut wakes);
        wake(wakes);
    }
}

#[async_trait]
impl Subscription for QueueSubscription {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival>> {
        loop {
            let now = Instant::now();
            let mut wakes = Vec::new();
            let next = {
                let mut state = self.broker.lock();
                let queue = state.queue(self.queue);
                queue.return_abandoned(self.generation, now, &mut wakes);
                match queue.consumer(self.generation) {
                    None => Err(None),
                    Some(consumer) => consumer.next(now).ok_or_else(|| {
                        consumer.wait(cx.waker());
                        Some(consumer.next_abandoned_at())
                    }),
                }
            };
            wake(wakes);
            match next {
                Ok((tag, message)) => {
                    let token = Token { generation: self.generation, lane: LANE, tag };
                    let ticket = Ticket::new(self.settler.clone(), token);
                    return Poll::Ready(Some(Arrival::Delivery(Delivery::new(message.inbound(), LANE, ticket))));
                }
                Err(Some(abandoned_at)) => {
                    if self.alarm.poll(abandoned_at, cx).is_pending() {
                        return Poll::Pending;
                    }
                }
                Err(None) => return Poll::Ready(self.end()),
            }
        }
    }

    fn pause(&mut self, lanes: &[Lane]) {
        self.set_paused(lanes, true);
    }

    fn resume(&mut self, lanes: &[Lane]) {
        self.set_paused(lanes, false);
    }

    fn address(&self, copy: CopyTarget) -> Option<Address> {
        let stored = copy == CopyTarget::DeadLetter && !is_dead_letter_queue(&self.name);
        stored.then(|| Address { exchange: Text::default(), routing_key: dead_letter_queue(&self.name) })
    }

    async fn close(&mut self, _deadline: Deadline) -> Result<(), TransportError> {
        self.ended = true;
        self.detach();
        Ok(())
    }
}

impl Drop for QueueSubscription {
    fn drop(&mut self) {
        self.detach();
    }
}

struct Settler {
    broker: Arc<QueueBroker>,
    connection: Arc<Connection>,
    queue: QueueId,
}

impl Settle for Settler {
    fn settle(&self, token: Token, settlement: Settlement) {
        if !self.broker.settle(self.queue, token.generation, token.tag, settlement) {
            self.connection.count_stale();
        }
    }
}
