//! Exchanges, queues and bindings.

use user_events_core::{Binding, QueueSpec, SubscriptionSpec, Topology, TopologyMode, TransportErrorKind};

use crate::conformance::scene::{Scene, patiently};

/// A queue that nobody has declared.
fn missing(scene: &Scene) -> QueueSpec {
    QueueSpec::new(scene.name("missing")).bind(Binding::new(scene.name("missing"), "#"))
}

async fn subscribing_fails(scene: &Scene, queue: &QueueSpec) {
    let spec = SubscriptionSpec::new(queue.name.clone()).with_bindings(queue.bindings.clone());
    let Err(error) = scene.try_subscribe(spec).await else { panic!("subscribed to a queue that does not exist") };
    assert_eq!(error.kind(), TransportErrorKind::Topology, "{error}");
}

pub(super) async fn a_missing_queue_cannot_be_consumed(scene: Scene) {
    subscribing_fails(&scene, &missing(&scene)).await;
    // The connection must be of use after that.
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    scene.publish(queue.message("here")).await;
    assert_eq!(inbox.finish(1).await, ["here"]);
}

pub(super) async fn verifying_finds_what_is_missing(scene: Scene) {
    let exchange = Topology::new().with_exchange(scene.name("missing"));
    let there = scene.queue().await;
    let queue = QueueSpec::new(scene.name("missing")).bind(Binding::new(there.exchange.clone(), "#"));
    for topology in [exchange, Topology::new().with_queue(queue)] {
        let error = scene.apply(&topology, TopologyMode::Verify).await.expect_err("something is missing");
        assert_eq!(error.kind(), TransportErrorKind::Topology, "{error}");
    }
    scene.apply(&Topology::new().with_queue(there.spec()), TopologyMode::Verify).await.expect("all is there");
}

pub(super) async fn declaring_again_changes_nothing(scene: Scene) {
    let queue = scene.queue().await;
    scene.publish(queue.message("kept")).await;
    let topology = Topology::new().with_queue(queue.spec());
    let plan = patiently("the topology", scene.transport.apply(&topology, TopologyMode::Declare)).await;
    let plan = plan.expect("declare again");
    // At least the exchange, the queue and the binding.
    assert!(plan.steps.len() >= 3, "{plan}");
    let mut inbox = scene.subscribe(&queue).await;
    assert_eq!(inbox.finish(1).await, ["kept"]);
}

pub(super) async fn assuming_declares_nothing(scene: Scene) {
    let queue = missing(&scene);
    scene.apply(&Topology::new().with_queue(queue.clone()), TopologyMode::Assume).await.expect("assume");
    subscribing_fails(&scene, &queue).await;
}
