use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

#[derive(Clone)]
struct Mailer;

async fn welcome(_: UserRegistered, _: State<Mailer>) -> Handled {
    Ok(())
}

fn main() {
    let _ = Consumer::new("mailing").handle(welcome);
}
