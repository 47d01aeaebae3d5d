//! [`Transport`]: what a broker's library must do for the framework.

use std::time::Instant;

use async_trait::async_trait;

use crate::{
    Capabilities, Confirmation, Health, InFlight, OutboundMessage, Plan, Slot, Subscription, SubscriptionSpec,
    Topology, TopologyMode, TransportError,
};

/// A broker, reduced to what RabbitMQ and Kafka both keep honestly.
///
/// Implementers hold `docs/transport.md` beside this trait: it maps every method to AMQP and to
/// Kafka. A transport is finished when the conformance suite of `user-events-testkit` passes on
/// it against the real broker.
///
/// Deadlines are [`std::time::Instant`]s made from the runtime's clock
/// (`tokio::time::Instant::now().into_std()`), so that paused time works in tests.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// The technology, in the words of OpenTelemetry's `messaging.system`: `rabbitmq`, `kafka`, `memory`.
    fn system(&self) -> &'static str;

    /// What this transport can do. The conformance suite exercises every claim.
    fn capabilities(&self) -> Capabilities;

    /// What this transport is set to do with the topology that it needs: what the runtime
    /// [applies](Self::apply) a consumer's with.
    fn topology_mode(&self) -> TopologyMode {
        TopologyMode::Declare
    }

    /// The bound on what is in flight. Reserve a slot here, then [`publish`](Self::publish).
    fn in_flight(&self) -> &InFlight;

    /// Hands a message over, now and in the order of the calls, and returns the broker's answer
    /// as a future.
    ///
    /// By the deadline the answer is there: stored, or an error that says whether the broker may
    /// have the message (`Indeterminate`) or certainly has not (`NotSent`, `Refused`). After
    /// `NotSent` nothing is sent any more.
    fn publish(&self, slot: Slot, message: OutboundMessage, deadline: Instant) -> Confirmation;

    /// Says what is on the broker of all that `topology` names, and changes nothing.
    ///
    /// What is [`Missing`](crate::Action::Missing) would be declared by [`apply`](Self::apply), what
    /// [`Differs`](crate::Action::Differs) would be an error of it. What the broker cannot be asked for is
    /// [`NotChecked`](crate::Action::NotChecked).
    ///
    /// # Errors
    ///
    /// Why the broker could not be asked; never what it has.
    async fn plan(&self, topology: &Topology) -> Result<Plan, TransportError>;

    /// Brings exchanges, queues and bindings to what `topology` says, verifies them, or trusts them.
    ///
    /// # Errors
    ///
    /// `Topology` when something exists with other arguments (the error names the argument) or,
    /// in [`TopologyMode::Verify`], does not exist.
    async fn apply(&self, topology: &Topology, mode: TopologyMode) -> Result<Plan, TransportError>;

    /// Starts to consume.
    ///
    /// # Errors
    ///
    /// `Topology` when the queue, or a queue that its copies go to, does not exist, in whatever
    /// mode the topology was applied: a copy to a missing queue would be lost.
    /// A [dead letter queue](crate::is_dead_letter_queue) needs none of its own.
    async fn subscribe(&self, spec: SubscriptionSpec) -> Result<Box<dyn Subscription>, TransportError>;

    /// How the transport is doing: progress, not only reachability.
    fn health(&self) -> Health;

    /// Ends publishing and consuming: waits for answers until the deadline, then lets go.
    ///
    /// # Errors
    ///
    /// `Closed` or `Connection` when the broker could not be told; the transport is closed all the same.
    async fn close(&self, deadline: Instant) -> Result<(), TransportError>;
}
