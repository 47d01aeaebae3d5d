//! Spans and metrics, named by OpenTelemetry's semantic conventions for messaging.
//!
//! Spans go through `tracing`, metrics through the `metrics` facade: install a recorder before
//! the first bus is made. Ids stand in spans only; metric labels are names that the program's
//! source knows, so that their number is bounded. What a message says of itself is [`Shown`].

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use metrics::{Counter, Histogram, counter, gauge, histogram};
use tracing::Span;
use user_events_core::{EventMeta, Health, InboundMessage, OutboundMessage, Receipt, Routed, Shown, Text};

use crate::bus::now;
use crate::{Error, ErrorKind};

pub(crate) fn publish_span(system: &'static str, message: &OutboundMessage) -> Span {
    tracing::info_span!(
        "publish",
        otel.kind = "producer",
        messaging.operation.type = "send",
        messaging.system = system,
        messaging.destination.name = %Shown::new(&message.exchange),
        messaging.rabbitmq.destination.routing_key = %Shown::new(&message.routing_key),
        messaging.message.id = &*Shown::new(message.message_id()),
        messaging.message.conversation_id = shown(&message.properties.correlation_id).as_deref(),
        messaging.message.body.size = message.body.len(),
    )
}

pub(crate) fn process_span(system: &'static str, consumer: &str, message: &InboundMessage) -> Span {
    tracing::info_span!(
        "process",
        otel.kind = "consumer",
        messaging.operation.type = "process",
        messaging.system = system,
        messaging.destination.name = %Shown::new(&message.exchange),
        messaging.destination.subscription.name = consumer,
        messaging.rabbitmq.destination.routing_key = %Shown::new(&message.routing_key),
        messaging.message.id = shown(&message.properties.message_id).as_deref(),
        messaging.message.conversation_id = shown(&message.properties.correlation_id).as_deref(),
        messaging.message.body.size = message.body.len(),
    )
}

/// An id that the message may have.
fn shown(id: &Option<Text>) -> Option<Shown<'_>> {
    id.as_deref().map(Shown::new)
}

/// The error that a message ends with, which may quote it: on one line, no longer than a letter says it.
pub(crate) fn shown_error(text: &str) -> Shown<'_> {
    const MAX: usize = 4096;
    Shown::up_to(text, MAX)
}

pub(crate) fn record_health(system: &'static str, health: &Health) {
    gauge!("user_events.in_flight.messages", "messaging.system" => system).set(health.in_flight_messages as f64);
    gauge!("user_events.in_flight.bytes", "messaging.system" => system).set(health.in_flight_bytes as f64);
    gauge!("user_events.unsettled.messages", "messaging.system" => system).set(health.unsettled as f64);
    let oldest = health.oldest_unsettled.unwrap_or_default();
    gauge!("user_events.unsettled.oldest_age", "messaging.system" => system).set(oldest.as_secs_f64());
}

/// The metrics of a bus's publishers, a set for each event, made when it is first published.
#[derive(Clone)]
pub(crate) struct PublishMetrics(Arc<ByEvent>);

struct ByEvent {
    system: &'static str,
    /// Few, and found by their address, which is quicker than hashing their names.
    events: RwLock<Vec<(&'static EventMeta, Arc<SentMetrics>)>>,
}

impl PublishMetrics {
    pub(crate) fn new(system: &'static str) -> Self {
        Self(Arc::new(ByEvent { system, events: RwLock::default() }))
    }

    pub(crate) fn of(&self, event: &'static EventMeta) -> Arc<SentMetrics> {
        let events = self.0.events.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, metrics)) = events.iter().find(|(known, _)| std::ptr::eq(*known, event)) {
            return Arc::clone(metrics);
        }
        drop(events);
        let metrics = Arc::new(SentMetrics::new(self.0.system, event));
        self.0.events.write().unwrap_or_else(PoisonError::into_inner).push((event, Arc::clone(&metrics)));
        metrics
    }
}

impl fmt::Debug for PublishMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublishMetrics").field(&self.0.system).finish()
    }
}

/// The metrics of one event's publishes: sent messages by outcome, and how long confirms took.
pub(crate) struct SentMetrics {
    routed: Counter,
    unroutable: Counter,
    not_sent: Counter,
    refused: Counter,
    indeterminate: Counter,
    duration: Histogram,
}

impl SentMetrics {
    fn new(system: &'static str, event: &EventMeta) -> Self {
        let sent = |outcome: &'static str| {
            counter!(
                "messaging.client.sent.messages",
                "messaging.system" => system,
                "messaging.message.type" => event.message_type,
                "outcome" => outcome,
            )
        };
        Self {
            routed: sent("confirmed"),
            unroutable: sent("unroutable"),
            not_sent: sent("not_sent"),
            refused: sent("refused"),
            indeterminate: sent("indeterminate"),
            duration: histogram!(
                "messaging.client.operation.duration",
                "messaging.system" => system,
                "messaging.message.type" => event.message_type,
                "messaging.operation.name" => "publish",
            ),
        }
    }

    /// The broker has answered, or never will.
    pub(crate) fn answered(&self, outcome: &Result<Receipt, Error>, started: Instant) {
        match outcome {
            Ok(receipt) if receipt.routed() == Routed::No => self.unroutable.increment(1),
            Ok(_) => self.routed.increment(1),
            Err(error) => self.failed(error.kind()),
        }
        self.duration.record(now().saturating_duration_since(started));
    }

    pub(crate) fn failed(&self, kind: ErrorKind) {
        let counter = match kind {
            ErrorKind::Unroutable => &self.unroutable,
            ErrorKind::Refused => &self.refused,
            ErrorKind::Indeterminate => &self.indeterminate,
            _ => &self.not_sent,
        };
        counter.increment(1);
    }
}

/// The metrics of one consumer: handled messages by outcome, and how long handlers took.
pub(crate) struct ProcessMetrics {
    handled: Counter,
    dead_lettered: Counter,
    duration: Histogram,
}

impl ProcessMetrics {
    pub(crate) fn new(system: &'static str, consumer: &str, message_type: &'static str) -> Self {
        let consumed = |outcome: &'static str| {
            counter!(
                "messaging.client.consumed.messages",
                "messaging.system" => system,
                "messaging.destination.subscription.name" => consumer.to_owned(),
                "messaging.message.type" => message_type,
                "outcome" => outcome,
            )
        };
        Self {
            handled: consumed("handled"),
            dead_lettered: consumed("dead_lettered"),
            duration: histogram!(
                "messaging.process.duration",
                "messaging.system" => system,
                "messaging.destination.subscription.name" => consumer.to_owned(),
                "messaging.message.type" => message_type,
            ),
        }
    }

    pub(crate) fn handled(&self, started: Instant) {
        self.handled.increment(1);
        self.duration.record(now().saturating_duration_since(started));
    }

    pub(crate) fn dead_lettered(&self, started: Instant) {
        self.dead_lettered.increment(1);
        self.duration.record(now().saturating_duration_since(started));
    }
}
