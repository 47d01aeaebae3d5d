use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

/// What this consumer needs of the event.
#[derive(Deserialize, EventView)]
#[view(of = UserRegistered)]
struct UserEmail {
    email: String,
}

async fn publish(publisher: Publisher, view: UserEmail) {
    let _ = publisher.publish(&view).await;
    let _ = view.email;
}

fn main() {
    let _ = publish;
}
