//! [`Member`]: one subscription of a group.

use std::collections::{HashSet, VecDeque};
use std::task::Waker;

use tokio::time::Instant;
use user_events_core::{Binding, Lane, Token};

/// One subscription of a group.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) id: u64,
    pub(crate) connection: u64,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) prefetch: usize,
    pub(crate) paused: HashSet<Lane>,
    /// Taken away, and not yet told.
    pub(crate) revoked: Vec<Lane>,
    /// In the order in which they return.
    pub(crate) abandoned: VecDeque<(Instant, Token)>,
    /// The lane it was served from last.
    pub(crate) served: Lane,
    pub(crate) waker: Option<Waker>,
    pub(crate) last_polled: Instant,
}

impl Member {
    pub(crate) fn new(id: u64, connection: u64, bindings: Vec<Binding>, prefetch: u16) -> Self {
        Self {
            id,
            connection,
            bindings,
            prefetch: usize::from(prefetch.max(1)),
            paused: HashSet::new(),
            revoked: Vec::new(),
            abandoned: VecDeque::new(),
            served: Lane(0),
            waker: None,
            last_polled: Instant::now(),
        }
    }

    pub(crate) fn reads(&self, topic: &str) -> bool {
        self.bindings.iter().any(|binding| binding.exchange == *topic)
    }
}
