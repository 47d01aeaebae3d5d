//! [`RabbitTransport`]: the transport.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};
use user_events_core::{
    Capabilities, Confirmation, Health, InFlight, Link, OutboundMessage, Plan, Slot, Subscription, SubscriptionSpec,
    Topology, TopologyMode, Transport, TransportError,
};

use crate::config::RabbitConfig;
use crate::confirm::{Intake, Pump};
use crate::declare::{self, ensure_exchange};
use crate::error::{LinkError, connecting};
use crate::limits::Limits;
use crate::link::{Channel, Connection, PublishLink};
use crate::monitor::State;
use crate::settle::{Settlements, now};
use crate::subscription::{Progress, RabbitSubscription};

/// How long a transport that is dropped without being closed waits for the broker's answers.
const GRACE: Duration = Duration::from_secs(30);

/// RabbitMQ as a [`Transport`].
///
/// Publishing and consuming use a connection each; publishes, and the copies that a consumer
/// makes, use a confirm channel each, so that a flood of publishes cannot hold up a dead letter.
///
/// A transport that is dropped without [`close`](Transport::close) still answers what is in flight.
pub struct RabbitTransport {
    limits: Limits,
    in_flight: InFlight,
    publishing: Arc<Publishing>,
    consuming: Arc<Connection>,
    publishes: Intake,
    copies: Intake,
    /// Kept until they have ended, so that every call of `close` waits for them.
    pumps: tokio::sync::Mutex<Vec<JoinHandle<()>>>,
    closing: watch::Sender<Option<Instant>>,
    ends: AbortHandle,
    generations: AtomicU64,
    subscriptions: Mutex<Vec<Weak<Progress>>>,
    stale_settlements: Arc<AtomicU64>,
}

impl RabbitTransport {
    /// Connects to the broker. Must be called within a tokio runtime, which then runs the transport.
    ///
    /// # Errors
    ///
    /// `Configuration` or `Unauthorized` when the broker will not let this configuration in,
    /// `Connection` or `Timeout` when it may do so later. No error shows user name or password.
    pub async fn connect(config: RabbitConfig) -> Result<Self, TransportError> {
        let open = async |purpose: &str| {
            let name = format!("{} ({purpose})", config.connection_name);
            let opened = Connection::open(&config.uri, &name, config.connect_timeout).await;
            opened.map_err(|error| connecting(&config.uri, error))
        };
        let (publishing, consuming) = (open("publishing").await?, open("consuming").await?);
        let limits = Limits { body: config.max_message_bytes, frame: publishing.frame_max() };
        let publishing = Arc::new(Publishing { connection: publishing, topology: config.topology });
        let closing = watch::Sender::new(None);
        let start = async || {
            let channel = publishing.confirm_channel().await;
            let channel = channel.map_err(|error| error.into_transport("no channel could be opened to publish on"))?;
            let monitor = publishing.connection.monitor().clone();
            let (intake, pump) = Pump::new(Arc::clone(&publishing), channel, monitor);
            Ok((intake, tokio::spawn(pump.run(closing.subscribe()))))
        };
        let consuming = Arc::new(consuming);
        let ends = tokio::spawn(end_together(Arc::clone(&publishing), Arc::clone(&consuming))).abort_handle();
        let (publishes, publisher) = start().await?;
        let (copies, copier) = start().await?;
        Ok(Self {
            limits,
            in_flight: InFlight::new(config.max_in_flight, config.max_in_flight_bytes),
            publishing,
            consuming,
            publishes,
            copies,
            pumps: tokio::sync::Mutex::new(vec![publisher, copier]),
            closing,
            ends,
            generations: AtomicU64::new(1),
            subscriptions: Mutex::default(),
            stale_settlements: Arc::default(),
        })
    }

    /// The subscriptions that are not dropped.
    fn subscriptions(&self) -> Vec<Arc<Progress>> {
        let mut subscriptions = self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
        subscriptions.retain(|progress| progress.strong_count() > 0);
        subscriptions.iter().filter_map(Weak::upgrade).filter(|progress| progress.is_active()).collect()
    }

    /// Lets no publish in any more, and bounds the wait for the answers to those before.
    fn stop_publishing(&self, deadline: Instant) {
        self.in_flight.close();
        self.publishes.close();
        self.copies.close();
        self.closing.send_replace(Some(deadline));
    }
}

/// Ends one connection when the other is lost: a consumer whose dead letters cannot be published
/// must not go on failing messages, and what it holds is to be delivered again.
async fn end_together(publishing: Arc<Publishing>, consuming: Arc<Connection>) {
    let connections = [&publishing.connection, &*consuming];
    let [one, other] = connections.map(Connection::monitor);
    let error = tokio::select! {
        error = one.lost() => error,
        error = other.lost() => error,
    };
    let Some(error) = error else { return };
    for connection in connections {
        connection.monitor().set(State::Lost(error.clone()));
        // Also ends its consumers, which see by the monitor that it was lost.
        connection.close().await;
    }
}

#[async_trait]
impl Transport for RabbitTransport {
    fn system(&self) -> &'static str {
        "rabbitmq"
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::queue();
        capabilities.delivery_limit = true;
        capabilities.max_message_bytes = Some(self.limits.body);
        capabilities.max_properties_bytes = Some(self.limits.properties());
        capabilities
    }

    fn topology_mode(&self) -> TopologyMode {
        self.publishing.topology
    }

    fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    fn publish(&self, slot: Slot, message: OutboundMessage, deadline: Instant) -> Confirmation {
        if let Err(refused) = self.limits.check(&message, slot.is_copy()) {
            return Confirmation::ready(Err(refused));
        }
        let intake = if slot.is_copy() { &self.copies } else { &self.publishes };
        intake.publish(slot, message, deadline)
    }

    async fn plan(&self, topology: &Topology) -> Result<Plan, TransportError> {
        self.consuming.monitor().end().map_or(Ok(()), Err)?;
        declare::plan(&self.consuming, topology).await
    }

    async fn apply(&self, topology: &Topology, mode: TopologyMode) -> Result<Plan, TransportError> {
        self.consuming.monitor().end().map_or(Ok(()), Err)?;
        declare::apply(&self.consuming, topology, mode).await
    }

    async fn subscribe(&self, spec: SubscriptionSpec) -> Result<Box<dyn Subscription>, TransportError> {
        self.consuming.monitor().end().map_or(Ok(()), Err)?;
        let SubscriptionSpec { queue, prefetch, .. } = spec;
        // Without a prefetch, which is what 0 stands for, a consumer is given the whole queue.
        let prefetch = prefetch.max(1);
        declare::check_queue(&self.consuming, &queue).await?;
        let generation = self.generations.fetch_add(1, Ordering::Relaxed);
        let refused = |error: LinkError| error.into_transport(format_args!("queue `{queue}` cannot be consumed"));
        let channel = self.consuming.channel().await.map_err(refused)?;
        let tag = format!("user-events-{generation}");
        let consumer = channel.consume(&queue, &tag, prefetch).await.map_err(refused)?;
        let settlements = Settlements::new(generation, prefetch, Arc::clone(&self.stale_settlements));
        let progress = Arc::new(Progress::new(settlements));
        let weak = Arc::downgrade(&progress);
        self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner).push(weak);
        let monitor = self.consuming.monitor().clone();
        Ok(Box::new(RabbitSubscription::new(queue, consumer, channel, monitor, progress)))
    }

    fn health(&self) -> Health {
        let (publishing, consuming) = (self.publishing.connection.monitor().link(), self.consuming.monitor().link());
        let mut health = Health::new(match consuming {
            Link::Connected => publishing,
            ended => ended,
        });
        health.in_flight_messages = self.in_flight.messages();
        health.in_flight_bytes = self.in_flight.bytes();
        health.stale_settlements = self.stale_settlements.load(Ordering::Relaxed);
        let now = now();
        for progress in self.subscriptions() {
            let (unsettled, oldest) = progress.settlements.unsettled();
            let oldest = oldest.map(|since| now.saturating_duration_since(since));
            let polled = now.saturating_duration_since(progress.last_polled());
            health.consumers += 1;
            health.unsettled += unsettled;
            health.oldest_unsettled = health.oldest_unsettled.max(oldest);
            health.last_polled = health.last_polled.max(Some(polled));
        }
        health
    }

    async fn close(&self, deadline: Instant) -> Result<(), TransportError> {
        self.stop_publishing(deadline);
        let mut pumps = self.pumps.lock().await;
        while let Some(pump) = pumps.last_mut() {
            // The deadline is the pump's own; it ends by it.
            let _ = pump.await;
            pumps.pop();
        }
        drop(pumps);
        let subscriptions = self.subscriptions();
        let ended = async {
            let mut outcome = Ok(());
            for progress in &subscriptions {
                outcome = outcome.and(progress.finish().await);
            }
            tokio::join!(self.publishing.connection.close(), self.consuming.close());
            outcome
        };
        let outcome = tokio::time::timeout_at(deadline.into(), ended).await.unwrap_or(Err(LinkError::Timeout));
        outcome.map_err(|error| error.into_transport("the broker was not told of everything before the end"))
    }
}

impl Drop for RabbitTransport {
    fn drop(&mut self) {
        self.ends.abort();
        if self.closing.borrow().is_none() {
            self.stop_publishing(now() + GRACE);
        }
    }
}

impl std::fmt::Debug for RabbitTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RabbitTransport").field("health", &self.health()).finish_non_exhaustive()
    }
}

/// The connection that publishes, and what a publish does about its exchange.
struct Publishing {
    connection: Connection,
    topology: TopologyMode,
}

impl PublishLink for Publishing {
    type Channel = Channel;

    async fn confirm_channel(&self) -> Result<Channel, LinkError> {
        self.connection.confirm_channel().await
    }

    async fn ensure_exchange(&self, exchange: &str) -> Result<(), TransportError> {
        ensure_exchange(&self.connection, exchange, self.topology).await
    }

    fn is_blocked(&self) -> bool {
        self.connection.is_blocked()
    }
}
