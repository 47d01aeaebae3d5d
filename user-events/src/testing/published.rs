//! [`Published`]: the events of one type that were published, to be asserted on.

use user_events_core::DomainEvent;

use crate::DeadLetter;

/// The events of one type that were published. Made by [`TestBus::published`](super::TestBus::published).
#[derive(Debug)]
#[must_use = "assert on what was published"]
pub struct Published<E> {
    events: Vec<E>,
    dead_letters: Vec<DeadLetter>,
}

impl<E: DomainEvent> Published<E> {
    pub(super) fn new(events: Vec<E>, dead_letters: Vec<DeadLetter>) -> Self {
        Self { events, dead_letters }
    }

    /// The events, in the order of publishing.
    #[must_use]
    pub fn into_events(self) -> Vec<E> {
        self.events
    }

    /// Exactly one was published: this.
    ///
    /// # Panics
    ///
    /// None or several were; the text also says what was dead-lettered.
    #[track_caller]
    pub fn assert_one(self) -> E {
        let mut events = self.assert_count(1);
        events.remove(0)
    }

    /// None was published.
    ///
    /// # Panics
    ///
    /// Some were.
    #[track_caller]
    pub fn assert_none(self) {
        let _ = self.assert_count(0);
    }

    /// Exactly `count` were published: these, in order.
    ///
    /// # Panics
    ///
    /// Fewer or more were; the text also says what was dead-lettered.
    #[track_caller]
    pub fn assert_count(self, count: usize) -> Vec<E> {
        let found = self.events.len();
        assert!(found == count, "{} was published {found} times, not {count}{}", E::META, why(&self.dead_letters));
        self.events
    }
}

/// The usual reason why an event was not published.
fn why(dead_letters: &[DeadLetter]) -> String {
    let letters: Vec<_> = dead_letters
        .iter()
        .map(|letter| {
            let message_type = letter.message_type().unwrap_or("a message without a type");
            format!("\n  dead-lettered by `{}`: {message_type}: {}", letter.queue(), letter.error())
        })
        .collect();
    letters.concat()
}
