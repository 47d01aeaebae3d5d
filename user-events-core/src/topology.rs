//! [`Topology`]: exchanges, queues and bindings that a service needs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Text, TopicPattern};

mod document;

use document::Document;

/// Exchanges, queues and bindings that a service needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Topology {
    /// Durable topic exchanges.
    pub exchanges: Vec<Text>,
    /// Durable queues, each with its bindings and its dead letter queue.
    pub queues: Vec<QueueSpec>,
}

impl Topology {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { exchanges: Vec::new(), queues: Vec::new() }
    }

    /// Adds an exchange, once.
    #[must_use]
    pub fn with_exchange(mut self, exchange: impl Into<Text>) -> Self {
        let exchange = exchange.into();
        if !self.exchanges.contains(&exchange) {
            self.exchanges.push(exchange);
        }
        self
    }

    /// Adds a queue, and the exchanges that it is bound to.
    #[must_use]
    pub fn with_queue(mut self, queue: QueueSpec) -> Self {
        for binding in &queue.bindings {
            self = self.with_exchange(binding.exchange.clone());
        }
        self.queues.push(queue);
        self
    }
}

/// A durable queue named after its consumer; on a log transport a consumer group.
///
/// Its dead letter queue, `<name>.dlq`, belongs to it.
///
/// As a document, JSON or TOML, it describes a consumer to the `user-events` command. Unknown fields are refused:
///
/// ```
/// # use user_events_core::{Binding, QueueSpec};
/// let queue: QueueSpec = serde_json::from_str(
///     r#"{
///         "consumer": "notification-service",
///         "bind": [{ "exchange": "user.events", "key": "user.registered.v1" }]
///     }"#,
/// )?;
/// assert_eq!(queue, QueueSpec::new("notification-service").bind(Binding::new("user.events", "user.registered.v1")));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Document", into = "Document")]
#[non_exhaustive]
pub struct QueueSpec {
    /// The name: not empty, and at most [`MAX_NAME_BYTES`](Self::MAX_NAME_BYTES) long.
    pub name: Text,
    /// Replicated or not, on brokers that have the choice.
    pub kind: QueueKind,
    /// What it is bound to.
    pub bindings: Vec<Binding>,
}

impl QueueSpec {
    /// The length of the longest name, in bytes. Within AMQP's 255 and Kafka's 249 it leaves room for the names of the
    /// queues that belong to it, such as `<name>.dlq`.
    pub const MAX_NAME_BYTES: usize = 200;

    /// A quorum queue that is bound to nothing yet.
    #[must_use]
    pub fn new(name: impl Into<Text>) -> Self {
        Self { name: name.into(), kind: QueueKind::Quorum, bindings: Vec::new() }
    }

    /// Adds a binding, once.
    #[must_use]
    pub fn bind(mut self, binding: Binding) -> Self {
        if !self.bindings.contains(&binding) {
            self.bindings.push(binding);
        }
        self
    }

    /// Of this kind.
    #[must_use]
    pub const fn with_kind(mut self, kind: QueueKind) -> Self {
        self.kind = kind;
        self
    }

    /// The name of its dead letter queue.
    #[must_use]
    pub fn dead_letter_queue(&self) -> Text {
        dead_letter_queue(&self.name)
    }
}

/// The name of the dead letter queue that belongs to `queue`.
#[must_use]
pub fn dead_letter_queue(queue: &str) -> Text {
    Text::display(format_args!("{queue}.dlq"))
}

/// Whether `queue` holds the dead letters of another. It can be consumed like that other, but has
/// no dead letter queue of its own.
#[must_use]
pub fn is_dead_letter_queue(queue: &str) -> bool {
    queue.ends_with(".dlq")
}

/// Replicated or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum QueueKind {
    /// Replicated, and safe against the loss of a node.
    #[default]
    Quorum,
    /// On one node.
    Classic,
}

/// A queue's wish for messages of an exchange.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Binding {
    /// The exchange.
    pub exchange: Text,
    /// Which routing keys.
    pub pattern: TopicPattern,
}

impl Binding {
    /// All messages of `exchange` whose routing key matches.
    #[must_use]
    pub fn new(exchange: impl Into<Text>, pattern: impl Into<TopicPattern>) -> Self {
        Self { exchange: exchange.into(), pattern: pattern.into() }
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of exchange `{}`", self.pattern, self.exchange)
    }
}

/// What a service does at its start about the topology that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TopologyMode {
    /// Declares what is missing; what exists must be the same.
    #[default]
    Declare,
    /// Declares nothing; everything must exist and be the same. Where the user has no right to compare arguments, it is
    /// enough that it exists.
    Verify,
    /// Trusts that everything exists.
    Assume,
}
