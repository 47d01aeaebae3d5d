use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserDeleted", version = 1, exchange = "user.events", superseded)]
struct UserDeletedV1 {
    user_id: String,
}

async fn publish(publisher: Publisher) {
    let _ = publisher.publish(&UserDeletedV1 { user_id: String::new() }).await;
    let _ = publisher.publish(&UserRegistered { email: String::new() }).await;
}

fn main() {
    let _ = publish;
}
