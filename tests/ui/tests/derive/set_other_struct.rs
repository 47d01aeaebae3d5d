use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, EventSet};

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1)]
struct UserRegistered {
    email: String,
}

#[derive(EventSet)]
enum UserEvent {
    Registered(UserRegistered),
    #[event(other)]
    Other { message_type: String },
}

fn main() {}
