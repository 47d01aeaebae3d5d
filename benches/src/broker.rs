//! [`Broker`]: a private RabbitMQ node with the one queue that everything goes through.

use anyhow::{Result, ensure};
use clap::ValueEnum;
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions, QueuePurgeOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Connection, ExchangeKind};
use user_events_testkit::rabbit_node::RabbitNode;

use crate::event::UserRegistered;
use crate::raw;

pub(crate) const EXCHANGE: &str = "user.events";
pub(crate) const ROUTING_KEY: &str = "user.registered.v1";
/// The queue, and so the consumer's name.
pub(crate) const QUEUE: &str = "bench";
/// Where a consumer's failures would go; it must exist.
const DEAD_LETTERS: &str = "bench.dlq";
/// How many publishes are pending when the queue is filled.
const PENDING: usize = 1000;

/// The kind of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueueKind {
    /// Durable, on one node.
    Classic,
    /// Durable and replicated, here to one node.
    Quorum,
}

/// A private RabbitMQ node with the one queue that everything goes through.
pub(crate) struct Broker {
    node: RabbitNode,
    channel: Channel,
    _connection: Connection,
}

impl Broker {
    /// Starts a node and declares the queue.
    pub(crate) async fn start(kind: QueueKind) -> Result<Self> {
        let node = RabbitNode::start().await?;
        let (connection, channel) = raw::confirm_channel(node.uri()).await?;
        let durable = ExchangeDeclareOptions { durable: true, ..Default::default() };
        channel.exchange_declare(EXCHANGE.into(), ExchangeKind::Topic, durable, FieldTable::default()).await?;
        for queue in [QUEUE, DEAD_LETTERS] {
            let durable = QueueDeclareOptions { durable: true, ..Default::default() };
            channel.queue_declare(queue.into(), durable, kind.arguments()).await?;
        }
        let (queue, exchange, key) = (QUEUE.into(), EXCHANGE.into(), ROUTING_KEY.into());
        channel.queue_bind(queue, exchange, key, QueueBindOptions::default(), FieldTable::default()).await?;
        Ok(Self { node, channel, _connection: connection })
    }

    pub(crate) fn uri(&self) -> &str {
        self.node.uri()
    }

    /// Puts so many messages into the queue.
    pub(crate) async fn fill(&self, messages: u64) -> Result<()> {
        raw::publish_pending(&self.channel, &UserRegistered::example(), messages, PENDING).await
    }

    /// Fails unless so many messages are in the queue, and none among the dead letters.
    pub(crate) async fn expect(&self, messages: u64) -> Result<()> {
        for (queue, expected) in [(QUEUE, messages), (DEAD_LETTERS, 0)] {
            let passive = QueueDeclareOptions { passive: true, ..Default::default() };
            let found = self.channel.queue_declare(queue.into(), passive, FieldTable::default()).await?.message_count();
            ensure!(u64::from(found) == expected, "queue `{queue}` has {found} messages, not {expected}");
        }
        Ok(())
    }

    /// Removes all messages from the queue.
    pub(crate) async fn empty(&self) -> Result<()> {
        self.channel.queue_purge(QUEUE.into(), QueuePurgeOptions::default()).await?;
        Ok(())
    }
}

impl QueueKind {
    fn arguments(self) -> FieldTable {
        let mut arguments = FieldTable::default();
        if self == Self::Quorum {
            arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
        }
        arguments
    }
}
