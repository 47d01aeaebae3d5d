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
    Confirmation, EventMeta, OutboundMessage, PublishError, PublishErrorKind, Receipt, Reserve, Routed, Text,
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
    attempt: Option<Attempt>,
}

enum Stage {
    Failed(Option<Error>),
    Encoded(Option<OutboundMessage>),
    Reserving { reserve: Reserve, message: Option<OutboundMessage>, expired: Option<Pin<Box<Sleep>>> },
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
    started: Option<Instant>,
    deadline: Option<Instant>,
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
            deadline: None,
        };
        Self { stage: Stage::Encoded(Some(message)), attempt: Some(attempt) }
    }

    pub(crate) fn failed(error: Error) -> Self {
        Self { stage: Stage::Failed(Some(error)), attempt: None }
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
        let Some(attempt) = &mut self.attempt else { return Poll::Ready(()) };
        loop {
            match &mut self.stage {
                Stage::Encoded(message) => {
                    attempt.started = Some(now());
                    attempt.deadline = Some(attempt.bus.publish_deadline());
                    let message = message.take();
                    let bytes = message.as_ref().map_or(0, OutboundMessage::size);
                    let reserve = attempt.bus.transport().in_flight().reserve(bytes);
                    self.stage = Stage::Reserving { reserve, message, expired: None };
                }
                Stage::Reserving { reserve, message, expired } => {
                    let deadline = attempt.deadline.unwrap_or_else(now);
                    match Pin::new(reserve).poll(cx) {
                        Poll::Ready(Ok(slot)) => {
                            let Some(message) = message.take() else { return Poll::Ready(()) };
                            let confirmation = attempt.bus.transport().publish(slot, message, deadline);
                            self.stage = Stage::HandedOver(confirmation);
                        }
                        Poll::Ready(Err(error)) => self.stage = Stage::Failed(Some(attempt.error(error))),
                        Poll::Pending => {
                            let sleep =
                                expired.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline.into())));
                            ready!(sleep.as_mut().poll(cx));
                            let error = PublishError::new(
                                PublishErrorKind::NotSent,
                                "too much is in flight: no room came free by the deadline",
                            );
                            self.stage = Stage::Failed(Some(attempt.error(error)));
                        }
                    }
                }
                Stage::HandedOver(_) | Stage::Failed(_) | Stage::Done => return Poll::Ready(()),
            }
        }
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
                message_id = %self.message_id,
                exchange = %self.exchange,
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
        let outcome = match (&mut this.stage, &this.attempt) {
            (Stage::HandedOver(confirmation), Some(attempt)) => {
                let outcome = ready!(Pin::new(confirmation).poll(cx));
                attempt.outcome(outcome)
            }
            (Stage::Failed(error), _) => match error.take() {
                Some(error) => Err(error),
                None => return Poll::Pending,
            },
            _ => return Poll::Pending,
        };
        if let Some(attempt) = &this.attempt {
            attempt.metrics.record(&outcome, attempt.started);
        }
        this.stage = Stage::Done;
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
