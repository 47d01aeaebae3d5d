//! [`Published`]: all that was published, for tests that ask.

use std::sync::{Mutex, PoisonError};

use user_events_core::OutboundMessage;

/// Keeps every stored message, if it was switched on.
#[derive(Debug, Default)]
pub(crate) struct Published(Option<Mutex<Vec<OutboundMessage>>>);

impl Published {
    pub(crate) fn new(on: bool) -> Self {
        Self(on.then(Mutex::default))
    }

    /// Called under the broker's lock, so that the record has the order of storing.
    pub(crate) fn note(&self, message: &OutboundMessage) {
        if let Some(messages) = &self.0 {
            messages.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
        }
    }

    /// What was kept; none if nothing is.
    pub(crate) fn messages(&self) -> Option<Vec<OutboundMessage>> {
        self.0.as_ref().map(|messages| messages.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}
