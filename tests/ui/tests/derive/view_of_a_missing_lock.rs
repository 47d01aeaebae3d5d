use serde::Deserialize;
use user_events::EventView;

#[derive(Deserialize, EventView)]
#[view(lock = "vendor/UserRegistered/v1.json")]
struct UserEmail {
    visits: u32,
}

fn main() {}
