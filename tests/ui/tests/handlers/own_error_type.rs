use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

#[derive(Debug)]
struct MailError;

async fn welcome(_: UserRegistered) -> Result<(), MailError> {
    Err(MailError)
}

fn main() {
    let _ = Consumer::new("mailing").handle(welcome);
}
