use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, superseded)]
struct UserRegisteredV1 {
    name: String,
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 2, upcasts = "UserRegisteredV1")]
struct UserRegistered {
    email: String,
}

fn main() {}
