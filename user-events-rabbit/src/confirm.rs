//! [`Pump`]: the one task that owns a confirm channel.

use std::collections::{HashSet, VecDeque};
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Sleep;
use user_events_core::{
    Confirmation, OutboundMessage, PublishError, PublishErrorKind, Receipt, Routed, Shown, Slot, Text, TransportError,
    TransportErrorKind,
};

use crate::error::LinkError;
use crate::link::{PublishChannel as _, PublishLink};
use crate::mailbox::Mailbox;
use crate::monitor::{Monitor, State};
use crate::reply::{NOT_FOUND, Reply};
use crate::returns::{Namer, Returns};
use crate::unanswered::{Ended, Publish, Unanswered};

/// What may lie unwritten in the link: nothing of it can be taken back.
const MAX_UNWRITTEN: usize = 256;
const MAX_UNWRITTEN_BYTES: usize = 1 << 20;

/// How long the channel may take to close when everything is answered.
const FAREWELL: Duration = Duration::from_secs(1);

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
    unanswered: Unanswered<L::Channel>,
    returns: Returns,
    taken_in: u64,
    /// Ended, and looked at for returns, but not reported.
    ended: Vec<Ended>,
    later: Vec<Ended>,
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
            unanswered: Unanswered::new(),
            taken_in: 0,
            returns: Returns::default(),
            ended: Vec::new(),
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
                    self.next_deadline = self.next_deadline.into_iter().chain(self.closing).min();
                }
                () = std::future::poll_fn(|cx| self.poll(cx)) => break,
            }
        }
        self.end();
        if let Some(channel) = self.channel.take().filter(|_| self.monitor.end().is_none()) {
            let _ = tokio::time::timeout(FAREWELL, channel.close()).await;
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            self.report();
            if let Some(error) = self.crash.take()
                && self.recover(error).is_break()
            {
                return Poll::Ready(());
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
            if !self.ended.is_empty() || !self.unanswered.is_quiet(cx) || !self.mailbox.is_empty(cx) {
                continue;
            }
            let idle = self.waiting.is_empty() && self.unanswered.publishes().all(|publish| publish.is_answered());
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
            let (writing, bytes) = self.unanswered.writing();
            let fits = writing < MAX_UNWRITTEN && (writing == 0 || bytes + next.message.size() <= MAX_UNWRITTEN_BYTES);
            let alone = self.careful == 0 || self.unanswered.is_empty();
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
            self.unanswered.begin(channel, next, &mut self.ended);
        }
    }

    /// Answers what the broker has answered.
    ///
    /// A return comes before its own confirm, but lapin gives it to whichever confirm ends first,
    /// and of one frame that confirms many, in no order. So first everything of the frames seen is
    /// waited for, then all returns are noted, and only then is anything reported.
    fn report(&mut self) {
        self.unanswered.collect(&mut self.ended);
        while !self.ended.is_empty() {
            if let Some(channel) = &self.channel {
                channel.complete_frame();
            }
            self.unanswered.collect(&mut self.later);
            for ended in self.ended.iter().chain(&self.later) {
                let Ok(answer) = &ended.outcome else { continue };
                let Some(returned) = &answer.returned else { continue };
                let name = self.namer.name(&returned.exchange, &returned.routing_key, &returned.message_id);
                if !self.returns.returned(name) {
                    tracing::warn!(
                        exchange = %Shown::new(&returned.exchange),
                        routing_key = %Shown::new(&returned.routing_key),
                        message_id = %Shown::new(&returned.message_id),
                        "the broker returned a message that is not in unanswered"
                    );
                }
            }
            for Ended { mut publish, outcome } in self.ended.drain(..) {
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
            std::mem::swap(&mut self.ended, &mut self.later);
        }
    }

    /// The channel has ended: fails what ended it, and keeps the rest for the next one, in order.
    fn recover(&mut self, error: LinkError) -> ControlFlow<()> {
        self.channel = None;
        let mut rest = std::mem::take(&mut self.crashed);
        self.unanswered.abandon(&mut rest);
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
        if error.is_of_channel() || error == LinkError::Closed {
            return ControlFlow::Continue(());
        }
        self.monitor.set(State::Lost(error));
        ControlFlow::Break(())
    }

    fn poll_errand(&mut self, cx: &mut Context<'_>) -> ControlFlow<()> {
        let Some(errand) = &mut self.errand else { return ControlFlow::Continue(()) };
        let Poll::Ready(done) = errand.as_mut().poll(cx) else { return ControlFlow::Continue(()) };
        self.errand = None;
        match done {
            Errand::Channel(Ok(channel)) => self.channel = Some(channel),
            // The deadlines of the messages are what bounds a wait.
            Errand::Channel(Err(LinkError::Timeout)) => {}
            Errand::Channel(Err(error)) => {
                self.monitor.set(State::Lost(error));
                return ControlFlow::Break(());
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
        ControlFlow::Continue(())
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
        for publish in self.unanswered.publishes().filter(|publish| !publish.is_answered()) {
            expire(publish, |publish| {
                publish.expire(PublishError::new(
                    PublishErrorKind::Indeterminate,
                    "the broker did not confirm it before the deadline",
                ));
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
        self.unanswered.abandon(&mut rest);
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
    /// The only one in unanswered.
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use tokio::sync::{oneshot, watch};
    use user_events_core::InFlight;

    use super::*;
    use crate::link::{Answer, PublishChannel, Returned};

    /// A broker that does what a test says, when the test says so.
    #[derive(Clone, Default)]
    struct Broker(Arc<Inner>);

    #[derive(Default)]
    struct Inner {
        blocked: AtomicBool,
        slow_writes: AtomicBool,
        channels: Mutex<u32>,
        handed_over: Mutex<Vec<HandedOver>>,
        asked: Mutex<Vec<String>>,
        rest_of_frame: Mutex<Vec<Box<dyn FnOnce() + Send>>>,
    }

    struct HandedOver {
        channel: u32,
        id: String,
        written: Option<oneshot::Sender<Result<(), LinkError>>>,
        confirm: Option<oneshot::Sender<Result<Answer, LinkError>>>,
    }

    struct Channel(Broker, u32);

    struct Confirm(oneshot::Receiver<Result<Answer, LinkError>>);

    impl Future for Confirm {
        type Output = Result<Answer, LinkError>;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            Pin::new(&mut self.0).poll(cx).map(|answer| answer.unwrap_or(Err(LinkError::Closed)))
        }
    }

    impl PublishLink for Broker {
        type Channel = Channel;

        async fn confirm_channel(&self) -> Result<Channel, LinkError> {
            let mut channels = self.0.channels.lock().unwrap();
            *channels += 1;
            Ok(Channel(self.clone(), *channels))
        }

        async fn ensure_exchange(&self, exchange: &str) -> Result<(), TransportError> {
            self.0.asked.lock().unwrap().push(exchange.to_owned());
            match exchange {
                "closed" => Err(TransportError::new(TransportErrorKind::Unauthorized, "exchange `closed` is closed")),
                _ => Ok(()),
            }
        }

        fn is_blocked(&self) -> bool {
            self.0.blocked.load(Ordering::Relaxed)
        }
    }

    impl PublishChannel for Channel {
        type Confirm = Confirm;

        fn publish(
            &self,
            message: &OutboundMessage,
        ) -> impl Future<Output = Result<Confirm, LinkError>> + Send + use<> {
            let (broker, channel, id) = (self.0.clone(), self.1, message.message_id().to_owned());
            async move {
                let (confirm, answer) = oneshot::channel();
                let (write, written) = oneshot::channel();
                let slow = broker.0.slow_writes.load(Ordering::Relaxed);
                let handed_over = HandedOver { channel, id, written: Some(write), confirm: Some(confirm) };
                broker.0.handed_over.lock().unwrap().push(handed_over);
                if slow {
                    written.await.unwrap_or(Err(LinkError::Closed))?;
                }
                Ok(Confirm(answer))
            }
        }

        async fn close(&self) -> Result<(), LinkError> {
            Ok(())
        }

        fn complete_frame(&self) {
            let rest = std::mem::take(&mut *self.0.0.rest_of_frame.lock().unwrap());
            rest.into_iter().for_each(|complete| complete());
        }
    }

    impl Broker {
        /// What a channel was handed, in order.
        fn seen(&self, channel: u32) -> Vec<String> {
            let handed_over = self.0.handed_over.lock().unwrap();
            handed_over.iter().filter(|seen| seen.channel == channel).map(|seen| seen.id.clone()).collect()
        }

        fn confirm(&self, channel: u32, id: &str, answer: Result<Answer, LinkError>) {
            let mut handed_over = self.0.handed_over.lock().unwrap();
            let seen =
                handed_over.iter_mut().find(|seen| seen.channel == channel && seen.id == id && seen.confirm.is_some());
            let confirm = seen.and_then(|seen| seen.confirm.take()).expect("it is in unanswered");
            let _ = confirm.send(answer);
        }

        fn close_channel(&self, channel: u32, error: &LinkError) {
            for seen in self.0.handed_over.lock().unwrap().iter_mut().filter(|seen| seen.channel == channel) {
                if let Some(written) = seen.written.take() {
                    let _ = written.send(Err(error.clone()));
                }
                if let Some(confirm) = seen.confirm.take() {
                    let _ = confirm.send(Err(error.clone()));
                }
            }
        }
    }

    fn stored() -> Result<Answer, LinkError> {
        Ok(Answer { stored: true, returned: None })
    }

    fn stored_with(routing_key: &str, id: &str) -> Result<Answer, LinkError> {
        let returned = Returned { exchange: "x".into(), routing_key: routing_key.into(), message_id: id.into() };
        Ok(Answer { stored: true, returned: Some(returned) })
    }

    /// A pump on channel 1 of a broker.
    struct Stage {
        broker: Broker,
        intake: Intake,
        monitor: Monitor,
        bound: InFlight,
        closing: watch::Sender<Option<Instant>>,
    }

    impl Stage {
        async fn start() -> Self {
            let (broker, monitor) = (Broker::default(), Monitor::new());
            let channel = broker.confirm_channel().await.unwrap();
            let (intake, pump) = Pump::new(Arc::new(broker.clone()), channel, monitor.clone());
            let closing = watch::Sender::new(None);
            tokio::spawn(pump.run(closing.subscribe()));
            Self { broker, intake, monitor, bound: InFlight::new(2_000, 1 << 20), closing }
        }

        async fn publish_to(&self, exchange: &str, key: &str, id: &str) -> Confirmation {
            let message = OutboundMessage::new(exchange.to_owned(), key.to_owned(), "").with_message_id(id);
            let slot = self.bound.reserve(1).await.unwrap();
            self.intake.publish(slot, message, crate::settle::now() + Duration::from_secs(10))
        }

        async fn publish(&self, id: &str) -> Confirmation {
            self.publish_to("x", "k", id).await
        }
    }

    /// Lets everything happen that can.
    async fn quiet() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    async fn kind(answer: Confirmation) -> PublishErrorKind {
        answer.await.expect_err("it fails").kind()
    }

    #[tokio::test(start_paused = true)]
    async fn hands_over_in_the_order_of_the_calls_and_no_more_than_the_link_may_hold() {
        let stage = Stage::start().await;
        stage.broker.0.slow_writes.store(true, Ordering::Relaxed);
        let mut answers = Vec::new();
        for number in 0..300 {
            answers.push(stage.publish(&number.to_string()).await);
        }
        quiet().await;
        assert_eq!(stage.broker.seen(1).len(), MAX_UNWRITTEN);
        stage.broker.0.slow_writes.store(false, Ordering::Relaxed);
        for seen in &mut *stage.broker.0.handed_over.lock().unwrap() {
            let _ = seen.written.take().unwrap().send(Ok(()));
        }
        quiet().await;
        assert_eq!(stage.broker.seen(1), (0..300).map(|number| number.to_string()).collect::<Vec<_>>());
        assert_eq!(*stage.broker.0.asked.lock().unwrap(), ["x"], "an exchange is asked for once");
        for (number, answer) in answers.into_iter().enumerate() {
            stage.broker.confirm(1, &number.to_string(), stored());
            assert_eq!(answer.await.unwrap().routed(), Routed::Yes);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_return_that_comes_with_the_last_confirm_of_a_frame_is_not_missed() {
        let stage = Stage::start().await;
        let unroutable = [stage.publish_to("x", "nowhere", "1").await, stage.publish_to("x", "nowhere", "2").await];
        quiet().await;
        // One frame confirms both. The second ends first, with the return of the first.
        stage.broker.0.rest_of_frame.lock().unwrap().push(Box::new({
            let broker = stage.broker.clone();
            move || broker.confirm(1, "1", stored_with("nowhere", "2"))
        }));
        stage.broker.confirm(1, "2", stored_with("nowhere", "1"));
        for answer in unroutable {
            assert_eq!(answer.await.unwrap().routed(), Routed::No);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_name_is_in_flight_once_and_others_pass_it() {
        let stage = Stage::start().await;
        let (first, again) = (stage.publish("same").await, stage.publish("same").await);
        let elsewhere = stage.publish_to("x", "nowhere", "same").await;
        quiet().await;
        assert_eq!(stage.broker.seen(1), ["same", "same"], "the other key is another name");
        stage.broker.confirm(1, "same", stored_with("nowhere", "same"));
        assert_eq!(first.await.unwrap().routed(), Routed::Yes);
        quiet().await;
        assert_eq!(stage.broker.seen(1).len(), 3);
        stage.broker.confirm(1, "same", stored());
        assert_eq!(elsewhere.await.unwrap().routed(), Routed::No);
        stage.broker.confirm(1, "same", stored());
        assert_eq!(again.await.unwrap().routed(), Routed::Yes);
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_says_whether_the_broker_may_have_it() {
        let stage = Stage::start().await;
        let handed_over = stage.publish("handed over").await;
        quiet().await;
        stage.broker.0.blocked.store(true, Ordering::Relaxed);
        let waiting = stage.publish("waiting").await;
        assert_eq!(kind(handed_over).await, PublishErrorKind::Indeterminate);
        assert_eq!(kind(waiting).await, PublishErrorKind::NotSent);
        stage.broker.0.blocked.store(false, Ordering::Relaxed);
        stage.monitor.set(State::Blocked("over".into()));
        quiet().await;
        assert_eq!(stage.broker.seen(1), ["handed over"], "after `not sent` nothing is sent");
    }

    #[tokio::test(start_paused = true)]
    async fn what_ended_the_channel_fails_and_the_rest_is_sent_again_in_order() {
        let stage = Stage::start().await;
        let mut answers = Vec::new();
        for (exchange, id) in [("x", "1"), ("missing", "2"), ("x", "3"), ("x", "4")] {
            answers.push((id, stage.publish_to(exchange, "k", id).await));
        }
        quiet().await;
        stage.broker.confirm(1, "3", stored());
        let reply = Reply::new(404, "NOT_FOUND - no exchange 'missing' in vhost '/'");
        stage.broker.close_channel(1, &LinkError::Channel(reply));
        quiet().await;
        assert_eq!(stage.broker.seen(2), ["1", "4"]);
        for id in ["1", "4"] {
            stage.broker.confirm(2, id, stored());
        }
        for (id, answer) in answers {
            match answer.await {
                Ok(receipt) => assert_eq!((receipt.routed(), id == "2"), (Routed::Yes, false)),
                Err(error) => assert_eq!((error.kind(), id), (PublishErrorKind::Refused, "2")),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_unnamed_culprit_is_found_by_sending_one_at_a_time() {
        let stage = Stage::start().await;
        let error = LinkError::Channel(Reply::new(406, "PRECONDITION_FAILED - for a reason of its own"));
        let mut answers = Vec::new();
        for id in ["1", "culprit", "3"] {
            answers.push((id, stage.publish(id).await));
        }
        quiet().await;
        stage.broker.close_channel(1, &error);
        quiet().await;
        assert_eq!(stage.broker.seen(2), ["1"]);
        stage.broker.confirm(2, "1", stored());
        quiet().await;
        assert_eq!(stage.broker.seen(2), ["1", "culprit"]);
        stage.broker.close_channel(2, &error);
        quiet().await;
        assert_eq!(stage.broker.seen(3), ["3"]);
        stage.broker.confirm(3, "3", stored());
        for (id, answer) in answers {
            assert_eq!(answer.await.is_ok(), id != "culprit", "{id}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_exchange_fails_its_own_publishes_before_they_are_sent() {
        let stage = Stage::start().await;
        let (refused, other) = (stage.publish_to("closed", "k", "1").await, stage.publish("2").await);
        let error = refused.await.unwrap_err();
        assert_eq!(error.kind(), PublishErrorKind::NotSent);
        assert!(error.to_string().contains("`closed`"), "{error}");
        quiet().await;
        stage.broker.confirm(1, "2", stored());
        other.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_connection_answers_everything_at_once() {
        let stage = Stage::start().await;
        let written = stage.publish("written").await;
        quiet().await;
        stage.broker.0.slow_writes.store(true, Ordering::Relaxed);
        let unwritten = stage.publish("unwritten").await;
        quiet().await;
        let started = tokio::time::Instant::now();
        stage.broker.close_channel(1, &LinkError::Io(std::io::ErrorKind::ConnectionReset));
        assert_eq!(kind(written).await, PublishErrorKind::Indeterminate);
        assert_eq!(kind(unwritten).await, PublishErrorKind::NotSent, "the link says that it was not written");
        assert_eq!(kind(stage.publish("late").await).await, PublishErrorKind::NotSent);
        assert!(started.elapsed() < Duration::from_secs(1));
        assert!(matches!(stage.monitor.state(), State::Lost(_)));
    }

    #[tokio::test(start_paused = true)]
    async fn closing_does_not_put_off_a_deadline() {
        let stage = Stage::start().await;
        let open = stage.publish("open").await;
        quiet().await;
        stage.closing.send_replace(Some(crate::settle::now() + Duration::from_secs(60)));
        let started = tokio::time::Instant::now();
        assert_eq!(kind(open).await, PublishErrorKind::Indeterminate);
        assert!(started.elapsed() <= Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn closing_waits_for_answers_until_its_deadline() {
        let stage = Stage::start().await;
        let (answered, open) = (stage.publish("answered").await, stage.publish("open").await);
        quiet().await;
        stage.intake.close();
        stage.closing.send_replace(Some(crate::settle::now() + Duration::from_secs(1)));
        assert_eq!(kind(stage.publish("late").await).await, PublishErrorKind::NotSent);
        stage.broker.confirm(1, "answered", stored());
        answered.await.unwrap();
        let started = tokio::time::Instant::now();
        assert_eq!(kind(open).await, PublishErrorKind::Indeterminate);
        assert!(started.elapsed() <= Duration::from_secs(1));
    }
}
