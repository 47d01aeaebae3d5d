use serde::Deserialize;
use user_events::EventView;

struct UserRegistered {
    email: String,
}

#[derive(Deserialize, EventView)]
#[view(of = UserRegistered)]
struct UserEmail {
    email: String,
}

fn main() {}
