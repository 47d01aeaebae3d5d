//! [`EncodeError`]: an event that cannot become a message.

use std::error::Error;
use std::fmt;

use crate::{EventMeta, Shown, Text};

/// An event that could not become a message. Nothing was sent.
///
/// Serde's own text may repeat values of the payload, so it is never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {
    event: &'static EventMeta,
    message_id: Text,
    kind: EncodeErrorKind,
}

impl EncodeError {
    pub(crate) const fn new(event: &'static EventMeta, message_id: Text, kind: EncodeErrorKind) -> Self {
        Self { event, message_id, kind }
    }

    /// The event.
    #[must_use]
    pub const fn event(&self) -> &'static EventMeta {
        self.event
    }

    /// The id that the message would have had.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> EncodeErrorKind {
        self.kind
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot encode {} (message `{}`): {}", self.event, Shown::new(&self.message_id), self.kind)
    }
}

impl Error for EncodeError {}

/// Why an event cannot become a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// Its `Serialize` gave an error, whose text may repeat values and is not kept.
    Serialize,
    /// The clock shows a time outside the years 0 to 9999.
    Timestamp,
    /// It names no exchange, and there is no default.
    NoExchange,
}

impl fmt::Display for EncodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Serialize => {
                "its Serialize gave an error (a map with keys that are not text, a time outside the years 0 to 9999, \
                 or one of its own)"
            }
            Self::Timestamp => "the clock shows a time outside the years 0 to 9999",
            Self::NoExchange => {
                "it names no exchange: write `#[event(exchange = \"…\")]`, or give the bus a default: \
                 `with_default_exchange`, or USER_EVENTS_EXCHANGE for `Bus::from_env`"
            }
        })
    }
}
