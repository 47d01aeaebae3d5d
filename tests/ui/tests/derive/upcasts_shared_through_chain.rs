use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, Upcast};

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, message_type = "UserRegistered.v3", superseded)]
struct UserRegisteredV1 {
    name: String,
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 2, upcasts = UserRegisteredV1, superseded)]
struct UserRegisteredV2 {
    email: String,
}

impl Upcast<UserRegisteredV1> for UserRegisteredV2 {
    fn upcast(old: UserRegisteredV1) -> Self {
        Self { email: old.name }
    }
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 3, upcasts = UserRegisteredV2)]
struct UserRegistered {
    email: String,
}

impl Upcast<UserRegisteredV2> for UserRegistered {
    fn upcast(old: UserRegisteredV2) -> Self {
        Self { email: old.email }
    }
}

fn main() {}
