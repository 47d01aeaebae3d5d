use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

#[derive(EventSet)]
enum UserEvent {
    Registered(UserRegistered),
}

async fn publish(publisher: Publisher, set: UserEvent) {
    let _ = publisher.publish(&set).await;
    let UserEvent::Registered(_) = set;
}

fn main() {
    let _ = publish;
}
