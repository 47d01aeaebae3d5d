//! Notifies users of what happened to their accounts.
//!
//! The events come from the user service's crate; what became of them is published as events of our own.

mod account;
mod app;
mod events;
mod journal;
mod mailer;
pub mod samples;
mod security;

pub use app::App;
pub use events::{NewUser, WelcomeEmailSent};
pub use journal::Journal;
pub use mailer::{MailError, Mailer};

use user_events::prelude::*;

/// The consumer, on no bus yet: the same in production and in tests.
#[must_use]
pub fn notifications(app: App) -> Consumer<App> {
    Consumer::new("notification-service")
        .state(app)
        .handle(account::welcome)
        .handle(account::status_changed)
        .handle(account::goodbye)
        .merge(security::handlers())
}
