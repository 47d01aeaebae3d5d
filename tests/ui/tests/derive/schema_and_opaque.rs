use serde::{Deserialize, Serialize};
use user_events::EventSchema;

#[derive(Serialize, Deserialize, EventSchema)]
struct Price {
    #[event(schema = String, opaque = "money@1")]
    amount: String,
}

fn main() {}
