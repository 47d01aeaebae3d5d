//! [`Publisher`]: publishes a service's events, confirmed.

use std::fmt;

use chrono::{DateTime, Utc};
use user_events_core::{Dialect, EventEncoder, Headers, Metadata, OutboundMessage, Publishable, Receipt, Text};

use crate::copy::OWN;
use crate::{Bus, Error, ErrorKind, EventContext, Publish};

/// Publishes the events of one service, each confirmed by the broker.
///
/// Made by [`Bus::publisher`]. Cheap to clone, and to make for every request: the bound on what is
/// in flight belongs to the transport.
#[derive(Debug, Clone)]
pub struct Publisher {
    bus: Bus,
    encoder: EventEncoder,
}

impl Publisher {
    pub(crate) fn new(bus: Bus, encoder: EventEncoder) -> Self {
        Self { bus, encoder }
    }

    /// The same publisher, where events that declare no dialect are written in this one instead of the standard.
    ///
    /// ```
    /// # use serde::{Deserialize, Serialize};
    /// # use user_events::prelude::*;
    /// # #[derive(Serialize, Deserialize, DomainEvent)]
    /// # #[event(type = "UserDeleted", version = 1, exchange = "user.events")]
    /// # struct UserDeleted { user_id: String }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), user_events::Error> {
    /// let publisher = Bus::memory().publisher("UserService").with_dialect(Dialect::CLOUD_EVENTS);
    /// publisher.publish(&UserDeleted { user_id: "u-1".into() }).await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.encoder = self.encoder.with_dialect(dialect);
        self
    }

    /// The same publisher with message ids from `ids` instead of new UUIDs (version 4): for tests that compare bytes.
    #[must_use]
    pub fn with_ids(mut self, ids: impl Fn() -> Text + Send + Sync + 'static) -> Self {
        self.encoder = self.encoder.with_ids(ids);
        self
    }

    /// The same publisher with the time from `clock` instead of the system's: for tests that compare bytes.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.encoder = self.encoder.with_clock(clock);
        self
    }

    /// Publishes an event. The future resolves when the broker has stored it.
    ///
    /// The event is encoded now and handed to the transport when the future is first polled.
    /// [`Receipt::routed`] says whether it reached a queue; that it reached none is logged, and
    /// is an error for events declared `must_route`.
    ///
    /// # Errors
    ///
    /// `Encode`, `Configuration` (an event without an exchange, on a bus that has no default) and
    /// `NotSent`: the broker does not have it. `Refused`: a broker said no. `Unroutable`: no queue
    /// is bound, and the event is declared `must_route`. `Indeterminate`: the broker may have it;
    /// publish again under [`Error::message_id`].
    ///
    /// # Cancel safety
    ///
    /// Dropped before its first poll, nothing is sent. Dropped later, the message may be sent
    /// and stored all the same.
    ///
    /// # Examples
    ///
    /// ```
    /// # use serde::{Deserialize, Serialize};
    /// # use user_events::prelude::*;
    /// # #[derive(Serialize, Deserialize, DomainEvent)]
    /// # #[event(type = "UserDeleted", version = 1, exchange = "user.events")]
    /// # struct UserDeleted { user_id: String }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), user_events::Error> {
    /// let publisher = Bus::memory().publisher("UserService");
    /// let receipt = publisher.publish(&UserDeleted { user_id: "u-1".into() }).await?;
    /// assert_eq!(receipt.routed(), Routed::No); // nobody listens here
    /// # Ok(()) }
    /// ```
    pub fn publish<E: Publishable>(&self, event: &E) -> Publish {
        self.event(event).publish()
    }

    /// Publishes an event with something beside it: an id, a correlation id, a cause, headers.
    pub fn event<'a, E: Publishable>(&'a self, event: &'a E) -> EventBuilder<'a, E> {
        EventBuilder { publisher: self, event, metadata: Metadata::default(), refused: None }
    }

    /// Publishes many events, handed over in their order without waiting for one another's
    /// confirms. One result for each event, in order.
    ///
    /// Events are encoded as the bound on messages in flight lets them through, so that bodies
    /// do not pile up. The order promised is that of handing over: where each must be stored
    /// before the next, await [`publish`](Self::publish) for each.
    pub async fn publish_all<'a, E, I>(&self, events: I) -> Vec<Result<Receipt, Error>>
    where
        E: Publishable + 'a,
        I: IntoIterator<Item = &'a E>,
    {
        let mut publishes = Vec::new();
        for event in events {
            let mut publish = self.publish(event);
            publish.handed_over().await;
            publishes.push(publish);
        }
        let mut results = Vec::with_capacity(publishes.len());
        for publish in publishes {
            results.push(publish.await);
        }
        results
    }

    fn start<E: Publishable>(&self, event: &E, metadata: Metadata) -> Publish {
        let encoded: Result<OutboundMessage, _> = self.encoder.encode(event, metadata);
        match encoded {
            Ok(message) => Publish::new(self.bus.clone(), E::META, message, self.bus.publish_metrics().of(E::META)),
            Err(error) => Publish::failed(error.into()),
        }
    }
}

/// An event to be published with something beside it. Made by [`Publisher::event`].
#[must_use = "nothing is published until `publish` is called and awaited"]
pub struct EventBuilder<'a, E> {
    publisher: &'a Publisher,
    event: &'a E,
    metadata: Metadata,
    refused: Option<Error>,
}

/// Shows which event it is, never what is in it.
impl<E: Publishable> fmt::Debug for EventBuilder<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBuilder")
            .field("event", &E::META.message_type)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

impl<E: Publishable> EventBuilder<'_, E> {
    /// Under this message id: to publish again what [`Indeterminate`](crate::ErrorKind::Indeterminate) left open.
    pub fn message_id(mut self, id: impl Into<Text>) -> Self {
        self.metadata.message_id = Some(id.into());
        self
    }

    /// Belonging to this, across services.
    pub fn correlation_id(mut self, id: impl Into<Text>) -> Self {
        self.metadata.correlation_id = Some(id.into());
        self
    }

    /// Caused by the event of this context: takes over its correlation id (or, where it has
    /// none, its message id), its trace context, and names it in the `ue-causation-id` header.
    pub fn caused_by(mut self, cx: &EventContext) -> Self {
        cx.cause(&mut self.metadata);
        self
    }

    /// With this header.
    ///
    /// Names that begin with `ue-` are the framework's, and some are the broker's, `x-death` and
    /// `CC` among them ([`Headers::is_reserved`]): with one of them the publish ends with a
    /// `Configuration` error.
    pub fn header(mut self, name: impl Into<Text>, value: impl Into<bytes::Bytes>) -> Self {
        let name = name.into();
        let owner = if name.starts_with(OWN) {
            "framework"
        } else if Headers::is_reserved(&name) {
            "broker"
        } else {
            self.metadata.headers.append(name, value);
            return self;
        };
        let reason = format!("{}: header `{name}` is the {owner}'s own: use another name", E::META);
        self.refused = Some(Error::new(ErrorKind::Configuration, reason));
        self
    }

    /// Publishes. See [`Publisher::publish`].
    pub fn publish(self) -> Publish {
        match self.refused {
            Some(error) => Publish::failed(error),
            None => self.publisher.start(self.event, self.metadata),
        }
    }
}
