use serde::{Deserialize, Serialize};
use user_events::EventSchema;

#[derive(Serialize, Deserialize, EventSchema)]
struct Pair(#[serde(default, skip_serializing_if = "String::is_empty")] String, #[serde(default)] u8);

#[derive(Serialize, Deserialize, EventSchema)]
struct Newtype(#[serde(skip)] String);

#[derive(Serialize, Deserialize, EventSchema)]
enum Status {
    Active(#[serde(skip_deserializing)] String),
}

#[derive(Serialize, Deserialize, EventSchema)]
#[event(allow(js_integer))]
struct Id(u64);

fn main() {}
