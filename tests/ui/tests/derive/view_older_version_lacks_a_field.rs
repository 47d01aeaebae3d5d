use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, EventView, Upcast};

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, superseded)]
struct UserRegisteredV1 {
    name: String,
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 2, upcasts = UserRegisteredV1)]
struct UserRegistered {
    email: String,
}

impl Upcast<UserRegisteredV1> for UserRegistered {
    fn upcast(old: UserRegisteredV1) -> Self {
        Self { email: old.name }
    }
}

#[derive(Deserialize, EventView)]
#[view(of = UserRegistered)]
struct UserEmail {
    email: String,
}

fn main() {}
