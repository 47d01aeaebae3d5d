use serde::{Deserialize, Serialize};
use user_events::EventSchema;

#[derive(Serialize, Deserialize, EventSchema)]
#[event(open, opaque = "status@1")]
enum Status {
    Active,
}

fn main() {}
