use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

async fn publish(publisher: Publisher, event: UserRegistered) {
    let _ = publisher.publish(event).await;
}

fn main() {
    let _ = publish;
}
