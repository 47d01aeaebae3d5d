use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, EventSchema};

#[derive(Serialize, Deserialize, EventSchema)]
#[serde(deny_unknown_fields)]
#[event(opne)]
enum Status {
    Active {
        #[serde(with = "since")]
        since: String,
        #[serde(flatten)]
        #[event(version = 1)]
        rest: std::collections::BTreeMap<String, String>,
    },
}

mod since {
    pub(super) use serde::{Deserialize as _, Serialize as _};

    pub(super) fn serialize<S: serde::Serializer>(since: &str, to: S) -> Result<S::Ok, S::Error> {
        since.serialize(to)
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
        String::deserialize(from)
    }
}

// The mistakes above are the only ones reported: this event adds none.
#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "StatusChanged", version = 1)]
struct StatusChanged {
    status: Status,
}

fn main() {}
