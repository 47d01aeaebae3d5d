//! The broker and [`TopicPattern`] agree on which keys a pattern matches.

use rabbit::{client, node, publish, transport, unique};
use user_events_core::{OutboundMessage, Routed, TopicPattern, Topology, TopologyMode, Transport as _};

/// A small generator (xorshift), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("small")
    }

    fn words(&mut self, choice: &[&str]) -> String {
        let count = self.throw(6);
        (0..count).map(|_| choice[self.throw(choice.len())]).collect::<Vec<_>>().join(".")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_pairs_of_pattern_and_key() {
    let node = node().await;
    let transport = transport(node).await;
    let client = client(node).await;
    let mut dice = Dice(0x5eed_2024);
    let (mut matched, mut differing) = (0, Vec::new());
    for _ in 0..200 {
        let pattern = dice.words(&["#", "#", "*", "a", "a", ""]);
        let key = dice.words(&["a", "a", "a", ""]);
        let exchange = unique("wildcards");
        let topology = Topology::new().with_exchange(exchange.clone());
        transport.apply(&topology, TopologyMode::Declare).await.expect("an exchange");
        let queue = client.queue_declare(
            "".into(),
            lapin::options::QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() },
            Default::default(),
        );
        let queue = queue.await.expect("a queue of the test's own").name().clone();
        let (source, words) = (exchange.as_str().into(), pattern.as_str().into());
        client
            .queue_bind(queue.clone(), source, words, Default::default(), Default::default())
            .await
            .expect("a binding");

        let receipt = publish(&transport, OutboundMessage::new(exchange, key.clone(), "")).await.await.expect("stored");
        let ours = TopicPattern::from(pattern.as_str()).matches(&key);
        let theirs = receipt.routed() == Routed::Yes;
        matched += usize::from(theirs);
        if ours != theirs {
            differing.push((pattern, key, theirs));
        }
        client.queue_delete(queue, Default::default()).await.expect("deleted");
    }
    assert_eq!(differing, [], "(pattern, key, what the broker says)");
    assert!((40..160).contains(&matched), "both answers are to be seen often: {matched} of 200");
}
