//! A message as a handler saw it, whatever its envelope.

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use user_events::prelude::*;

/// A message as a handler saw it; the event as its `Debug` shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) event: String,
    pub(crate) message_id: String,
    pub(crate) message_type: String,
    pub(crate) source: Option<String>,
    pub(crate) timestamp: Option<DateTime<Utc>>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) partition_key: Option<String>,
}

impl Seen {
    pub(crate) fn of(event: impl Debug, cx: &EventContext) -> Self {
        Self {
            event: format!("{event:?}"),
            message_id: cx.message_id().to_owned(),
            message_type: cx.message_type().to_owned(),
            source: cx.source_service().map(str::to_owned),
            timestamp: cx.timestamp(),
            correlation_id: cx.correlation_id().map(str::to_owned),
            partition_key: cx.partition_key().map(str::to_owned),
        }
    }
}

/// Tells what it sees.
pub(crate) async fn tell<E: Debug + Send + 'static>(
    event: E,
    State(seen): State<mpsc::UnboundedSender<Seen>>,
    cx: EventContext,
) -> Handled {
    seen.send(Seen::of(event, &cx))?;
    Ok(())
}
