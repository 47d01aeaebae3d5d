use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, EventSet};

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1)]
struct UserRegistered {
    email: String,
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserCreated", version = 1, message_type = "UserRegistered.v1")]
struct UserCreated {
    email: String,
}

#[derive(EventSet)]
enum UserEvent {
    Registered(UserRegistered),
    Created(UserCreated),
}

fn main() {}
