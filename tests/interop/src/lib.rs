//! What the tests with Node share: brokers, the programs in Node, the events that go to and fro.

pub mod broker;
pub mod events;
pub mod examples;
pub mod node_service;
pub mod program;
pub mod script;

pub use events::ActivityRecorded;
pub use program::{Program, TERMINATED};

use std::time::Duration;

/// How long a test waits for what must come. Generous: only a hang reaches it.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// What this future gives, in time.
///
/// # Panics
///
/// When it does not come.
pub async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: not within {PATIENCE:?}"),
    }
}
