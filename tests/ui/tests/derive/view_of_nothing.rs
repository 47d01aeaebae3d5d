use serde::Deserialize;
use user_events::EventView;

#[derive(Deserialize, EventView)]
#[view()]
struct UserEmail {
    email: String,
}

fn main() {}
