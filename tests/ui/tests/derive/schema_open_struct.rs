use serde::{Deserialize, Serialize};
use user_events::EventSchema;

#[derive(Serialize, Deserialize, EventSchema)]
#[event(open)]
struct Address {
    street: String,
}

fn main() {}
