use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, EventView};

#[derive(Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserRegistered", version = 1)]
struct UserRegistered {
    user_id: String,
    email: Option<String>,
    visits: u32,
}

#[derive(Deserialize, EventView)]
#[view(of = UserRegistered)]
struct UserVisits<'a> {
    email: Option<&'a str>,
}

fn main() {}
