//! [`Counted`]: a transport that counts what it delivers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use async_trait::async_trait;
use user_events_core::{
    Address, Arrival, Capabilities, Confirmation, CopyTarget, Health, InFlight, Lane, OutboundMessage, Plan, Slot,
    Subscription, SubscriptionSpec, Topology, TopologyMode, Transport, TransportError,
};

/// A transport that counts what it delivers: also what is given back at once and comes again.
#[derive(Clone)]
pub struct Counted {
    transport: Arc<dyn Transport>,
    delivered: Arc<AtomicUsize>,
}

impl Counted {
    /// Counts what this one delivers.
    pub fn new(transport: impl Transport) -> Self {
        Self { transport: Arc::new(transport), delivered: Arc::default() }
    }

    /// How many deliveries there were so far.
    #[must_use]
    pub fn delivered(&self) -> usize {
        self.delivered.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Transport for Counted {
    fn system(&self) -> &'static str {
        self.transport.system()
    }

    fn capabilities(&self) -> Capabilities {
        self.transport.capabilities()
    }

    fn in_flight(&self) -> &InFlight {
        self.transport.in_flight()
    }

    fn publish(&self, slot: Slot, message: OutboundMessage, deadline: Instant) -> Confirmation {
        self.transport.publish(slot, message, deadline)
    }

    async fn plan(&self, topology: &Topology) -> Result<Plan, TransportError> {
        self.transport.plan(topology).await
    }

    async fn apply(&self, topology: &Topology, mode: TopologyMode) -> Result<Plan, TransportError> {
        self.transport.apply(topology, mode).await
    }

    async fn subscribe(&self, spec: SubscriptionSpec) -> Result<Box<dyn Subscription>, TransportError> {
        let subscription = self.transport.subscribe(spec).await?;
        Ok(Box::new(CountedSubscription { subscription, delivered: Arc::clone(&self.delivered) }))
    }

    fn health(&self) -> Health {
        self.transport.health()
    }

    async fn close(&self, deadline: Instant) -> Result<(), TransportError> {
        self.transport.close(deadline).await
    }
}

struct CountedSubscription {
    subscription: Box<dyn Subscription>,
    delivered: Arc<AtomicUsize>,
}

#[async_trait]
impl Subscription for CountedSubscription {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival>> {
        let arrival = self.subscription.poll_next(cx);
        if matches!(arrival, Poll::Ready(Some(Arrival::Delivery(_)))) {
            self.delivered.fetch_add(1, Ordering::Relaxed);
        }
        arrival
    }

    fn pause(&mut self, lanes: &[Lane]) {
        self.subscription.pause(lanes);
    }

    fn resume(&mut self, lanes: &[Lane]) {
        self.subscription.resume(lanes);
    }

    fn address(&self, copy: CopyTarget) -> Option<Address> {
        self.subscription.address(copy)
    }

    async fn close(&mut self, deadline: Instant) -> Result<(), TransportError> {
        self.subscription.close(deadline).await
    }
}
