//! [`Scene`]: what a case plays on: a connection, names of its own, and patience.

use std::future::{Future, poll_fn};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant as Deadline, SystemTime};

use bytes::Bytes;
use tokio::time::{Instant, sleep, timeout};
use user_events_core::{
    Address, Arrival, Binding, Confirmation, CopyTarget, Delivery, Lane, OutboundMessage, Plan, PublishError,
    QueueSpec, Receipt, Subscription, SubscriptionSpec, Text, Topology, TopologyMode, Transport, TransportError,
};

use super::harness::Harness;

/// How long a case waits for what must come. Long: a busy machine is no broken promise.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// What a case plays on.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) harness: Arc<dyn Harness>,
    pub(super) transport: Arc<dyn Transport>,
}

/// A queue, bound to an exchange of its own.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) name: Text,
    pub(super) exchange: Text,
    pub(super) bindings: Vec<Binding>,
}

/// A subscription, read with patience.
pub(super) struct Inbox(pub(super) Box<dyn Subscription>);

/// What a transport is given to answer. Less than the suite's patience: a transport that
/// answers at its deadline does not hang.
pub(super) fn deadline() -> Deadline {
    (Instant::now() + PATIENCE / 2).into_std()
}

/// Waits for what must come.
pub(super) async fn patiently<T>(what: &str, future: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what} did not come in {PATIENCE:?}"),
    }
}

/// Waits for a state that no event tells of.
pub(super) async fn until(what: &str, mut reached: impl FnMut() -> bool) {
    patiently(what, async {
        while !reached() {
            sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}

impl Scene {
    pub(super) async fn new(harness: Arc<dyn Harness>) -> Self {
        Self { transport: patiently("a connection", harness.connect()).await, harness }
    }

    /// Another connection to the same broker.
    pub(super) async fn another(&self) -> Self {
        Self::new(self.harness.clone()).await
    }

    pub(super) async fn end(&self) {
        // What could not be told to the broker at the end is no matter of the case.
        let _ = patiently("the end of the transport", self.transport.close(deadline())).await;
    }

    /// A name that nothing else has, in this run or another.
    pub(super) fn name(&self, what: &str) -> Text {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Text::display(format_args!("conformance.{what}.{}-{:x}-{count}", process::id(), since.as_micros()))
    }

    /// A queue that gets everything which is published to its exchange.
    pub(super) async fn queue(&self) -> Queue {
        self.queue_bound_by(&["#"]).await
    }

    /// A queue that is bound to an exchange of its own by these patterns.
    pub(super) async fn queue_bound_by(&self, patterns: &[&str]) -> Queue {
        self.queue_at(&self.name("exchange"), patterns).await
    }

    /// A queue that is bound to this exchange by these patterns.
    pub(super) async fn queue_at(&self, exchange: &Text, patterns: &[&str]) -> Queue {
        let bindings: Vec<_> = patterns.iter().map(|pattern| Binding::new(exchange.clone(), *pattern)).collect();
        let queue = Queue { name: self.name("queue"), exchange: exchange.clone(), bindings };
        self.apply(&Topology::new().with_queue(queue.spec()), TopologyMode::Declare).await.expect("declare a queue");
        queue
    }

    pub(super) async fn apply(&self, topology: &Topology, mode: TopologyMode) -> Result<(), TransportError> {
        patiently("the topology", self.transport.apply(topology, mode)).await.map(drop)
    }

    pub(super) async fn plan(&self, topology: &Topology) -> Plan {
        patiently("the plan", self.transport.plan(topology)).await.expect("plan")
    }

    pub(super) async fn try_subscribe(&self, spec: SubscriptionSpec) -> Result<Inbox, TransportError> {
        patiently("the subscription", self.transport.subscribe(spec)).await.map(Inbox)
    }

    pub(super) async fn subscribe(&self, queue: &Queue) -> Inbox {
        self.subscribe_with(queue, 64).await
    }

    pub(super) async fn subscribe_with(&self, queue: &Queue, prefetch: u16) -> Inbox {
        let spec = SubscriptionSpec::new(queue.name.clone())
            .with_bindings(queue.bindings.iter().cloned())
            .with_prefetch(prefetch);
        self.try_subscribe(spec).await.expect("subscribe")
    }

    /// Reads what lies at an address that copies go to.
    pub(super) async fn subscribe_at(&self, queue: &Queue, address: &Address) -> Inbox {
        let dead_letters = user_events_core::dead_letter_queue(&queue.name);
        let spec = SubscriptionSpec::new(dead_letters).with_bindings([Binding::new(address.exchange.clone(), "#")]);
        self.try_subscribe(spec).await.expect("subscribe to the dead letter queue")
    }

    /// Hands a message over and does not wait for the answer.
    pub(super) async fn hand_over(&self, message: OutboundMessage) -> Confirmation {
        let slot = patiently("room for a message", self.transport.in_flight().reserve(message.size())).await;
        self.transport.publish(slot.expect("reserve"), message, deadline())
    }

    pub(super) async fn try_publish(&self, message: OutboundMessage) -> Result<Receipt, PublishError> {
        let slot = patiently("room for a message", self.transport.in_flight().reserve(message.size())).await?;
        patiently("the confirm", self.transport.publish(slot, message, deadline())).await
    }

    pub(super) async fn publish(&self, message: OutboundMessage) -> Receipt {
        self.try_publish(message).await.expect("publish")
    }

    /// Publishes messages with these bodies and one key, one after the other.
    pub(super) async fn publish_in_order<'b>(&self, queue: &Queue, bodies: impl IntoIterator<Item = &'b str>) {
        for body in bodies {
            self.publish(queue.message(body)).await;
        }
    }
}

impl Queue {
    pub(super) fn spec(&self) -> QueueSpec {
        self.bindings.iter().cloned().fold(QueueSpec::new(self.name.clone()), QueueSpec::bind)
    }

    /// A message to the exchange. All messages made so have one partition key.
    pub(super) fn message(&self, body: &str) -> OutboundMessage {
        self.message_of("one-key", "word.word", body)
    }

    pub(super) fn message_of(&self, partition_key: &str, routing_key: &str, body: &str) -> OutboundMessage {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let mut message = OutboundMessage::new(self.exchange.clone(), routing_key, body);
        message.partition_key = Some(partition_key.into());
        message.with_message_id(unique_id())
    }
}

fn unique_id() -> Text {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    Text::display(format_args!("message-{}", COUNT.fetch_add(1, Ordering::Relaxed)))
}

impl Inbox {
    /// The next arrival, whatever it is.
    pub(super) async fn arrival(&mut self) -> Option<Arrival> {
        patiently("an arrival", poll_fn(|cx| self.0.poll_next(cx))).await
    }

    /// The next delivery. Nothing else may come.
    pub(super) async fn next(&mut self) -> Delivery {
        match patiently("a delivery", poll_fn(|cx| self.0.poll_next(cx))).await {
            Some(Arrival::Delivery(delivery)) => delivery,
            other => panic!("there should be a delivery, not {other:?}"),
        }
    }

    /// So many deliveries.
    pub(super) async fn take(&mut self, count: usize) -> Vec<Delivery> {
        let mut taken = Vec::with_capacity(count);
        for _ in 0..count {
            taken.push(self.next().await);
        }
        taken
    }

    /// Takes so many deliveries, settles them, and returns their bodies.
    pub(super) async fn finish(&mut self, count: usize) -> Vec<String> {
        let mut bodies = Vec::with_capacity(count);
        for _ in 0..count {
            bodies.push(finished(self.next().await));
        }
        bodies
    }

    /// Settles deliveries until one with this body is settled, and returns the bodies before it.
    pub(super) async fn finish_until(&mut self, body: &str) -> Vec<String> {
        let mut bodies = Vec::new();
        loop {
            let finished = finished(self.next().await);
            if finished == body {
                return bodies;
            }
            bodies.push(finished);
        }
    }

    /// What there is without waiting.
    pub(super) fn now(&mut self) -> Poll<Option<Arrival>> {
        self.0.poll_next(&mut Context::from_waker(Waker::noop()))
    }

    pub(super) fn dead_letters(&self) -> Address {
        self.0.address(CopyTarget::DeadLetter).expect("a queue has an address for dead letters")
    }

    pub(super) async fn close(&mut self) {
        patiently("the end of the subscription", self.0.close(deadline())).await.expect("close the subscription");
    }

    pub(super) fn pause(&mut self, lane: Lane) {
        self.0.pause(&[lane]);
    }

    pub(super) fn resume(&mut self, lane: Lane) {
        self.0.resume(&[lane]);
    }
}

/// The body as a text.
pub(super) fn body(delivery: &Delivery) -> String {
    String::from_utf8_lossy(&delivery.message.body).into_owned()
}

/// Settles a delivery and returns its body.
pub(super) fn finished(delivery: Delivery) -> String {
    let body = body(&delivery);
    delivery.ticket.done();
    body
}

/// The same in the order of the alphabet.
pub(super) fn sorted(mut bodies: Vec<String>) -> Vec<String> {
    bodies.sort_unstable();
    bodies
}

/// Bodies that sort as they count: `prefix000`, `prefix001`, …
pub(super) fn numbered(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}{number:03}")).collect()
}
