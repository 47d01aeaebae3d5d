//! [`Claim`]: one thing that a transport says it can do.

use std::collections::BTreeSet;
use std::fmt;

use user_events_core::{Capabilities, Delay, Order, Requeue, Settlements};

/// One thing that a transport, or its harness, says it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Claim {
    /// Each message is settled on its own.
    SettlesPerMessage,
    /// Messages are settled up to the lowest open one.
    SettlesByWatermark,
    /// Messages with equal keys keep their order.
    OrdersPerKey,
    /// All messages of a queue keep their order.
    OrdersPerQueue,
    /// The broker gives a requeued delivery out again.
    RequeuesAtBroker,
    /// The transport itself gives a requeued delivery out again.
    RequeuesLocally,
    /// A delayed message waits with the broker.
    DelaysAtBroker,
    /// A delayed message is held by the consumer.
    DelaysInProcess,
    /// The broker counts how often a message came back.
    CountsDeliveries,
    /// Messages can be read again after they were settled.
    Replays,
    /// An unroutable publish is seen.
    SeesUnroutable,
    /// Lanes can be taken from a consumer for another.
    Revokes,
    /// There is a largest body.
    LimitsSize,
    /// There are largest properties and headers.
    LimitsProperties,
    /// The harness can make the broker refuse a publish.
    Refuses,
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::SettlesPerMessage => "settlement per message",
            Self::SettlesByWatermark => "settlement by watermark",
            Self::OrdersPerKey => "order per key",
            Self::OrdersPerQueue => "order per queue",
            Self::RequeuesAtBroker => "requeue by the broker",
            Self::RequeuesLocally => "local requeue",
            Self::DelaysAtBroker => "delay at the broker",
            Self::DelaysInProcess => "delay in process",
            Self::CountsDeliveries => "delivery count",
            Self::Replays => "replay",
            Self::SeesUnroutable => "unroutable seen",
            Self::Revokes => "revoked lanes",
            Self::LimitsSize => "a largest body",
            Self::LimitsProperties => "largest properties",
            Self::Refuses => "a harness that makes the broker refuse",
        })
    }
}

/// All that these capabilities claim.
pub(super) fn claims_of(capabilities: Capabilities, can_refuse: bool) -> BTreeSet<Claim> {
    let settlement = match capabilities.settlement {
        Settlements::PerMessage => Claim::SettlesPerMessage,
        Settlements::Watermark => Claim::SettlesByWatermark,
    };
    let requeue = match capabilities.requeue {
        Requeue::Broker => Claim::RequeuesAtBroker,
        Requeue::Local => Claim::RequeuesLocally,
    };
    let delay = match capabilities.delay {
        Delay::Queue | Delay::Topic => Claim::DelaysAtBroker,
        Delay::Timer => Claim::DelaysInProcess,
    };
    let optional = [
        (capabilities.order != Order::None, Claim::OrdersPerKey),
        (capabilities.order == Order::PerQueue, Claim::OrdersPerQueue),
        (capabilities.delivery_limit, Claim::CountsDeliveries),
        (capabilities.replay, Claim::Replays),
        (capabilities.unroutable_seen, Claim::SeesUnroutable),
        (capabilities.revokes, Claim::Revokes),
        (capabilities.max_message_bytes.is_some(), Claim::LimitsSize),
        (capabilities.max_properties_bytes.is_some(), Claim::LimitsProperties),
        (can_refuse, Claim::Refuses),
    ];
    let optional = optional.into_iter().filter_map(|(claimed, claim)| claimed.then_some(claim));
    [settlement, requeue, delay].into_iter().chain(optional).collect()
}
