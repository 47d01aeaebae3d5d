//! [`Worker`]: the loop of one consumer, from delivery to settlement.
//!
//! The order is fixed and not a matter of middleware: decode, handle, dead-letter what failed,
//! and only when that is stored, ack.

use std::collections::{BTreeSet, VecDeque};
use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use chrono::Utc;
use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tracing::Instrument;
use user_events_core::{
    Address, Arrival, Binding, CopyTarget, Delivery, EventEncoder, InboundMessage, Lane, Link, OutboundMessage,
    PublishError, PublishErrorKind, QueueSpec, Routed, Shown, Subscription, SubscriptionSpec, Text, Topology,
};

use crate::bus::now;
use crate::consumer_handle::Stopped;
use crate::context::Runtime;
use crate::dead_letter::{Cause, write_letter};
use crate::dialects::Dialects;
use crate::dispatch::{Dispatcher, Found, HandlerFuture, Route};
use crate::telemetry;
use crate::{Bus, Error, ErrorKind, Publisher};

/// After so many steps without a pause the worker lets other tasks run.
const STEPS: usize = 128;
/// How long the subscription has to close after the handlers were given their time.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);
/// The pause between two tries to store a dead letter grows from the first to the second.
const COPY_BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// What a consumer is told before it starts.
pub(crate) struct Settings {
    pub(crate) name: Text,
    pub(crate) concurrency: usize,
    pub(crate) prefetch: Option<u16>,
    pub(crate) drain_timeout: Duration,
    pub(crate) dialects: Dialects,
}

impl Settings {
    pub(crate) fn new(name: Text) -> Self {
        Self {
            name,
            concurrency: 1,
            prefetch: None,
            drain_timeout: Duration::from_secs(30),
            dialects: Dialects::default(),
        }
    }

    /// The consumer's queue, bound to the events that it handles.
    pub(crate) fn queue(&self, bindings: impl IntoIterator<Item = Binding>) -> Result<QueueSpec, Error> {
        self.check()?;
        Ok(bindings.into_iter().fold(QueueSpec::new(self.name.clone()), QueueSpec::bind))
    }

    fn check(&self) -> Result<(), Error> {
        let name = &self.name;
        let wrong = |what: &str| Err(Error::new(ErrorKind::Configuration, format!("consumer `{name}`: {what}")));
        if name.is_empty() {
            return Err(Error::new(
                ErrorKind::Configuration,
                "a consumer's name is the name of its queue and not empty",
            ));
        }
        if name.len() > QueueSpec::MAX_NAME_BYTES {
            let longest = QueueSpec::MAX_NAME_BYTES;
            return wrong(&format!("its name is the name of its queue and has at most {longest} bytes"));
        }
        if self.concurrency == 0 {
            return wrong("a concurrency of 0 handles nothing");
        }
        if self.prefetch == Some(0) {
            return wrong("a prefetch of 0 has no bound; give the number of deliveries it may hold");
        }
        Ok(())
    }

    fn prefetch(&self) -> u16 {
        let twice = u16::try_from(self.concurrency.saturating_mul(2)).unwrap_or(u16::MAX);
        self.prefetch.unwrap_or(twice.max(64))
    }
}

/// Declares the consumer's queue and subscribes to it.
pub(crate) async fn start(routes: Vec<Route>, settings: Settings, bus: Bus) -> Result<Worker, Error> {
    let system = bus.transport().system();
    let name = settings.name.clone();
    let dispatcher = Dispatcher::new(routes, &name, &settings.dialects, system)?;
    let queue = settings.queue(dispatcher.bindings(&name, bus.default_exchange())?)?;
    let bindings = queue.bindings.clone();
    bus.transport().apply(&Topology::new().with_queue(queue), bus.transport().topology_mode()).await?;
    let spec = SubscriptionSpec::new(name.clone()).with_bindings(bindings).with_prefetch(settings.prefetch());
    let subscription = bus.transport().subscribe(spec).await?;
    let dead_letters = subscription.address(CopyTarget::DeadLetter).ok_or_else(|| {
        Error::new(
            ErrorKind::Topology,
            format!("consumer `{name}` has no dead letter queue: what it cannot handle would be lost"),
        )
    })?;
    let encoder = EventEncoder::new(name.clone()).with_default_exchange(bus.default_exchange().cloned());
    let publisher = Publisher::new(bus.clone(), encoder);
    tracing::info!(consumer = %name, system, "consuming");
    Ok(Worker {
        subscription,
        shared: Arc::new(Shared {
            runtime: Arc::new(Runtime { consumer: name, publisher }),
            dispatcher,
            bus,
            dead_letters,
            parallel: settings.concurrency > 1,
            counts: Counts::default(),
        }),
        concurrency: settings.concurrency,
        drain_timeout: settings.drain_timeout,
        waiting: VecDeque::new(),
        running: FuturesUnordered::new(),
        lanes: BTreeSet::new(),
        stage: Stage::Running,
    })
}

/// The loop of one consumer.
pub(crate) struct Worker {
    subscription: Box<dyn Subscription>,
    shared: Arc<Shared>,
    concurrency: usize,
    drain_timeout: Duration,
    /// Delivered and not yet started. Bounded by the prefetch.
    waiting: VecDeque<Delivery>,
    running: FuturesUnordered<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// Every lane that something came by: what is paused.
    lanes: BTreeSet<Lane>,
    stage: Stage,
}

enum Stage {
    Running,
    /// Fetching is paused while a copy could not be stored.
    Held,
    Draining,
    /// The subscription has ended by itself.
    Ended(Option<Error>),
}

/// What the worker and the attempts under way share.
pub(crate) struct Shared {
    runtime: Arc<Runtime>,
    dispatcher: Dispatcher,
    bus: Bus,
    dead_letters: Address,
    parallel: bool,
    counts: Counts,
}

/// What a consumer has done so far.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) handled: AtomicU64,
    pub(crate) dead_lettered: AtomicU64,
    /// Attempts under way.
    pub(crate) running: AtomicUsize,
    /// Copies that could not be stored yet.
    pub(crate) unstored: AtomicUsize,
}

impl Shared {
    pub(crate) fn name(&self) -> &Text {
        &self.runtime.consumer
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }
}

impl Worker {
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Handles deliveries until `shutdown`, or until the subscription ends by itself.
    pub(crate) async fn run(mut self, shutdown: impl Future<Output = ()> + Send) -> Result<Stopped, Error> {
        let mut shutdown = pin!(shutdown);
        poll_fn(|cx| {
            if shutdown.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            self.step(cx, |worker| matches!(worker.stage, Stage::Ended(_)))
        })
        .await;
        self.stop().await
    }

    /// Takes nothing new, lets handlers finish, and gives the rest back.
    async fn stop(mut self) -> Result<Stopped, Error> {
        let ended = match std::mem::replace(&mut self.stage, Stage::Draining) {
            Stage::Ended(error) => Some(error),
            _ => None,
        };
        self.pause();
        let timeout = self.drain_timeout;
        let drained = poll_fn(|cx| self.step(cx, |worker| worker.running.is_empty()));
        let in_time = tokio::time::timeout(timeout, drained).await.is_ok();
        let given_back = self.waiting.len() + self.running.len();
        // What did not finish in time is given back: it must not run on while others handle it.
        self.running.clear();
        let closed = self.subscription.close(now() + CLOSE_TIMEOUT).await;
        let counts = &self.shared.counts;
        let stopped = Stopped {
            handled: counts.handled.load(Ordering::Relaxed),
            dead_lettered: counts.dead_lettered.load(Ordering::Relaxed),
            given_back,
        };
        tracing::info!(
            consumer = %self.shared.name(),
            handled = stopped.handled,
            dead_lettered = stopped.dead_lettered,
            given_back,
            in_time,
            "stopped",
        );
        match ended {
            Some(Some(error)) => Err(error),
            // The bus was closed: nothing is left to be told.
            Some(None) => Ok(stopped),
            None => closed.map(|()| stopped).map_err(Error::from),
        }
    }

    /// Moves everything that can move. Ready when `until` holds.
    fn step(&mut self, cx: &mut Context<'_>, until: impl Fn(&Self) -> bool) -> Poll<()> {
        for _ in 0..STEPS {
            self.receive(cx);
            self.start_waiting();
            let finished = self.running.poll_next_unpin(cx);
            self.hold_or_go_on();
            if until(self) {
                return Poll::Ready(());
            }
            if !matches!(finished, Poll::Ready(Some(()))) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Takes what has arrived. Control items first: they say which deliveries are no longer ours.
    fn receive(&mut self, cx: &mut Context<'_>) {
        if matches!(self.stage, Stage::Ended(_)) {
            return;
        }
        for _ in 0..STEPS {
            match self.subscription.poll_next(cx) {
                Poll::Pending => return,
                Poll::Ready(Some(Arrival::Delivery(delivery))) => {
                    if self.lanes.insert(delivery.lane) && !matches!(self.stage, Stage::Running) {
                        self.subscription.pause(&[delivery.lane]);
                    }
                    self.waiting.push_back(delivery);
                }
                Poll::Ready(Some(Arrival::Revoked { lanes, .. })) => {
                    let waiting = std::mem::take(&mut self.waiting);
                    let (revoked, kept) = waiting.into_iter().partition(|delivery| lanes.contains(&delivery.lane));
                    self.waiting = kept;
                    let revoked: VecDeque<Delivery> = revoked;
                    revoked.into_iter().for_each(|delivery| delivery.ticket.requeue());
                    self.lanes.retain(|lane| !lanes.contains(lane));
                }
                Poll::Ready(Some(Arrival::Lost(error))) => {
                    tracing::error!(consumer = %self.shared.name(), %error, "the subscription was lost");
                    return self.end(Some(error.into()));
                }
                Poll::Ready(None) => return self.end(None),
            }
        }
        cx.waker().wake_by_ref();
    }

    fn end(&mut self, error: Option<Error>) {
        if matches!(self.stage, Stage::Running | Stage::Held) {
            self.stage = Stage::Ended(error);
        }
    }

    fn start_waiting(&mut self) {
        while matches!(self.stage, Stage::Running) && self.running.len() < self.concurrency {
            let Some(delivery) = self.waiting.pop_front() else { return };
            let shared = &self.shared;
            let span = telemetry::process_span(shared.bus.transport().system(), shared.name(), &delivery.message);
            self.running.push(Box::pin(attempt(Arc::clone(shared), delivery).instrument(span)));
        }
    }

    /// Nothing new is fetched or started while a copy cannot be stored: what fails next could
    /// not be stored either.
    fn hold_or_go_on(&mut self) {
        let unstored = self.shared.counts.unstored.load(Ordering::Relaxed) > 0;
        match self.stage {
            Stage::Running if unstored => {
                self.stage = Stage::Held;
                self.pause();
            }
            Stage::Held if !unstored => {
                self.stage = Stage::Running;
                self.subscription.resume(&self.lanes.iter().copied().collect::<Vec<_>>());
                self.start_waiting();
            }
            _ => {}
        }
    }

    fn pause(&mut self) {
        self.subscription.pause(&self.lanes.iter().copied().collect::<Vec<_>>());
    }
}

/// Handles one delivery, dead-letters what failed, then acks.
///
/// The ticket stays here, outside of what may panic: whatever happens to the handler, the
/// delivery is settled, or given back when this future is dropped.
// An async fn would hold its arguments twice, and a message is large.
#[allow(clippy::manual_async_fn)]
fn attempt(shared: Arc<Shared>, delivery: Delivery) -> impl Future<Output = ()> + Send {
    async move {
        let counts = &shared.counts;
        let started = now();
        let _running = Counted::new(&counts.running);
        let found = shared.dispatcher.find(&delivery.message);
        let metrics = found.as_ref().map_or(shared.dispatcher.unknown(), Found::metrics);
        let outcome = match &found {
            Ok(found) => handle(&shared, found, &delivery.message).await,
            Err(_) => Ok(()),
        };
        match found.map(|_| ()).and(outcome) {
            Ok(()) => {
                metrics.handled(started);
                counts.handled.fetch_add(1, Ordering::Relaxed);
            }
            Err(cause) => {
                // Boxed: a failure is rare, and its future large.
                if !Box::pin(store_letter(&shared, &delivery.message, &cause)).await {
                    return;
                }
                metrics.dead_lettered(started);
                counts.dead_lettered.fetch_add(1, Ordering::Relaxed);
            }
        }
        delivery.ticket.done();
    }
}

/// Runs the handler of one message.
async fn handle(shared: &Arc<Shared>, found: &Found<'_>, message: &InboundMessage) -> Result<(), Cause> {
    let handled = guarded(shared.dispatcher.call(found, message, &shared.runtime)?);
    if shared.parallel {
        // A task of its own uses another core; it is aborted when the attempt is given up.
        AbortOnDrop(tokio::spawn(handled.in_current_span())).await
    } else {
        handled.await
    }
}

async fn guarded(handler: HandlerFuture) -> Result<(), Cause> {
    match AssertUnwindSafe(handler).catch_unwind().await {
        Ok(handled) => handled.map_err(Cause::Failed),
        Err(panic) => Err(Cause::panicked(&*panic)),
    }
}

/// Stores the message's letter, however long it takes. The message is held until then: a handler
/// that has run is not run again because its letter could not be stored.
///
/// False when the transport has ended: the broker gives the message out again.
async fn store_letter(shared: &Shared, message: &InboundMessage, cause: &Cause) -> bool {
    let message_type = &*Shown::new(message.properties.message_type.as_deref().unwrap_or_default());
    let message_id = &*Shown::new(message.properties.message_id.as_deref().unwrap_or_default());
    let queue = shared.name();
    let error = cause.text();
    tracing::error!(message_type, message_id, %queue, reason = cause.reason().as_str(), error = %telemetry::shown_error(&error), "dead-lettering");
    let (mut pause, longest) = COPY_BACKOFF;
    let mut unstored = None;
    let (failed_at, limit) = (Utc::now(), shared.bus.transport().capabilities().max_properties_bytes);
    let write = |limit| write_letter(message, cause.reason(), &error, queue, &shared.dead_letters, failed_at, limit);
    let (mut letter, mut is_smallest) = (write(limit), false);
    while let Err(error) = publish_letter(shared, letter.clone()).await {
        if matches!(shared.bus.transport().health().link, Link::Lost { .. } | Link::Closed) {
            tracing::error!(message_type, message_id, %queue, %error, "the dead letter was not stored: the message is delivered again");
            return false;
        }
        if error.is_too_large() && !is_smallest {
            tracing::warn!(message_type, message_id, %queue, %error, "the dead letter is too large: leaving its application headers out");
            (letter, is_smallest) = (write(Some(0)), true);
            continue;
        }
        unstored.get_or_insert_with(|| Counted::new(&shared.counts.unstored));
        tracing::error!(message_type, message_id, %queue, %error, "the dead letter could not be stored: holding the message");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
    true
}

async fn publish_letter(shared: &Shared, letter: OutboundMessage) -> Result<(), PublishError> {
    let transport = shared.bus.transport();
    let deadline = shared.bus.publish_deadline(now());
    let room = transport.in_flight().reserve_copy(letter.size());
    let slot = tokio::time::timeout_at(deadline.into(), room)
        .await
        .unwrap_or_else(|_| Err(PublishError::new(PublishErrorKind::NotSent, "too much is in flight")))?;
    let receipt = transport.publish(slot, letter, deadline).await?;
    if receipt.routed() == Routed::No {
        return Err(PublishError::new(PublishErrorKind::Refused, "the dead letter queue does not exist"));
    }
    Ok(())
}

/// Counts one up as long as it lives.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(counter: &'a AtomicUsize) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct AbortOnDrop(tokio::task::JoinHandle<Result<(), Cause>>);

impl Future for AbortOnDrop {
    type Output = Result<(), Cause>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut self.0).poll(cx) {
            Poll::Ready(Ok(handled)) => Poll::Ready(handled),
            // Dropping the handler's future panicked: the handler itself is guarded.
            Poll::Ready(Err(error)) if error.is_panic() => Poll::Ready(Err(Cause::panicked(&*error.into_panic()))),
            // The handler's panics are caught inside the task: this is the async runtime shutting
            // down, and what it interrupts is no failure of the message.
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
