//! [`Dialects`]: the envelopes that are accepted beside the standard one.

use user_events_core::envelope::{self, Recognised};
use user_events_core::{DecodeError, Dialect, EventMeta, InboundMessage, Matched, identity};

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
        Dialect::BUILT_IN.iter().for_each(|dialect| all.accept(*dialect));
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

    /// The message as one of an event that accepts these, though another dialect is nearer.
    pub(crate) fn reconsider(
        &self,
        recognised: &Recognised<'_>,
        message: &InboundMessage,
        event: &'static EventMeta,
    ) -> Result<Matched<'_>, DecodeError> {
        recognised.reconsidered(message, event, &self.0)
    }

    /// The message's dialect, among these and the standard, and what it says of its type.
    pub(crate) fn recognise(&self, message: &InboundMessage) -> Result<Recognised<'_>, DecodeError> {
        envelope::recognise(message, &self.0)
    }
}

/// What is found under the name that a message goes by: where the dialect writes the event's version beside its type,
/// `OrderPlaced` in version 1 is `OrderPlaced.v1` to us, unless that is nobody's name.
pub(crate) fn find_by_type<T>(recognised: &Recognised<'_>, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let message_type = recognised.message_type.as_deref()?;
    let versioned = recognised.event_version.map(|version| identity::message_type(message_type, version));
    versioned.and_then(|versioned| find(&versioned)).or_else(|| find(message_type))
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
