use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, EventSet};

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserCreated", version = 1)]
struct UserCreated {
    user_id: String,
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, alias(message_type = "UserCreated.v1"))]
struct UserRegistered {
    user_id: String,
}

#[derive(EventSet)]
enum UserEvent {
    Created(UserCreated),
    Registered(UserRegistered),
}

fn main() {}
