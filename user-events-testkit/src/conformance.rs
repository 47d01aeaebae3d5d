//! The suite that every transport passes: what the contract promises, shown on a real broker.
//!
//! An author of a transport implements [`Harness`], which takes a few lines, and calls [`run`].
//! Every case runs on a connection of its own, under names of its own. What a transport cannot
//! do it does not claim in its [`Capabilities`](user_events_core::Capabilities), and the cases
//! that need it are marked `n.a.`; a claim that no passed case has shown is a failure too.
//!
//! ```
//! use std::sync::Arc;
//!
//! use user_events_core::Transport;
//! use user_events_memory::MemoryTransport;
//! use user_events_testkit::conformance::{self, Harness};
//!
//! struct Memory(MemoryTransport);
//!
//! #[async_trait::async_trait]
//! impl Harness for Memory {
//!     fn name(&self) -> &str {
//!         "memory queue"
//!     }
//!
//!     async fn connect(&self) -> Arc<dyn Transport> {
//!         Arc::new(self.0.connect())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let report = conformance::run(Memory(MemoryTransport::queue())).await;
//! println!("{report}");
//! report.assert_passed();
//! # }
//! ```

mod case;
mod cases;
mod claim;
mod harness;
mod report;
mod scene;

pub use claim::Claim;
pub use harness::Harness;
pub use report::{Failure, Outcome, Report};

use std::any::Any;
use std::sync::Arc;

use case::Case;
use claim::claims_of;
use scene::Scene;

/// Runs every case on one transport.
pub async fn run(harness: impl Harness) -> Report {
    run_some(harness, |_| true).await
}

/// Runs the cases whose names are selected: for work on one of them.
pub async fn run_some(harness: impl Harness, select: impl Fn(&str) -> bool) -> Report {
    let harness: Arc<dyn Harness> = Arc::new(harness);
    let claims = claims_of(harness.connect().await.capabilities(), harness.can_refuse());
    let mut report = Report::new(harness.name(), &claims);
    for case in cases::ALL.iter().filter(|case| select(case.name)) {
        let outcome = match case.needs.iter().find(|claim| !claims.contains(claim)) {
            Some(missing) => Outcome::NotApplicable(*missing),
            None => play(case, harness.clone()).await,
        };
        report.add(case, outcome);
    }
    report
}

/// Plays one case as a task of its own, so that its panic is its outcome.
async fn play(case: &'static Case, harness: Arc<dyn Harness>) -> Outcome {
    let played = tokio::spawn(async move {
        let scene = Scene::new(harness).await;
        (case.play)(scene.clone()).await;
        scene.end().await;
    });
    match played.await {
        Ok(()) => Outcome::Passed,
        Err(error) => Outcome::Failed(error.try_into_panic().map_or_else(|error| error.to_string(), panic_text)),
    }
}

fn panic_text(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a text").to_owned()
}
