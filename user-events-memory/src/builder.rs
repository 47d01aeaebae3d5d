//! [`Builder`]: limits and switches of a broker.

use std::sync::Arc;

use user_events_core::Capabilities;

use crate::MemoryTransport;
use crate::broker::Settings;
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

    /// Makes a broker like RabbitMQ.
    #[must_use]
    pub fn queue(self) -> MemoryTransport {
        let mut capabilities = Capabilities::queue();
        capabilities.delivery_limit = true;
        MemoryTransport::to(Arc::new(QueueBroker::new(self.0)), capabilities)
    }
}
