use serde::Deserialize;
use user_events::EventView;

#[derive(Deserialize, EventView)]
#[view(of = "UserRegistered")]
struct UserEmail {
    email: String,
}

fn main() {}
