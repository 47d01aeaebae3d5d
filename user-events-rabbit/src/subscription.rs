//! [`RabbitSubscription`]: the deliveries of one queue.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use async_trait::async_trait;
use tokio::task::JoinHandle;
use user_events_core::{
    Address, Arrival, CopyTarget, Delivery, Lane, Settle, Subscription, Text, Ticket, Token, TransportError,
    TransportErrorKind, dead_letter_queue, is_dead_letter_queue,
};

use crate::error::LinkError;
use crate::link::{Channel, Consumer, Incoming};
use crate::monitor::{Monitor, State};
use crate::properties::decode;
use crate::settle::{Settlements, now};

/// A queue is revoked and paused as a whole.
const LANE: Lane = Lane(0);

/// The deliveries of one queue, on a channel of its own.
pub(crate) struct RabbitSubscription {
    queue: Text,
    monitor: Monitor,
    /// What came while the lane was paused.
    held: VecDeque<Incoming>,
    paused: bool,
    waiting: Option<Waker>,
    progress: Arc<Progress>,
    running: Option<Running>,
}

/// What ends with the channel.
struct Running {
    consumer: Consumer,
    channel: Arc<Channel>,
    progress: Arc<Progress>,
}

/// How a subscription is doing, for health.
pub(crate) struct Progress {
    pub(crate) settlements: Settlements,
    polled: Mutex<Instant>,
    writer: tokio::sync::Mutex<Option<JoinHandle<Result<(), LinkError>>>>,
}

impl Progress {
    pub(crate) fn new(settlements: Settlements) -> Self {
        Self { settlements, polled: Mutex::new(now()), writer: tokio::sync::Mutex::default() }
    }

    /// Whether deliveries still come.
    pub(crate) fn is_active(&self) -> bool {
        self.settlements.is_open()
    }

    /// Writes the last settlements.
    pub(crate) async fn finish(&self) -> Result<(), LinkError> {
        self.settlements.close();
        match self.writer.lock().await.take() {
            Some(writer) => writer.await.unwrap_or(Err(LinkError::Closed)),
            None => Ok(()),
        }
    }

    fn set_writer(&self, writer: JoinHandle<Result<(), LinkError>>) {
        // Nobody else knows of this subscription yet.
        if let Ok(mut held) = self.writer.try_lock() {
            *held = Some(writer);
        }
    }

    fn polled(&self) {
        *self.polled.lock().unwrap_or_else(PoisonError::into_inner) = now();
    }

    pub(crate) fn last_polled(&self) -> Instant {
        *self.polled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Settle for Progress {
    fn settle(&self, token: Token, settlement: user_events_core::Settlement) {
        self.settlements.settle(token, settlement);
    }
}

impl RabbitSubscription {
    pub(crate) fn new(
        queue: Text,
        consumer: Consumer,
        channel: Channel,
        monitor: Monitor,
        progress: Arc<Progress>,
    ) -> Self {
        let channel = Arc::new(channel);
        let writer = tokio::spawn({
            let (progress, channel) = (Arc::clone(&progress), Arc::clone(&channel));
            async move {
                let outcome = progress.settlements.write(&*channel).await;
                progress.settlements.end();
                outcome
            }
        });
        progress.set_writer(writer);
        let running = Some(Running { consumer, channel, progress: Arc::clone(&progress) });
        Self { queue, monitor, held: VecDeque::new(), paused: false, waiting: None, progress, running }
    }

    fn deliver(&self, incoming: Incoming) -> Arrival {
        let token = Token { generation: self.progress.settlements.generation(), lane: LANE, tag: incoming.tag };
        let ticket = Ticket::new(self.progress.clone(), token);
        Arrival::Delivery(Delivery::new(decode(incoming), LANE, ticket))
    }

    /// The consumer has ended. None when the transport was closed, and the consumer with it.
    fn lose(&mut self, error: Option<LinkError>) -> Option<Arrival> {
        self.held.clear();
        self.progress.settlements.end();
        if let Some(running) = self.running.take() {
            // Closing the channel gives back what is open; on a lost one it does nothing.
            tokio::spawn(async move {
                let _ = running.channel.close().await;
                drop(running.consumer);
            });
        }
        if self.monitor.state() == State::Closed {
            return None;
        }
        let queue = &self.queue;
        Some(Arrival::Lost(match (error, self.monitor.end()) {
            (_, Some(end)) => end,
            (Some(error), None) => error.into_transport(format_args!("the consumer of queue `{queue}` was lost")),
            (None, None) => TransportError::new(
                TransportErrorKind::Topology,
                format!("the broker ended the consumer of queue `{queue}`: the queue was deleted, or its node is gone"),
            ),
        }))
    }
}

#[async_trait]
impl Subscription for RabbitSubscription {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival>> {
        self.progress.polled();
        if !self.paused
            && let Some(incoming) = self.held.pop_front()
        {
            return Poll::Ready(Some(self.deliver(incoming)));
        }
        loop {
            let Some(running) = &mut self.running else { return Poll::Ready(None) };
            match running.consumer.poll_next(cx) {
                Poll::Ready(Some(Ok(incoming))) => {
                    self.progress.settlements.delivered(incoming.tag);
                    if !self.paused {
                        return Poll::Ready(Some(self.deliver(incoming)));
                    }
                    self.held.push_back(incoming);
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(self.lose(Some(error))),
                Poll::Ready(None) => return Poll::Ready(self.lose(None)),
                Poll::Pending => {
                    self.progress.settlements.starved();
                    self.waiting = Some(cx.waker().clone());
                    return Poll::Pending;
                }
            }
        }
    }

    fn pause(&mut self, lanes: &[Lane]) {
        if lanes.contains(&LANE) {
            self.paused = true;
            self.progress.settlements.flush();
        }
    }

    fn resume(&mut self, lanes: &[Lane]) {
        if lanes.contains(&LANE) {
            self.paused = false;
            self.waiting.take().into_iter().for_each(Waker::wake);
        }
    }

    fn address(&self, copy: CopyTarget) -> Option<Address> {
        match copy {
            CopyTarget::DeadLetter if !is_dead_letter_queue(&self.queue) => {
                Some(Address { exchange: Text::default(), routing_key: dead_letter_queue(&self.queue) })
            }
            // A delay is held in process.
            _ => None,
        }
    }

    async fn close(&mut self, deadline: Instant) -> Result<(), TransportError> {
        self.held.clear();
        self.progress.settlements.close();
        let Some(running) = self.running.take() else { return Ok(()) };
        match tokio::time::timeout_at(deadline.into(), running.close()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.monitor.end().unwrap_or_else(|| self.not_closed(error))),
            Err(_) => Err(self.not_closed(LinkError::Timeout)),
        }
    }
}

impl RabbitSubscription {
    fn not_closed(&self, error: LinkError) -> TransportError {
        error.into_transport(format_args!(
            "the consumer of queue `{}` was not closed in order: what was settled last may be delivered again",
            self.queue
        ))
    }
}

impl Running {
    /// Writes the last settlements and closes the channel: its answer proves that the broker has them.
    async fn close(self) -> Result<(), LinkError> {
        let Self { consumer, channel, progress } = self;
        progress.finish().await?;
        let closed = channel.close().await;
        drop(consumer);
        closed
    }
}

impl Drop for RabbitSubscription {
    fn drop(&mut self) {
        self.progress.settlements.close();
        if let (Some(running), Ok(runtime)) = (self.running.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(running.close());
        }
    }
}
