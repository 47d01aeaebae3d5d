//! What the service does about an event, on a bus in memory.

use notification_service::samples::{account_suspended, password_reset_requested, user_registered};
use notification_service::{App, Mailer, WelcomeEmailSent, notifications};
use user_events::prelude::*;
use user_service::UserRegisteredV1;

#[tokio::test]
async fn a_new_user_is_welcomed() {
    let bus = TestBus::start(notifications(App::fake())).await;
    bus.publish(&user_registered()).await;
    bus.settled().await;
    assert_eq!(bus.published::<WelcomeEmailSent>().assert_one().user_id, user_registered().user_id);
}

#[tokio::test]
async fn a_new_user_of_whom_version_1_tells_is_welcomed_too() {
    let app = App::fake();
    let bus = TestBus::start(notifications(app.clone())).await;
    bus.publish(&UserRegisteredV1::from(user_registered())).await;
    bus.settled().await;
    assert_eq!(app.mailer.sent(), 1);
    assert_eq!(bus.published::<WelcomeEmailSent>().assert_one().user_id, user_registered().user_id);
}

#[tokio::test]
async fn every_notification_is_a_mail() {
    let app = App::fake();
    let bus = TestBus::start(notifications(app.clone())).await;
    bus.publish(&password_reset_requested()).await;
    bus.publish(&account_suspended()).await;
    bus.settled().await;
    assert_eq!(app.mailer.sent(), 2);
    bus.published::<WelcomeEmailSent>().assert_none();
}

#[tokio::test]
async fn without_mail_a_welcome_is_dead_lettered_and_not_said_to_be_sent() {
    let bus = TestBus::start(notifications(App { mailer: Mailer::down(), ..App::fake() })).await;
    bus.publish(&user_registered()).await;
    bus.settled().await;
    bus.published::<WelcomeEmailSent>().assert_none();
    let letters = bus.dead_letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].error(), "the handler failed: the mail provider does not answer");
}
