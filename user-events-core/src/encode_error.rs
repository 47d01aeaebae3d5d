//! [`EncodeError`]: an event that cannot become a message.

use std::error::Error;
use std::fmt;

use crate::EventMeta;

/// An event that could not become a message. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {
    event: &'static EventMeta,
    kind: EncodeErrorKind,
}

impl EncodeError {
    pub(crate) const fn new(event: &'static EventMeta, kind: EncodeErrorKind) -> Self {
        Self { event, kind }
    }

    /// The event.
    #[must_use]
    pub const fn event(&self) -> &'static EventMeta {
        self.event
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> EncodeErrorKind {
        self.kind
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            EncodeErrorKind::Serialize => write!(
                f,
                "cannot write {} as JSON: its Serialize gave an error (a map with keys that are not text, or one of its own)",
                self.event
            ),
            EncodeErrorKind::NoExchange => write!(
                f,
                "{} names no exchange: write `#[event(exchange = \"…\")]`, or set a default exchange (USER_EVENTS_EXCHANGE)",
                self.event
            ),
        }
    }
}

impl Error for EncodeError {}

/// Why an event cannot become a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// Its `Serialize` gave an error, whose text may repeat values and is not kept.
    Serialize,
    /// It names no exchange, and there is no default.
    NoExchange,
}
