//! [`Error`], why a private node could not do what was asked of it.

use std::{io, path::PathBuf, process::ExitStatus, time::Duration};

/// The result of working on a node.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a private node could not do what was asked of it.
///
/// Where a node failed to start, the message ends with what its log says about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// RabbitMQ is not on this machine.
    #[error(
        "no RabbitMQ server at {}: install it with `apt-get install rabbitmq-server` (`cargo xtask test` does so in a \
         checkout of user-events), or name its program in RABBITMQ_SERVER",
        path.display()
    )]
    NotInstalled {
        /// Where it was looked for.
        path: PathBuf,
    },

    /// A port of the node belongs to another process.
    #[error("another process has one of the ports of RabbitMQ node {node}; its log says:\n{log}")]
    PortTaken {
        /// The node's name.
        node: String,
        /// What the node logged: its first errors, else its last lines.
        log: String,
    },

    /// The node ended while it started.
    #[error("RabbitMQ node {node} ended while it started ({status}); its log says:\n{log}")]
    Exited {
        /// The node's name.
        node: String,
        /// How it ended.
        status: ExitStatus,
        /// What the node logged: its first errors, else its last lines.
        log: String,
    },

    /// The node was not ready in time.
    #[error("RabbitMQ node {node} was not ready after {} s; its log says:\n{log}", waited.as_secs())]
    NotReady {
        /// The node's name.
        node: String,
        /// The time it was given.
        waited: Duration,
        /// What the node logged: its first errors, else its last lines.
        log: String,
    },

    /// The node did not stop in time, and was killed.
    #[error("RabbitMQ node {node} did not stop within {} s and was killed; its log says:\n{log}", waited.as_secs())]
    NotStopped {
        /// The node's name.
        node: String,
        /// The time it was given.
        waited: Duration,
        /// What the node logged: its first errors, else its last lines.
        log: String,
    },

    /// `rabbitmqctl` failed.
    #[error("`rabbitmqctl {args}` failed ({status}): {stderr}")]
    Ctl {
        /// What it was called with.
        args: String,
        /// How it ended.
        status: ExitStatus,
        /// What it printed to its standard error.
        stderr: String,
    },

    /// The operating system refused something.
    #[error("cannot {action}")]
    Io {
        /// What was tried.
        action: String,
        /// Why it failed.
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: the operating system refused `action`.
    pub(super) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action: action.into(), source }
    }
}
