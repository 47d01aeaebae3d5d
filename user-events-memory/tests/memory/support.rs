//! Publishing and consuming in a line.

use std::future::poll_fn;
use std::time::{Duration, Instant as Deadline};

use tokio::time::{Instant, timeout};
use user_events_core::{
    Arrival, Binding, Confirmation, Delivery, OutboundMessage, PublishError, QueueSpec, Receipt, Subscription,
    SubscriptionSpec, Topology, TopologyMode, Transport,
};
use user_events_memory::MemoryTransport;

pub(crate) fn after(time: Duration) -> Deadline {
    (Instant::now() + time).into_std()
}

pub(crate) fn soon() -> Deadline {
    after(Duration::from_secs(10))
}

/// Declares a queue for everything that is published to the exchange `user.events`.
pub(crate) async fn declare(transport: &MemoryTransport, queue: &'static str) {
    let topology = Topology::new().with_queue(QueueSpec::new(queue).bind(Binding::new("user.events", "#")));
    transport.apply(&topology, TopologyMode::Declare).await.unwrap();
}

pub(crate) async fn subscribe(
    transport: &MemoryTransport,
    queue: &'static str,
    prefetch: u16,
) -> Box<dyn Subscription> {
    let bindings = [Binding::new("user.events", "#")];
    transport
        .subscribe(SubscriptionSpec::new(queue).with_bindings(bindings).with_prefetch(prefetch))
        .await
        .unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn message(body: &str) -> OutboundMessage {
    OutboundMessage::new("user.events", "user.registered.v1", body.to_owned())
}

pub(crate) fn keyed(key: &str, body: &str) -> OutboundMessage {
    let mut message = message(body);
    message.partition_key = Some(key.into());
    message
}

pub(crate) async fn hand_over(transport: &MemoryTransport, message: OutboundMessage, by: Deadline) -> Confirmation {
    let slot = transport.in_flight().reserve(message.size()).await.unwrap();
    transport.publish(slot, message, by)
}

pub(crate) async fn publish(transport: &MemoryTransport, message: OutboundMessage) -> Result<Receipt, PublishError> {
    hand_over(transport, message, soon()).await.await
}

pub(crate) async fn arrival(subscription: &mut dyn Subscription) -> Option<Arrival> {
    timeout(Duration::from_secs(60), poll_fn(|cx| subscription.poll_next(cx))).await.expect("something arrives")
}

pub(crate) async fn next(subscription: &mut dyn Subscription) -> Delivery {
    match arrival(subscription).await {
        Some(Arrival::Delivery(delivery)) => delivery,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn nothing_now(subscription: &mut dyn Subscription) -> bool {
    subscription.poll_next(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_pending()
}

pub(crate) fn body(delivery: &Delivery) -> &str {
    std::str::from_utf8(&delivery.message.body).unwrap()
}

/// Settles the next delivery and returns its body.
pub(crate) async fn finish(subscription: &mut dyn Subscription) -> String {
    let delivery = next(subscription).await;
    let body = body(&delivery).to_owned();
    delivery.ticket.done();
    body
}
