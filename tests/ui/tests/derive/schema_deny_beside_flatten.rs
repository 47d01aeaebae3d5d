use serde::{Deserialize, Serialize};
use user_events::EventSchema;

#[derive(Serialize, Deserialize, EventSchema)]
struct Place {
    city: String,
}

#[derive(Serialize, Deserialize, EventSchema)]
#[serde(deny_unknown_fields)]
struct Address {
    street: String,
    #[serde(flatten)]
    place: Place,
}

fn main() {}
