use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

use std::rc::Rc;

async fn welcome(event: UserRegistered) -> Handled {
    let count = Rc::new(event.email.len());
    std::future::ready(()).await;
    println!("{count}");
    Ok(())
}

fn main() {
    let _ = Consumer::new("mailing").handle(welcome);
}
