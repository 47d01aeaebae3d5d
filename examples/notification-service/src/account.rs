//! What happens to an account.

use user_events::prelude::*;
use user_service::{AccountStatus, UserAccountStatusChanged, UserDeleted};

use crate::{Journal, Mailer, NewUser, WelcomeEmailSent};

pub(crate) async fn welcome(
    user: NewUser,
    State(mailer): State<Mailer>,
    State(journal): State<Journal>,
    cx: EventContext,
) -> Handled {
    mailer.send(&user.email, "Welcome!").await?;
    cx.publish(&WelcomeEmailSent::from(user)).await?;
    journal.handled(&cx, "welcome");
    Ok(())
}

pub(crate) async fn status_changed(
    event: UserAccountStatusChanged,
    State(mailer): State<Mailer>,
    State(journal): State<Journal>,
    cx: EventContext,
) -> Handled {
    let subject = match event.new_status {
        AccountStatus::Active => "Your account is active",
        AccountStatus::Suspended => "Your account is suspended",
        AccountStatus::PendingVerification | AccountStatus::Other(_) => "Your account has changed",
    };
    mailer.send(&event.user_id.0, subject).await?;
    journal.handled(&cx, "status_changed");
    Ok(())
}

pub(crate) async fn goodbye(
    event: UserDeleted,
    State(mailer): State<Mailer>,
    State(journal): State<Journal>,
    cx: EventContext,
) -> Handled {
    mailer.send(&event.email, "Goodbye").await?;
    journal.handled(&cx, "goodbye");
    Ok(())
}
