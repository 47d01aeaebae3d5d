use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, Publishable};

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, superseded)]
struct UserRegisteredV1 {
    email: String,
}

fn publish<E: Publishable>(_event: &E) {}

fn main() {
    let event = UserRegisteredV1 { email: String::new() };
    publish(&event);
}
