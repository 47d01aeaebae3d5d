use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

#[derive(Clone)]
struct Mailer;

fn handlers() -> Handlers<Mailer> {
    Handlers::new().handle(async |_: UserRegistered, _: State<Mailer>| Ok(()))
}

fn main() {
    let _ = Consumer::new("mailing").merge(handlers());
}
