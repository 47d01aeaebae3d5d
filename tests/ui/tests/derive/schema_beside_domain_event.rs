use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, EventSchema};

#[derive(Serialize, Deserialize, DomainEvent, EventSchema)]
#[event(type = "UserRegistered", version = 1)]
struct UserRegistered {
    email: String,
}

fn main() {}
