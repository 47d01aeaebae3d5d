use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, Publishable};

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(
    type = "userRegistered",
    version = 0,
    exchange = "user/events",
    routing_key = "user.#",
    partition_key = userid,
    alias(message_type = 1, routing_key = ""),
    must_rout,
)]
struct UserRegistered {
    user_id: String,
    email: String,
}

fn publish<E: Publishable>(_event: &E) {}

// The mistakes above are the only ones reported: this line adds none.
fn publish_registered(event: &UserRegistered) {
    publish(event);
}

fn main() {}
