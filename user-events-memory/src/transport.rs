//! [`MemoryTransport`]: a connection to a broker in this process.

use std::fmt;
use std::sync::Arc;
use std::time::Instant as Deadline;

use async_trait::async_trait;
use tokio::time::Instant;
use user_events_core::{
    Capabilities, Confirmation, Header, Headers, Health, InFlight, InboundMessage, Link, OutboundMessage, Plan,
    PublishError, PublishErrorKind, Settlements, Slot, Subscription, SubscriptionSpec, Topology, TopologyMode,
    Transport, TransportError, TransportErrorKind,
};

use crate::broker::{Broker, Common};
use crate::connection::Connection;
use crate::{Builder, Faults};

/// A connection to a broker that lives in this process, and ends with it.
///
/// Its broker is of one of two kinds: [`queue`](Self::queue) behaves like RabbitMQ,
/// [`log`](Self::log) like Kafka. A clone is the same connection; another one to the same
/// broker is made by [`connect`](Self::connect).
///
/// Queues have no limit unless [`Builder::max_queue_len`] sets one, and a log keeps everything
/// unless [`Builder::retention`] does: memory is the limit.
///
/// ```
/// use user_events_core::{OutboundMessage, Routed, Transport};
/// use user_events_memory::MemoryTransport;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = MemoryTransport::queue();
/// let message = OutboundMessage::new("user.events", "user.registered.v1", "{}");
/// let deadline = (tokio::time::Instant::now() + std::time::Duration::from_secs(1)).into_std();
/// let slot = transport.in_flight().reserve(message.size()).await?;
/// let receipt = transport.publish(slot, message, deadline).await?;
/// assert_eq!(receipt.routed(), Routed::No);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MemoryTransport {
    broker: Arc<dyn Broker>,
    connection: Arc<Connection>,
    in_flight: InFlight,
    capabilities: Capabilities,
}

impl MemoryTransport {
    /// A new broker like RabbitMQ: topic exchanges, queues, competing consumers.
    #[must_use]
    pub fn queue() -> Self {
        Self::builder().queue()
    }

    /// A new broker like Kafka: partitioned topics, consumer groups.
    #[must_use]
    pub fn log() -> Self {
        Self::builder().log()
    }

    /// Sets limits and switches before the broker is made.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn to(broker: Arc<dyn Broker>, mut capabilities: Capabilities) -> Self {
        let settings = broker.common().settings;
        capabilities.max_message_bytes = settings.max_message_bytes;
        Self {
            connection: Arc::new(Connection::new()),
            in_flight: InFlight::new(settings.in_flight_messages, settings.in_flight_bytes),
            capabilities,
            broker,
        }
    }

    /// Another connection to the same broker, as another process would have.
    #[must_use]
    pub fn connect(&self) -> Self {
        Self::to(self.broker.clone(), self.capabilities)
    }

    /// What can be made to go wrong.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults::new(self.broker.clone())
    }

    /// The messages in a queue in its order, those given out and not yet settled included. On a
    /// log, the messages that a group has not settled, or all those of a topic.
    #[must_use]
    pub fn queue_messages(&self, name: &str) -> Vec<InboundMessage> {
        self.broker.messages(name)
    }

    /// Everything that was published to this broker, in order, whether it was routed or not.
    ///
    /// # Panics
    ///
    /// Unless [`Builder::record_published`] switched it on: an empty answer would let every test
    /// pass that nothing was published.
    #[must_use]
    pub fn published(&self) -> Vec<OutboundMessage> {
        let Some(messages) = self.common().record.messages() else {
            panic!("nothing was recorded: build the transport with `.record_published()`");
        };
        messages
    }

    /// Waits until nothing is left to handle: no message is in a queue, none is given out and
    /// unsettled. Queues of dead letters do not count. A queue that nobody consumes does.
    ///
    /// A message that a handler publishes is in its queue before the handler's own delivery is
    /// settled, so a chain of handlers is idle only at its end.
    pub async fn idle(&self) {
        loop {
            let progress = self.common().progress.notified();
            tokio::pin!(progress);
            progress.as_mut().enable();
            if self.broker.is_idle() {
                return;
            }
            progress.await;
        }
    }

    fn common(&self) -> &Common {
        self.broker.common()
    }

    fn ensure_open(&self) -> Result<(), TransportError> {
        if self.connection.is_closed() {
            return Err(TransportError::new(TransportErrorKind::Closed, "the transport is closed"));
        }
        Ok(())
    }

    /// Why a message is not even sent.
    fn not_sent(&self, message: &OutboundMessage, now: Instant, deadline: Instant) -> Option<String> {
        if self.connection.is_closed() {
            return Some("the transport is closed".to_owned());
        }
        if now >= deadline {
            return Some("its deadline had passed".to_owned());
        }
        if let Some(name) = message.headers.entries().map(Header::name).find(|name| Headers::is_reserved(name)) {
            return Some(format!("header `{name}` is the broker's own: use another name"));
        }
        let max = self.capabilities.max_message_bytes.filter(|&max| message.body.len() > max)?;
        Some(format!("the body has {} bytes, the broker takes {max}", message.body.len()))
    }
}

#[async_trait]
impl Transport for MemoryTransport {
    fn system(&self) -> &'static str {
        "memory"
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    fn publish(&self, slot: Slot, message: OutboundMessage, deadline: Deadline) -> Confirmation {
        let (now, deadline) = (Instant::now(), Instant::from_std(deadline));
        if let Some(reason) = self.not_sent(&message, now, deadline) {
            return Confirmation::ready(Err(PublishError::new(PublishErrorKind::NotSent, reason)));
        }
        let faults = &self.common().faults;
        if faults.refuses() {
            let reason = "the broker was made to refuse it";
            return Confirmation::ready(Err(PublishError::new(PublishErrorKind::Refused, reason)));
        }
        let outcome = self.broker.store(message);
        let answered_at = match faults.confirm_delay() {
            _ if faults.loses_confirm() => deadline,
            Some(delay) => now + delay,
            None => return Confirmation::ready(outcome),
        };
        if answered_at < deadline {
            return self.connection.answer_at(answered_at, slot, outcome);
        }
        let unknown = PublishError::new(PublishErrorKind::Indeterminate, "no confirm came by the deadline");
        self.connection.answer_at(deadline, slot, Err(unknown))
    }

    async fn plan(&self, topology: &Topology) -> Result<Plan, TransportError> {
        self.ensure_open()?;
        Ok(self.broker.plan(topology))
    }

    async fn apply(&self, topology: &Topology, mode: TopologyMode) -> Result<Plan, TransportError> {
        self.ensure_open()?;
        self.broker.apply(topology, mode)
    }

    async fn subscribe(&self, spec: SubscriptionSpec) -> Result<Box<dyn Subscription>, TransportError> {
        self.ensure_open()?;
        let subscription = self.broker.clone().subscribe(spec, self.connection.clone())?;
        // The transport may have been closed in between, and would not know of this one.
        self.ensure_open()?;
        Ok(subscription)
    }

    fn health(&self) -> Health {
        let mut health = Health::new(if self.connection.is_closed() { Link::Closed } else { Link::Connected });
        health.in_flight_messages = self.in_flight.messages();
        health.in_flight_bytes = self.in_flight.bytes();
        health.stale_settlements = self.connection.stale_settlements();
        self.broker.observe(self.connection.id, &mut health);
        health
    }

    async fn close(&self, deadline: Deadline) -> Result<(), TransportError> {
        self.in_flight.close();
        self.connection.close();
        self.broker.disconnect(self.connection.id);
        self.connection.end(Instant::from_std(deadline)).await;
        Ok(())
    }
}

impl fmt::Debug for MemoryTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.capabilities.settlement {
            Settlements::PerMessage => "queue",
            Settlements::Watermark => "log",
        };
        f.debug_struct("MemoryTransport").field("mode", &mode).field("in_flight", &self.in_flight).finish()
    }
}
