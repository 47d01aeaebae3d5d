use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, EventSet};

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1)]
struct UserRegistered {
    email: String,
}

#[derive(EventSet)]
enum UserEvent {
    #[event(version = 1)]
    Registered(UserRegistered),
}

fn main() {}
