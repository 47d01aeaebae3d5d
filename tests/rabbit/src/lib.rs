//! What the tests against RabbitMQ share: a node, transports on it, and an independent client.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use user_events_core::{
    Arrival, Binding, Confirmation, Delivery, OutboundMessage, QueueSpec, Subscription, SubscriptionSpec, Topology,
    TopologyMode, Transport,
};
use user_events_rabbit::{RabbitConfig, RabbitTransport};
use user_events_testkit::rabbit_node::RabbitNode;

/// How long a test waits for what must come.
pub const SOON: Duration = Duration::from_secs(30);

/// Within [`SOON`].
pub fn soon() -> Instant {
    Instant::now() + SOON
}

/// The node that the tests of one binary share.
pub async fn node() -> &'static RabbitNode {
    RabbitNode::shared().await.expect("a private RabbitMQ node")
}

/// The configuration for that node.
pub fn config(node: &RabbitNode) -> RabbitConfig {
    RabbitConfig::from_uri(node.uri()).expect("the node's URI")
}

/// A transport on that node.
pub async fn transport(node: &RabbitNode) -> RabbitTransport {
    RabbitTransport::connect(config(node)).await.expect("the node takes connections")
}

/// A name that no other test of this binary uses.
pub fn unique(stem: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{stem}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A queue of this name, bound to the exchange by these patterns.
pub async fn bound(transport: &RabbitTransport, queue: &str, exchange: &str, patterns: &[&str]) {
    let queue =
        patterns.iter().fold(QueueSpec::new(queue), |queue, pattern| queue.bind(Binding::new(exchange, *pattern)));
    let topology = Topology::new().with_exchange(exchange).with_queue(queue);
    transport.apply(&topology, TopologyMode::Declare).await.expect("the topology is declared");
}

/// Hands a message over, as a publisher does.
pub async fn publish(transport: &RabbitTransport, message: OutboundMessage) -> Confirmation {
    let slot = transport.in_flight().reserve(message.size()).await.expect("room");
    transport.publish(slot, message, soon())
}

/// Subscribes to a queue.
pub async fn subscribe(transport: &RabbitTransport, queue: &str, prefetch: u16) -> Box<dyn Subscription> {
    transport.subscribe(SubscriptionSpec::new(queue).with_prefetch(prefetch)).await.expect("a subscription")
}

/// The next arrival.
pub async fn arrival(subscription: &mut dyn Subscription) -> Option<Arrival> {
    tokio::time::timeout(SOON, poll_fn(|cx| subscription.poll_next(cx))).await.expect("an arrival comes soon")
}

/// The next arrival, which is a delivery.
pub async fn delivery(subscription: &mut dyn Subscription) -> Delivery {
    match arrival(subscription).await {
        Some(Arrival::Delivery(delivery)) => delivery,
        other => panic!("not a delivery: {other:?}"),
    }
}

/// A channel of another client, on a connection of its own that lives as long as the channel.
pub async fn client(node: &RabbitNode) -> lapin::Channel {
    let connection = lapin::Connection::connect(node.uri(), lapin::ConnectionProperties::default());
    connection.await.expect("the node takes connections").create_channel().await.expect("a channel")
}

/// How many messages lie ready in a queue.
pub async fn ready(client: &lapin::Channel, queue: &str) -> u32 {
    let options = lapin::options::QueueDeclareOptions { passive: true, ..Default::default() };
    client.queue_declare(queue.into(), options, Default::default()).await.expect("the queue exists").message_count()
}

/// Waits for the next message in a queue and takes it out.
pub async fn take(client: &lapin::Channel, queue: &str) -> lapin::message::Delivery {
    let read = async {
        loop {
            let options = lapin::options::BasicGetOptions { no_ack: true };
            if let Some(taken) = client.basic_get(queue.into(), options).await.expect("the queue can be read") {
                return taken.delivery;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, read).await.expect("a message comes soon")
}
