//! [`Harness`]: what the suite needs to know of a transport.

use std::sync::Arc;

use async_trait::async_trait;
use user_events_core::Transport;

/// A transport and its broker, as the suite sees them.
///
/// Everything else the suite does through the [`Transport`] itself, under names that no other
/// case and no other run uses.
#[async_trait]
pub trait Harness: Send + Sync + 'static {
    /// What the matrix calls the transport.
    fn name(&self) -> &str;

    /// A new connection. All connections of a harness go to one broker. The suite closes them.
    ///
    /// Panics when the broker cannot be reached: the case fails, it is not skipped.
    async fn connect(&self) -> Arc<dyn Transport>;

    /// Whether [`make_refuse`](Self::make_refuse) is there.
    fn can_refuse(&self) -> bool {
        false
    }

    /// Brings the broker to refuse what is published to this queue, soon: a limit of its length,
    /// for one.
    async fn make_refuse(&self, queue: &str) {
        unreachable!("nothing can make the broker refuse what is published to `{queue}`");
    }
}
