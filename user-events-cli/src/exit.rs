//! [`Exit`]: how the command ended. The numbers are a promise to scripts.

use std::fmt::Write as _;
use std::process::ExitCode;

/// How the command ended.
///
/// Where several apply, as to the lines of one file or the events of one workspace, the highest counts: the later ones need more care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Invalid = 3,
    Connection = 4,
    Unauthorized = 5,
    Topology = 6,
    Unroutable = 7,
    NotSent = 8,
    Refused = 9,
    Indeterminate = 10,
    Findings = 11,
    NotCompiled = 12,
    Breaking = 13,
    /// As shells count a program that ctrl-c has ended.
    Interrupted = 130,
}

impl Exit {
    const ALL: [Self; 15] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::Invalid,
        Self::Connection,
        Self::Unauthorized,
        Self::Topology,
        Self::Unroutable,
        Self::NotSent,
        Self::Refused,
        Self::Indeterminate,
        Self::Findings,
        Self::NotCompiled,
        Self::Breaking,
        Self::Interrupted,
    ];

    pub(crate) const fn code(self) -> u8 {
        self as u8
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => {
                "input or output failed, cargo did, or the broker refused a request for a reason of its own"
            }
            Self::Usage => "the command line, the workspace, AMQP_URI or the URI's file cannot be used",
            Self::Invalid => "the input is no envelope, no description of a consumer, or no lock file",
            Self::Connection => "the broker cannot be reached, did not answer, or the connection was lost",
            Self::Unauthorized => "the broker does not let this user in, or not to this",
            Self::Topology => "an exchange or queue is missing, or exists with other arguments",
            Self::Unroutable => "published, but it reached no queue",
            Self::NotSent => "not published: the broker certainly does not have it",
            Self::Refused => "refused by the broker; other queues of the exchange may have it",
            Self::Indeterminate => "outcome unknown: publish again under the same message id",
            Self::Findings => "events and lock files do not agree, or `check` found something else",
            Self::NotCompiled => "a crate does not compile so far that its events can be read",
            Self::Breaking => "a change breaks what was published; it was not recorded",
            Self::Interrupted => "interrupted twice, or `publish` before everything was published",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// The table of exit codes, as the help shows it.
pub(crate) fn help() -> String {
    Exit::ALL.iter().fold(String::from("Exit codes:\n"), |mut help, exit| {
        // Writing to a String does not fail.
        let _ = writeln!(help, "{:>4}  {}", exit.code(), exit.meaning());
        help
    })
}
