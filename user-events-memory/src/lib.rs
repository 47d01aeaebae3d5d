//! The in-memory transport of user-events: for tests, examples and the first hour.
//!
//! [`MemoryTransport`] behaves like RabbitMQ or like Kafka, down to what they do when something
//! goes wrong, and runs under paused tokio time. [`Faults`] makes things go wrong.

#![forbid(unsafe_code)]

mod apply;
mod broker;
mod builder;
mod connection;
mod consumer;
mod exchange;
mod fault;
mod group;
mod log;
mod log_broker;
mod log_subscription;
mod member;
mod progress;
mod published;
mod queue;
mod queue_broker;
mod queue_subscription;
mod rebalance;
mod timer;
mod transport;
mod trie;

pub use builder::Builder;
pub use fault::Faults;
pub use transport::MemoryTransport;
