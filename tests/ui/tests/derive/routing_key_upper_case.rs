use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, routing_key = "user.Registered")]
struct UserRegistered {
    user_id: String,
    email: String,
}

fn main() {}
