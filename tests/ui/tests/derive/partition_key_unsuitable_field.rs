use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "PriceChanged", version = 1, partition_key = price)]
struct PriceChanged {
    price: f64,
}

fn main() {}
