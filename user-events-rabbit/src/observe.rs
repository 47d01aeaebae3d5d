//! [`RabbitObserver`]: what passes on an exchange, seen without disturbing anybody.

use std::fmt;
use std::future::poll_fn;

use user_events_core::{InboundMessage, Text, TopicPattern, TransportError, TransportErrorKind};
use uuid::Uuid;

use crate::config::RabbitConfig;
use crate::error::{LinkError, WithSourceOf as _, connecting};
use crate::link::wire::{AMQPValue, FieldTable};
use crate::link::{Channel, Connection, Consumer, SettleChannel as _};
use crate::properties::{decode, short};
use crate::reply::{ACCESS_REFUSED, NOT_FOUND, Reply};
use crate::settle::Op;

/// What the broker keeps for an observer that does not keep up, and of what was dropped, to count it. Beyond
/// either bound the oldest goes.
const MOST_MESSAGES: i32 = 10_000;
const MOST_BYTES: i32 = 32 << 20;

/// What is on its way to an observer, or lies in its process. The bounds of the queue do not count it, and each may be
/// as large as the broker lets a message be: more would let an observer that has stopped fill the broker's memory.
const PREFETCH: u16 = 4;

/// What passes on a topic exchange from now on, seen without disturbing anybody.
///
/// It has a queue of its own, which no other connection can use and which ends with it: exclusive,
/// not durable, and bounded on the broker, so that an observer that does not keep up costs the broker
/// little and no publisher a refusal: 10,000 messages and 32 MiB, as much again of what was dropped there,
/// to [count](Self::take_dropped) it, and four messages on their way, of whatever size.
///
/// A message that was seen is gone; nothing can be requeued or dead-lettered. One trace it does leave: to
/// the broker its queue is one like any other, so that while it observes, a publish that matches its
/// patterns and reaches nobody else counts as routed.
///
/// ```no_run
/// # async fn watch() -> Result<(), user_events_core::TransportError> {
/// use user_events_rabbit::{RabbitConfig, RabbitObserver};
///
/// let config = RabbitConfig::from_uri("amqps://user:password@broker.example.com/%2f")?;
/// let mut observer = RabbitObserver::connect(config, "user.events", &["user.#".into()]).await?;
/// let message = observer.next().await?;
/// println!("{} with {} bytes", message.routing_key, message.body.len());
/// # Ok(())
/// # }
/// ```
pub struct RabbitObserver {
    queue: Text,
    /// The queue of what was dropped, where the user may have one.
    dropped: Option<Text>,
    consumer: Consumer,
    /// Consumes.
    channel: Channel,
    /// Counts what was dropped: it is not to wait behind deliveries.
    counting: Channel,
    seen: Option<u64>,
    connection: Connection,
}

impl RabbitObserver {
    /// Connects, and sees what is published from then on with a routing key that matches one of the patterns,
    /// of which there is at least one.
    ///
    /// Of the configuration it takes where the broker is, the connection's name, to which it adds
    /// ` (observing)`, and the timeout. It publishes nothing and declares no exchange, so the bounds on
    /// what is published and the topology mode mean nothing to it.
    ///
    /// The user needs the right to configure, write and read queues named `user-events.observer.*`, and to
    /// read the exchange; to know what was dropped, also to write to the default exchange (`amq.default`).
    ///
    /// # Errors
    ///
    /// As [`RabbitTransport::connect`](crate::RabbitTransport::connect), `Configuration` also without any
    /// pattern, and `Topology` when the exchange does not exist.
    pub async fn connect(
        config: RabbitConfig,
        exchange: &str,
        patterns: &[TopicPattern],
    ) -> Result<Self, TransportError> {
        check(exchange, patterns)?;
        let name = format!("{} (observing)", config.connection_name);
        let opened = Connection::open(&config.uri, &name, config.connect_timeout).await;
        let connection = opened.map_err(|error| connecting(&config.uri, error))?;
        // An id of its own: a queue that the broker names itself cannot be told from others'.
        let queue = Text::from(format!("user-events.observer.{}", Uuid::new_v4()));
        let refused = |error| refusal(error, exchange);
        let (channel, dropped) = declare(&connection, &queue).await.map_err(refused)?;
        for pattern in patterns {
            channel.bind(&queue, exchange, pattern.as_str()).await.map_err(refused)?;
        }
        let counting = connection.channel().await.map_err(refused)?;
        let consumer = channel.consume(&queue, "observer", PREFETCH).await.map_err(refused)?;
        Ok(Self { queue, dropped, consumer, channel, counting, seen: None, connection })
    }

    /// The next message. The one before counts as seen.
    ///
    /// # Errors
    ///
    /// `Connection`, `Topology` and the like when the observer has ended: nothing more will come.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Result<InboundMessage, TransportError> {
        if let Some(tag) = self.seen.take() {
            // The first poll hands it over, so it is not written twice; should it not be written at
            // all, the next one covers it.
            let written = self.channel.settle(vec![Op::Ack { tag, multiple: true }]).await;
            written.map_err(|error| self.lost(Some(error)))?;
        }
        match poll_fn(|cx| self.consumer.poll_next(cx)).await {
            Some(Ok(incoming)) => {
                self.seen = Some(incoming.tag);
                Ok(decode(incoming))
            }
            Some(Err(error)) => Err(self.lost(Some(error))),
            None => Err(self.lost(None)),
        }
    }

    /// Takes the count of the messages that the broker has dropped since the last call, because the observer did
    /// not keep up: at least so many. None where the user may not have the queue that tells.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    ///
    /// # Cancel safety
    ///
    /// The count may be lost when the future is dropped.
    pub async fn take_dropped(&mut self) -> Result<Option<u32>, TransportError> {
        let Some(queue) = &self.dropped else { return Ok(None) };
        self.counting.purge(queue).await.map(Some).map_err(|error| self.lost(Some(error)))
    }

    /// Says goodbye to the broker, which takes the queue away.
    pub async fn close(self) {
        self.connection.close().await;
    }

    fn lost(&self, error: Option<LinkError>) -> TransportError {
        match (self.connection.monitor().end(), error) {
            (Some(end), _) => end,
            (None, Some(error)) if error.is_of_channel() => error.into_transport("the broker ended the observation"),
            // The consumer may know before the monitor does.
            (None, Some(error)) => error.into_transport("the connection to the broker was lost"),
            (None, None) => TransportError::new(
                TransportErrorKind::Topology,
                "the broker ended the observation: its queue was deleted, or the queue's node is gone",
            ),
        }
    }
}

impl fmt::Debug for RabbitObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RabbitObserver").field("queue", &self.queue).finish_non_exhaustive()
    }
}

/// Refuses what nothing could be seen by.
fn check(exchange: &str, patterns: &[TopicPattern]) -> Result<(), TransportError> {
    // What is too long, lapin would send as an empty text.
    let too_long = |text: &str| text.len() > 255;
    let sentence = if patterns.is_empty() {
        "an observer needs at least one pattern: `#` matches every routing key"
    } else if exchange.is_empty() || too_long(exchange) || patterns.iter().any(|pattern| too_long(pattern.as_str())) {
        "an exchange has a name of 1 to 255 bytes, and a routing key at most 255 bytes"
    } else {
        return Ok(());
    };
    Err(TransportError::new(TransportErrorKind::Configuration, sentence))
}

/// Declares the observer's queue, and where the user may, the one of what was dropped.
async fn declare(connection: &Connection, queue: &Text) -> Result<(Channel, Option<Text>), LinkError> {
    let dropped = Text::display(format_args!("{queue}.dropped"));
    let channel = connection.channel().await?;
    channel.declare_own_queue(&dropped, bounded()).await?;
    let mut arguments = bounded();
    arguments.insert(short("x-dead-letter-exchange"), text(""));
    arguments.insert(short("x-dead-letter-routing-key"), text(&dropped));
    match channel.declare_own_queue(queue, arguments).await {
        Ok(()) => Ok((channel, Some(dropped))),
        // To dead-letter needs the right to write to the default exchange.
        Err(error) if error.reply().is_some_and(|reply| reply.code() == ACCESS_REFUSED) => {
            let channel = connection.channel().await?;
            channel.declare_own_queue(queue, bounded()).await?;
            Ok((channel, None))
        }
        Err(error) => Err(error),
    }
}

/// The arguments of a queue that drops its oldest messages, never a publisher's.
fn bounded() -> FieldTable {
    let mut arguments = FieldTable::default();
    // Whatever the virtual host's default is: a quorum queue cannot be exclusive.
    arguments.insert(short("x-queue-type"), text("classic"));
    arguments.insert(short("x-max-length"), AMQPValue::LongInt(MOST_MESSAGES));
    arguments.insert(short("x-max-length-bytes"), AMQPValue::LongInt(MOST_BYTES));
    arguments.insert(short("x-overflow"), text("drop-head"));
    arguments
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

fn refusal(error: LinkError, exchange: &str) -> TransportError {
    let (kind, sentence) = match error.reply().map(Reply::code) {
        Some(NOT_FOUND) => (
            TransportErrorKind::Topology,
            format!("exchange `{exchange}` does not exist: its first publisher or consumer declares it"),
        ),
        Some(ACCESS_REFUSED) => (
            TransportErrorKind::Unauthorized,
            format!(
                "the user may not observe exchange `{exchange}`: it needs the right to read from it, and to configure, \
                 write and read queues named `user-events.observer.*`"
            ),
        ),
        _ => return error.into_transport(format_args!("exchange `{exchange}` cannot be observed")),
    };
    TransportError::new(kind, sentence).with_source_of(error)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn what_nothing_could_be_seen_by_is_refused_before_a_broker_is_asked() {
        let long = "x".repeat(256);
        let every = [TopicPattern::from("#")];
        let too_long = [TopicPattern::from("#"), TopicPattern::from(long.as_str())];
        for (exchange, patterns) in [("x", &[][..]), ("", &every), (&long, &every), ("x", &too_long)] {
            let config = RabbitConfig::from_uri("amqp://localhost").unwrap();
            let connecting = pin!(RabbitObserver::connect(config, exchange, patterns));
            let Poll::Ready(Err(error)) = connecting.poll(&mut Context::from_waker(Waker::noop())) else {
                panic!("it waits for a broker");
            };
            assert_eq!(error.kind(), TransportErrorKind::Configuration, "{error}");
        }
    }
}
