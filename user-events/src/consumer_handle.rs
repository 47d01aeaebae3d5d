//! [`ConsumerHandle`]: a consumer that runs in a task of its own.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::worker::{Shared, Worker};
use crate::{Error, ErrorKind};

/// A consumer that runs in a task of its own. Made by [`Consumer::spawn`](crate::Consumer::spawn).
///
/// Dropping the handle does not stop the consumer: it runs until its bus is closed, or until the
/// async runtime ends; then what it has not finished is delivered again.
#[derive(Debug)]
pub struct ConsumerHandle {
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<Result<Stopped, Error>>>,
    shared: SharedDebug,
}

struct SharedDebug(Arc<Shared>);

impl std::fmt::Debug for SharedDebug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.0.name(), f)
    }
}

/// What a consumer has done when it has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stopped {
    /// Messages handled.
    pub handled: u64,
    /// Messages dead-lettered.
    pub dead_lettered: u64,
    /// Messages given back: delivered, but not started or not finished in time. They are
    /// delivered again.
    pub given_back: usize,
}

/// How a consumer is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsumerHealth {
    /// Whether it runs at all.
    pub running: bool,
    /// Messages handled so far.
    pub handled: u64,
    /// Messages dead-lettered so far.
    pub dead_lettered: u64,
    /// Messages being handled now.
    pub in_progress: usize,
    /// Messages held because their dead letter could not be stored yet. While there are any, nothing new is
    /// fetched.
    pub held: usize,
}

impl ConsumerHandle {
    pub(crate) fn spawn(worker: Worker) -> Self {
        let shared = SharedDebug(Arc::clone(worker.shared()));
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(worker.run(async {
            // A dropped handle is no wish to stop.
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
        }));
        Self { stop: Some(stop), task: Some(task), shared }
    }

    /// Takes nothing new, gives handlers the drain timeout to finish, gives the rest back, and
    /// says what was done.
    ///
    /// # Errors
    ///
    /// Why the subscription was lost before, or that the broker could not be told.
    pub async fn stop(mut self) -> Result<Stopped, Error> {
        if let Some(stop) = self.stop.take() {
            // Fails only when the consumer has ended already: its result says why.
            let _ = stop.send(());
        }
        self.ended().await
    }

    /// Waits until the consumer ends by itself: its subscription was lost, or the bus closed.
    ///
    /// # Errors
    ///
    /// Why the subscription was lost; `Closed` where this was told before.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: wait again, or [`stop`](Self::stop).
    pub async fn ended(&mut self) -> Result<Stopped, Error> {
        let Some(task) = &mut self.task else {
            return Err(Error::new(ErrorKind::Closed, "the consumer has ended, as was told before"));
        };
        let ended = task.await;
        self.task = None;
        ended.unwrap_or_else(|error| {
            let what = if error.is_panic() { "the consumer panicked" } else { "the async runtime ended the consumer" };
            Err(Error::new(ErrorKind::Closed, what))
        })
    }

    /// How the consumer is doing.
    #[must_use]
    pub fn health(&self) -> ConsumerHealth {
        let counts = self.shared.0.counts();
        ConsumerHealth {
            running: self.task.as_ref().is_some_and(|task| !task.is_finished()),
            handled: counts.handled.load(Ordering::Relaxed),
            dead_lettered: counts.dead_lettered.load(Ordering::Relaxed),
            in_progress: counts.running.load(Ordering::Relaxed),
            held: counts.unstored.load(Ordering::Relaxed),
        }
    }
}
