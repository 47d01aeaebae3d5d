//! [`FromParts`]: what a handler can ask for beside its event.

use std::any::Any;
use std::fmt;

use crate::{Envelope, EventMeta, Failure, InboundMessage};

/// What a handler can ask for beside its event: [`State`], the event's context, later a transaction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler of a consumer with state `{S}`",
    label = "not an extractor for state `{S}`",
    note = "the event comes first and by value; after it come up to three of `State<T>`, `EventContext`, \
            or types that implement `FromParts<{S}>`"
)]
pub trait FromParts<S>: Sized + Send {
    /// Takes what it needs from the delivery and the consumer's state.
    ///
    /// # Errors
    ///
    /// A failure here ends the attempt as a handler's failure would.
    fn from_parts(parts: &Parts<'_>, state: &S) -> Result<Self, Failure>;
}

/// What an extractor can draw from.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Parts<'a> {
    /// Which of the accepted events it is, in the version that was published; none where no handler takes its type.
    pub meta: Option<&'static EventMeta>,
    /// The envelope without its payload.
    pub envelope: &'a Envelope,
    /// The message as it was delivered.
    pub message: &'a InboundMessage,
    /// The runtime that runs the handler, for extractors of that runtime's crate.
    pub runtime: &'a (dyn Any + Send + Sync),
}

impl<'a> Parts<'a> {
    /// The parts of one attempt.
    #[must_use]
    pub fn new(
        meta: Option<&'static EventMeta>,
        envelope: &'a Envelope,
        message: &'a InboundMessage,
        runtime: &'a (dyn Any + Send + Sync),
    ) -> Self {
        Self { meta, envelope, message, runtime }
    }
}

impl fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("meta", &self.meta).field("message", &self.message).finish_non_exhaustive()
    }
}

/// A part of the consumer's state: `State(mail): State<Mailer>`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State<T>(pub T);

impl<S, T: FromRef<S> + Send> FromParts<S> for State<T> {
    fn from_parts(_: &Parts<'_>, state: &S) -> Result<Self, Failure> {
        Ok(Self(T::from_ref(state)))
    }
}

/// A part of a state `S`, cloned out of it. Derived for every field by `#[derive(FromRef)]` on the state.
#[diagnostic::on_unimplemented(
    message = "the consumer's state `{S}` does not provide `{Self}`",
    label = "not a part of state `{S}`",
    note = "give `{S}` a field of type `{Self}` and `#[derive(Clone, FromRef)]`, or write `impl FromRef<{S}> for {Self}`",
    note = "the state is what `Consumer::state` was given before this `handle`"
)]
pub trait FromRef<S> {
    /// The part.
    fn from_ref(state: &S) -> Self;
}

impl<S: Clone> FromRef<S> for S {
    fn from_ref(state: &S) -> Self {
        state.clone()
    }
}
