//! The order of deliveries.

use std::collections::HashMap;

use crate::conformance::scene::{Scene, finished, numbered, patiently};

pub(super) async fn messages_of_one_key_keep_the_order_of_the_calls(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe_with(&queue, 16).await;
    let bodies = numbered("", 240);
    let mut confirmations = Vec::new();
    for (number, body) in bodies.iter().enumerate() {
        // Neighbours mostly share a key: messages of different keys may change places unseen.
        let key = format!("key-{}", number / 3 % 5);
        let message = queue.message_of(&key, &format!("word.{}", number % 3), body);
        confirmations.push(scene.hand_over(message).await);
    }
    let mut last: HashMap<String, String> = HashMap::new();
    for _ in &bodies {
        let delivery = inbox.next().await;
        let key = delivery.message.partition_key.as_deref().expect("a partition key").to_owned();
        let body = finished(delivery);
        let before = last.insert(key, body.clone());
        assert!(before.as_ref() < Some(&body), "{body} came after {before:?} of its key");
    }
    for confirmation in confirmations {
        patiently("a confirm", confirmation).await.expect("publish");
    }
}

pub(super) async fn messages_of_one_queue_keep_the_order_of_the_calls(scene: Scene) {
    let queue = scene.queue().await;
    let mut inbox = scene.subscribe_with(&queue, 16).await;
    let bodies = numbered("", 240);
    let mut confirmations = Vec::new();
    for (number, body) in bodies.iter().enumerate() {
        let message = queue.message_of(&format!("key-{number}"), &format!("word.{}", number % 3), body);
        confirmations.push(scene.hand_over(message).await);
    }
    assert_eq!(inbox.finish(bodies.len()).await, bodies);
    for confirmation in confirmations {
        patiently("a confirm", confirmation).await.expect("publish");
    }
}
