//! [`Plan`]: what a topology finds on the broker, object by object.

use std::fmt;

use crate::{Binding, Text};

/// What a topology finds on the broker, or what applying it did there, object by object.
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
    pub fn push(&mut self, object: Object, action: Action) {
        self.steps.push(Step { object, action });
    }

    /// What was done about this object, or found.
    #[must_use]
    pub fn action(&self, object: &Object) -> Option<&Action> {
        self.steps.iter().find(|step| step.object == *object).map(|step| &step.action)
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
    /// What it is about.
    pub object: Object,
    /// What was done, or found.
    pub action: Action,
}

/// What a topology consists of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Object {
    /// The exchange of this name.
    Exchange(Text),
    /// The queue of this name, which may be another's dead letter queue.
    Queue(Text),
    /// What a queue is bound to.
    Binding {
        /// The queue's name.
        queue: Text,
        /// What it is bound to.
        binding: Binding,
    },
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exchange(name) => write!(f, "exchange `{name}`"),
            Self::Queue(name) => write!(f, "queue `{name}`"),
            Self::Binding { queue, binding } => write!(f, "binding of queue `{queue}` to {binding}"),
        }
    }
}

/// What was done about an object of the topology, or found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// It was declared: made, unless it was there already.
    Declared,
    /// It exists as it should be.
    Exists,
    /// It exists; this user has no right to learn whether its arguments are the same.
    NotCompared,
    /// It does not exist. Only [`plan`](crate::Transport::plan) says so; [`apply`](crate::Transport::apply) declares
    /// it, or fails.
    Missing,
    /// It exists with another argument. Only [`plan`](crate::Transport::plan) says so; [`apply`](crate::Transport::apply)
    /// fails.
    Differs(Difference),
    /// The broker was not asked.
    NotChecked,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Declared => "declared",
            Self::Exists => "exists",
            Self::NotCompared => "not compared",
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
    fn a_plan_says_what_differs() {
        let mut plan = Plan::new();
        let (exchange, queue) = (Object::Exchange("user.events".into()), Object::Queue("audit".into()));
        let binding = Object::Binding { queue: "audit".into(), binding: Binding::new("user.events", "user.#") };
        plan.push(exchange, Action::NotCompared);
        plan.push(queue.clone(), Action::Differs(Difference::new("x-delivery-limit", "7", "1000")));
        plan.push(binding.clone(), Action::NotChecked);
        assert_eq!(
            plan.to_string(),
            "not compared exchange `user.events`\n\
             differs      queue `audit`: `x-delivery-limit` is 7, 1000 was wanted\n\
             not checked  binding of queue `audit` to `user.#` of exchange `user.events`\n"
        );
        assert!(matches!(plan.action(&queue), Some(Action::Differs(_))), "{plan}");
        assert_eq!(plan.action(&binding), Some(&Action::NotChecked));
        assert_eq!(plan.action(&Object::Exchange("audit".into())), None, "an exchange is no queue");
    }
}
