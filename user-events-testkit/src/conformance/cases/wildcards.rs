//! Which routing keys a binding matches.

use crate::conformance::scene::{Scene, sorted};

/// The keys that every pattern is tried on.
const KEYS: &[&str] =
    &["", ".", "a", "b", "a.", ".a", "a.b", "a.a", "a.b.c", "a..c", "a.x.b.y.b", "user.registered.v1", "*", "#"];

/// Which of them each pattern matches.
const TABLE: &[(&str, &[&str])] = &[
    ("#", KEYS),
    ("", &[""]),
    ("*", &["a", "b", "*", "#"]),
    (".", &["."]),
    ("*.*", &[".", "a.", ".a", "a.b", "a.a"]),
    ("#.#", KEYS),
    ("*.#", &[".", "a", "b", "a.", ".a", "a.b", "a.a", "a.b.c", "a..c", "a.x.b.y.b", "user.registered.v1", "*", "#"]),
    ("#.*", &[".", "a", "b", "a.", ".a", "a.b", "a.a", "a.b.c", "a..c", "a.x.b.y.b", "user.registered.v1", "*", "#"]),
    ("a", &["a"]),
    ("a.#", &["a", "a.", "a.b", "a.a", "a.b.c", "a..c", "a.x.b.y.b"]),
    ("#.a", &["a", ".a", "a.a"]),
    ("a.*", &["a.", "a.b", "a.a"]),
    ("a.*.c", &["a.b.c", "a..c"]),
    ("a.#.b", &["a.b", "a.x.b.y.b"]),
    ("#.b.#", &["b", "a.b", "a.b.c", "a.x.b.y.b"]),
    ("*.b.#", &["a.b", "a.b.c"]),
    ("user.*.v1", &["user.registered.v1"]),
    ("user.#.v1", &["user.registered.v1"]),
    ("user.#", &["user.registered.v1"]),
    ("a*", &[]),
];

pub(super) async fn bindings_match_as_the_table_says(scene: Scene) {
    let exchange = scene.name("exchange");
    let mut queues = Vec::new();
    for (pattern, matching) in TABLE {
        // The fence has more words than any pattern would match by chance.
        queues.push((scene.queue_at(&exchange, &[pattern, "zz.zz.zz.fence"]).await, pattern, matching));
    }
    let publisher = &queues[0].0;
    for key in KEYS {
        scene.publish(publisher.message_of("one-key", key, key)).await;
    }
    scene.publish(publisher.message_of("one-key", "zz.zz.zz.fence", "fence")).await;
    for (queue, pattern, matching) in &queues {
        let mut inbox = scene.subscribe(queue).await;
        let expected: Vec<String> = matching.iter().map(|key| (*key).to_owned()).chain(["fence".to_owned()]).collect();
        let found = inbox.finish(expected.len()).await;
        assert_eq!(sorted(found), sorted(expected), "pattern `{pattern}`");
        inbox.close().await;
    }
    // More than expected would lie behind: the last word of each queue is said once again.
    scene.publish(publisher.message_of("one-key", "zz.zz.zz.fence", "end")).await;
    for (queue, pattern, _) in &queues {
        let mut inbox = scene.subscribe(queue).await;
        assert_eq!(inbox.finish(1).await, ["end"], "pattern `{pattern}` has matched too much");
        inbox.close().await;
    }
}

pub(super) async fn two_bindings_deliver_one_message_once(scene: Scene) {
    let queue = scene.queue_bound_by(&["user.#", "#.v1", "user.*.v1"]).await;
    let mut inbox = scene.subscribe(&queue).await;
    scene.publish(queue.message_of("one-key", "user.registered.v1", "once")).await;
    assert_eq!(inbox.finish(1).await, ["once"]);
    scene.publish(queue.message_of("one-key", "user.fence", "fence")).await;
    assert_eq!(inbox.finish(1).await, ["fence"]);
}
