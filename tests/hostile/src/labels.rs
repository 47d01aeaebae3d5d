//! [`Labels`]: what the metrics of a process are told apart by.

use std::collections::BTreeSet;

use metrics_util::debugging::{DebuggingRecorder, Snapshotter};

/// What the metrics of a process are told apart by.
pub struct Labels(Snapshotter);

impl Labels {
    /// Listens to the whole process from now on. Once in a process.
    ///
    /// # Panics
    ///
    /// Somebody listens already.
    #[must_use]
    pub fn start() -> Self {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        recorder.install().expect("nobody else listens");
        Self(snapshotter)
    }

    /// Names of labels and their values, whatever the metric.
    #[must_use]
    pub fn seen(&self) -> BTreeSet<(String, String)> {
        let metrics = self.0.snapshot().into_vec().into_iter();
        let labels = metrics.flat_map(|(key, ..)| key.key().labels().cloned().collect::<Vec<_>>());
        labels.map(|label| (label.key().to_owned(), label.value().to_owned())).collect()
    }

    /// That every label has a value that the program's source knows, so that no message can make new series.
    ///
    /// # Panics
    ///
    /// One has another.
    #[track_caller]
    pub fn assert_known(&self) {
        let seen = self.seen();
        let of = |label: &str| -> Vec<&str> {
            seen.iter().filter(|(name, _)| name == label).map(|(_, value)| value.as_str()).collect()
        };
        assert_eq!(of("messaging.message.type"), ["Everything.v1", "Good.v1", "Quoting.v1", "Unheard.v1", "unknown"]);
        assert_eq!(of("messaging.destination.subscription.name"), [crate::QUEUE]);
        assert_eq!(of("messaging.system").len(), 1);
        let outcomes = ["confirmed", "dead_lettered", "handled", "indeterminate", "not_sent", "refused", "unroutable"];
        assert!(of("outcome").iter().all(|outcome| outcomes.contains(outcome)), "{seen:?}");
        let known =
            ["messaging.message.type", "messaging.destination.subscription.name", "messaging.system", "outcome"];
        let other = seen.iter().find(|(name, _)| !known.contains(&name.as_str()) && name != "messaging.operation.name");
        assert_eq!(other, None);
    }
}
