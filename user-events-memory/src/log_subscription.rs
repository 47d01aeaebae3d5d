//! [`LogSubscription`]: a member of a consumer group.

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
use crate::group::Next;
use crate::log_broker::LogBroker;
use crate::timer::Timer;

/// A member of a consumer group.
pub(crate) struct LogSubscription {
    broker: Arc<LogBroker>,
    connection: Arc<Connection>,
    group: Text,
    member: u64,
    settler: Arc<dyn Settle>,
    alarm: Timer,
    ended: bool,
}

impl LogSubscription {
    pub(crate) fn new(broker: Arc<LogBroker>, connection: Arc<Connection>, group: Text, member: u64) -> Self {
        let settler =
            Arc::new(Settler { broker: broker.clone(), connection: connection.clone(), group: group.clone() });
        Self { broker, connection, group, member, settler, alarm: Timer::default(), ended: false }
    }

    /// The member is gone: closed by nobody here, so it was lost, unless its transport was closed.
    fn end(&mut self) -> Option<Arrival> {
        let first = !std::mem::replace(&mut self.ended, true);
        (first && !self.connection.is_closed()).then(|| Arrival::Lost(lost(&self.group)))
    }

    fn set_paused(&self, lanes: &[Lane], paused: bool) {
        let mut wakes = Vec::new();
        if let Some((group, _)) = self.broker.lock().group(&self.group) {
            group.set_paused(self.member, lanes, paused, &mut wakes);
        }
        wake(wakes);
    }
}

#[async_trait]
impl Subscription for LogSubscription {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival>> {
        loop {
            let now = Instant::now();
            let mut wakes = Vec::new();
            let next = {
                let mut state = self.broker.lock();
                let next = state.group(&self.group).map(|(group, topics)| {
                    let next = group.next(self.member, topics, now, &mut wakes);
                    if matches!(next, Next::Nothing { .. }) {
                        group.wait(self.member, cx.waker());
                    }
                    next
                });
                next.unwrap_or(Next::Gone)
            };
            wake(wakes);
            match next {
                Next::Delivery { record, token, position, redelivered } => {
                    let ticket = Ticket::new(self.settler.clone(), token);
                    let message = record.inbound(position, redelivered);
                    return Poll::Ready(Some(Arrival::Delivery(Delivery::new(message, token.lane, ticket))));
                }
                Next::Revoked { lanes, drain_by } => {
                    return Poll::Ready(Some(Arrival::Revoked { lanes, drain_by: drain_by.into_std() }));
                }
                Next::Nothing { until } => {
                    if self.alarm.poll(until, cx).is_pending() {
                        return Poll::Pending;
                    }
                }
                Next::Gone => return Poll::Ready(self.end()),
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
        let stored = copy == CopyTarget::DeadLetter && !is_dead_letter_queue(&self.group);
        stored.then(|| {
            let topic = dead_letter_queue(&self.group);
            Address { exchange: topic.clone(), routing_key: topic }
        })
    }

    async fn close(&mut self, _deadline: Deadline) -> Result<(), TransportError> {
        self.ended = true;
        self.broker.leave(&self.group, self.member);
        Ok(())
    }
}

impl Drop for LogSubscription {
    fn drop(&mut self) {
        self.broker.leave(&self.group, self.member);
    }
}

struct Settler {
    broker: Arc<LogBroker>,
    connection: Arc<Connection>,
    group: Text,
}

impl Settle for Settler {
    fn settle(&self, token: Token, settlement: Settlement) {
        if !self.broker.settle(&self.group, token, settlement) {
            self.connection.count_stale();
        }
    }
}
