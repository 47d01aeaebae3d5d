//! [`Confirmation`]: the broker's answer to one publish.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::{Position, PublishError, PublishErrorKind, Slot};

/// A future of the broker's answer to one publish.
///
/// # Cancel safety
///
/// Dropping it cancels nothing: the message was handed over before the future existed.
#[must_use = "whether the message is stored is known only from the confirmation"]
pub struct Confirmation(Answer);

enum Answer {
    Known(Option<Result<Receipt, PublishError>>),
    Awaited(Arc<Mutex<Shared>>),
}

#[derive(Default)]
struct Shared {
    outcome: Option<Result<Receipt, PublishError>>,
    waker: Option<Waker>,
}

impl Confirmation {
    /// A confirmation to be answered through the [`Confirmer`], which holds the slot until then.
    pub fn pending(slot: Slot) -> (Confirmer, Self) {
        let shared = Arc::default();
        (Confirmer { slot: Some(slot), answered: false, shared: Arc::clone(&shared) }, Self(Answer::Awaited(shared)))
    }

    /// A confirmation whose answer is known already.
    pub fn ready(outcome: Result<Receipt, PublishError>) -> Self {
        Self(Answer::Known(Some(outcome)))
    }
}

impl Future for Confirmation {
    type Output = Result<Receipt, PublishError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Answer::Known(outcome) => Poll::Ready(outcome.take().expect("polled after it was ready")),
            Answer::Awaited(shared) => {
                let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(outcome) = shared.outcome.take() {
                    return Poll::Ready(outcome);
                }
                match &mut shared.waker {
                    Some(waker) => waker.clone_from(cx.waker()),
                    None => shared.waker = Some(cx.waker().clone()),
                }
                Poll::Pending
            }
        }
    }
}

impl fmt::Debug for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmation").finish_non_exhaustive()
    }
}

/// Answers one [`Confirmation`], and gives its [`Slot`] back with the answer.
///
/// Dropped unanswered, it says that the outcome is indeterminate: a caller never waits for an
/// answer that cannot come.
pub struct Confirmer {
    slot: Option<Slot>,
    answered: bool,
    shared: Arc<Mutex<Shared>>,
}

impl Confirmer {
    /// Answers.
    pub fn resolve(mut self, outcome: Result<Receipt, PublishError>) {
        self.answer(outcome);
    }

    /// Answers, and keeps the room until it is dropped: the caller's deadline has come, but the
    /// broker's answer has not, and the message still takes its place in memory.
    pub fn expire(&mut self, outcome: Result<Receipt, PublishError>) {
        self.tell(outcome);
    }

    fn answer(&mut self, outcome: Result<Receipt, PublishError>) {
        // The room first: who is woken by the answer may reserve again at once.
        drop(self.slot.take());
        self.tell(outcome);
    }

    /// The first answer counts.
    fn tell(&mut self, outcome: Result<Receipt, PublishError>) {
        if std::mem::replace(&mut self.answered, true) {
            return;
        }
        let waker = {
            let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
            shared.outcome = Some(outcome);
            shared.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Confirmer {
    fn drop(&mut self) {
        if !self.answered {
            self.answer(Err(PublishError::new(
                PublishErrorKind::Indeterminate,
                "the transport ended before the broker answered",
            )));
        }
    }
}

impl fmt::Debug for Confirmer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmer").finish_non_exhaustive()
    }
}

/// The broker has the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    routed: Routed,
    position: Option<Position>,
}

impl Receipt {
    /// A receipt that says whether the message reached a queue.
    #[must_use]
    pub const fn new(routed: Routed) -> Self {
        Self { routed, position: None }
    }

    /// Says where in its log the message was stored.
    #[must_use]
    pub const fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Whether the message reached a queue.
    #[must_use]
    pub const fn routed(&self) -> Routed {
        self.routed
    }

    /// Where in its log the message was stored, on transports that say so.
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        self.position
    }
}

/// Whether a published message reached a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Routed {
    /// It is in at least one queue.
    Yes,
    /// Nothing is bound to its routing key: the broker has dropped it.
    No,
    /// The transport stores first and does not know who will read (a log).
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InFlight;

    fn poll(confirmation: &mut Confirmation) -> Poll<Result<Receipt, PublishError>> {
        Pin::new(confirmation).poll(&mut Context::from_waker(Waker::noop()))
    }

    fn slot(bound: &InFlight) -> Slot {
        match Pin::new(&mut bound.reserve(1)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(slot)) => slot,
            other => panic!("no slot: {other:?}"),
        }
    }

    #[test]
    fn the_room_is_given_back_with_the_answer_and_not_with_the_future() {
        let bound = InFlight::new(1, 10);
        let (confirmer, confirmation) = Confirmation::pending(slot(&bound));
        drop(confirmation);
        assert_eq!(bound.messages(), 1);
        confirmer.resolve(Ok(Receipt::new(Routed::Yes)));
        assert_eq!(bound.messages(), 0);
    }

    #[test]
    fn an_expired_publish_is_answered_and_keeps_its_room_until_the_broker_has_answered() {
        let bound = InFlight::new(1, 10);
        let (mut confirmer, mut confirmation) = Confirmation::pending(slot(&bound));
        confirmer.expire(Err(PublishError::new(PublishErrorKind::Indeterminate, "late")));
        assert!(matches!(poll(&mut confirmation), Poll::Ready(Err(error)) if error.reason() == "late"));
        assert_eq!(bound.messages(), 1);
        confirmer.resolve(Ok(Receipt::new(Routed::Yes)));
        assert_eq!(bound.messages(), 0);
    }

    #[test]
    fn an_unanswered_publish_is_indeterminate_and_not_a_hang() {
        let bound = InFlight::new(1, 10);
        let (confirmer, mut confirmation) = Confirmation::pending(slot(&bound));
        assert!(poll(&mut confirmation).is_pending());
        drop(confirmer);
        match poll(&mut confirmation) {
            Poll::Ready(Err(error)) => assert_eq!(error.kind(), PublishErrorKind::Indeterminate),
            other => panic!("{other:?}"),
        }
    }
}
