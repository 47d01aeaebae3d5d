//! [`Monitor`]: the state of one connection, for those who wait on it.

use user_events_core::{Link, Text, TransportError, TransportErrorKind};

use tokio::sync::watch;

use crate::error::LinkError;

/// The state of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Connected,
    /// The broker takes no publishes, for this reason.
    Blocked(Text),
    Lost(LinkError),
    /// Closed from this side.
    Closed,
}

/// The state of one connection, for those who wait on it.
#[derive(Debug, Clone)]
pub(crate) struct Monitor(watch::Sender<State>);

impl Monitor {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(State::Connected))
    }

    /// Moves on. What has ended stays as it ended.
    pub(crate) fn set(&self, next: State) {
        self.0.send_if_modified(|state| {
            if matches!(state, State::Lost(_) | State::Closed) || *state == next {
                return false;
            }
            *state = next;
            true
        });
    }

    pub(crate) fn state(&self) -> State {
        self.0.borrow().clone()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<State> {
        self.0.subscribe()
    }

    /// Waits for the connection's end. None if it was closed from this side.
    pub(crate) async fn lost(&self) -> Option<LinkError> {
        let mut state = self.watch();
        // Fails only when this monitor is gone.
        let end = state.wait_for(|state| matches!(state, State::Lost(_) | State::Closed)).await.ok()?;
        match &*end {
            State::Lost(error) => Some(error.clone()),
            _ => None,
        }
    }

    /// Why the connection is no more, if it is no more.
    pub(crate) fn end(&self) -> Option<TransportError> {
        match &*self.0.borrow() {
            State::Connected | State::Blocked(_) => None,
            State::Lost(error) => Some(error.clone().into_transport("the connection to the broker was lost")),
            State::Closed => Some(TransportError::new(TransportErrorKind::Closed, "the transport was closed")),
        }
    }

    /// The state as health reports it.
    pub(crate) fn link(&self) -> Link {
        match self.state() {
            State::Connected => Link::Connected,
            State::Blocked(reason) => Link::Blocked { reason },
            State::Lost(error) => Link::Lost { reason: Text::display(error) },
            State::Closed => Link::Closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_stays_as_it_ended() {
        let monitor = Monitor::new();
        monitor.set(State::Blocked("low on memory".into()));
        assert_eq!(monitor.link(), Link::Blocked { reason: "low on memory".into() });
        assert!(monitor.end().is_none());
        monitor.set(State::Lost(LinkError::Heartbeat));
        monitor.set(State::Connected);
        monitor.set(State::Closed);
        assert_eq!(monitor.state(), State::Lost(LinkError::Heartbeat));
        assert_eq!(monitor.end().unwrap().kind(), TransportErrorKind::Connection);
    }
}
