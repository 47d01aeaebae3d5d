use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

fn main() {
    let _ = Consumer::new("mailing").handle(|event| async move {
        let _ = event;
        Ok(())
    });
}
