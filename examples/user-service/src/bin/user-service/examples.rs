//! An example of every event.

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;
use user_service::UserEvent;

const DOCUMENTED: &str = include_str!("../../../data/user-service-events.json");
const MADE: &str = include_str!("../../../data/made-examples.json");

#[derive(Deserialize)]
struct Data {
    events: Vec<Value>,
}

/// An example of every event.
pub(crate) fn all() -> anyhow::Result<Vec<UserEvent>> {
    let mut examples = Vec::new();
    for data in [DOCUMENTED, MADE] {
        let Data { events } = serde_json::from_str(data)?;
        for event in events.into_iter().filter(|event| !event["example"].is_null()) {
            examples.push(UserEvent::deserialize(event).context("an example is not the event that it is named")?);
        }
    }
    Ok(examples)
}
