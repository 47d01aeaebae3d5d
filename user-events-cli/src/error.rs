//! [`Error`]: why the command ended, in a sentence for a person and a code for a script.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, ErrorKind};
use std::path::Path;

use user_events_core::{Shown, Source, TransportError, TransportErrorKind};

use crate::exit::Exit;
use crate::say::say;
use crate::style;

/// A sentence may hold a document's own line, never a whole document.
const LONGEST: usize = 4096;

/// Why the command ended.
#[derive(Debug)]
pub(crate) struct Error {
    exit: Exit,
    sentence: Cow<'static, str>,
    source: Option<Source>,
}

impl Error {
    /// An error with one lower-case sentence that says what happened and what to do.
    pub(crate) fn new(exit: Exit, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self { exit, sentence: sentence.into(), source: None }
    }

    /// The same error with its cause.
    pub(crate) fn because(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }

    /// The same error about this part of the input.
    pub(crate) fn about(mut self, what: impl std::fmt::Display) -> Self {
        self.sentence = format!("{what}: {}", self.sentence).into();
        self
    }

    /// What happened, without its cause.
    pub(crate) fn sentence(&self) -> &str {
        &self.sentence
    }

    /// Says on the standard error what happened, and returns how the command ended.
    pub(crate) fn report(&self) -> Exit {
        let mut causes = String::new();
        let mut source = self.source.as_deref().map(|source| source as &dyn std::error::Error);
        while let Some(cause) = source {
            if !is_vague(cause) {
                // Writing to a String does not fail.
                let _ = write!(causes, "\n  caused by: {}", Shown::up_to(&cause.to_string(), LONGEST));
            }
            source = cause.source();
        }
        let error = style::ERROR;
        say(format_args!("{error}error{error:#}: {}{causes}", Shown::up_to(&self.sentence, LONGEST)));
        self.exit
    }
}

/// Whether a cause says less than the sentence above it: a kind of [`io::Error`] under which everything falls that has
/// no kind of its own, as failures of DNS and of TLS do.
fn is_vague(cause: &(dyn std::error::Error + 'static)) -> bool {
    // `Uncategorized`, which has no name that could be matched.
    const UNCATEGORIZED: &str = "uncategorized error";
    cause.downcast_ref::<io::Error>().is_some_and(|error| {
        let is_kind_alone = error.raw_os_error().is_none() && error.get_ref().is_none();
        let is_vague = matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::Other);
        is_kind_alone && (is_vague || error.to_string() == UNCATEGORIZED)
    })
}

/// What is written to a standard output that failed. A reader that has had enough, such as `head`, is no error.
pub(crate) fn output(error: io::Error) -> Error {
    let exit = if error.kind() == io::ErrorKind::BrokenPipe { Exit::Done } else { Exit::Failed };
    Error::new(exit, "the standard output cannot be written to").because(error)
}

/// What was to be read from a file or the standard input (`-`), and cannot be.
pub(crate) fn unreadable(path: &Path, error: io::Error) -> Error {
    let what = if path.as_os_str() == "-" { "the standard input".to_owned() } else { format!("`{}`", path.display()) };
    Error::new(Exit::Failed, format!("{what} cannot be read")).because(error)
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let exit = match error.kind() {
            TransportErrorKind::Configuration => Exit::Usage,
            TransportErrorKind::Unauthorized => Exit::Unauthorized,
            TransportErrorKind::Topology => Exit::Topology,
            TransportErrorKind::Connection | TransportErrorKind::Timeout | TransportErrorKind::Closed => {
                Exit::Connection
            }
            _ => Exit::Failed,
        };
        let this = Self::new(exit, error.to_string());
        match error.into_source() {
            Some(source) => this.because(source),
            None => this,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::ToSocketAddrs as _;

    use super::*;

    #[test]
    fn a_cause_that_is_only_a_kind_without_a_meaning_is_vague() {
        let unknown_host = ("nowhere.invalid", 1).to_socket_addrs().unwrap_err().kind();
        for kind in [ErrorKind::InvalidData, ErrorKind::InvalidInput, ErrorKind::Other, unknown_host] {
            assert!(is_vague(&io::Error::from(kind)), "{kind:?}");
        }
        assert!(!is_vague(&io::Error::from(ErrorKind::ConnectionRefused)));
        assert!(!is_vague(&io::Error::new(ErrorKind::InvalidData, "an expired certificate")));
        assert!(!is_vague(&io::Error::from_raw_os_error(2)));
    }
}
