//! [`Broker`]: what both modes do for the connections to them.

use std::sync::Arc;
use std::task::Waker;

use user_events_core::{
    Health, InboundMessage, OutboundMessage, Plan, PublishError, Receipt, Subscription, SubscriptionSpec, Topology,
    TopologyMode, TransportError, TransportErrorKind,
};

use crate::builder::Settings;
use crate::connection::Connection;
use crate::fault::Planned;
use crate::published::Published;

/// A broker in this process. Connections come and go; what is stored stays.
pub(crate) trait Broker: Send + Sync {
    /// Takes a message in.
    fn store(&self, message: OutboundMessage) -> Result<Receipt, PublishError>;

    fn plan(&self, topology: &Topology) -> Plan;

    fn apply(&self, topology: &Topology, mode: TopologyMode) -> Result<Plan, TransportError>;

    fn subscribe(
        self: Arc<Self>,
        spec: SubscriptionSpec,
        connection: Arc<Connection>,
    ) -> Result<Box<dyn Subscription>, TransportError>;

    /// What lies under this name.
    fn messages(&self, name: &str) -> Vec<InboundMessage>;

    /// Whether nothing waits to be handled.
    fn is_idle(&self) -> bool;

    /// Fills in what a connection's consumers do.
    fn observe(&self, connection: u64, health: &mut Health);

    /// Ends all subscriptions of a connection.
    fn disconnect(&self, connection: u64);

    /// Ends the oldest subscription of this queue as a lost connection would; false if there is none.
    fn crash(&self, queue: &str) -> bool;

    fn common(&self) -> &Common;
}

/// What both modes have.
#[derive(Debug, Default)]
pub(crate) struct Common {
    pub(crate) settings: Settings,
    pub(crate) faults: Arc<Planned>,
    pub(crate) record: Published,
    /// Told whenever a message left a queue.
    pub(crate) progress: tokio::sync::Notify,
}

impl Common {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, record: Published::new(settings.record_published), ..Self::default() }
    }
}

/// Wakes those who were found while a lock was held. An executor may poll in the call: no lock
/// is held here.
pub(crate) fn wake(wakes: Vec<Waker>) {
    wakes.into_iter().for_each(Waker::wake);
}

/// How a subscription's end is reported that nobody asked for.
pub(crate) fn lost(queue: &str) -> TransportError {
    TransportError::new(
        TransportErrorKind::Connection,
        format!("the connection was lost under the subscription of `{queue}`"),
    )
}
