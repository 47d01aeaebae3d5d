//! Saying what was handled.

use std::io::{self, Write};

use serde::Serialize;
use user_events::EventContext;

/// Says on the standard output what was handled.
#[derive(Debug, Clone, Copy)]
pub enum Journal {
    /// For people.
    Text,
    /// For programs: an object a line.
    Json,
    /// For tests.
    Silent,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    message_id: &'a str,
    message_type: &'a str,
    attempt: u32,
    redelivered: bool,
}

impl Journal {
    /// Says that `handler` is done with the event of this context.
    pub fn handled(self, cx: &EventContext, handler: &str) {
        let line = match self {
            Self::Silent => return,
            Self::Text => {
                let (message_type, routing_key, message_id) = (cx.message_type(), cx.routing_key(), cx.message_id());
                format!("handled   {message_type} {routing_key} {message_id} by {handler}")
            }
            Self::Json => json(cx),
        };
        // An event is handled whether or not somebody reads along.
        let _ = writeln!(io::stdout(), "{line}");
    }
}

fn json(cx: &EventContext) -> String {
    let line = Line {
        message_id: cx.message_id(),
        message_type: cx.message_type(),
        attempt: cx.attempt(),
        redelivered: cx.redelivered(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}
