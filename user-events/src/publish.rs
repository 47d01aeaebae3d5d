//! [`Publish`]: the future of one publish.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::time::Sleep;
use tracing::Span;
use user_events_core::{
    Confirmation, EventMeta, OutboundMessage, PublishError, PublishErrorKind, Receipt, Reserve, Routed, Shown, Text,
};

use crate::bus::now;
use crate::telemetry::{self, SentMetrics};
use crate::{Bus, Error};

/// The future of one publish. Made by [`Publisher::publish`](crate::Publisher::publish).
///
/// It borrows nothing, so it can be collected, spawned, or awaited later. What dropping it does is
/// said there.
#[must_use = "nothing is published until the future is awaited"]
pub struct Publish {
    stage: Stage,
    /// Until it is handed over. Beside the stages, because it is large and they change.
    message: Option<OutboundMessage>,
    /// None where the event could not be encoded.
    attempt: Option<Attempt>,
}

enum Stage {
    Failed(Error),
    Encoded,
    Reserving { reserve: Reserve, expired: Option<Pin<Box<Sleep>>> },
    HandedOver(Confirmation),
    Done,
}

/// What is known of the publish from its start to its end.
struct Attempt {
    bus: Bus,
    event: &'static EventMeta,
    message_id: Text,
    exchange: Text,
    span: Span,
    metrics: Arc<SentMetrics>,
    /// When it was first polled.
    started: Option<Instant>,
}

impl Publish {
    pub(crate) fn new(
        bus: Bus,
        event: &'static EventMeta,
        message: OutboundMessage,
        metrics: Arc<SentMetrics>,
    ) -> Self {
        let attempt = Attempt {
            span: telemetry::publish_span(bus.transport().system(), &message),
            bus,
            event,
            message_id: message.properties.message_id.clone().unwrap_or_default(),
            exchange: message.exchange.clone(),
            metrics,
            started: None,
        };
        Self { stage: Stage::Encoded, message: Some(message), attempt: Some(attempt) }
    }

    pub(crate) fn failed(error: Error) -> Self {
        Self { stage: Stage::Failed(error), message: None, attempt: None }
    }

    /// The message's id, known before it is sent. None where the event could not be encoded.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.attempt.as_ref().map(|attempt| &*attempt.message_id)
    }

    /// Waits until the transport has the message, or never will: what is published after that is
    /// behind it. The outcome is not known yet; await the future itself for that.
    ///
    /// With this, different events are published in order without waiting for one another's
    /// confirms, and no more of them at once than the transport takes:
    ///
    /// ```
    /// # use serde::{Deserialize, Serialize};
    /// # use user_events::prelude::*;
    /// # #[derive(Serialize, Deserialize, DomainEvent)]
    /// # #[event(type = "UserRegistered", version = 1, exchange = "user.events")]
    /// # struct UserRegistered { user_id: String }
    /// # #[derive(Serialize, Deserialize, DomainEvent)]
    /// # #[event(type = "UserDeleted", version = 1, exchange = "user.events")]
    /// # struct UserDeleted { user_id: String }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), user_events::Error> {
    /// let publisher = Bus::memory().publisher("UserService");
    /// let mut first = publisher.publish(&UserRegistered { user_id: "u-1".into() });
    /// first.handed_over().await;
    /// let mut second = publisher.publish(&UserDeleted { user_id: "u-1".into() });
    /// second.handed_over().await;
    /// first.await?;
    /// second.await?;
    /// # Ok(()) }
    /// ```
    pub async fn handed_over(&mut self) {
        poll_fn(|cx| self.poll_handed_over(cx)).await;
    }

    fn poll_handed_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let (Some(attempt), Some(message)) = (&mut self.attempt, &self.message) else { return Poll::Ready(()) };
        let started = *attempt.started.get_or_insert_with(now);
        if matches!(self.stage, Stage::Encoded) {
            let reserve = attempt.bus.transport().in_flight().reserve(message.size());
            self.stage = Stage::Reserving { reserve, expired: None };
        }
        let Stage::Reserving { reserve, expired } = &mut self.stage else { return Poll::Ready(()) };
        let deadline = attempt.bus.publish_deadline(started);
        self.stage = match Pin::new(reserve).poll(cx) {
            Poll::Ready(Ok(slot)) => match self.message.take() {
                Some(message) => Stage::HandedOver(attempt.bus.transport().publish(slot, message, deadline)),
                None => Stage::Done,
            },
            Poll::Ready(Err(error)) => Stage::Failed(attempt.error(error)),
            Poll::Pending => {
                let sleep = expired.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline.into())));
                ready!(sleep.as_mut().poll(cx));
                let reason = "too much is in flight: no room came free by the deadline";
                Stage::Failed(attempt.error(PublishError::new(PublishErrorKind::NotSent, reason)))
            }
        };
        Poll::Ready(())
    }
}

impl Attempt {
    fn error(&self, error: PublishError) -> Error {
        Error::publish(self.event, self.message_id.clone(), error)
    }

    fn outcome(&self, outcome: Result<Receipt, PublishError>) -> Result<Receipt, Error> {
        let receipt = outcome.map_err(|error| self.error(error))?;
        if receipt.routed() == Routed::No {
            if self.event.must_route {
                return Err(Error::unroutable(self.event, self.message_id.clone()));
            }
            tracing::warn!(
                event = self.event.message_type,
                message_id = %Shown::new(&self.message_id),
                exchange = %Shown::new(&self.exchange),
                routing_key = self.event.routing_key,
                "published, but no queue is bound to the routing key: the broker has dropped it",
            );
        }
        Ok(receipt)
    }
}

impl Future for Publish {
    type Output = Result<Receipt, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let span = this.attempt.as_ref().map(|attempt| attempt.span.clone());
        let _entered = span.as_ref().map(Span::enter);
        ready!(this.poll_handed_over(cx));
        let outcome = match std::mem::replace(&mut this.stage, Stage::Done) {
            Stage::HandedOver(mut confirmation) => match Pin::new(&mut confirmation).poll(cx) {
                Poll::Ready(outcome) => outcome,
                Poll::Pending => {
                    this.stage = Stage::HandedOver(confirmation);
                    return Poll::Pending;
                }
            },
            Stage::Failed(error) => {
                if let Some(attempt) = &this.attempt {
                    attempt.metrics.failed(error.kind());
                }
                return Poll::Ready(Err(error));
            }
            _ => panic!("a publish was polled after it was ready"),
        };
        let attempt = this.attempt.as_ref().expect("what was handed over was encoded");
        let outcome = attempt.outcome(outcome);
        attempt.metrics.answered(&outcome, attempt.started.unwrap_or_else(now));
        Poll::Ready(outcome)
    }
}

impl fmt::Debug for Publish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publish")
            .field("event", &self.attempt.as_ref().map(|attempt| attempt.event.message_type))
            .finish_non_exhaustive()
    }
}
