//! What a handler is: an async function of an event and up to three extractors.
//!
//! Two traits share the work so that the compiler names the argument that is wrong:
//! [`HandlerFn`] is about the function's shape, [`HandlerArgs`] about what its arguments mean to
//! a consumer with a given state.

use std::future::Future;

use futures_util::TryFutureExt;
use futures_util::future::MapErr;
use user_events_core::{Consumable, Failure, FromParts, Handled, Parts};

/// An async function or closure of one event and up to three extractors.
#[diagnostic::on_unimplemented(
    message = "this is not a handler of an event",
    label = "not a handler",
    note = "a handler is an async function or closure of an event by value and up to three extractors: \
            `async fn welcome(event: UserRegistered, cx: EventContext) -> Handled`",
    note = "a closure names its event's type: `|event: UserRegistered| async move {{ Ok(()) }}`"
)]
pub trait HandlerFn<Args>: Clone + Send + Sync + 'static {
    /// What the function's future resolves to: [`Handled`].
    type Output;
    /// The function's future.
    type Future: Future<Output = Self::Output> + 'static;

    /// Calls the function.
    fn call(&self, args: Args) -> Self::Future;
}

/// What a handler may return.
#[diagnostic::on_unimplemented(
    message = "a handler returns `Handled`, not `{Self}`",
    label = "this handler returns `{Self}`",
    note = "write `-> Handled` and end with `Ok(())`; inside, `?` takes every error",
    note = "a function that returns another error is wrapped: `.handle(any_error(f))`"
)]
pub trait HandlerOutput: sealed::Sealed {}

impl HandlerOutput for Handled {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Handled {}
}

/// The arguments of a handler, made from a delivery and the consumer's state `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are not the arguments of a handler of a consumer with state `{S}`",
    label = "wrong arguments for state `{S}`",
    note = "first the event by value, then up to three of `State<T>` and `EventContext`"
)]
pub trait HandlerArgs<S>: Sized + Send + 'static {
    /// The first argument.
    type Event: Consumable;

    /// Puts the arguments together.
    ///
    /// # Errors
    ///
    /// An extractor's failure.
    fn from_parts(event: Self::Event, parts: &Parts<'_>, state: &S) -> Result<Self, Failure>;
}

macro_rules! handler {
    ($($extractor:ident),*) => {
        impl<F, Fut, E, $($extractor),*> HandlerFn<(E, $($extractor,)*)> for F
        where
            F: Fn(E, $($extractor),*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future + 'static,
        {
            type Output = Fut::Output;
            type Future = Fut;

            #[allow(non_snake_case)]
            fn call(&self, (event, $($extractor,)*): (E, $($extractor,)*)) -> Fut {
                self(event, $($extractor),*)
            }
        }

        impl<S, E, $($extractor),*> HandlerArgs<S> for (E, $($extractor,)*)
        where
            E: Consumable,
            $($extractor: FromParts<S> + 'static,)*
        {
            type Event = E;

            #[allow(unused_variables)]
            fn from_parts(event: E, parts: &Parts<'_>, state: &S) -> Result<Self, Failure> {
                Ok((event, $($extractor::from_parts(parts, state)?,)*))
            }
        }
    };
}

handler!();
handler!(A);
handler!(A, B);
handler!(A, B, C);

/// Makes a handler of a function that returns another error than [`Failure`], such as
/// `anyhow::Result<()>`.
///
/// ```
/// # use serde::{Deserialize, Serialize};
/// # use user_events::prelude::*;
/// use user_events::any_error;
///
/// # #[derive(Serialize, Deserialize, DomainEvent)]
/// # #[event(type = "UserDeleted", version = 1, exchange = "user.events")]
/// # struct UserDeleted { user_id: String }
/// async fn forget(event: UserDeleted) -> anyhow::Result<()> {
///     anyhow::ensure!(!event.user_id.is_empty(), "an id is empty");
///     Ok(())
/// }
///
/// let consumer = Consumer::new("mailing").handle(any_error(forget));
/// ```
pub fn any_error<F>(function: F) -> AnyError<F> {
    AnyError(function)
}

/// A handler made by [`any_error`].
#[derive(Debug, Clone, Copy)]
pub struct AnyError<F>(F);

#[diagnostic::do_not_recommend]
impl<F, Args, E> HandlerFn<Args> for AnyError<F>
where
    F: HandlerFn<Args, Output = Result<(), E>>,
    Failure: From<E>,
    E: 'static,
{
    type Output = Handled;
    type Future = MapErr<F::Future, fn(E) -> Failure>;

    fn call(&self, args: Args) -> Self::Future {
        self.0.call(args).map_err(Failure::from as fn(E) -> Failure)
    }
}
