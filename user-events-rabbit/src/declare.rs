//! [`apply`]: exchanges, queues and bindings, declared or checked.

use user_events_core::{
    Action, Difference, Plan, QueueKind, QueueSpec, Text, Topology, TopologyMode, TransportError, TransportErrorKind,
    dead_letter_queue, is_dead_letter_queue,
};

use crate::error::{LinkError, WithSourceOf as _};
use crate::link::wire::{AMQPValue, FieldTable};
use crate::link::{Channel, Connection};
use crate::properties::short;
use crate::reply::{ACCESS_REFUSED, NOT_FOUND, PRECONDITION_FAILED, RESOURCE_LOCKED, Reply};

/// The broker counts lost connections as well, so this is a backstop only.
const DELIVERY_LIMIT: i32 = 1_000;

/// A letter is looked at, which also counts, as often as people like: without a limit of its own a
/// quorum queue of RabbitMQ 4 drops it after 20 times.
const LETTER_LIMIT: i32 = 1_000_000_000;

/// The longest name: AMQP carries it as a short string, whose length is one byte.
const LONGEST_NAME: usize = 255;

/// Brings exchanges, queues and bindings to what `topology` says, checks them, or trusts them.
pub(crate) async fn apply(
    connection: &Connection,
    topology: &Topology,
    mode: TopologyMode,
) -> Result<Plan, TransportError> {
    check_names(topology)?;
    let mut steps = Steps { connection, mode, channel: None, plan: Plan::new() };
    for exchange in &topology.exchanges {
        steps.exchange(exchange).await?;
    }
    for queue in &topology.queues {
        // The dead letter queue first: there is never a queue whose letters are lost.
        let letters = queue.dead_letter_queue();
        steps.queue(&letters, letter_arguments(queue.kind)).await?;
        steps.queue(&queue.name, arguments(queue)).await?;
        for binding in &queue.bindings {
            steps.bind(&queue.name, binding).await?;
        }
    }
    steps.finish().await
}

/// Refuses names that cannot be: to a broker, an empty queue name means that it chooses one.
fn check_names(topology: &Topology) -> Result<(), TransportError> {
    let letters: Vec<_> = topology.queues.iter().map(QueueSpec::dead_letter_queue).collect();
    let queues = topology.queues.iter().map(|queue| &queue.name).chain(&letters).map(|name| ("queue", name.as_str()));
    let exchanges = topology.exchanges.iter().map(|name| ("exchange", name.as_str()));
    for (what, name) in queues.chain(exchanges) {
        if name.is_empty() {
            return Err(topology_error(format!("the name of a {what} is empty")));
        }
        if name.len() > LONGEST_NAME {
            return Err(topology_error(format!("the name of {what} `{name}` is longer than {LONGEST_NAME} bytes")));
        }
    }
    for (queue, binding) in topology.queues.iter().flat_map(|queue| queue.bindings.iter().map(move |b| (queue, b))) {
        if binding.pattern.as_str().len() > LONGEST_NAME {
            let queue = &queue.name;
            return Err(topology_error(format!(
                "the binding of queue `{queue}` to {binding} is longer than {LONGEST_NAME} bytes"
            )));
        }
    }
    Ok(())
}

/// Makes sure that an exchange exists, without asking for the right to configure it if it does.
pub(crate) async fn ensure_exchange(
    connection: &Connection,
    exchange: &str,
    mode: TopologyMode,
) -> Result<(), TransportError> {
    let object = Object::Exchange(exchange);
    let refused = |error| object.refused(error);
    if mode == TopologyMode::Assume {
        return Ok(());
    }
    let mut undeclared = None;
    if mode == TopologyMode::Declare {
        let channel = connection.channel().await.map_err(refused)?;
        match channel.declare_exchange(exchange).await {
            Ok(()) => return channel.close().await.map_err(refused),
            // It exists with other arguments, or this user may not declare it: good enough, if it exists.
            Err(error) if error.is_of_channel() => undeclared = Some(error),
            Err(error) => return Err(refused(error)),
        }
    }
    let channel = connection.channel().await.map_err(refused)?;
    match channel.check_exchange(exchange).await {
        Ok(()) => channel.close().await.map_err(refused),
        Err(error) if is_missing(&error) => Err(refused(undeclared.unwrap_or(error))),
        Err(error) => Err(refused(error)),
    }
}

/// Checks that a queue exists, and the queue that its dead letters go to.
pub(crate) async fn check_queue(connection: &Connection, queue: &str) -> Result<(), TransportError> {
    let letters = (!is_dead_letter_queue(queue)).then(|| dead_letter_queue(queue));
    for name in std::iter::once(queue).chain(letters.as_deref()) {
        let refused = |error| Object::Queue(name).refused(error);
        let channel = connection.channel().await.map_err(refused)?;
        channel.check_queue(name).await.map_err(refused)?;
        channel.close().await.map_err(refused)?;
    }
    Ok(())
}

/// One object after the other, on a channel that no one else loses when the broker refuses one.
struct Steps<'a> {
    connection: &'a Connection,
    mode: TopologyMode,
    channel: Option<Channel>,
    plan: Plan,
}

impl Steps<'_> {
    async fn exchange(&mut self, exchange: &Text) -> Result<(), TransportError> {
        let object = Object::Exchange(exchange);
        let action = match self.mode {
            TopologyMode::Declare => {
                let channel = self.channel().await?;
                match channel.declare_exchange(exchange).await {
                    Ok(()) => Action::Declared,
                    // This user may not declare it; it is another's, and enough if it exists.
                    Err(error) if is_forbidden(&error) => {
                        self.channel = None;
                        let channel = self.channel().await?;
                        channel.check_exchange(exchange).await.map_err(|_| object.refused(error))?;
                        Action::Exists
                    }
                    Err(error) => return Err(object.refused(error)),
                }
            }
            TopologyMode::Plan => self.find(object, FieldTable::default()).await?,
            TopologyMode::Verify => {
                let channel = self.channel().await?;
                channel.check_exchange(exchange).await.map_err(|error| object.refused(error))?;
                Action::Exists
            }
            _ => Action::NotChecked,
        };
        self.plan.push(object, action);
        Ok(())
    }

    async fn queue(&mut self, queue: &Text, arguments: FieldTable) -> Result<(), TransportError> {
        let object = Object::Queue(queue);
        let action = match self.mode {
            TopologyMode::Declare => {
                let channel = self.channel().await?;
                channel.declare_queue(queue, arguments).await.map_err(|error| object.refused(error))?;
                Action::Declared
            }
            TopologyMode::Plan => self.find(object, arguments).await?,
            TopologyMode::Verify => {
                let channel = self.channel().await?;
                channel.check_queue(queue).await.map_err(|error| object.refused(error))?;
                Action::Exists
            }
            _ => Action::NotChecked,
        };
        self.plan.push(object, action);
        Ok(())
    }

    async fn bind(&mut self, queue: &Text, binding: &user_events_core::Binding) -> Result<(), TransportError> {
        let pattern = binding.pattern.as_str();
        // AMQP has no way to ask for a binding.
        let action = match self.mode {
            TopologyMode::Declare => {
                let object = Object::Binding { queue, exchange: &binding.exchange };
                let channel = self.channel().await?;
                channel.bind(queue, &binding.exchange, pattern).await.map_err(|error| object.refused(error))?;
                Action::Declared
            }
            // It cannot be there without both ends.
            TopologyMode::Plan
                if self.misses(Object::Queue(queue)) || self.misses(Object::Exchange(&binding.exchange)) =>
            {
                Action::Missing
            }
            _ => Action::NotChecked,
        };
        self.plan.push(format_args!("binding of queue `{queue}` to {binding}"), action);
        Ok(())
    }

    /// Whether it exists, and with which argument that is another.
    ///
    /// AMQP has no question for arguments. Declaring what exists changes nothing, and is refused where
    /// an argument differs. (What somebody deletes between the two questions is declared by the second.)
    async fn find(&mut self, object: Object<'_>, arguments: FieldTable) -> Result<Action, TransportError> {
        let channel = self.channel().await?;
        let found = match object {
            Object::Exchange(name) => channel.check_exchange(name).await,
            Object::Queue(name) | Object::Binding { queue: name, .. } => channel.check_queue(name).await,
        };
        if let Err(error) = found {
            self.channel = None;
            return if is_missing(&error) { Ok(Action::Missing) } else { Err(object.refused(error)) };
        }
        let channel = self.channel().await?;
        let same = match object {
            Object::Exchange(name) => channel.declare_exchange(name).await,
            Object::Queue(name) | Object::Binding { queue: name, .. } => channel.declare_queue(name, arguments).await,
        };
        let Err(error) = same else { return Ok(Action::Exists) };
        self.channel = None;
        match difference(&error) {
            Some(difference) => Ok(Action::Differs(difference)),
            // As when it is declared: it is another's, and enough if it exists.
            None if is_forbidden(&error) && matches!(object, Object::Exchange(_)) => Ok(Action::Exists),
            None => Err(object.refused(error)),
        }
    }

    /// Whether this was found to be missing.
    fn misses(&self, object: Object<'_>) -> bool {
        let name = object.to_string();
        self.plan.steps.iter().any(|step| step.action == Action::Missing && step.object == *name)
    }

    async fn channel(&mut self) -> Result<&Channel, TransportError> {
        if self.channel.is_none() {
            let opened = self.connection.channel().await;
            self.channel = Some(opened.map_err(|error| error.into_transport("the topology could not be applied"))?);
        }
        self.channel.as_ref().ok_or_else(|| topology_error("no channel"))
    }

    async fn finish(self) -> Result<Plan, TransportError> {
        if let Some(channel) = self.channel {
            channel.close().await.map_err(|error| error.into_transport("the topology could not be applied"))?;
        }
        Ok(self.plan)
    }
}

fn arguments(queue: &QueueSpec) -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert(short("x-dead-letter-exchange"), text(""));
    arguments.insert(short("x-dead-letter-routing-key"), text(&queue.dead_letter_queue()));
    match queue.kind {
        QueueKind::Classic => arguments.insert(short("x-queue-type"), text("classic")),
        _ => arguments
            .insert(short("x-queue-type"), text("quorum"))
            .insert(short("x-delivery-limit"), AMQPValue::LongInt(DELIVERY_LIMIT))
            // The strategy silently is at-most-once unless a full queue refuses.
            .insert(short("x-dead-letter-strategy"), text("at-least-once"))
            .insert(short("x-overflow"), text("reject-publish")),
    };
    arguments
}

fn letter_arguments(kind: QueueKind) -> FieldTable {
    let mut arguments = FieldTable::default();
    match kind {
        QueueKind::Classic => arguments.insert(short("x-queue-type"), text("classic")),
        _ => arguments
            .insert(short("x-queue-type"), text("quorum"))
            .insert(short("x-delivery-limit"), AMQPValue::LongInt(LETTER_LIMIT)),
    };
    arguments
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

/// What the broker was asked about.
#[derive(Clone, Copy)]
enum Object<'a> {
    Exchange(&'a str),
    Queue(&'a str),
    Binding { queue: &'a str, exchange: &'a str },
}

impl std::fmt::Display for Object<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exchange(name) => write!(f, "exchange `{name}`"),
            Self::Queue(name) => write!(f, "queue `{name}`"),
            Self::Binding { queue, exchange } => write!(f, "the binding of queue `{queue}` to exchange `{exchange}`"),
        }
    }
}

impl Object<'_> {
    /// The broker's refusal, explained.
    fn refused(&self, error: LinkError) -> TransportError {
        let explained = match error.reply() {
            Some(reply) => match reply.code() {
                NOT_FOUND => Some((TransportErrorKind::Topology, self.missing())),
                ACCESS_REFUSED => Some((TransportErrorKind::Unauthorized, self.forbidden())),
                PRECONDITION_FAILED => Some((TransportErrorKind::Topology, self.differs(reply))),
                RESOURCE_LOCKED => Some((
                    TransportErrorKind::Topology,
                    format!(
                        "{self} belongs to another connection alone (it is exclusive); delete it or use another name"
                    ),
                )),
                _ => None,
            },
            None => None,
        };
        match explained {
            Some((kind, sentence)) => TransportError::new(kind, sentence).with_source_of(error),
            None => error.into_transport(format_args!("the broker did not answer about {self}")),
        }
    }

    fn missing(&self) -> String {
        match self {
            Self::Queue(name) if is_dead_letter_queue(name) => format!(
                "{self} does not exist, so a dead letter would be lost; declare it, or apply the topology in declare mode"
            ),
            Self::Binding { .. } => format!("{self} fails: one of the two does not exist; declare it first"),
            _ => format!("{self} does not exist; declare it, or apply the topology in declare mode"),
        }
    }

    fn forbidden(&self) -> String {
        match self {
            Self::Binding { queue, exchange } => format!(
                "the user may not bind: it needs the right to write to queue `{queue}` and to read from exchange `{exchange}`"
            ),
            _ => format!("the user may not use {self}: declaring it needs the right to configure it"),
        }
    }

    fn differs(&self, reply: &Reply) -> String {
        match reply.inequivalent() {
            Some(differs) => format!(
                "{self} exists with another `{}`: asked for {}, and it has {}; delete it once it is drained, take another \
                 name, or use verify mode to leave it as it is",
                differs.argument, differs.received, differs.current
            ),
            None => format!("the broker refuses {self} with these arguments"),
        }
    }
}

fn is_missing(error: &LinkError) -> bool {
    error.reply().is_some_and(|reply| reply.code() == NOT_FOUND)
}

fn is_forbidden(error: &LinkError) -> bool {
    error.reply().is_some_and(|reply| reply.code() == ACCESS_REFUSED)
}

fn difference(error: &LinkError) -> Option<Difference> {
    let differs = error.reply()?.inequivalent()?;
    let (found, wanted) = (value(differs.current), value(differs.received));
    Some(match found == wanted {
        // The same text as another type: only the broker's whole words tell them apart.
        true => Difference::new(differs.argument, differs.current, differs.received),
        false => Difference::new(differs.argument, found, wanted),
    })
}

/// `7` of `the value '7' of type 'signedint'`.
fn value(text: &str) -> &str {
    let typed = text.strip_prefix("the value '").and_then(|rest| rest.rsplit_once("' of type '"));
    typed.map_or_else(|| text.trim_matches('\''), |(value, _)| value)
}

fn topology_error(sentence: impl Into<std::borrow::Cow<'static, str>>) -> TransportError {
    TransportError::new(TransportErrorKind::Topology, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference_in(values: &str) -> Option<String> {
        let text = format!("PRECONDITION_FAILED - inequivalent arg 'a' for queue 'q' in vhost '/': {values}");
        difference(&LinkError::Channel(Reply::new(PRECONDITION_FAILED, text))).map(|difference| difference.to_string())
    }

    #[test]
    fn a_difference_is_told_by_its_values() {
        for (values, expected) in [
            ("received the value '1000' of type 'signedint' but current is none", "`a` is none, 1000 was wanted"),
            ("received none but current is the value '7' of type 'long'", "`a` is 7, none was wanted"),
            ("received 'true' but current is 'false'", "`a` is false, true was wanted"),
            (
                "received the value '1' of type 'longstr' but current is the value '1' of type 'long'",
                "`a` is the value '1' of type 'long', the value '1' of type 'longstr' was wanted",
            ),
        ] {
            assert_eq!(difference_in(values).as_deref(), Some(expected));
        }
        assert_eq!(difference(&LinkError::Channel(Reply::new(NOT_FOUND, "no queue 'q'"))), None);
    }

    #[test]
    fn a_name_that_a_broker_would_replace_or_cut_is_refused() {
        let refusal = |topology: Topology| check_names(&topology).map_err(|error| error.to_string());
        assert_eq!(refusal(Topology::new().with_queue(QueueSpec::new(""))), Err("the name of a queue is empty".into()));
        assert!(refusal(Topology::new().with_queue(QueueSpec::new("q".repeat(252)))).is_err(), "with `.dlq`");
        assert_eq!(refusal(Topology::new().with_queue(QueueSpec::new("q".repeat(251)))), Ok(()));
        assert!(refusal(Topology::new().with_exchange("")).is_err());
        let long = QueueSpec::new("q").bind(user_events_core::Binding::new("x", "k".repeat(256).as_str()));
        assert!(refusal(Topology::new().with_queue(long)).unwrap_err().contains("the binding of queue `q`"));
    }
}
