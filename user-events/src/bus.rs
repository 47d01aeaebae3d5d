//! [`Bus`]: a transport, ready to publish and to consume.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use user_events_core::{EventEncoder, Health, Text, Transport};

#[cfg(any(feature = "memory", feature = "rabbit"))]
use crate::ErrorKind;
use crate::telemetry::{self, PublishMetrics};
use crate::{Error, Publisher};

/// A transport, ready to publish and to consume.
///
/// Cheap to clone: clones share one transport. A program is not generic over its transport;
/// which one it is shows only where the bus is made.
#[derive(Clone)]
pub struct Bus {
    shared: Arc<Shared>,
}

#[derive(Clone)]
struct Shared {
    transport: Arc<dyn Transport>,
    default_exchange: Option<Text>,
    publish_timeout: Duration,
    metrics: PublishMetrics,
    #[cfg(feature = "memory")]
    memory: Option<user_events_memory::MemoryTransport>,
}

impl Bus {
    /// A bus over this transport.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            shared: Arc::new(Shared {
                default_exchange: None,
                metrics: PublishMetrics::new(transport.system()),
                publish_timeout: Duration::from_secs(30),
                #[cfg(feature = "memory")]
                memory: None,
                transport,
            }),
        }
    }

    /// A bus in memory, for tests and first steps. What it carries ends with the process.
    #[cfg(feature = "memory")]
    #[must_use]
    pub fn memory() -> Self {
        user_events_memory::MemoryTransport::queue().into()
    }

    /// A bus over the RabbitMQ that this URI names: `amqps://user:password@host/vhost`.
    ///
    /// # Errors
    ///
    /// `Configuration` for an URI that cannot be used or a virtual host that does not exist,
    /// `Unauthorized` for a wrong user or password, `Connection` when the broker cannot be
    /// reached. No error repeats the credentials.
    #[cfg(feature = "rabbit")]
    pub async fn connect(uri: &str) -> Result<Self, Error> {
        Self::connect_with(user_events_rabbit::RabbitConfig::from_uri(uri)?).await
    }

    /// A bus over RabbitMQ with settings of its own: limits, time-outs, and whether exchanges and
    /// queues are declared (the default), verified, or assumed to exist.
    ///
    /// ```no_run
    /// # use user_events::Bus;
    /// use user_events::TopologyMode;
    /// use user_events::rabbit::RabbitConfig;
    ///
    /// # async fn connect() -> Result<(), user_events::Error> {
    /// let config = RabbitConfig::from_uri("amqps://user:password@broker.example.com/orders")?;
    /// let bus = Bus::connect_with(config.with_topology(TopologyMode::Verify)).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    #[cfg(feature = "rabbit")]
    pub async fn connect_with(config: user_events_rabbit::RabbitConfig) -> Result<Self, Error> {
        Ok(user_events_rabbit::RabbitTransport::connect(config).await?.into())
    }

    /// A bus over the RabbitMQ that the environment names.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `AMQP_URI` | the broker: `amqps://user:password@host/vhost`. Required |
    /// | `USER_EVENTS_EXCHANGE` | the exchange of events that name none |
    ///
    /// # Errors
    ///
    /// `Configuration` when `AMQP_URI` is missing: a service must not publish into the void, so
    /// there is no silent bus in memory. Else as [`connect`](Self::connect).
    #[cfg(feature = "rabbit")]
    pub async fn from_env() -> Result<Self, Error> {
        let uri = variable("AMQP_URI")?.ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                "AMQP_URI is not set: set it to the broker's URI, such as amqps://user:password@host/vhost \
                 (a bus in memory is made with Bus::memory())",
            )
        })?;
        let exchange = variable("USER_EVENTS_EXCHANGE")?;
        let bus = Self::connect(&uri).await?;
        Ok(match exchange {
            Some(exchange) => bus.with_default_exchange(exchange),
            None => bus,
        })
    }

    /// The same bus, where events that name no exchange go to this one.
    #[must_use]
    pub fn with_default_exchange(self, exchange: impl Into<Text>) -> Self {
        let exchange = exchange.into();
        self.with(|shared| shared.default_exchange = Some(exchange))
    }

    /// The same bus, where a publish ends within this time. 30 seconds by default.
    #[must_use]
    pub fn with_publish_timeout(self, timeout: Duration) -> Self {
        self.with(|shared| shared.publish_timeout = timeout)
    }

    fn with(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        change(Arc::make_mut(&mut self.shared));
        self
    }

    /// A publisher of the events of one service; its name becomes the envelope's `sourceService`.
    #[must_use]
    pub fn publisher(&self, service: impl Into<Text>) -> Publisher {
        let encoder = EventEncoder::new(service).with_default_exchange(self.shared.default_exchange.clone());
        Publisher::new(self.clone(), encoder)
    }

    /// How the transport is doing. Also records it as metrics, so that a service whose
    /// readiness probe asks here has them up to date.
    #[must_use]
    pub fn health(&self) -> Health {
        let health = self.shared.transport.health();
        telemetry::record_health(self.shared.transport.system(), &health);
        health
    }

    /// Waits until nothing is on the way: every message was handled, and what its handler
    /// published, too. Dead letters are not counted.
    ///
    /// # Errors
    ///
    /// `Unsupported` on any transport but the one in memory: only that one can know.
    #[cfg(feature = "memory")]
    pub async fn settled(&self) -> Result<(), Error> {
        let memory = self.shared.memory.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "only a bus in memory knows when everything was handled")
        })?;
        memory.idle().await;
        Ok(())
    }

    /// Waits for outstanding confirms, at most `timeout`, and closes the transport. Its consumers end.
    ///
    /// # Errors
    ///
    /// The broker could not be told; the bus is closed all the same.
    pub async fn close(&self, timeout: Duration) -> Result<(), Error> {
        Ok(self.shared.transport.close(after(now(), timeout)).await?)
    }

    pub(crate) fn transport(&self) -> &Arc<dyn Transport> {
        &self.shared.transport
    }

    pub(crate) fn default_exchange(&self) -> Option<&Text> {
        self.shared.default_exchange.as_ref()
    }

    pub(crate) fn publish_metrics(&self) -> &PublishMetrics {
        &self.shared.metrics
    }

    /// When a publish that starts at `started` has ended.
    pub(crate) fn publish_deadline(&self, started: Instant) -> Instant {
        after(started, self.shared.publish_timeout)
    }
}

/// As far ahead as `timeout` says, or a generation where no clock goes that far.
fn after(start: Instant, timeout: Duration) -> Instant {
    const GENERATION: Duration = Duration::from_secs(30 * 365 * 24 * 3600);
    start + timeout.min(GENERATION)
}

/// The time by tokio's clock, so that paused time works in tests.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

#[cfg(feature = "rabbit")]
fn variable(name: &str) -> Result<Option<String>, Error> {
    match std::env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        // The value is not shown: it may hold credentials.
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Error::new(ErrorKind::Configuration, format!("{name} is not valid UTF-8")))
        }
    }
}

impl<T: Transport> From<T> for Bus {
    fn from(transport: T) -> Self {
        #[cfg(feature = "memory")]
        let memory = (&transport as &dyn std::any::Any).downcast_ref().cloned();
        let bus = Self::new(Arc::new(transport));
        #[cfg(feature = "memory")]
        let bus = bus.with(|shared| shared.memory = memory);
        bus
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus")
            .field("system", &self.shared.transport.system())
            .field("default_exchange", &self.shared.default_exchange)
            .finish_non_exhaustive()
    }
}
