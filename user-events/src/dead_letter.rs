//! [`DeadLetter`]: a message that could not be handled, and why.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, SecondsFormat, Utc};
use user_events_core::{Address, DecodeError, DecodeErrorKind, Failure, InboundMessage, OutboundMessage, Shown};

use crate::copy::{Draft, origin};

const REASON: &str = "ue-reason";
const ERROR: &str = "ue-error";
const QUEUE: &str = "ue-queue";
const ATTEMPT: &str = "ue-attempt";
const FIRST_FAILED_AT: &str = "ue-first-failed-at";
const LAST_FAILED_AT: &str = "ue-last-failed-at";

/// Error chains are cut here, so that a letter's headers fit into a frame of the usual size.
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
    Failed(Failure),
    Panicked(String),
    /// With what is said about it.
    UnknownType(String),
    NoType,
}

impl Cause {
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
            Self::Failed(_) => Reason::Failed,
            Self::Panicked(_) => Reason::Panicked,
            Self::UnknownType(_) => Reason::UnknownType,
            Self::NoType => Reason::NoType,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Failed(failure) => {
                write!(f, "the handler failed: {}", failure.error())?;
                let causes = std::iter::successors(failure.error().source(), |error| StdError::source(*error));
                // A chain that does not end is cut, too.
                causes.take(MAX_CAUSES).try_for_each(|error| write!(f, ": {error}"))
            }
            Self::Panicked(text) => write!(f, "the handler panicked: {text}"),
            Self::UnknownType(text) => f.write_str(text),
            Self::NoType => f.write_str("the message says no message type, neither as a property nor in its body"),
        }
    }
}

/// The copy of `message` that goes to the dead letter queue. Its properties and headers stay below `limit`, where there is
/// one: what tells of the failure goes before what the message carries.
pub(crate) fn write_letter(
    message: &InboundMessage,
    reason: Reason,
    error: &str,
    queue: &str,
    address: &Address,
    now: DateTime<Utc>,
    limit: Option<usize>,
) -> OutboundMessage {
    let mut letter = Draft::new(message, address, limit);
    let now = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    letter.write(REASON, reason.as_str());
    letter.write(QUEUE, queue);
    letter.write(ATTEMPT, "1");
    // A letter that was moved back and failed again keeps when it first failed.
    let first = message.headers.get_str(FIRST_FAILED_AT).filter(|_| message.exchange.is_empty());
    letter.write(FIRST_FAILED_AT, first.unwrap_or(&now));
    letter.write(LAST_FAILED_AT, &now);
    letter.write_long(ERROR, error, MAX_ERROR);
    letter.finish()
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

#[cfg(test)]
mod tests {
    use user_events_core::Text;

    use super::*;

    /// The smallest frame of AMQP, without what is around its payload.
    const SMALLEST: usize = 4096 - 8;

    fn letter(message: &InboundMessage, error: &str, limit: Option<usize>) -> OutboundMessage {
        let queue = "q".repeat(251);
        let address = Address { exchange: "".into(), routing_key: format!("{queue}.dlq").into() };
        write_letter(message, Reason::UndeclaredDialect, error, &queue, &address, Utc::now(), limit)
    }

    /// A message in which all is as long as it can be, but headers and partition key.
    fn longest() -> InboundMessage {
        let text = Text::from("é".repeat(127) + "x");
        assert_eq!(text.len(), 255);
        let mut message = InboundMessage::default();
        message.routing_key = text.clone();
        for name in ["ue-original-exchange", "ue-original-routing-key", FIRST_FAILED_AT] {
            message.headers.append(name, text.as_bytes().to_vec());
        }
        let properties = &mut message.properties;
        (properties.priority, properties.timestamp) = (Some(9), Some(u64::MAX));
        for property in [
            &mut properties.message_id,
            &mut properties.correlation_id,
            &mut properties.message_type,
            &mut properties.source,
            &mut properties.content_type,
            &mut properties.content_encoding,
            &mut properties.reply_to,
        ] {
            *property = Some(text.clone());
        }
        message
    }

    #[test]
    fn a_letter_fits_into_the_smallest_frame_whatever_the_message_and_the_error() {
        let headers = [(0, 0), (1, 300), (1, 3_000), (1, 60_000), (1_000, 3), (1_000, 60), (3, 250)];
        for (count, size) in headers {
            for key in [None, Some(1), Some(255), Some(300), Some(100_000)] {
                for error in [String::new(), "e".repeat(10), "e".repeat(4096), "世".repeat(9_000)] {
                    let mut message = longest();
                    message.partition_key = key.map(|length| "k".repeat(length).into());
                    for number in 0..count {
                        message.headers.append(format!("h{number}"), vec![b'v'; size]);
                    }
                    let case = format!("{count} headers of {size} bytes, key {key:?}, error {}", error.len());
                    let full = letter(&message, &error, Some(SMALLEST));
                    let smallest = letter(&message, &error, Some(0));
                    for letter in [&full, &smallest] {
                        assert!(letter.properties_size() <= SMALLEST, "{case}: {}", letter.properties_size());
                        assert_eq!(letter.properties, message.properties, "{case}");
                        let told = DeadLetter::new(InboundMessage::of(letter.clone()));
                        assert_eq!(told.reason(), Some(Reason::UndeclaredDialect), "{case}");
                        assert_eq!((told.queue().len(), told.origin()), (251, origin(&message)), "{case}");
                        assert!(error.starts_with(told.error()), "{case}");
                        assert!(told.error().len() >= error.len().min(253), "{case}: {}", told.error().len());
                        let is_kept = |header: &&user_events_core::Header| header.name().starts_with('h');
                        let kept = letter.headers.entries().filter(is_kept).count();
                        let keys = usize::from(key.is_some()) - usize::from(letter.partition_key.is_some());
                        let dropped = letter.headers.get_str("ue-dropped-headers").map_or(0, |n| n.parse().unwrap());
                        assert_eq!(dropped, count - kept + keys, "{case}");
                    }
                    assert!(smallest.partition_key.is_none(), "{case}");
                }
            }
        }
    }

    #[test]
    fn when_it_first_failed_is_believed_of_what_came_straight_to_its_queue_only() {
        let mut message = InboundMessage::default();
        message.headers.append(FIRST_FAILED_AT, "2001-01-01T00:00:00.000Z");
        let first_failed_at = |message: &InboundMessage| {
            let letter = letter(message, "", None);
            let at = |name| letter.headers.get_str(name).map(ToOwned::to_owned);
            (at(FIRST_FAILED_AT).unwrap(), at(LAST_FAILED_AT).unwrap())
        };
        assert_eq!(first_failed_at(&message).0, "2001-01-01T00:00:00.000Z");
        message.exchange = "user.events".into();
        let (first, last) = first_failed_at(&message);
        assert_eq!(first, last, "whoever publishes could forge it");
    }
}
