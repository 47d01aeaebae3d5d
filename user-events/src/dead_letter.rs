//! [`DeadLetter`]: a message that could not be handled, and why.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, SecondsFormat, Utc};
use user_events_core::{
    Address, DecodeError, DecodeErrorKind, Dialect, EventMeta, Failure, InboundMessage, OutboundMessage, Shown,
};

use crate::copy::{copy, origin, write, write_up_to};

const REASON: &str = "ue-reason";
const ERROR: &str = "ue-error";
const QUEUE: &str = "ue-queue";
const ATTEMPT: &str = "ue-attempt";
const FIRST_FAILED_AT: &str = "ue-first-failed-at";
const LAST_FAILED_AT: &str = "ue-last-failed-at";

/// Error chains are cut here, so that a letter's headers fit into a frame.
const MAX_ERROR: usize = 4096;
const MAX_CAUSES: usize = 32;

/// Why a message was dead-lettered, in one word: the letter's `ue-reason` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Its body could not be decoded: `decode`.
    Decode,
    /// Its envelope is in a dialect that neither the consumer nor the event declares: `undeclared_dialect`.
    UndeclaredDialect,
    /// The handler, or one of its extractors, failed: `failed`.
    Failed,
    /// The handler panicked: `panicked`.
    Panicked,
    /// The consumer has no handler for its message type: `unknown_type`.
    UnknownType,
    /// It says no message type, neither as a property nor in its body: `no_type`.
    NoType,
}

impl Reason {
    const ALL: [Self; 6] =
        [Self::Decode, Self::UndeclaredDialect, Self::Failed, Self::Panicked, Self::UnknownType, Self::NoType];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::UndeclaredDialect => "undeclared_dialect",
            Self::Failed => "failed",
            Self::Panicked => "panicked",
            Self::UnknownType => "unknown_type",
            Self::NoType => "no_type",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What kept a message from being handled.
pub(crate) enum Cause {
    Decode(DecodeError),
    /// In a dialect that is accepted for other events.
    Undeclared {
        event: &'static EventMeta,
        dialect: &'static str,
        declaration: &'static str,
    },
    Failed(Failure),
    Panicked(String),
    UnknownType,
    NoType,
}

impl Cause {
    pub(crate) const fn undeclared(event: &'static EventMeta, dialect: &Dialect) -> Self {
        Self::Undeclared { event, dialect: dialect.name(), declaration: dialect.declaration() }
    }

    pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self::Panicked(text.unwrap_or("a panic without a text").to_owned())
    }

    /// What is written about it. An error whose own text panics takes nobody down with it.
    pub(crate) fn text(&self) -> String {
        let text = catch_unwind(AssertUnwindSafe(|| self.to_string()));
        text.unwrap_or_else(|_| "the handler failed, with an error whose text panics".to_owned())
    }

    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Decode(error) if matches!(error.kind(), DecodeErrorKind::UndeclaredDialect) => {
                Reason::UndeclaredDialect
            }
            Self::Decode(_) => Reason::Decode,
            Self::Undeclared { .. } => Reason::UndeclaredDialect,
            Self::Failed(_) => Reason::Failed,
            Self::Panicked(_) => Reason::Panicked,
            Self::UnknownType => Reason::UnknownType,
            Self::NoType => Reason::NoType,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Undeclared { event, dialect, declaration } => write!(
                f,
                "cannot decode {event}: the message is in the `{dialect}` dialect, which is accepted for other events only: \
                 write `.accept({declaration})` on the consumer, or `dialect = {declaration}` in the event's `#[event(…)]`"
            ),
            Self::Failed(failure) => {
                write!(f, "the handler failed: {}", failure.error())?;
                let causes = std::iter::successors(failure.error().source(), |error| StdError::source(*error));
                // A chain that does not end is cut, too.
                causes.take(MAX_CAUSES).try_for_each(|error| write!(f, ": {error}"))
            }
            Self::Panicked(text) => write!(f, "the handler panicked: {text}"),
            Self::UnknownType => f.write_str("this consumer has no handler for the message type"),
            Self::NoType => f.write_str("the message says no message type, neither as a property nor in its body"),
        }
    }
}

/// The copy of `message` that goes to the dead letter queue.
pub(crate) fn write_letter(
    message: &InboundMessage,
    reason: Reason,
    error: &str,
    queue: &str,
    address: &Address,
    now: DateTime<Utc>,
) -> OutboundMessage {
    let mut letter = copy(message, address);
    let headers = &mut letter.headers;
    let now = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    write(headers, REASON, reason.as_str());
    write_up_to(headers, ERROR, error, MAX_ERROR);
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

    /// Why, in one word. None where the letter says none: the broker put it there, which it does
    /// with what came back too often.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        let word = self.0.headers.get_str(REASON)?;
        Reason::ALL.into_iter().find(|reason| reason.as_str() == word)
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
            // A forged one has no bound.
            .field("error", &&*Shown::up_to(self.error(), MAX_ERROR))
            .finish_non_exhaustive()
    }
}
