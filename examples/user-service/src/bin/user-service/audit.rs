//! A consumer of every event.

use user_events::prelude::*;
use user_service::UserEvent;

/// Handles every event of the user service. It prints beside the outcomes, to the standard error.
pub(crate) fn audit() -> Consumer {
    Consumer::new("audit").handle(async |_event: UserEvent, cx: EventContext| {
        eprintln!("handled   {} {} {} by audit", cx.message_type(), cx.routing_key(), cx.message_id());
        Ok(())
    })
}
