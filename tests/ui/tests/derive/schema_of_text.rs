use serde::{Deserialize, Serialize};
use user_events::EventSchema;

#[derive(Serialize, Deserialize, EventSchema)]
struct Price {
    #[event(schema = "String")]
    amount: String,
    #[event(opaque = money)]
    currency: String,
    #[event(opaque = "")]
    tax: String,
    #[event(allow(javascript))]
    cents: u64,
    #[event(allow)]
    count: u64,
    #[event(shema = String)]
    unit: String,
}

fn main() {}
