//! [`Capabilities`]: what a transport claims, and the conformance suite makes it show.

/// What a transport can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// How settling takes effect.
    pub settlement: Settlements,
    /// What keeps its order.
    pub order: Order,
    /// Who gives a requeued delivery out again.
    pub requeue: Requeue,
    /// Where a delayed message waits.
    pub delay: Delay,
    /// Whether the broker counts how often a message came back.
    pub delivery_limit: bool,
    /// Whether messages can be read again after they were settled.
    pub replay: bool,
    /// Whether an unroutable publish is seen ([`Routed::No`](crate::Routed::No)).
    pub unroutable_seen: bool,
    /// Whether what a consumer holds can be taken from it for another (lanes, rebalance).
    pub revokes: bool,
    /// The largest body, in bytes, where the transport has a limit.
    pub max_message_bytes: Option<usize>,
    /// The largest properties and headers of one message, where the transport has a limit: what
    /// [`OutboundMessage::properties_size`](crate::OutboundMessage::properties_size) counts up to here, it sends.
    pub max_properties_bytes: Option<usize>,
}

impl Capabilities {
    /// A queue: settled one by one, ordered as a queue, requeued by the broker.
    #[must_use]
    pub const fn queue() -> Self {
        Self {
            settlement: Settlements::PerMessage,
            order: Order::PerQueue,
            requeue: Requeue::Broker,
            delay: Delay::Timer,
            delivery_limit: false,
            replay: false,
            unroutable_seen: true,
            revokes: false,
            max_message_bytes: None,
            max_properties_bytes: None,
        }
    }

    /// A partitioned log: settled by watermark, ordered by key, no requeue by the broker.
    #[must_use]
    pub const fn log() -> Self {
        Self {
            settlement: Settlements::Watermark,
            order: Order::PerKey,
            requeue: Requeue::Local,
            delay: Delay::Timer,
            delivery_limit: false,
            replay: true,
            unroutable_seen: false,
            revokes: true,
            max_message_bytes: None,
            max_properties_bytes: None,
        }
    }
}

/// How settling takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlements {
    /// Each message on its own.
    PerMessage,
    /// Up to the lowest open one: after a crash, what was finished above it comes again.
    Watermark,
}

/// What keeps its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Messages with equal partition keys.
    PerKey,
    /// All messages of a queue, as long as nothing is requeued.
    PerQueue,
    /// Nothing.
    None,
}

/// Who gives a requeued delivery out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requeue {
    /// The broker, perhaps to another consumer.
    Broker,
    /// The transport itself, to the same consumer.
    Local,
}

/// Where a delayed message waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// In a delay queue.
    Queue,
    /// In a delay topic.
    Topic,
    /// Held by the consumer on a timer.
    Timer,
}
