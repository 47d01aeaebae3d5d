use serde::{Deserialize, Serialize};
use user_events::EventSchema;

#[derive(Serialize, Deserialize, EventSchema)]
enum Status {
    #[event(opaque = "active@1")]
    Active { since: String },
    #[serde(serialize_with = "suspended")]
    #[event(schema = String)]
    Suspended { until: String },
}

fn suspended<S: serde::Serializer>(until: &str, to: S) -> Result<S::Ok, S::Error> {
    until.serialize(to)
}

fn main() {}
