//! [`step`]: what applying a topology does about one object.

use user_events_core::{Action, TopologyMode, TransportError, TransportErrorKind};

/// What is to be done about an object, given whether it exists.
pub(crate) fn step(
    mode: TopologyMode,
    exists: bool,
    missing: impl FnOnce() -> String,
) -> Result<Action, TransportError> {
    match mode {
        TopologyMode::Assume => Ok(Action::NotChecked),
        _ if exists => Ok(Action::Exists),
        TopologyMode::Plan => Ok(Action::Missing),
        TopologyMode::Verify => Err(topology_error(missing())),
        _ => Ok(Action::Declared),
    }
}

pub(crate) fn topology_error(message: String) -> TransportError {
    TransportError::new(TransportErrorKind::Topology, message)
}
