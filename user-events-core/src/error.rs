//! Errors of the transport boundary, of encoding and of decoding.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use crate::Shown;

/// A sentence is cut here: it may quote what a broker said.
const MAX_SENTENCE: usize = 4096;

/// A cause that is kept for [`Error::source`].
pub type Source = Box<dyn Error + Send + Sync>;

/// A publish that did not end in a receipt.
///
/// Its sentence says what happened; the publisher that returns it to a caller adds event and
/// message id.
#[derive(Debug)]
pub struct PublishError {
    kind: PublishErrorKind,
    reason: Cow<'static, str>,
    source: Option<Source>,
    too_large: bool,
}

impl PublishError {
    /// An error of this kind.
    #[must_use]
    pub fn new(kind: PublishErrorKind, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, reason: reason.into(), source: None, too_large: false }
    }

    /// `NotSent`, because properties and headers are larger than the transport can send.
    #[must_use]
    pub fn too_large(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { too_large: true, ..Self::new(PublishErrorKind::NotSent, reason) }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The cause, taken out.
    #[must_use]
    pub fn into_source(self) -> Option<Source> {
        self.source
    }

    /// What is certain about the message.
    #[must_use]
    pub const fn kind(&self) -> PublishErrorKind {
        self.kind
    }

    /// Whether properties and headers were larger than the transport can send: with fewer headers the message may pass.
    #[must_use]
    pub const fn is_too_large(&self) -> bool {
        self.too_large
    }

    /// What happened, without the kind.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, Shown::up_to(&self.reason, MAX_SENTENCE))
    }
}

impl Error for PublishError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// What is certain about a message whose publish failed. There are these three, and no fourth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PublishErrorKind {
    /// The broker certainly does not have it, and nothing will be sent any more.
    NotSent,
    /// A broker said no. On a fan-out other queues may have stored it.
    Refused,
    /// It was handed over, and no answer came: stored no, one or several times. Publish again
    /// under the same message id.
    Indeterminate,
}

impl fmt::Display for PublishErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "not sent",
            Self::Refused => "refused by the broker",
            Self::Indeterminate => "outcome unknown",
        })
    }
}

/// A transport could not do what it was asked.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: Cow<'static, str>,
    source: Option<Source>,
}

impl TransportError {
    /// An error of this kind, with one lower-case sentence that says what to do.
    #[must_use]
    pub fn new(kind: TransportErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The cause, taken out.
    #[must_use]
    pub fn into_source(self) -> Option<Source> {
        self.source
    }

    /// What went wrong, for programs.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Shown::up_to(&self.message, MAX_SENTENCE))
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// What went wrong with a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The configuration cannot be used: an URI, a name, a limit. Permanent.
    Configuration,
    /// The broker does not let this user in, or not to this. Permanent.
    Unauthorized,
    /// An exchange, queue or binding is missing, or exists with other arguments. Permanent.
    Topology,
    /// The broker could not be reached, or the connection was lost. Passing.
    Connection,
    /// No answer by the deadline. Passing.
    Timeout,
    /// The transport was closed.
    Closed,
    /// The broker broke the protocol, or refused a request for a reason of its own.
    Protocol,
}

impl TransportErrorKind {
    /// Whether trying again later can succeed without anybody changing anything.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Connection | Self::Timeout)
    }
}
