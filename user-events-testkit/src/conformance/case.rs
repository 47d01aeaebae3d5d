//! [`Case`]: one promise of the contract, and how it is shown.

use std::future::Future;
use std::pin::Pin;

use super::claim::Claim;
use super::scene::Scene;

/// One promise of the contract, and how it is shown.
#[derive(Debug)]
pub(super) struct Case {
    /// The promise, in words.
    pub(super) name: &'static str,
    /// Without these claims the case does not apply.
    pub(super) needs: &'static [Claim],
    /// Claims that the case shows where they are made.
    pub(super) shows: &'static [Claim],
    /// Panics unless the promise is kept.
    pub(super) play: fn(Scene) -> Play,
}

pub(super) type Play = Pin<Box<dyn Future<Output = ()> + Send>>;
