//! [`Topology`]: exchanges, queues and bindings that a service needs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Text, TopicPattern};

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
/// As a document, JSON or TOML, it describes a consumer to the `user-events` command:
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
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct QueueSpec {
    /// The name.
    #[serde(rename = "consumer")]
    pub name: Text,
    /// Replicated or not, on brokers that have the choice.
    #[serde(default)]
    pub kind: QueueKind,
    /// What it is bound to.
    #[serde(default, rename = "bind")]
    pub bindings: Vec<Binding>,
}

impl QueueSpec {
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Binding {
    /// The exchange.
    pub exchange: Text,
    /// Which routing keys.
    #[serde(rename = "key")]
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

/// What [`Transport::apply`](crate::Transport::apply) does with what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TopologyMode {
    /// Declares what is missing; what exists must be the same.
    #[default]
    Declare,
    /// Changes nothing, and says of each object what [`Declare`](Self::Declare) would find.
    Plan,
    /// Declares nothing; everything must exist.
    Verify,
    /// Trusts that everything exists.
    Assume,
}

/// What applying a topology did, or found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// One step for each exchange, queue and binding, in order.
    pub steps: Vec<Step>,
}

impl Plan {
    /// No steps yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { steps: Vec::new() }
    }

    /// Adds a step.
    pub fn push(&mut self, object: impl fmt::Display, action: Action) {
        self.steps.push(Step { object: Text::display(object), action });
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Step { object, action } in &self.steps {
            write!(f, "{action:<12} {object}")?;
            match action {
                Action::Differs(difference) => writeln!(f, ": {difference}")?,
                _ => writeln!(f)?,
            }
        }
        Ok(())
    }
}

/// One step of a [`Plan`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// What it is about: ``queue `notification-service` ``.
    pub object: Text,
    /// What was done, or found.
    pub action: Action,
}

/// What was done to an object of the topology, or found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// It was declared: made, unless it was there already.
    Declared,
    /// It exists.
    Exists,
    /// It does not exist. Only [`TopologyMode::Plan`] says so; elsewhere it is declared, or an error.
    Missing,
    /// It exists with another argument. Only [`TopologyMode::Plan`] says so; elsewhere it is an error.
    Differs(Difference),
    /// The broker was not asked.
    NotChecked,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Declared => "declared",
            Self::Exists => "exists",
            Self::Missing => "missing",
            Self::Differs(_) => "differs",
            Self::NotChecked => "not checked",
        })
    }
}

/// The first argument in which an object differs from what was wanted. Brokers name one at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Difference {
    /// The argument's name.
    pub argument: Text,
    /// What it is on the broker.
    pub found: Text,
    /// What the topology says.
    pub wanted: Text,
}

impl Difference {
    /// The argument is `found` on the broker, and `wanted` in the topology.
    #[must_use]
    pub fn new(argument: impl Into<Text>, found: impl Into<Text>, wanted: impl Into<Text>) -> Self {
        Self { argument: argument.into(), found: found.into(), wanted: wanted.into() }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}, {} was wanted", self.argument, self.found, self.wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consumers_document_is_read_as_it_is_written() {
        let queue = QueueSpec::new("audit").with_kind(QueueKind::Classic).bind(Binding::new("user.events", "user.#"));
        let written = serde_json::to_string(&queue).unwrap();
        let expected = r##"{"consumer":"audit","kind":"classic","bind":[{"exchange":"user.events","key":"user.#"}]}"##;
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_str::<QueueSpec>(&written).unwrap(), queue);
    }

    #[test]
    fn a_plan_says_what_differs() {
        let mut plan = Plan::new();
        plan.push("exchange `user.events`", Action::Exists);
        plan.push("queue `audit`", Action::Differs(Difference::new("x-delivery-limit", "7", "1000")));
        assert_eq!(
            plan.to_string(),
            "exists       exchange `user.events`\n\
             differs      queue `audit`: `x-delivery-limit` is 7, 1000 was wanted\n"
        );
    }
}
