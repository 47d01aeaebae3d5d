//! RabbitMQ for user-events: [`RabbitTransport`], on [lapin](https://docs.rs/lapin).
//!
//! ```no_run
//! # async fn connect() -> Result<(), user_events_core::TransportError> {
//! use user_events_rabbit::{RabbitConfig, RabbitTransport};
//!
//! let config = RabbitConfig::from_uri("amqps://user:password@broker.example.com/%2f")?;
//! let transport = RabbitTransport::connect(config).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What is promised
//!
//! A publish is confirmed by the broker, and one that reaches no queue is seen (publisher
//! confirms and `mandatory`, always). Messages are persistent, always. Exchanges are durable
//! topic exchanges, queues are quorum queues with a dead letter queue beside them. Deliveries
//! are acknowledged when they are settled, never before.
//!
//! Publishing and consuming use a connection each, because a broker that is short of memory or
//! disk blocks the one that publishes. A lost connection ends every publish and every
//! subscription at once with a typed error.
//!
//! # Headers
//!
//! Application headers are text to bytes, written as AMQP long strings; several headers of one
//! name as an array of them. The partition key travels as [`PARTITION_KEY_HEADER`], for
//! consistent-hash exchanges. Of what other clients write, texts and byte arrays are read as they
//! are, numbers, booleans and times as their decimal text, arrays as several headers of one name;
//! tables and empty values show nothing. A delivery's headers keep their types beside that: in a copy
//! of the message, a dead letter for one, they are written as they came, unless their name was set or
//! removed meanwhile. The broker's own headers, `x-death` for one, are left out
//! ([`Headers::is_reserved`](user_events_core::Headers::is_reserved)).
//!
//! No message ends a connection. A byte of a text that is not UTF-8 is shown as `\u{1a}`, a table more
//! than 32 levels deep as a byte array, and what is larger than a frame without its largest headers;
//! each with a warning.
//!
//! # Logs
//!
//! lapin logs every returned message with its body, at `WARN` under the target
//! `lapin::returned_messages`. A binary that must not log bodies sets a filter such as
//! `info,lapin::returned_messages=off`; an unroutable publish is reported by its receipt anyhow.

#![forbid(unsafe_code)]

mod config;
mod confirm;
mod declare;
mod error;
mod guard;
mod limits;
mod link;
mod mailbox;
mod monitor;
mod native;
mod observe;
mod properties;
mod reply;
mod returns;
mod settle;
mod subscription;
mod transport;
mod unanswered;
mod uri;

#[doc(hidden)]
pub mod private;

pub use config::RabbitConfig;
pub use observe::RabbitObserver;
pub use properties::PARTITION_KEY_HEADER;
pub use reply::reply_code;
pub use transport::RabbitTransport;
