//! [`Unanswered`]: what was handed over and is not answered, polled only where something happened.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

use user_events_core::{Confirmer, OutboundMessage, PublishError, PublishErrorKind, Receipt};

use crate::error::LinkError;
use crate::link::{Answer, PublishChannel};
use crate::mailbox::Mailbox;
use crate::returns::Name;

/// One publish, from the call to the answer.
pub(crate) struct Publish {
    pub(crate) message: OutboundMessage,
    pub(crate) name: Name,
    pub(crate) deadline: Instant,
    /// Its place in the order of the calls.
    pub(crate) order: u64,
    /// Whether a channel had it that ended without an answer: the broker may have stored it.
    pub(crate) doubtful: bool,
    answered: bool,
    confirmer: Option<Confirmer>,
}

impl Publish {
    pub(crate) fn new(message: OutboundMessage, name: Name, deadline: Instant, confirmer: Confirmer) -> Self {
        Self { message, name, deadline, order: 0, doubtful: false, answered: false, confirmer: Some(confirmer) }
    }

    /// Whether the caller has its answer already: the deadline came before the broker.
    pub(crate) const fn is_answered(&self) -> bool {
        self.answered
    }

    /// Answers that the deadline has come. Its room is kept: the broker may still get to it, and
    /// until then it lies in memory.
    pub(crate) fn expire(&mut self, error: PublishError) {
        self.answered = true;
        if let Some(confirmer) = &mut self.confirmer {
            confirmer.expire(Err(error));
        }
    }

    /// Answers, once.
    pub(crate) fn answer(&mut self, outcome: Result<Receipt, PublishError>) {
        self.answered = true;
        if let Some(confirmer) = self.confirmer.take() {
            confirmer.resolve(outcome);
        }
    }

    /// It is not with the broker now. What is certain depends on whether it ever was.
    pub(crate) fn unsent(&mut self, reason: impl Into<std::borrow::Cow<'static, str>>) {
        let kind = if self.doubtful { PublishErrorKind::Indeterminate } else { PublishErrorKind::NotSent };
        self.answer(Err(PublishError::new(kind, reason)));
    }
}

/// A publish that is no longer in unanswered.
pub(crate) struct Ended {
    pub(crate) publish: Publish,
    pub(crate) outcome: Result<Answer, Crash>,
}

/// The channel ended before the answer came.
pub(crate) struct Crash {
    pub(crate) error: LinkError,
    /// Whether the broker may have the message.
    pub(crate) written: bool,
}

/// What was handed over and is not answered, polled only where something happened.
///
/// Thousands of publishes are in unanswered at a time, and one frame of the broker answers many. A
/// seat remembers its waker, so that a publish costs one allocation: its own future.
pub(crate) struct Unanswered<C: PublishChannel> {
    seats: Vec<Seat<C>>,
    free: Vec<usize>,
    woken: Arc<Mailbox<usize>>,
    polling: VecDeque<usize>,
    writing: usize,
    writing_bytes: usize,
}

struct Seat<C: PublishChannel> {
    waker: Waker,
    publish: Option<(Publish, Stage<C>)>,
}

enum Stage<C: PublishChannel> {
    Writing(Pin<Box<dyn Future<Output = Result<C::Confirm, LinkError>> + Send>>),
    Confirming(C::Confirm),
}

impl<C: PublishChannel> Unanswered<C> {
    pub(crate) fn new() -> Self {
        Self {
            seats: Vec::new(),
            free: Vec::new(),
            woken: Arc::default(),
            polling: VecDeque::new(),
            writing: 0,
            writing_bytes: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.free.len() == self.seats.len()
    }

    /// Messages and bytes that lie unwritten in the link.
    pub(crate) const fn writing(&self) -> (usize, usize) {
        (self.writing, self.writing_bytes)
    }

    /// Hands a message over to the channel; to `ended` at once where the channel has ended.
    pub(crate) fn begin(&mut self, channel: &C, publish: Publish, ended: &mut Vec<Ended>) {
        let seat = self.free.pop().unwrap_or_else(|| {
            let seat = self.seats.len();
            let waker = Waker::from(Arc::new(SeatWaker { seat, woken: Arc::clone(&self.woken) }));
            self.seats.push(Seat { waker, publish: None });
            seat
        });
        self.writing += 1;
        self.writing_bytes += publish.message.size();
        let writing = Stage::Writing(Box::pin(channel.publish(&publish.message)));
        self.seats[seat].publish = Some((publish, writing));
        // The first poll is what hands over: now, so that the order is that of the calls.
        ended.extend(self.poll_seat(seat));
    }

    /// Moves what has ended since to `ended`.
    pub(crate) fn collect(&mut self, ended: &mut Vec<Ended>) {
        loop {
            self.woken.take(&mut self.polling);
            let Some(seat) = self.polling.pop_front() else { return };
            ended.extend(self.poll_seat(seat));
            while let Some(seat) = self.polling.pop_front() {
                ended.extend(self.poll_seat(seat));
            }
        }
    }

    /// Whether nothing has ended since. The task is woken when that changes.
    pub(crate) fn is_quiet(&self, cx: &Context<'_>) -> bool {
        self.woken.is_empty(cx)
    }

    /// All that is in unanswered: the broker may have it. The answers are no longer waited for.
    pub(crate) fn abandon(&mut self, abandoned: &mut Vec<Publish>) {
        for (at, seat) in self.seats.iter_mut().enumerate() {
            if let Some((mut publish, _)) = seat.publish.take() {
                publish.doubtful = true;
                abandoned.push(publish);
                self.free.push(at);
            }
        }
        (self.writing, self.writing_bytes) = (0, 0);
    }

    pub(crate) fn publishes(&mut self) -> impl Iterator<Item = &mut Publish> {
        self.seats.iter_mut().filter_map(|seat| seat.publish.as_mut()).map(|(publish, _)| publish)
    }

    fn poll_seat(&mut self, at: usize) -> Option<Ended> {
        let Seat { waker, publish: held } = &mut self.seats[at];
        let cx = &mut Context::from_waker(waker);
        // A seat can be woken for the publish before.
        let (publish, stage) = held.as_mut()?;
        let outcome = loop {
            match stage {
                Stage::Writing(writing) => match writing.as_mut().poll(cx) {
                    Poll::Pending => return None,
                    Poll::Ready(written) => {
                        self.writing -= 1;
                        self.writing_bytes -= publish.message.size();
                        match written {
                            Ok(confirm) => *stage = Stage::Confirming(confirm),
                            Err(error) => break Err(Crash { error, written: false }),
                        }
                    }
                },
                Stage::Confirming(confirm) => match Pin::new(confirm).poll(cx) {
                    Poll::Pending => return None,
                    Poll::Ready(answer) => break answer.map_err(|error| Crash { error, written: true }),
                },
            }
        };
        self.free.push(at);
        held.take().map(|(publish, _)| Ended { publish, outcome })
    }
}

/// Wakes the task for one seat.
struct SeatWaker {
    seat: usize,
    woken: Arc<Mailbox<usize>>,
}

impl Wake for SeatWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // This mailbox is never closed.
        let _ = self.woken.put(self.seat);
    }
}
