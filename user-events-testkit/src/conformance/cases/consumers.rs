//! Several consumers.

use std::collections::HashMap;
use std::future::poll_fn;

use user_events_core::{Arrival, Binding, SubscriptionSpec};

use crate::conformance::scene::{Inbox, Scene, finished, numbered, patiently, sorted};

pub(super) async fn two_consumers_share_a_queue(scene: Scene) {
    let queue = scene.queue().await;
    let other = scene.another().await;
    let (mut one, mut two) = (scene.subscribe_with(&queue, 4).await, other.subscribe_with(&queue, 4).await);
    let mut handled: HashMap<String, usize> = HashMap::new();
    let mut shares = [0, 0];
    let mut published = 0;
    // A log first shares its partitions out anew: published is until both have something.
    while shares.contains(&0) {
        assert!(published < 2_000, "one consumer gets everything: {shares:?}");
        for body in numbered(&format!("{published:05}-"), 40) {
            scene.publish(queue.message_of(&format!("key-{body}"), "word", &body)).await;
        }
        published += 40;
        while handled.len() < published {
            let (who, body) = either(&mut one, &mut two).await;
            shares[who] += 1;
            *handled.entry(body).or_default() += 1;
        }
    }
    let repeated: Vec<_> = handled.iter().filter(|(_, times)| **times > 1).collect();
    assert!(repeated.is_empty(), "handled more than once: {repeated:?}");
    other.end().await;
}

pub(super) async fn two_queues_get_a_copy_each(scene: Scene) {
    let queue = scene.queue().await;
    let beside = scene.queue_at(&queue.exchange, &["#"]).await;
    let (mut one, mut two) = (scene.subscribe(&queue).await, scene.subscribe(&beside).await);
    scene.publish_in_order(&queue, ["a", "b"]).await;
    assert_eq!(sorted(one.finish(2).await), ["a", "b"]);
    assert_eq!(sorted(two.finish(2).await), ["a", "b"]);
}

pub(super) async fn a_new_consumer_reads_what_others_have_settled(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe(&queue).await;
    let bodies = numbered("", 10);
    scene.publish_in_order(&queue, bodies.iter().map(String::as_str)).await;
    inbox.finish(10).await;
    inbox.close().await;
    let later = scene.queue_at(&queue.exchange, &["#"]).await;
    let spec = SubscriptionSpec::new(later.name.clone()).with_bindings([Binding::new(queue.exchange.clone(), "#")]);
    let mut inbox = scene.try_subscribe(spec).await.expect("subscribe");
    assert_eq!(sorted(inbox.finish(10).await), bodies);
}

/// Settles the next delivery of either, and says whose it was.
async fn either(one: &mut Inbox, two: &mut Inbox) -> (usize, String) {
    patiently("a delivery", async {
        loop {
            let (who, arrival) = poll_fn(|cx| {
                let first = one.0.poll_next(cx).map(|arrival| (0, arrival));
                if first.is_ready() { first } else { two.0.poll_next(cx).map(|arrival| (1, arrival)) }
            })
            .await;
            match arrival {
                Some(Arrival::Delivery(delivery)) => return (who, finished(delivery)),
                Some(Arrival::Revoked { .. }) => {}
                other => panic!("there should be a delivery, not {other:?}"),
            }
        }
    })
    .await
}
