use serde::{Deserialize, Serialize};
use user_events::EventSchema;

#[derive(Serialize, Deserialize, EventSchema)]
#[serde(rename_all = "CamelCase")]
struct Address {
    postal_code: String,
}

fn main() {}
