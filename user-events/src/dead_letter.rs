//! [`DeadLetter`]: a message that could not be handled, and why.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use user_events_core::{Address, DecodeError, Failure, InboundMessage, OutboundMessage};

use crate::copy::{copy, origin, write, write_up_to};

const REASON: &str = "ue-reason";
const ERROR: &str = "ue-error";
const QUEUE: &str = "ue-queue";
const ATTEMPT: &str = "ue-attempt";
const FIRST_FAILED_AT: &str = "ue-first-failed-at";
const LAST_FAILED_AT: &str = "ue-last-failed-at";

/// Error chains are cut here, so that a letter's headers fit into a frame.
const MAX_ERROR: usize = 4096;

/// Why a message was dead-lettered.
pub enum Reason {
    /// Its body could not be decoded.
    Decode(DecodeError),
    /// The handler, or one of its extractors, failed.
    Failed(Failure),
    /// The handler panicked.
    Panicked(String),
    /// The consumer has no handler for its message type.
    UnknownType,
    /// It says no message type, neither as a property nor in its body.
    NoType,
}

impl Reason {
    pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self::Panicked(text.unwrap_or("a panic without a text").to_owned())
    }

    /// One word for programs and metrics: the letter's `ue-reason` header.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Decode(_) => "decode",
            Self::Failed(_) => "failed",
            Self::Panicked(_) => "panicked",
            Self::UnknownType => "unknown_type",
            Self::NoType => "no_type",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Failed(failure) => {
                write!(f, "the handler failed: {}", failure.error())?;
                let mut source = failure.error().source();
                while let Some(error) = source {
                    write!(f, ": {error}")?;
                    source = StdError::source(error);
                }
                Ok(())
            }
            Self::Panicked(text) => write!(f, "the handler panicked: {text}"),
            Self::UnknownType => f.write_str("this consumer has no handler for the message type"),
            Self::NoType => f.write_str("the message says no message type, neither as a property nor in its body"),
        }
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({self})", self.as_str())
    }
}

/// The copy of `message` that goes to the dead letter queue.
pub(crate) fn write_letter(
    message: &InboundMessage,
    reason: &Reason,
    queue: &str,
    address: &Address,
    now: DateTime<Utc>,
) -> OutboundMessage {
    let mut letter = copy(message, address);
    let headers = &mut letter.headers;
    let now = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    write(headers, REASON, reason.as_str());
    write_up_to(headers, ERROR, &reason.to_string(), MAX_ERROR);
    write(headers, QUEUE, queue);
    write(headers, ATTEMPT, "1");
    // A letter that was moved back and failed again keeps when it first failed.
    let first = message.headers.get_str(FIRST_FAILED_AT).filter(|_| message.exchange.is_empty());
    write(headers, FIRST_FAILED_AT, first.unwrap_or(&now));
    write(headers, LAST_FAILED_AT, &now);
    letter
}

/// A message in a dead letter queue: a person's view of it.
#[derive(Clone)]
pub struct DeadLetter(InboundMessage);

impl DeadLetter {
    /// A message that was read from a dead letter queue.
    #[must_use]
    pub const fn new(message: InboundMessage) -> Self {
        Self(message)
    }

    /// The message itself.
    #[must_use]
    pub const fn message(&self) -> &InboundMessage {
        &self.0
    }

    /// Type and version: `UserRegistered.v1`. None where the message says none as a property.
    #[must_use]
    pub fn message_type(&self) -> Option<&str> {
        self.0.properties.message_type.as_deref()
    }

    /// The message's id.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.0.properties.message_id.as_deref()
    }

    /// Why, in one word: `decode`, `failed`, `panicked`, `unknown_type`, `no_type`.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.0.headers.get_str(REASON).unwrap_or_default()
    }

    /// Why, in a sentence: the error and its causes.
    #[must_use]
    pub fn error(&self) -> &str {
        self.0.headers.get_str(ERROR).unwrap_or_default()
    }

    /// The queue whose consumer gave it up.
    #[must_use]
    pub fn queue(&self) -> &str {
        self.0.headers.get_str(QUEUE).unwrap_or_default()
    }

    /// The exchange and routing key that it was first published with.
    #[must_use]
    pub fn origin(&self) -> (&str, &str) {
        origin(&self.0)
    }
}

impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetter")
            .field("message_type", &self.message_type())
            .field("message_id", &self.message_id())
            .field("reason", &self.reason())
            .field("error", &self.error())
            .finish_non_exhaustive()
    }
}
