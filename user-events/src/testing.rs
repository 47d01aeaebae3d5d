//! A bus for tests: consumers in memory, and what they published.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use user_events::prelude::*;
//!
//! #[derive(Serialize, Deserialize, DomainEvent)]
//! #[event(type = "UserRegistered", version = 1, exchange = "user.events")]
//! struct UserRegistered {
//!     email: String,
//! }
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize, DomainEvent)]
//! #[event(type = "WelcomeEmailSent", version = 1, exchange = "notification.events")]
//! struct WelcomeEmailSent {
//!     email: String,
//! }
//!
//! async fn welcome(event: UserRegistered, cx: EventContext) -> Handled {
//!     cx.publish(&WelcomeEmailSent { email: event.email }).await?;
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let bus = TestBus::start(Consumer::new("notification-service").handle(welcome)).await;
//! bus.publish(&UserRegistered { email: "ada@example.com".into() }).await;
//! bus.settled().await;
//! let sent = bus.published::<WelcomeEmailSent>().assert_one();
//! assert_eq!(sent.email, "ada@example.com");
//! # }
//! ```

mod published;

use std::time::Duration;

use user_events_core::{DecodeError, DomainEvent, InboundMessage, Publishable, Receipt, dead_letter_queue};
use user_events_memory::MemoryTransport;

pub use published::Published;
pub use user_events_core::OutboundMessage;

use crate::bus::now;
use crate::dialects::{Dialects, find_by_type};
use crate::{Bus, Consumer, ConsumerHandle, DeadLetter};

/// How long [`TestBus::settled`] waits for handlers, by tokio's clock.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(60);

/// A bus in memory on which consumers run, and which remembers what was published.
///
/// Its methods panic where a test has nothing to go on with. The consumers end with the test's
/// async runtime.
#[derive(Debug)]
pub struct TestBus {
    bus: Bus,
    memory: MemoryTransport,
    consumers: Vec<(String, ConsumerHandle)>,
    /// What published messages are read in: the library's dialects, and those of the consumers.
    dialects: Dialects,
}

impl TestBus {
    /// Starts a consumer on a bus of its own.
    ///
    /// # Panics
    ///
    /// The consumer cannot start.
    pub async fn start<S: Send + Sync + 'static>(consumer: Consumer<S>) -> Self {
        let memory = MemoryTransport::builder().record_published().queue();
        let bus = Bus::from(memory.clone()).with_default_exchange("test.events");
        Self { bus, memory, consumers: Vec::new(), dialects: Dialects::all() }.and(consumer).await
    }

    /// Starts another consumer on the same bus.
    ///
    /// # Panics
    ///
    /// The consumer cannot start.
    pub async fn and<S: Send + Sync + 'static>(mut self, consumer: Consumer<S>) -> Self {
        let name = consumer.name().to_owned();
        self.dialects.accept_all(consumer.dialects());
        match consumer.spawn(&self.bus).await {
            Ok(handle) => self.consumers.push((name, handle)),
            Err(error) => panic!("the consumer does not start: {error}"),
        }
        self
    }

    /// The bus itself, for code under test that publishes.
    #[must_use]
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Publishes an event, as the service `test`.
    ///
    /// # Panics
    ///
    /// The event cannot be published.
    pub async fn publish<E: Publishable>(&self, event: &E) -> Receipt {
        match self.bus.publisher("test").publish(event).await {
            Ok(receipt) => receipt,
            Err(error) => panic!("{error}"),
        }
    }

    /// Publishes a message as it is: one that another service has written, recorded from a broker for instance.
    ///
    /// Give it the routing key that the other service uses: the receipt says whether a consumer is bound to it.
    ///
    /// ```
    /// # use serde::{Deserialize, Serialize};
    /// use user_events::prelude::*;
    /// use user_events::testing::OutboundMessage;
    ///
    /// #[derive(Serialize, Deserialize, DomainEvent)]
    /// #[event(
    ///     type = "OrderCreated",
    ///     version = 1,
    ///     exchange = "order.events",
    ///     message_type = "OrderCreatedEvent",
    ///     alias(routing_key = "order.created"),
    ///     dialect = Dialect::MESSAGE_VERSION
    /// )]
    /// struct OrderCreated {
    ///     id: String,
    /// }
    ///
    /// // include_str!("order.json") in a test
    /// const ORDER: &str = r#"{"messageId":"m-1","messageType":"OrderCreatedEvent","messageVersion":"1.0",
    ///     "timestamp":"2023-10-28T12:05:00Z","source":"OrderService","payload":{"id":"o-1"}}"#;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let bus = TestBus::start(Consumer::new("billing").handle(async |_: OrderCreated| Ok(()))).await;
    /// let receipt = bus.publish_message(OutboundMessage::new("order.events", "order.created", ORDER)).await;
    /// assert_eq!(receipt.routed(), Routed::Yes);
    /// bus.settled().await;
    /// assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
    ///
    /// // Properties and headers are the message's own.
    /// let mut message = OutboundMessage::new("order.events", "order.deleted", "{}");
    /// message.properties.message_type = Some("OrderDeletedEvent".into());
    /// message.headers.append("tenant", "blue");
    /// assert_eq!(bus.publish_message(message).await.routed(), Routed::No);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// The message cannot be published: a [fault](Self::faults) is in the way, or one of its names is too long.
    #[must_use = "a message that reached no queue is handled by nobody, and nothing else says so"]
    pub async fn publish_message(&self, message: OutboundMessage) -> Receipt {
        let (transport, deadline) = (self.bus.transport(), self.bus.publish_deadline(now()));
        let receipt = match transport.in_flight().reserve(message.size()).await {
            Ok(slot) => transport.publish(slot, message, deadline).await,
            Err(error) => Err(error),
        };
        match receipt {
            Ok(receipt) => receipt,
            Err(error) => panic!("the message cannot be published: {error}"),
        }
    }

    /// Waits until nothing is on the way: every message was handled or dead-lettered, and so was
    /// what its handlers published.
    ///
    /// # Panics
    ///
    /// A handler is still at it after 60 seconds of tokio's clock, or a consumer has ended.
    pub async fn settled(&self) {
        if tokio::time::timeout(SETTLE_TIMEOUT, self.memory.idle()).await.is_err() {
            let left: Vec<_> = self
                .consumers
                .iter()
                .flat_map(|(name, _)| self.memory.queue_messages(name).into_iter().map(move |left| (name, left)))
                .map(|(name, left)| format!("{} for `{name}`", message_type(&left)))
                .collect();
            panic!("after {SETTLE_TIMEOUT:?} these are not handled: {}", left.join(", "));
        }
    }

    /// The events of type `E` that were published so far, by handlers and by the test, in the standard envelope or any
    /// other. (In one of your own, if the event or a consumer on this bus declares it.)
    ///
    /// # Panics
    ///
    /// One of them does not decode.
    #[track_caller]
    pub fn published<E: DomainEvent>(&self) -> Published<E> {
        let mut dialects = Dialects::default();
        E::META.dialect.into_iter().for_each(|own| dialects.accept(*own));
        dialects.accept_all(&self.dialects);
        let events = self
            .memory
            .published()
            .into_iter()
            // Copies to a dead letter queue go straight to the queue.
            .filter(|message| !message.exchange.is_empty())
            .filter_map(|message| read(&InboundMessage::of(message), &dialects).transpose())
            .map(|event| event.unwrap_or_else(|error| panic!("{error}")))
            .collect();
        let on_the_way = self.consumers.iter().map(|(name, _)| self.memory.queue_messages(name).len()).sum();
        Published::new(events, self.dead_letters(), on_the_way)
    }

    /// What the consumers could not handle, in order for each consumer.
    #[must_use]
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        let letters = self.consumers.iter().flat_map(|(name, _)| self.memory.queue_messages(&dead_letter_queue(name)));
        letters.map(DeadLetter::new).collect()
    }

    /// Lets tests make things go wrong: lost confirms, duplicates, crashes.
    #[must_use]
    pub fn faults(&self) -> user_events_memory::Faults {
        self.memory.faults()
    }
}

/// The event, if the message is one of type `E`.
fn read<E: DomainEvent>(message: &InboundMessage, dialects: &Dialects) -> Result<Option<E>, DecodeError> {
    let is_own = |message_type: &str| message_type == E::META.message_type;
    let recognised = match dialects.recognise(message) {
        Ok(recognised) => recognised,
        // Broken in any way, it is still an event of the type that the property says.
        Err(error) if message.properties.message_type.as_deref().is_some_and(is_own) => return Err(error),
        Err(_) => return Ok(None),
    };
    let is_other_version = recognised.event_version.is_some_and(|version| version != E::META.version);
    if is_other_version || find_by_type(&recognised, |name| is_own(name).then_some(())).is_none() {
        return Ok(None);
    }
    Ok(Some(E::decode(message, recognised.as_event(E::META))?.payload))
}

fn message_type(message: &InboundMessage) -> &str {
    message.properties.message_type.as_deref().unwrap_or("a message without a type")
}
