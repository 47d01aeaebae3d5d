//! Exchanges, queues and bindings.

use user_events_core::{
    Action, Binding, Object, Plan, QueueKind, QueueSpec, SubscriptionSpec, Topology, TopologyMode, TransportErrorKind,
};

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

/// The plan says the same of all that has a name; not every broker can be asked for a binding.
fn all_are(expected: &Action, plan: &Plan, queue: &QueueSpec) {
    let queues = [queue.name.clone(), queue.dead_letter_queue()].map(Object::Queue);
    let exchanges = queue.bindings.iter().map(|binding| Object::Exchange(binding.exchange.clone()));
    for object in exchanges.chain(queues) {
        assert_eq!(plan.action(&object), Some(expected), "{object}\n{plan}");
    }
    for binding in &queue.bindings {
        let object = Object::Binding { queue: queue.name.clone(), binding: binding.clone() };
        let action = plan.action(&object).unwrap_or_else(|| panic!("nothing about the {object}\n{plan}"));
        assert!(action == expected || *action == Action::NotChecked, "{object}\n{plan}");
    }
}

pub(super) async fn planning_changes_nothing_and_says_what_declaring_would_find(scene: Scene) {
    let queue = missing(&scene);
    let topology = Topology::new().with_queue(queue.clone());
    for _ in 0..2 {
        all_are(&Action::Missing, &scene.plan(&topology).await, &queue);
    }
    subscribing_fails(&scene, &queue).await;
    scene.apply(&topology, TopologyMode::Declare).await.expect("declare");
    all_are(&Action::Exists, &scene.plan(&topology).await, &queue);

    // To a transport that does not have the choice, a queue of the other kind is the same.
    let other = Topology::new().with_queue(queue.clone().with_kind(QueueKind::Classic));
    let plan = scene.plan(&other).await;
    let differs = matches!(plan.action(&Object::Queue(queue.name.clone())), Some(Action::Differs(_)));
    let declared = scene.apply(&other, TopologyMode::Declare).await;
    assert_eq!(differs, declared.is_err(), "{declared:?}\n{plan}");
    all_are(&Action::Exists, &scene.plan(&topology).await, &queue);
}

pub(super) async fn verifying_finds_what_differs(scene: Scene) {
    let other = Topology::new().with_queue(scene.queue().await.spec().with_kind(QueueKind::Classic));
    let declared = scene.apply(&other, TopologyMode::Declare).await.map_err(|error| error.kind());
    let verified = scene.apply(&other, TopologyMode::Verify).await.map_err(|error| error.kind());
    assert_eq!(verified, declared, "verifying and declaring find the same");
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
