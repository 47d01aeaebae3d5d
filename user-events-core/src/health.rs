//! [`Health`]: progress, not reachability.

use std::time::Duration;

use crate::Text;

/// How a transport is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The state of its link to the broker.
    pub link: Link,
    /// Messages published and not yet answered.
    pub in_flight_messages: usize,
    /// Bytes published and not yet answered.
    pub in_flight_bytes: usize,
    /// Consumers that are subscribed.
    pub consumers: usize,
    /// Deliveries given out and not yet settled.
    pub unsettled: usize,
    /// The age of the oldest of them.
    pub oldest_unsettled: Option<Duration>,
    /// How long ago the subscription polled longest ago was polled.
    pub last_polled: Option<Duration>,
    /// Settlements that came after their delivery was given to somebody else, and were ignored.
    pub stale_settlements: u64,
}

impl Health {
    /// Nothing in flight, nobody subscribed.
    #[must_use]
    pub const fn new(link: Link) -> Self {
        Self {
            link,
            in_flight_messages: 0,
            in_flight_bytes: 0,
            consumers: 0,
            unsettled: 0,
            oldest_unsettled: None,
            last_polled: None,
            stale_settlements: 0,
        }
    }
}

/// The state of a link to the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Link {
    /// Working.
    Connected,
    /// The broker takes no publishes: an alarm of memory or disk.
    Blocked {
        /// What the broker says of it.
        reason: Text,
    },
    /// Lost.
    Lost {
        /// What ended it.
        reason: Text,
    },
    /// Closed by its owner.
    Closed,
}
