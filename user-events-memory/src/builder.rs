//! [`Builder`]: limits and switches of a broker.

use std::sync::Arc;
use std::time::Duration;

use user_events_core::Capabilities;

use crate::MemoryTransport;
use crate::log_broker::LogBroker;
use crate::queue_broker::QueueBroker;

/// Sets limits and switches before a broker is made.
///
/// ```
/// use user_events_memory::MemoryTransport;
///
/// let transport = MemoryTransport::builder().record_published().max_queue_len(1_000).queue();
/// assert!(transport.published().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a builder makes nothing until `queue` or `log` is called"]
pub struct Builder(Settings);

impl Builder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// At most this much is published and not yet answered: 1,024 messages and 64 MiB unless set.
    pub const fn in_flight(mut self, messages: usize, bytes: usize) -> Self {
        self.0.in_flight_messages = messages;
        self.0.in_flight_bytes = bytes;
        self
    }

    /// Bodies above this many bytes are not sent. Any size unless set.
    pub const fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.0.max_message_bytes = Some(bytes);
        self
    }

    /// A queue that holds this many messages which no consumer has refuses more, as RabbitMQ's
    /// `reject-publish` does: other queues of the exchange store the message all the same. No
    /// limit unless set. A log has none.
    pub const fn max_queue_len(mut self, messages: usize) -> Self {
        self.0.max_queue_len = Some(messages);
        self
    }

    /// Keeps everything that is published for [`MemoryTransport::published`]. It grows without
    /// bound, so it is for tests.
    pub const fn record_published(mut self) -> Self {
        self.0.record_published = true;
        self
    }

    /// Topics of a log have this many partitions, at least one: four unless set.
    pub const fn partitions(mut self, partitions: u32) -> Self {
        self.0.partitions = if partitions == 0 { 1 } else { partitions };
        self
    }

    /// A partition of a log keeps this many messages and forgets the oldest, read or not.
    /// Everything is kept unless set.
    pub const fn retention(mut self, messages: usize) -> Self {
        self.0.retention = Some(messages);
        self
    }

    /// How long a member of a group may settle what it has of a lane that goes to another: five
    /// seconds unless set.
    pub const fn drain(mut self, time: Duration) -> Self {
        self.0.drain = time;
        self
    }

    /// Makes a broker like RabbitMQ.
    #[must_use]
    pub fn queue(self) -> MemoryTransport {
        let mut capabilities = Capabilities::queue();
        capabilities.delivery_limit = true;
        MemoryTransport::to(Arc::new(QueueBroker::new(self.0)), capabilities)
    }

    /// Makes a broker like Kafka.
    #[must_use]
    pub fn log(self) -> MemoryTransport {
        MemoryTransport::to(Arc::new(LogBroker::new(self.0)), Capabilities::log())
    }
}

/// What the builder has set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) in_flight_messages: usize,
    pub(crate) in_flight_bytes: usize,
    pub(crate) max_message_bytes: Option<usize>,
    pub(crate) max_queue_len: Option<usize>,
    pub(crate) record_published: bool,
    pub(crate) partitions: u32,
    pub(crate) retention: Option<usize>,
    pub(crate) drain: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            in_flight_messages: 1024,
            in_flight_bytes: 64 << 20,
            max_message_bytes: None,
            max_queue_len: None,
            record_published: false,
            partitions: 4,
            retention: None,
            drain: Duration::from_secs(5),
        }
    }
}
