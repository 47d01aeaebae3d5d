//! [`Contest`]: what is measured, and who takes part.

use std::fmt;

use clap::ValueEnum;

/// How many publishes are under way at once in [`Contest::Publish`].
pub(crate) const PUBLISHERS: usize = 64;
/// How many events are published together in [`Contest::PublishAll`].
pub(crate) const SLICE: usize = 1000;
/// How many deliveries may be unacked in [`Contest::Consume`].
pub(crate) const PREFETCH: u16 = 256;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Contest {
    /// Many publishers, each of which waits for its confirm before it goes on.
    Publish,
    /// Slices of events published together.
    PublishAll,
    /// A typed handler of what lies in a queue.
    Consume,
    /// From a publisher to a typed handler in memory.
    Memory,
}

impl Contest {
    pub(crate) const ALL: &'static [Self] = &[Self::Publish, Self::PublishAll, Self::Consume, Self::Memory];

    pub(crate) const fn contestants(self) -> &'static [Contestant] {
        match self {
            Self::Memory => &[Contestant::UserEvents],
            _ => &[Contestant::UserEvents, Contestant::Lapin],
        }
    }

    /// Few enough for the whole benchmark to end within some minutes, enough for a lap of seconds.
    pub(crate) const fn default_messages(self) -> u64 {
        match self {
            Self::Memory => 2_000_000,
            _ => 60_000,
        }
    }
}

impl fmt::Display for Contest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Publish => format!("publish, {PUBLISHERS} tasks"),
            Self::PublishAll => format!("publish_all, slices of {SLICE}"),
            Self::Consume => "consume, typed handler".to_owned(),
            Self::Memory => "publish and handle in memory".to_owned(),
        };
        f.pad(&text)
    }
}

/// Who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Contestant {
    /// The framework.
    UserEvents,
    /// What would be written by hand without it.
    Lapin,
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::UserEvents => "user-events",
            Self::Lapin => "lapin",
        })
    }
}
