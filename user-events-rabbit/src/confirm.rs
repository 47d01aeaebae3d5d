//! [`Pump`]: the one task that owns a confirm channel.

use std::collections::{HashSet, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::time::Sleep;
use user_events_core::{
    Confirmation, OutboundMessage, PublishError, PublishErrorKind, Receipt, Routed, Slot, Text, TransportError,
    TransportErrorKind,
};

use crate::error::LinkError;
use crate::flight::{Flight, Landed, Publish};
use crate::link::{PublishChannel as _, PublishLink};
use crate::mailbox::Mailbox;
use crate::monitor::{Monitor, State};
use crate::reply::{NOT_FOUND, Reply};
use crate::returns::{Namer, Returns};

/// What may lie unwritten in the link: nothing of it can be taken back.
const MAX_UNWRITTEN: usize = 256;
const MAX_UNWRITTEN_BYTES: usize = 1 << 20;

/// Hands publishes to a [`Pump`], in the order of the calls.
pub(crate) struct Intake {
    mailbox: Arc<Mailbox<Publish>>,
    namer: Namer,
    monitor: Monitor,
}

impl Intake {
    pub(crate) fn publish(&self, slot: Slot, message: OutboundMessage, deadline: Instant) -> Confirmation {
        let (confirmer, confirmation) = Confirmation::pending(slot);
        let name = self.namer.name(&message.exchange, &message.routing_key, message.message_id());
        let publish = Publish::new(message, name, deadline, confirmer);
        if let Err(mut publish) = self.mailbox.put(publish) {
            publish.unsent(ended(&self.monitor));
        }
        confirmation
    }

    /// Lets nothing more in. The pump ends when it has answered everything.
    pub(crate) fn close(&self) {
        self.mailbox.close();
    }
}

/// The one task that owns a confirm channel.
///
/// It hands over in the order of the calls and answers by each deadline. A return says nothing of
/// which publish it belongs to, and it arrives with the confirm of another one: so all that is
/// ready is looked at before any of it is reported.
pub(crate) struct Pump<L: PublishLink> {
    link: Arc<L>,
    monitor: Monitor,
    mailbox: Arc<Mailbox<Publish>>,
    namer: Namer,
    channel: Option<L::Channel>,
    /// Not handed over, in order.
    waiting: VecDeque<Publish>,
    /// The next of its name, for each that was answered.
    released: VecDeque<Publish>,
    flight: Flight<L::Channel>,
    returns: Returns,
    taken_in: u64,
    /// Ended, and looked at for returns, but not reported.
    landed: Vec<Landed>,
    later: Vec<Landed>,
    /// What ended with its channel.
    crashed: Vec<Publish>,
    crash: Option<LinkError>,
    /// How many are to be handed over alone, to find the one that ends the channel.
    careful: usize,
    exchanges: Exchanges,
    errand: Option<Pin<Box<dyn Future<Output = Errand<L>> + Send>>>,
    timer: Pin<Box<Sleep>>,
    next_deadline: Option<Instant>,
    closing: Option<Instant>,
}

/// Something that the pump waits for before it hands over more.
enum Errand<L: PublishLink> {
    Channel(Result<L::Channel, LinkError>),
    Exchange(Text, Result<(), TransportError>),
}

/// The exchanges that are known to exist.
#[derive(Default)]
struct Exchanges {
    known: HashSet<Text>,
    last: Text,
}

impl Exchanges {
    /// The default exchange always exists.
    fn has(&mut self, exchange: &Text) -> bool {
        if exchange.is_empty() || self.last == *exchange {
            return true;
        }
        let known = self.known.contains(exchange);
        if known {
            self.last = exchange.clone();
        }
        known
    }

    fn add(&mut self, exchange: Text) {
        self.known.insert(exchange);
    }

    fn remove(&mut self, exchange: &str) {
        self.known.remove(exchange);
        self.last = Text::default();
    }
}

impl<L: PublishLink> Pump<L> {
    /// A pump for a channel of this link, and what it is fed by.
    pub(crate) fn new(link: Arc<L>, channel: L::Channel, monitor: Monitor) -> (Intake, Self) {
        let mailbox = Arc::new(Mailbox::default());
        let namer = Namer::default();
        let intake = Intake { mailbox: Arc::clone(&mailbox), namer: namer.clone(), monitor: monitor.clone() };
        let pump = Self {
            link,
            monitor,
            mailbox,
            namer,
            channel: Some(channel),
            waiting: VecDeque::new(),
            released: VecDeque::new(),
            flight: Flight::new(),
            taken_in: 0,
            returns: Returns::default(),
            landed: Vec::new(),
            later: Vec::new(),
            crashed: Vec::new(),
            crash: None,
            careful: 0,
            exchanges: Exchanges::default(),
            errand: None,
            timer: Box::pin(tokio::time::sleep(std::time::Duration::ZERO)),
            next_deadline: None,
            closing: None,
        };
        (intake, pump)
    }

    /// Pumps until the intake is closed and all is answered, or the connection is lost. From the
    /// instant that `closing` brings, everything is answered as it stands.
    pub(crate) async fn run(mut self, mut closing: tokio::sync::watch::Receiver<Option<Instant>>) {
        let mut state = self.monitor.watch();
        loop {
            if let State::Lost(_) | State::Closed = *state.borrow_and_update() {
                break;
            }
            tokio::select! {
                biased;
                // Ends only with the monitor, which this pump holds.
                _ = state.changed() => {}
                Ok(()) = closing.changed() => {
                    self.closing = *closing.borrow_and_update();
                    self.next_deadline = self.closing;
                }
                () = std::future::poll_fn(|cx| self.poll(cx)) => break,
            }
        }
        self.end();
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            self.report();
            if let Some(error) = self.crash.take() {
                self.recover(error);
            }
            self.take_in();
            self.poll_timer(cx);
            self.hand_over();
            // An errand that has just begun is polled here for the first time, or nothing would wake it.
            let had_errand = self.errand.is_some();
            if self.poll_errand(cx).is_break() {
                return Poll::Ready(());
            }
            if had_errand && self.errand.is_none() {
                continue;
            }
            if !self.landed.is_empty() || !self.flight.is_quiet(cx) || !self.mailbox.is_empty(cx) {
                continue;
            }
            let idle = self.waiting.is_empty() && self.flight.publishes().all(|publish| publish.is_answered());
            return if self.closing.is_some() && idle { Poll::Ready(()) } else { Poll::Pending };
        }
    }

    /// Takes what was published since.
    fn take_in(&mut self) {
        let before = self.waiting.len();
        self.mailbox.take(&mut self.waiting);
        for publish in self.waiting.range_mut(before..) {
            publish.order = self.taken_in;
            self.taken_in += 1;
            self.next_deadline = Some(self.next_deadline.map_or(publish.deadline, |next| next.min(publish.deadline)));
        }
    }

    /// Hands over as far as it goes, in order.
    fn hand_over(&mut self) {
        if self.errand.is_some() || self.link.is_blocked() {
            return;
        }
        let Some(channel) = &self.channel else {
            let link = Arc::clone(&self.link);
            self.errand = Some(Box::pin(async move { Errand::Channel(link.confirm_channel().await) }));
            return;
        };
        while let Some(next) = self.released.front().or_else(|| self.waiting.front()) {
            let (writing, bytes) = self.flight.writing();
            let fits = writing < MAX_UNWRITTEN && (writing == 0 || bytes + next.message.size() <= MAX_UNWRITTEN_BYTES);
            let alone = self.careful == 0 || self.flight.is_empty();
            if !fits || !alone {
                return;
            }
            if !self.exchanges.has(&next.message.exchange) {
                let (link, exchange) = (Arc::clone(&self.link), next.message.exchange.clone());
                self.errand = Some(Box::pin(async move {
                    let outcome = link.ensure_exchange(&exchange).await;
                    Errand::Exchange(exchange, outcome)
                }));
                return;
            }
            let next = match self.released.pop_front() {
                Some(next) if next.is_answered() => {
                    self.released.extend(self.returns.end(next.name).1);
                    continue;
                }
                Some(next) => next,
                None => match self.waiting.pop_front().and_then(|next| self.returns.begin(next)) {
                    Some(next) => next,
                    None => continue,
                },
            };
            self.careful = self.careful.saturating_sub(1);
            self.flight.begin(channel, next, &mut self.landed);
        }
    }

    /// Answers what the broker has answered.
    ///
    /// A return comes before its own confirm, but lapin gives it to whichever confirm ends first,
    /// and of one frame that confirms many, in no order. So first everything of the frames seen is
    /// waited for, then all returns are noted, and only then is anything reported.
    fn report(&mut self) {
        self.flight.land(&mut self.landed);
        while !self.landed.is_empty() {
            if let Some(channel) = &self.channel {
                channel.complete_frame();
            }
            self.flight.land(&mut self.later);
            for landed in self.landed.iter().chain(&self.later) {
                let Ok(answer) = &landed.outcome else { continue };
                let Some(returned) = &answer.returned else { continue };
                let name = self.namer.name(&returned.exchange, &returned.routing_key, &returned.message_id);
                if !self.returns.returned(name) {
                    tracing::warn!(
                        exchange = %returned.exchange,
                        routing_key = %returned.routing_key,
                        message_id = %returned.message_id,
                        "the broker returned a message that is not in flight"
                    );
                }
            }
            for Landed { mut publish, outcome } in self.landed.drain(..) {
                match outcome {
                    Ok(answer) => {
                        let (returned, next) = self.returns.end(publish.name);
                        self.released.extend(next);
                        publish.answer(if !answer.stored {
                            Err(PublishError::new(
                                PublishErrorKind::Refused,
                                "the broker did not take it: a queue that it goes to is full or out of service",
                            ))
                        } else {
                            Ok(Receipt::new(if returned { Routed::No } else { Routed::Yes }))
                        });
                    }
                    Err(crash) => {
                        publish.doubtful |= crash.written;
                        self.crashed.push(publish);
                        self.crash = Some(match self.crash.take() {
                            Some(known) if known.reply().is_some() || crash.error.reply().is_none() => known,
                            _ => crash.error,
                        });
                    }
                }
            }
            std::mem::swap(&mut self.landed, &mut self.later);
        }
    }

    /// The channel has ended: fails what ended it, and keeps the rest for the next one, in order.
    fn recover(&mut self, error: LinkError) {
        self.channel = None;
        let mut rest = std::mem::take(&mut self.crashed);
        self.flight.abandon(&mut rest);
        let culprit = Culprit::of(&error, &rest);
        rest.extend(self.released.drain(..));
        rest.extend(self.returns.clear());
        rest.sort_unstable_by_key(|publish| publish.order);
        if let Culprit::Exchange(exchange) = &culprit {
            self.exchanges.remove(exchange);
        }
        for mut publish in rest.into_iter().rev() {
            if culprit.is(&publish) {
                let refusal = culprit.refusal(&error, &publish);
                publish.answer(Err(refusal));
            } else if !publish.is_answered() {
                self.waiting.push_front(publish);
                self.careful += usize::from(culprit == Culprit::Unknown);
            }
        }
        if !error.is_of_channel() && error != LinkError::Closed {
            self.monitor.set(State::Lost(error));
        }
    }

    fn poll_errand(&mut self, cx: &mut Context<'_>) -> std::ops::ControlFlow<()> {
        let Some(errand) = &mut self.errand else { return std::ops::ControlFlow::Continue(()) };
        let Poll::Ready(done) = errand.as_mut().poll(cx) else { return std::ops::ControlFlow::Continue(()) };
        self.errand = None;
        match done {
            Errand::Channel(Ok(channel)) => self.channel = Some(channel),
            // The deadlines of the messages are what bounds a wait.
            Errand::Channel(Err(LinkError::Timeout)) => {}
            Errand::Channel(Err(error)) => {
                self.monitor.set(State::Lost(error));
                return std::ops::ControlFlow::Break(());
            }
            Errand::Exchange(exchange, Ok(())) => self.exchanges.add(exchange),
            Errand::Exchange(_, Err(error)) if error.kind() == TransportErrorKind::Timeout => {}
            Errand::Exchange(exchange, Err(error)) => {
                let reason = error.to_string();
                self.waiting.retain_mut(|publish| {
                    let of_it = publish.message.exchange == exchange;
                    if of_it {
                        publish.unsent(reason.clone());
                    }
                    !of_it
                });
            }
        }
        std::ops::ControlFlow::Continue(())
    }

    /// Answers what is due, and sets the timer for what is next.
    fn poll_timer(&mut self, cx: &mut Context<'_>) {
        while let Some(next) = self.next_deadline {
            let next = tokio::time::Instant::from_std(next);
            if self.timer.deadline() != next {
                self.timer.as_mut().reset(next);
            }
            if self.timer.as_mut().poll(cx).is_pending() {
                return;
            }
            self.next_deadline = self.expire(next.into_std());
        }
    }

    /// Answers everything whose deadline has come. When the next one comes.
    fn expire(&mut self, now: Instant) -> Option<Instant> {
        const TOO_LATE: &str = "the deadline came before it could be handed over";
        let closing = self.closing;
        let mut next: Option<Instant> = None;
        // Whether it stays.
        let mut expire = |publish: &mut Publish, late: fn(&mut Publish)| {
            let due = closing.map_or(publish.deadline, |closing| closing.min(publish.deadline));
            if due <= now {
                late(publish);
                return false;
            }
            next = Some(next.map_or(due, |next| next.min(due)));
            true
        };
        self.waiting.retain_mut(|publish| expire(publish, |publish| publish.unsent(TOO_LATE)));
        for behind in self.returns.behind() {
            behind.retain_mut(|publish| expire(publish, |publish| publish.unsent(TOO_LATE)));
        }
        for publish in self.released.iter_mut().filter(|publish| !publish.is_answered()) {
            expire(publish, |publish| publish.unsent(TOO_LATE));
        }
        for publish in self.flight.publishes().filter(|publish| !publish.is_answered()) {
            expire(publish, |publish| {
                publish.answer(Err(PublishError::new(
                    PublishErrorKind::Indeterminate,
                    "the broker did not confirm it before the deadline",
                )));
            });
        }
        next
    }

    /// Answers all that is left.
    fn end(&mut self) {
        self.mailbox.close();
        self.report();
        let reason = ended(&self.monitor);
        let mut rest = std::mem::take(&mut self.crashed);
        self.flight.abandon(&mut rest);
        self.mailbox.take(&mut self.waiting);
        rest.extend(self.returns.clear());
        rest.extend(self.released.drain(..));
        rest.extend(self.waiting.drain(..));
        for mut publish in rest {
            publish.unsent(reason.clone());
        }
    }
}

fn ended(monitor: &Monitor) -> String {
    monitor.end().map_or_else(|| "the transport was closed".to_owned(), |error| error.to_string())
}

/// What ended a channel.
#[derive(PartialEq, Eq)]
enum Culprit {
    /// Everything for this exchange, which is missing or closed to the user.
    Exchange(Text),
    /// Every body larger than the broker takes.
    Size(usize),
    /// The only one in flight.
    Single,
    /// Nobody is named: found by handing over one at a time.
    Unknown,
    /// Nobody: the connection ended, or the channel on this side.
    None,
}

impl Culprit {
    fn of(error: &LinkError, crashed: &[Publish]) -> Self {
        let LinkError::Channel(reply) = error else { return Self::None };
        let named = match (reply.exchange(), reply.size_limit()) {
            (Some(exchange), _) => Self::Exchange(exchange.into()),
            (None, Some(limit)) => Self::Size(limit),
            (None, None) => Self::Unknown,
        };
        match crashed.iter().filter(|publish| publish.doubtful).count() {
            _ if crashed.iter().any(|publish| named.is(publish)) => named,
            1 => Self::Single,
            _ => Self::Unknown,
        }
    }

    fn is(&self, publish: &Publish) -> bool {
        match self {
            Self::Exchange(exchange) => publish.message.exchange == *exchange,
            Self::Size(limit) => publish.message.body.len() > *limit,
            Self::Single => publish.doubtful,
            Self::Unknown | Self::None => false,
        }
    }

    fn refusal(&self, error: &LinkError, publish: &Publish) -> PublishError {
        let reason = match self {
            Self::Exchange(exchange) if error.reply().map(Reply::code) == Some(NOT_FOUND) => {
                format!("there is no exchange `{exchange}`")
            }
            Self::Exchange(exchange) => format!("the user may not write to exchange `{exchange}`"),
            Self::Size(limit) => {
                format!("the body has {} bytes, and the broker takes {limit}", publish.message.body.len())
            }
            _ => "the broker closed the channel because of it".to_owned(),
        };
        let kind = if publish.doubtful { PublishErrorKind::Refused } else { PublishErrorKind::NotSent };
        let refused = PublishError::new(kind, reason);
        match error.reply() {
            Some(reply) => refused.with_source(reply.clone()),
            None => refused,
        }
    }
}
