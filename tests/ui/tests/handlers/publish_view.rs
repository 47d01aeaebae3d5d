use serde::{Deserialize, Serialize};
use user_events::prelude::*;

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "UserRegistered", version = 1, exchange = "user.events")]
struct UserRegistered {
    email: String,
}

use user_events::{Consumable, DecodeError, EventMeta, Matched, StandardMessage};

/// What this consumer needs of the event.
struct UserEmail {
    email: String,
}

impl Consumable for UserEmail {
    const ACCEPTS: &'static [&'static EventMeta] = UserRegistered::ACCEPTS;

    fn decode(
        message: &user_events::core::InboundMessage,
        matched: Matched<'_>,
    ) -> Result<StandardMessage<Self>, DecodeError> {
        Ok(UserRegistered::decode(message, matched)?.map_payload(|event| UserEmail { email: event.email }))
    }
}

async fn publish(publisher: Publisher, view: UserEmail) {
    let _ = publisher.publish(&view).await;
    let _ = view.email;
}

fn main() {
    let _ = publish;
}
