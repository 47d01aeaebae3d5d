use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize)]
struct UserId(String);

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1)]
struct UserRegistered {
    user_id: UserId,
    friends: Option<Vec<UserId>>,
}

fn main() {}
