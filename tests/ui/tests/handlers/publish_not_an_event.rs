use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

struct Plain;

async fn publish(publisher: Publisher) {
    let _ = publisher.publish(&Plain).await;
}

fn main() {
    let _ = publish;
}
