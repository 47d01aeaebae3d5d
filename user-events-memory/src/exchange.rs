//! [`Exchange`]: where messages are published to, and which queues they go on to.

use crate::queue_broker::QueueId;
use crate::trie::{Trie, Walk};

/// A durable topic exchange.
#[derive(Debug)]
pub(crate) struct Exchange {
    bindings: Trie<QueueId>,
    walk: Walk,
    /// The routing key that was last asked for, and where it went: publishers repeat themselves.
    last: Option<(String, Vec<QueueId>)>,
}

impl Exchange {
    pub(crate) fn new() -> Self {
        Self { bindings: Trie::new(), walk: Walk::default(), last: None }
    }

    /// Binds a queue; false if it was bound by this pattern already.
    pub(crate) fn bind(&mut self, pattern: &str, queue: QueueId) -> bool {
        self.last = None;
        self.bindings.insert(pattern, queue)
    }

    pub(crate) fn is_bound(&self, pattern: &str, queue: QueueId) -> bool {
        self.bindings.contains(pattern, queue)
    }

    /// Appends the queues that a message goes to: each once, by however many patterns it is bound.
    pub(crate) fn route(&mut self, routing_key: &str, queues: &mut Vec<QueueId>) {
        let (last_key, last_queues) = self.last.get_or_insert_default();
        if last_key != routing_key || last_key.is_empty() {
            last_key.clear();
            last_key.push_str(routing_key);
            last_queues.clear();
            self.bindings.matches(routing_key, &mut self.walk, last_queues);
        }
        queues.extend_from_slice(last_queues);
    }
}
