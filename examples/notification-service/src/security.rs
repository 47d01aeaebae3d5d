//! What concerns an account's security.

use user_events::prelude::*;
use user_service::{UserLoginFailed, UserPasswordResetRequested};

use crate::{App, Journal, Mailer};

/// These handlers as a group, to be merged into a consumer.
pub(crate) fn handlers() -> Handlers<App> {
    Handlers::new().handle(reset_link).handle(failed_login)
}

async fn reset_link(
    event: UserPasswordResetRequested,
    State(mailer): State<Mailer>,
    State(journal): State<Journal>,
    cx: EventContext,
) -> Handled {
    mailer.send(&event.email, "Your new password").await?;
    journal.handled(&cx, "reset_link");
    Ok(())
}

/// An attempt at no known address concerns nobody.
async fn failed_login(
    event: UserLoginFailed,
    State(mailer): State<Mailer>,
    State(journal): State<Journal>,
    cx: EventContext,
) -> Handled {
    if let Some(email) = &event.attempted_email {
        mailer.send(email, "Was this you?").await?;
    }
    journal.handled(&cx, "failed_login");
    Ok(())
}
