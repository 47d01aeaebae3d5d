use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderPlaced", version = 1)]
struct OrderPlaced {
    #[serde(with = "cents")]
    total: u64,
    #[serde(serialize_with = "cents::serialize")]
    paid: u64,
}

mod cents {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(cents: &u64, to: S) -> Result<S::Ok, S::Error> {
        cents.to_string().serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        String::deserialize(from).map(|cents| cents.len() as u64)
    }
}

fn main() {}
