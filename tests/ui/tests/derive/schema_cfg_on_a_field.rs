use serde::{Deserialize, Serialize};
use user_events::EventSchema;

#[derive(Serialize, Deserialize, EventSchema)]
struct Address {
    street: String,
    #[cfg(not(test))]
    postal_code: String,
}

#[derive(Serialize, Deserialize, EventSchema)]
enum Status {
    Active,
    #[cfg(not(test))]
    Suspended,
}

fn main() {}
