//! [`Dialects`]: the envelopes that are accepted beside the standard one.

use user_events_core::envelope::{self, Recognised};
use user_events_core::{DecodeError, Dialect, InboundMessage, Text};

/// Each is its sender's choice: who accepts one accepts both.
const CLOUD_EVENTS: [Dialect; 2] = [Dialect::CLOUD_EVENTS, Dialect::CLOUD_EVENTS_BINARY];

/// The envelopes that are accepted beside the standard one, which needs no declaration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dialects(Vec<Dialect>);

impl Dialects {
    /// Accepts one more.
    pub(crate) fn accept(&mut self, dialect: Dialect) {
        if CLOUD_EVENTS.contains(&dialect) {
            CLOUD_EVENTS.into_iter().for_each(|mode| self.add(mode));
        } else if dialect != Dialect::STANDARD {
            self.add(dialect);
        }
    }

    /// Every dialect that this library knows by name.
    #[cfg(feature = "memory")]
    pub(crate) fn all() -> Self {
        let mut all = Self::default();
        let known = [Dialect::MESSAGE_VERSION, Dialect::SOURCE_VERSION, Dialect::EVENT_DATA, Dialect::CLOUD_EVENTS];
        known.into_iter().for_each(|dialect| all.accept(dialect));
        all
    }

    /// Accepts all of these, too.
    pub(crate) fn accept_all(&mut self, others: &Self) {
        others.0.iter().for_each(|dialect| self.add(*dialect));
    }

    fn add(&mut self, dialect: Dialect) {
        if !self.0.contains(&dialect) {
            self.0.push(dialect);
        }
    }

    /// Whether the standard is all there is.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contains(&self, dialect: &Dialect) -> bool {
        *dialect == Dialect::STANDARD || self.0.contains(dialect)
    }

    /// The message's dialect, among these and the standard, and what it says of its type.
    pub(crate) fn recognise(&self, message: &InboundMessage) -> Result<Recognised<'_>, DecodeError> {
        envelope::recognise(message, &self.0)
    }
}

/// The message types that a message may go by, the likelier first: where the dialect writes the event's version beside
/// its type, `OrderPlaced` in version 1 is `OrderPlaced.v1` to us, unless that is nobody's name.
pub(crate) fn message_types(message_type: &Text, event_version: Option<u32>) -> impl Iterator<Item = Text> + use<> {
    let versioned = event_version.map(|version| versioned(message_type, version));
    versioned.into_iter().chain([message_type.clone()])
}

/// The message type of an event whose version is written beside its type.
pub(crate) fn versioned(event_type: &str, version: u32) -> Text {
    format!("{event_type}.v{version}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cloud_events_come_in_both_modes_and_nothing_comes_twice() {
        let mut dialects = Dialects::default();
        for dialect in [Dialect::CLOUD_EVENTS_BINARY, Dialect::EVENT_DATA, Dialect::CLOUD_EVENTS, Dialect::EVENT_DATA] {
            dialects.accept(dialect);
        }
        assert_eq!(dialects.0, [Dialect::CLOUD_EVENTS, Dialect::CLOUD_EVENTS_BINARY, Dialect::EVENT_DATA]);
    }

    #[test]
    fn the_standard_needs_no_declaration() {
        let mut dialects = Dialects::default();
        dialects.accept(Dialect::STANDARD);
        assert!(dialects.is_empty());
        assert!(dialects.contains(&Dialect::STANDARD));
    }
}
