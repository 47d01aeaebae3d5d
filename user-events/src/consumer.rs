//! [`Consumer`]: a named group of handlers, ready to run on a bus.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use user_events_core::{Dialect, Handled, QueueSpec, Text};

use crate::consumer_handle::{ConsumerHandle, Stopped};
#[cfg(feature = "memory")]
use crate::dialects::Dialects;
use crate::dispatch::{Route, bindings};
use crate::handler::{HandlerArgs, HandlerFn, HandlerOutput};
use crate::worker::{self, Settings};
use crate::{Bus, Error, Handlers};

/// A named group of handlers, ready to run on a bus.
///
/// Its name is the name of its queue (on a log transport, of its group), bound to every event
/// that it handles, whatever the exchange. Instances of one name share the work.
///
/// A consumer knows no bus until it runs: the same value runs in production and in tests.
///
/// What fails, panics, cannot be decoded or is of an unknown type goes to the dead letter queue
/// `<name>.dlq` with its reason; only when it is stored there, the message is acked.
pub struct Consumer<S = ()> {
    state: Arc<S>,
    routes: Vec<Route>,
    settings: Settings,
}

impl Consumer {
    /// A consumer without handlers.
    #[must_use]
    pub fn new(name: impl Into<Text>) -> Self {
        Self { state: Arc::new(()), routes: Vec::new(), settings: Settings::new(name.into()) }
    }
}

impl<S: Send + Sync + 'static> Consumer<S> {
    /// Gives the handlers that follow their state. Handlers added before keep the state that
    /// they were added with.
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(self, state: T) -> Consumer<T> {
        Consumer { state: Arc::new(state), routes: self.routes, settings: self.settings }
    }

    /// Adds a handler: an async function or closure of an event by value and up to three
    /// extractors ([`State`](crate::State), [`EventContext`](crate::EventContext)), returning
    /// [`Handled`].
    ///
    /// Two handlers for one event are an error when the consumer starts.
    ///
    /// ```
    /// # use serde::{Deserialize, Serialize};
    /// # use user_events::prelude::*;
    /// # #[derive(Serialize, Deserialize, DomainEvent)]
    /// # #[event(type = "UserDeleted", version = 1, exchange = "user.events")]
    /// # struct UserDeleted { user_id: String }
    /// async fn forget(event: UserDeleted, State(limit): State<u64>, cx: EventContext) -> Handled {
    ///     if event.user_id.parse::<u64>()? > limit {
    ///         Err(format!("user id above {limit}, seen by {}", cx.consumer()))?
    ///     }
    ///     Ok(())
    /// }
    ///
    /// let consumer = Consumer::new("mailing").state(1_000_u64).handle(forget);
    /// ```
    #[must_use]
    pub fn handle<Args, H>(mut self, handler: H) -> Self
    where
        H: HandlerFn<Args, Output: HandlerOutput> + HandlerFn<Args, Output = Handled, Future: Send>,
        Args: HandlerArgs<S>,
    {
        self.routes.push(Route::new(handler, Arc::clone(&self.state)));
        self
    }

    /// The consumer's name, which is its queue's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// The queue that the consumer needs on the broker, with its bindings; events that name no exchange are bound to
    /// the default one.
    ///
    /// Written as JSON or TOML, it is what the `user-events topology` command plans, applies and verifies. It tells
    /// nothing of the bus: a service can print it without one.
    ///
    /// ```
    /// # use serde::{Deserialize, Serialize};
    /// # use user_events::prelude::*;
    /// # #[derive(Serialize, Deserialize, DomainEvent)]
    /// # #[event(type = "UserDeleted", version = 1, exchange = "user.events")]
    /// # struct UserDeleted { user_id: String }
    /// use user_events::core::{Binding, QueueSpec};
    ///
    /// let consumer = Consumer::new("mailing").handle(async |_: UserDeleted| Ok(()));
    /// let queue = QueueSpec::new("mailing").bind(Binding::new("user.events", "user.deleted.v1"));
    /// assert_eq!(consumer.queue(None)?, queue);
    /// # Ok::<(), user_events::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Configuration` when an event names no exchange and there is no default, or when the consumer's name or another
    /// setting would be an error at the start.
    pub fn queue(&self, default_exchange: Option<&str>) -> Result<QueueSpec, Error> {
        let default_exchange = default_exchange.map(Text::from);
        self.settings.queue(bindings(&self.routes, self.name(), default_exchange.as_ref())?)
    }

    #[cfg(feature = "memory")]
    pub(crate) fn dialects(&self) -> &Dialects {
        &self.settings.dialects
    }

    /// Adds a group of handlers that need this consumer's state.
    #[must_use]
    pub fn merge(mut self, handlers: Handlers<S>) -> Self {
        self.routes.extend(handlers.into_routes(&self.state));
        self
    }

    /// Reads envelopes in this dialect, too, whichever handler their messages go to.
    ///
    /// Several calls add up, and it does not matter where among the handlers they stand. The standard envelope is always
    /// read, and an event's own dialect (`#[event(dialect = …)]`) for that event. With one of CloudEvents' modes, the
    /// other is accepted: the choice is the sender's. A message in any other dialect is dead-lettered, and the letter
    /// names the line that would accept it.
    ///
    /// ```
    /// # use serde::{Deserialize, Serialize};
    /// # use user_events::prelude::*;
    /// # #[derive(Serialize, Deserialize, DomainEvent)]
    /// # #[event(type = "ProductCreated", version = 1, exchange = "product.events")]
    /// # struct ProductCreated { sku: String }
    /// let consumer = Consumer::new("search")
    ///     .accept(Dialect::EVENT_DATA)
    ///     .accept(Dialect::CLOUD_EVENTS)
    ///     .handle(async |_: ProductCreated| Ok(()));
    /// ```
    #[must_use]
    pub fn accept(mut self, dialect: Dialect) -> Self {
        self.settings.dialects.accept(dialect);
        self
    }

    /// Handles up to `n` messages at once, each in a task of its own. By default one at a time,
    /// in the order of delivery.
    #[must_use]
    pub fn concurrency(mut self, n: usize) -> Self {
        self.settings.concurrency = n;
        self
    }

    /// Has at most `n` messages delivered and not yet settled. By default 64, or twice the
    /// concurrency where that is more.
    #[must_use]
    pub fn prefetch(mut self, n: u16) -> Self {
        self.settings.prefetch = Some(n);
        self
    }

    /// Gives handlers this time to finish when the consumer stops. 30 seconds by default. What
    /// is not finished by then is given back to the queue and handled again.
    #[must_use]
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.settings.drain_timeout = timeout;
        self
    }

    /// Runs on this bus until `shutdown` resolves: then takes nothing new, lets handlers
    /// finish, gives the rest back, and returns.
    ///
    /// # Errors
    ///
    /// At the start: `Configuration` (two handlers for one event, none at all, an event without an
    /// exchange, a concurrency or prefetch of 0), or why queue and bindings could not be had. Later: why the subscription was
    /// lost; nothing is lost with it, its messages are delivered again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops at once: handlers are dropped where they stand, and their messages
    /// are delivered again. To let them finish, end it by `shutdown`.
    pub async fn run(self, bus: &Bus, shutdown: impl Future<Output = ()> + Send) -> Result<Stopped, Error> {
        worker::start(self.routes, self.settings, bus.clone()).await?.run(shutdown).await
    }

    /// Starts on this bus, in a task of its own, and returns when its queue is bound: what is
    /// published from then on is delivered.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run) at the start.
    pub async fn spawn(self, bus: &Bus) -> Result<ConsumerHandle, Error> {
        let worker = worker::start(self.routes, self.settings, bus.clone()).await?;
        Ok(ConsumerHandle::spawn(worker))
    }
}

impl<S> fmt::Debug for Consumer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("name", &self.settings.name)
            .field("handlers", &self.routes.len())
            .finish_non_exhaustive()
    }
}
