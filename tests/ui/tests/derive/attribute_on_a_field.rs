use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1)]
struct UserRegistered {
    #[event(partition_key)]
    user_id: String,
    email: String,
}

fn main() {}
