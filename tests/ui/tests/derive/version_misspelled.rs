use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", verison = 1)]
struct UserRegistered {
    user_id: String,
    email: String,
}

fn main() {}
