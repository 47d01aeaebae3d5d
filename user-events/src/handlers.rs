//! [`Handlers`]: a group of handlers, to be merged into a consumer.

use std::fmt;
use std::sync::Arc;

use user_events_core::Handled;

use crate::dispatch::Route;
use crate::handler::{HandlerArgs, HandlerFn, HandlerOutput};

/// A group of handlers that need a state `S`, to be merged into a consumer that has it.
///
/// A consumer's name, dialects, concurrency and queue are the consumer's own: a group has handlers only,
/// so that merging drops nothing silently.
///
/// ```
/// # use serde::{Deserialize, Serialize};
/// # use user_events::prelude::*;
/// # #[derive(Serialize, Deserialize, DomainEvent)]
/// # #[event(type = "UserDeleted", version = 1, exchange = "user.events")]
/// # struct UserDeleted { user_id: String }
/// # #[derive(Clone)] struct App;
/// fn account_handlers() -> Handlers<App> {
///     Handlers::new().handle(async |event: UserDeleted, State(app): State<App>| {
///         let _ = (event, app);
///         Ok(())
///     })
/// }
///
/// let consumer = Consumer::new("notification-service").state(App).merge(account_handlers());
/// ```
pub struct Handlers<S = ()> {
    routes: Vec<Box<dyn FnOnce(Arc<S>) -> Route + Send>>,
}

impl<S: Send + Sync + 'static> Handlers<S> {
    /// No handlers yet.
    #[must_use]
    pub fn new() -> Self {
        Self { routes: Vec::new() }
    }

    /// Adds a handler. See [`Consumer::handle`](crate::Consumer::handle).
    #[must_use]
    pub fn handle<Args, H>(mut self, handler: H) -> Self
    where
        H: HandlerFn<Args, Output: HandlerOutput> + HandlerFn<Args, Output = Handled, Future: Send>,
        Args: HandlerArgs<S>,
    {
        self.routes.push(Box::new(move |state| Route::new(handler, state)));
        self
    }

    /// Adds another group's handlers.
    #[must_use]
    pub fn merge(mut self, other: Handlers<S>) -> Self {
        self.routes.extend(other.routes);
        self
    }

    /// Gives these handlers their state; the result can be merged into a consumer with any other.
    #[must_use]
    pub fn with_state<T>(self, state: S) -> Handlers<T> {
        let state = Arc::new(state);
        let routes = self.into_routes(&state).map(|route| Box::new(move |_| route) as _).collect();
        Handlers { routes }
    }

    pub(crate) fn into_routes(self, state: &Arc<S>) -> impl Iterator<Item = Route> {
        self.routes.into_iter().map(|route| route(Arc::clone(state)))
    }
}

impl<S: Send + Sync + 'static> Default for Handlers<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Handlers<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handlers").field("len", &self.routes.len()).finish()
    }
}
