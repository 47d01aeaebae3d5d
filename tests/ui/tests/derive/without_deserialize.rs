use serde::Serialize;
use user_events::DomainEvent;

#[derive(Serialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1)]
struct UserRegistered {
    user_id: String,
    email: String,
}

fn main() {}
