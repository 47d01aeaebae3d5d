//! [`TrackedSeed`]: a seed whose deserializer is tracked.

use serde::de::{DeserializeSeed, Deserializer};

use super::deserializer::Tracked;
use super::tracker::Tracker;

pub(super) struct TrackedSeed<'t, S> {
    inner: S,
    tracker: Tracker<'t>,
    names: &'t [&'static str],
}

impl<'t, S> TrackedSeed<'t, S> {
    pub(super) fn new(inner: S, tracker: Tracker<'t>) -> Self {
        Self::of_name(inner, tracker, &[])
    }

    /// For a field's or variant's name, one of `names` perhaps.
    pub(super) fn of_name(inner: S, tracker: Tracker<'t>, names: &'t [&'static str]) -> Self {
        tracker.forget();
        Self { inner, tracker, names }
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for TrackedSeed<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let deserializer = Tracked::of_name(deserializer, self.tracker, self.names);
        self.inner.deserialize(deserializer).map_err(|error| self.tracker.leave(error))
    }
}
