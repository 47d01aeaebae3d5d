//! Typed domain events for Rust services.
//!
//! A service author annotates a struct; the macro gives it a routing key and an envelope; a
//! [`Bus`] carries it over RabbitMQ, or in memory for tests and first steps; consumers in other
//! crates share the same type.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use user_events::prelude::*;
//!
//! #[derive(Debug, Clone, Serialize, Deserialize, DomainEvent)]
//! #[serde(rename_all = "camelCase")]
//! #[event(type = "UserRegistered", version = 1, exchange = "user.events", partition_key = user_id)]
//! pub struct UserRegistered {
//!     pub user_id: String,
//!     pub email: String,
//! }
//!
//! async fn welcome(event: UserRegistered, cx: EventContext) -> Handled {
//!     println!("welcome, {} ({})", event.email, cx.routing_key());
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), user_events::Error> {
//! let bus = Bus::memory();
//! let consumer = Consumer::new("notification-service").handle(welcome).spawn(&bus).await?;
//!
//! let event = UserRegistered { user_id: "u-1".into(), email: "ada@example.com".into() };
//! let receipt = bus.publisher("UserService").publish(&event).await?;
//! assert_eq!(receipt.routed(), Routed::Yes);
//!
//! bus.settled().await?;
//! consumer.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | what it adds | default |
//! |---|---|---|
//! | `runtime` | [`Bus`], [`Publisher`], [`Consumer`], on tokio | through the others |
//! | `memory` | [`Bus::memory`] and the test harness in [`testing`] | yes |
//! | `rabbit` | [`Bus::connect`] and [`Bus::from_env`] over RabbitMQ | yes |
//! | `time`, `rust_decimal`, `url` | these crates' types in events ([`EventSchema`]) | no |
//! | `bytes`, `chrono`, `uuid` | serde in these crates, whose types are known in any case; `DateTime<Local>` | no |
//!
//! Without default features the crate is what an event crate needs that many services share: the
//! derives and the traits, and no async runtime.

#![forbid(unsafe_code)]

#[cfg(feature = "runtime")]
mod bus;
#[cfg(feature = "runtime")]
mod consumer;
#[cfg(feature = "runtime")]
mod consumer_handle;
#[cfg(feature = "runtime")]
mod context;
#[cfg(feature = "runtime")]
mod copy;
#[cfg(feature = "runtime")]
mod dead_letter;
#[cfg(feature = "runtime")]
mod dialects;
#[cfg(feature = "runtime")]
mod dispatch;
#[cfg(feature = "runtime")]
mod error;
#[cfg(feature = "runtime")]
pub mod handler;
#[cfg(feature = "runtime")]
mod handlers;
pub mod prelude;
#[cfg(feature = "runtime")]
mod publish;
#[cfg(feature = "runtime")]
mod publisher;
#[cfg(feature = "runtime")]
mod shutdown;
#[cfg(feature = "runtime")]
mod telemetry;
#[cfg(feature = "memory")]
pub mod testing;
#[cfg(feature = "runtime")]
mod unknown_type;
#[cfg(feature = "runtime")]
mod worker;

#[cfg(feature = "runtime")]
pub use bus::Bus;
#[cfg(feature = "runtime")]
pub use consumer::Consumer;
#[cfg(feature = "runtime")]
pub use consumer_handle::{ConsumerHandle, ConsumerHealth, Stopped};
#[cfg(feature = "runtime")]
pub use context::EventContext;
#[cfg(feature = "runtime")]
pub use dead_letter::{DeadLetter, Reason};
#[cfg(feature = "runtime")]
pub use error::{Error, ErrorKind};
#[cfg(feature = "runtime")]
pub use handler::any_error;
#[cfg(feature = "runtime")]
pub use handlers::Handlers;
#[cfg(feature = "runtime")]
pub use publish::Publish;
#[cfg(feature = "runtime")]
pub use publisher::{EventBuilder, Publisher};

#[cfg(feature = "runtime")]
pub use shutdown::shutdown_signal;
/// The contract between the framework and its transports, for those who write one.
pub use user_events_core as core;

/// An older version of an event is consumed as the newest.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use user_events::prelude::*;
///
/// #[derive(Serialize, Deserialize, DomainEvent)]
/// #[event(type = "UserRegistered", version = 1, exchange = "user.events", superseded)]
/// pub struct UserRegisteredV1 {
///     pub name: String,
/// }
///
/// #[derive(Serialize, Deserialize, DomainEvent)]
/// #[event(type = "UserRegistered", version = 2, exchange = "user.events", upcasts = UserRegisteredV1)]
/// pub struct UserRegistered {
///     pub first_name: String,
///     pub last_name: Option<String>,
/// }
///
/// impl Upcast<UserRegisteredV1> for UserRegistered {
///     fn upcast(old: UserRegisteredV1) -> Self {
///         match old.name.split_once(' ') {
///             Some((first, last)) => Self { first_name: first.to_owned(), last_name: Some(last.to_owned()) },
///             None => Self { first_name: old.name, last_name: None },
///         }
///     }
/// }
///
/// // Bound to `user.registered.v1` and `user.registered.v2`.
/// let consumer = Consumer::new("mailing").handle(async |event: UserRegistered| {
///     println!("welcome, {}", event.first_name);
///     Ok(())
/// });
/// ```
///
pub use user_events_core::Upcast;
#[doc(hidden)]
pub use user_events_core::private as __private;
pub use user_events_core::{
    Consumable, DecodeError, DecodeErrorKind, Dialect, DomainEvent, EventMeta, EventSchema, Failure, Fields, FromParts,
    FromRef, Handled, Health, Link, Matched, PartitionKey, Parts, Publishable, QueueSpec, Receipt, Routed,
    StandardMessage, State, Text, TopologyMode, UnknownEvent, time,
};
/// Several events are handled by one `match`.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use user_events::UnknownEvent;
/// use user_events::prelude::*;
///
/// #[derive(Serialize, Deserialize, DomainEvent)]
/// #[event(type = "UserRegistered", version = 1, exchange = "user.events")]
/// struct UserRegistered {
///     email: String,
/// }
///
/// #[derive(Serialize, Deserialize, DomainEvent)]
/// #[event(type = "UserDeleted", version = 1, exchange = "user.events")]
/// struct UserDeleted {
///     email: String,
/// }
///
/// #[derive(EventSet)]
/// enum UserEvent {
///     Registered(UserRegistered),
///     Deleted(UserDeleted),
///     #[event(other)]
///     Other(UnknownEvent),
/// }
///
/// // The compiler sees to it that each of them is handled.
/// async fn audit(event: UserEvent) -> Handled {
///     match event {
///         UserEvent::Registered(UserRegistered { email }) => println!("+ {email}"),
///         UserEvent::Deleted(UserDeleted { email }) => println!("- {email}"),
///         UserEvent::Other(unknown) => println!("? {}", unknown.message_type()),
///     }
///     Ok(())
/// }
///
/// let consumer = Consumer::new("audit").handle(audit);
/// ```
///
pub use user_events_derive::EventSet;
/// A consumer reads what it needs of an event.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use user_events::prelude::*;
///
/// // In the producer's crate:
/// #[derive(Serialize, Deserialize, DomainEvent)]
/// #[serde(rename_all = "camelCase")]
/// #[event(type = "UserRegistered", version = 1, exchange = "user.events")]
/// pub struct UserRegistered {
///     pub user_id: String,
///     pub email: String,
///     pub locale: Option<String>,
/// }
///
/// // In the consumer's:
/// #[derive(Deserialize, EventView)]
/// #[view(of = UserRegistered)]
/// struct NewAddress {
///     email: String,
/// }
///
/// let consumer = Consumer::new("mailing").handle(async |event: NewAddress| {
///     println!("welcome, {}", event.email);
///     Ok(())
/// });
/// ```
///
pub use user_events_derive::EventView;
pub use user_events_derive::{DomainEvent, EventSchema, FromRef, PartitionKey};
#[cfg(feature = "memory")]
pub use user_events_memory as memory;
#[cfg(feature = "rabbit")]
pub use user_events_rabbit as rabbit;

/// The guides' snippets, compiled and run.
#[cfg(all(doctest, feature = "memory", feature = "rabbit"))]
mod guides {
    #[doc = include_str!("../../README.md")]
    mod readme {}
    #[doc = include_str!("../../docs/define.md")]
    mod define {}
    #[doc = include_str!("../../docs/operate.md")]
    mod operate {}
    #[doc = include_str!("../../docs/publish.md")]
    mod publish {}
    #[doc = include_str!("../../docs/consume.md")]
    mod consume {}
    #[doc = include_str!("../../docs/test.md")]
    mod test {}
    #[doc = include_str!("../../docs/interop.md")]
    mod interop {}
    #[doc = include_str!("../../docs/versioning.md")]
    mod versioning {}
}
