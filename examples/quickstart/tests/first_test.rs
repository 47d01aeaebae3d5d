//! Define, consume and publish in a test: no broker, no sleep.

use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "WelcomeEmailSent", version = 1, exchange = "notification.events")]
struct WelcomeEmailSent {
    to: String,
}

async fn welcome(event: UserRegistered, cx: EventContext) -> Handled {
    cx.publish(&WelcomeEmailSent { to: event.email }).await?;
    Ok(())
}

#[tokio::test]
async fn a_new_user_is_welcomed() {
    let bus = TestBus::start(Consumer::new("notification-service").handle(welcome)).await;
    bus.publish(&UserRegistered { email: "ada@example.com".into() }).await;
    bus.settled().await;
    assert_eq!(bus.published::<WelcomeEmailSent>().assert_one().to, "ada@example.com");
}
