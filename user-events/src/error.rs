//! [`Error`]: what publishing, starting and stopping return.

use std::borrow::Cow;
use std::fmt;

use user_events_core::{
    EncodeError, EncodeErrorKind, EventMeta, PublishError, PublishErrorKind, Shown, Source, Text, TransportError,
    TransportErrorKind,
};

/// What publishing, starting and stopping return when they do not succeed.
///
/// [`kind`](Self::kind) is for programs. The text is one sentence for the operator: what
/// happened, to which event and message, and what to do. Causes are in
/// [`source`](std::error::Error::source) and not repeated in the text.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    sentence: Cow<'static, str>,
    event: Option<&'static EventMeta>,
    message_id: Option<Text>,
    source: Option<Source>,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The broker certainly does not have the message, and nothing will be sent any more.
    NotSent,
    /// The broker said no to the message. On a fan-out other queues may have it.
    Refused,
    /// The message was handed over, and no answer came: it may be stored. Publish it again
    /// under the same id, [`Error::message_id`].
    Indeterminate,
    /// The message reached no queue, and the event is declared `must_route`.
    Unroutable,
    /// The event could not be written as JSON. Nothing was sent.
    Encode,
    /// A setting cannot be used: an URI, a name, two handlers for one event, an event without an
    /// exchange on a bus that has no default.
    Configuration,
    /// The broker does not let this user in, or not to this.
    Unauthorized,
    /// An exchange or queue is missing, or exists with other arguments.
    Topology,
    /// The broker could not be reached, or the connection was lost.
    Connection,
    /// No answer by the deadline.
    Timeout,
    /// The bus was closed.
    Closed,
    /// The broker refused a request for a reason of its own.
    Protocol,
    /// This transport cannot do that.
    Unsupported,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, sentence: sentence.into(), event: None, message_id: None, source: None }))
    }

    pub(crate) fn publish(event: &'static EventMeta, message_id: Text, error: PublishError) -> Self {
        let kind = match error.kind() {
            PublishErrorKind::Refused => ErrorKind::Refused,
            PublishErrorKind::Indeterminate => ErrorKind::Indeterminate,
            PublishErrorKind::NotSent => ErrorKind::NotSent,
        };
        let sentence = format!("{event} (message id {}) was not confirmed: {error}", Shown::new(&message_id));
        let mut this = Self::new(kind, sentence);
        this.0.event = Some(event);
        this.0.message_id = Some(message_id);
        this.0.source = error.into_source();
        this
    }

    pub(crate) fn unroutable(event: &'static EventMeta, message_id: Text) -> Self {
        let sentence = format!(
            "{event} (message id {}) reached no queue: nothing is bound to routing key `{}`, and the event must be routed",
            Shown::new(&message_id),
            event.routing_key
        );
        let mut this = Self::new(ErrorKind::Unroutable, sentence);
        this.0.event = Some(event);
        this.0.message_id = Some(message_id);
        this
    }

    /// What went wrong, for programs.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The id of the message that was published, if the error is about one. Publishing again
    /// under this id lets a consumer's inbox see the duplicate.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.0.message_id.as_deref()
    }

    /// The event that was published, if the error is about one.
    #[must_use]
    pub fn event(&self) -> Option<&'static EventMeta> {
        self.0.event
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let kind = match error.kind() {
            TransportErrorKind::Configuration => ErrorKind::Configuration,
            TransportErrorKind::Unauthorized => ErrorKind::Unauthorized,
            TransportErrorKind::Topology => ErrorKind::Topology,
            TransportErrorKind::Connection => ErrorKind::Connection,
            TransportErrorKind::Timeout => ErrorKind::Timeout,
            TransportErrorKind::Closed => ErrorKind::Closed,
            _ => ErrorKind::Protocol,
        };
        let mut this = Self::new(kind, error.to_string());
        this.0.source = error.into_source();
        this
    }
}

impl From<EncodeError> for Error {
    fn from(error: EncodeError) -> Self {
        let kind = match error.kind() {
            EncodeErrorKind::NoExchange => ErrorKind::Configuration,
            _ => ErrorKind::Encode,
        };
        let mut this = Self::new(kind, String::from(&*Shown::up_to(&error.to_string(), 4096)));
        this.0.event = Some(error.event());
        this.0.message_id = Some(error.message_id().into());
        this
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What a `main` that returns this error shows.
        write!(f, "{:?}: {}", self.0.kind, self.0.sentence)?;
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.sentence)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
