use serde::Deserialize;
use user_events::EventSchema;

#[derive(Deserialize, EventSchema)]
#[serde(field_identifier)]
enum Name {
    Street,
    City,
}

fn main() {}
