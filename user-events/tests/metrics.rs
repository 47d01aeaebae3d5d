//! What is counted. Apart from the tests of the log: whether a span is enabled is known per process.

#![allow(missing_docs)]
#![cfg(feature = "memory")]

mod common;

use common::{UserDeleted, user_deleted};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use user_events::prelude::*;

#[test]
fn counters_say_how_each_publish_and_each_delivery_ended() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let bus = Bus::memory();
            let publisher = bus.publisher("UserService");
            publisher.publish(&user_deleted(1)).await.unwrap();
            let _consumer = Consumer::new("mailing")
                .handle(async |event: UserDeleted| if event.user_id == "u-3" { Err("no")? } else { Ok(()) })
                .spawn(&bus)
                .await
                .unwrap();
            publisher.publish_all(&[user_deleted(2), user_deleted(3), user_deleted(4)]).await;
            bus.settled().await.unwrap();
            assert_eq!(bus.health().unsettled, 0);
        });
    });
    let mut counters: Vec<_> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .filter_map(|(key, _, _, value)| match value {
            DebugValue::Counter(count) if count > 0 => {
                let outcome = key.key().labels().find(|label| label.key() == "outcome")?.value().to_owned();
                Some((key.key().name().to_owned(), outcome, count))
            }
            _ => None,
        })
        .collect();
    counters.sort();
    let counted = |name: &str, outcome: &str, count| (name.to_owned(), outcome.to_owned(), count);
    assert_eq!(
        counters,
        [
            counted("messaging.client.consumed.messages", "dead_lettered", 1),
            counted("messaging.client.consumed.messages", "handled", 2),
            counted("messaging.client.sent.messages", "confirmed", 3),
            counted("messaging.client.sent.messages", "unroutable", 1),
        ]
    );
}
