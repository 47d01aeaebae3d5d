//! [`apply`] and [`plan`]: exchanges, queues and bindings, declared, verified, or asked for.

use user_events_core::{
    Action, Binding, Difference, Object, Plan, Text, Topology, TopologyMode, TransportError, TransportErrorKind,
    dead_letter_queue, is_dead_letter_queue,
};

use crate::error::LinkError;
use crate::link::wire::FieldTable;
use crate::link::{Channel, Connection};
use crate::reply::{ACCESS_REFUSED, NOT_FOUND};

mod arguments;
mod difference;
mod names;
mod refused;

use arguments::{arguments, letter_arguments};
use difference::difference;
use names::check_names;
use refused::refused;

/// Brings exchanges, queues and bindings to what `topology` says, verifies them, or trusts them.
pub(crate) async fn apply(
    connection: &Connection,
    topology: &Topology,
    mode: TopologyMode,
) -> Result<Plan, TransportError> {
    let mut broker = Broker::new(connection);
    let mut plan = Plan::new();
    for wanted in wanted(topology)? {
        let action = match (mode, &wanted) {
            (TopologyMode::Declare, Wanted::Named(named)) => broker.declare(named).await?,
            (TopologyMode::Declare, Wanted::Bound(queue, binding)) => broker.bind(queue, binding).await?,
            (TopologyMode::Verify, Wanted::Named(named)) => broker.verify(named).await?,
            _ => Action::NotChecked,
        };
        plan.push(wanted.object(), action);
    }
    broker.leave().await?;
    Ok(plan)
}

/// Says what is there of `topology`, and changes nothing.
pub(crate) async fn plan(connection: &Connection, topology: &Topology) -> Result<Plan, TransportError> {
    let mut broker = Broker::new(connection);
    let mut plan = Plan::new();
    for wanted in wanted(topology)? {
        let action = match &wanted {
            Wanted::Named(named) => broker.find(named).await?.into(),
            // AMQP has no way to ask for a binding. It cannot be there without both ends.
            Wanted::Bound(queue, binding) => {
                let ends = [Object::Queue(Text::clone(queue)), Object::Exchange(binding.exchange.clone())];
                let misses = ends.iter().any(|end| plan.action(end) == Some(&Action::Missing));
                if misses { Action::Missing } else { Action::NotChecked }
            }
        };
        plan.push(wanted.object(), action);
    }
    broker.leave().await?;
    Ok(plan)
}

/// Makes sure that an exchange exists, without asking for the right to configure it if it does. Of what type it is
/// matters to those who bind, not to those who publish.
pub(crate) async fn ensure_exchange(
    connection: &Connection,
    exchange: &str,
    mode: TopologyMode,
) -> Result<(), TransportError> {
    let object = Object::Exchange(exchange.into());
    let refused = |error| refused(&object, error);
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
        let refused = |error| refused(&Object::Queue(name.into()), error);
        let channel = connection.channel().await.map_err(refused)?;
        channel.check_queue(name).await.map_err(refused)?;
        channel.close().await.map_err(refused)?;
    }
    Ok(())
}

/// What a topology consists of, as it should be.
enum Wanted<'a> {
    Named(Named),
    Bound(&'a Text, &'a Binding),
}

/// What the broker can be asked for by its name.
enum Named {
    Exchange(Text),
    Queue(Text, FieldTable),
}

/// All that a topology consists of, each after what it needs.
fn wanted(topology: &Topology) -> Result<Vec<Wanted<'_>>, TransportError> {
    check_names(topology)?;
    let mut wanted: Vec<_> =
        topology.exchanges.iter().map(|name| Wanted::Named(Named::Exchange(name.clone()))).collect();
    for queue in &topology.queues {
        // The dead letter queue first: there is never a queue whose letters are lost.
        wanted.push(Wanted::Named(Named::Queue(queue.dead_letter_queue(), letter_arguments(queue.kind))));
        wanted.push(Wanted::Named(Named::Queue(queue.name.clone(), arguments(queue))));
        wanted.extend(queue.bindings.iter().map(|binding| Wanted::Bound(&queue.name, binding)));
    }
    Ok(wanted)
}

impl Wanted<'_> {
    fn object(&self) -> Object {
        match *self {
            Self::Named(ref named) => named.object(),
            Self::Bound(queue, binding) => Object::Binding { queue: queue.clone(), binding: binding.clone() },
        }
    }
}

impl Named {
    fn object(&self) -> Object {
        match self {
            Self::Exchange(name) => Object::Exchange(name.clone()),
            Self::Queue(name, _) => Object::Queue(name.clone()),
        }
    }

    /// Asks whether it exists, whatever its arguments.
    async fn check(&self, channel: &Channel) -> Result<(), LinkError> {
        match self {
            Self::Exchange(name) => channel.check_exchange(name).await,
            Self::Queue(name, _) => channel.check_queue(name).await,
        }
    }

    async fn declare(&self, channel: &Channel) -> Result<(), LinkError> {
        match self {
            Self::Exchange(name) => channel.declare_exchange(name).await,
            Self::Queue(name, arguments) => channel.declare_queue(name, arguments.clone()).await,
        }
    }
}

/// What the broker has under a name.
enum Found {
    Same,
    /// Something; this user may not declare it, which is the only way to compare.
    Hidden,
    Missing(LinkError),
    Different(Difference, LinkError),
}

impl From<Found> for Action {
    fn from(found: Found) -> Self {
        match found {
            Found::Same => Self::Exists,
            Found::Hidden => Self::NotCompared,
            Found::Missing(_) => Self::Missing,
            Found::Different(difference, _) => Self::Differs(difference),
        }
    }
}

/// The broker, asked one thing after the other, on a channel that no one else loses when it refuses one.
struct Broker<'a> {
    connection: &'a Connection,
    channel: Option<Channel>,
}

impl<'a> Broker<'a> {
    const fn new(connection: &'a Connection) -> Self {
        Self { connection, channel: None }
    }

    async fn declare(&mut self, named: &Named) -> Result<Action, TransportError> {
        match self.ask(async |channel| named.declare(channel).await).await {
            Ok(()) => Ok(Action::Declared),
            // This user may not declare it; it is another's, and enough if it exists.
            Err(error) if is_forbidden(&error) && matches!(named, Named::Exchange(_)) => {
                match self.ask(async |channel| named.check(channel).await).await {
                    Ok(()) => Ok(Action::NotCompared),
                    Err(_) => Err(refused(&named.object(), error)),
                }
            }
            Err(error) => Err(refused(&named.object(), error)),
        }
    }

    async fn bind(&mut self, queue: &Text, binding: &Binding) -> Result<Action, TransportError> {
        let pattern = binding.pattern.as_str();
        let bound = self.ask(async |channel| channel.bind(queue, &binding.exchange, pattern).await).await;
        match bound {
            Ok(()) => Ok(Action::Declared),
            Err(error) => Err(refused(&Wanted::Bound(queue, binding).object(), error)),
        }
    }

    /// Fails unless it exists, and is the same as far as this user may know.
    async fn verify(&mut self, named: &Named) -> Result<Action, TransportError> {
        match self.find(named).await? {
            Found::Missing(error) | Found::Different(_, error) => Err(refused(&named.object(), error)),
            Found::Hidden => {
                tracing::info!(
                    object = %named.object(),
                    "it exists; its arguments were not compared, because that needs the right to configure it"
                );
                Ok(Action::NotCompared)
            }
            Found::Same => Ok(Action::Exists),
        }
    }

    /// Whether it exists, and with which argument that is another.
    ///
    /// AMQP has no question for arguments. Declaring what exists changes nothing, and is refused where
    /// an argument differs. (What somebody deletes between the two questions is declared by the second.)
    async fn find(&mut self, named: &Named) -> Result<Found, TransportError> {
        let refused = |error| Err(refused(&named.object(), error));
        match self.ask(async |channel| named.check(channel).await).await {
            Ok(()) => {}
            Err(error) if is_missing(&error) => return Ok(Found::Missing(error)),
            Err(error) => return refused(error),
        }
        match self.ask(async |channel| named.declare(channel).await).await {
            Ok(()) => Ok(Found::Same),
            Err(error) if is_forbidden(&error) => Ok(Found::Hidden),
            Err(error) => match difference(&error) {
                Some(difference) => Ok(Found::Different(difference, error)),
                None => refused(error),
            },
        }
    }

    /// Asks on the channel, which the broker closes with a refusal.
    async fn ask(&mut self, question: impl AsyncFnOnce(&Channel) -> Result<(), LinkError>) -> Result<(), LinkError> {
        let channel = match self.channel.take() {
            Some(channel) => channel,
            None => self.connection.channel().await?,
        };
        question(&channel).await?;
        self.channel = Some(channel);
        Ok(())
    }

    async fn leave(self) -> Result<(), TransportError> {
        match self.channel {
            Some(channel) => {
                channel.close().await.map_err(|error| error.into_transport("the topology could not be applied"))
            }
            None => Ok(()),
        }
    }
}

fn is_missing(error: &LinkError) -> bool {
    error.reply().is_some_and(|reply| reply.code() == NOT_FOUND)
}

fn is_forbidden(error: &LinkError) -> bool {
    error.reply().is_some_and(|reply| reply.code() == ACCESS_REFUSED)
}

fn topology_error(sentence: impl Into<std::borrow::Cow<'static, str>>) -> TransportError {
    TransportError::new(TransportErrorKind::Topology, sentence)
}
