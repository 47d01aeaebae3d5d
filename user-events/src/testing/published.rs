//! [`Published`]: the events of one type that were published, to be asserted on.

use std::fmt::Write as _;

use user_events_core::DomainEvent;

use crate::DeadLetter;

/// The events of one type that were published. Made by [`TestBus::published`](super::TestBus::published).
#[derive(Debug)]
#[must_use = "assert on what was published"]
pub struct Published<E> {
    events: Vec<E>,
    dead_letters: Vec<DeadLetter>,
    on_the_way: usize,
}

impl<E: DomainEvent> Published<E> {
    pub(super) fn new(events: Vec<E>, dead_letters: Vec<DeadLetter>, on_the_way: usize) -> Self {
        Self { events, dead_letters, on_the_way }
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
        assert!(found == count, "{} was published {found} times, not {count}{}", E::META, self.why());
        self.events
    }

    /// The usual reasons why an event was not published.
    fn why(&self) -> String {
        let mut why = String::new();
        if self.on_the_way > 0 {
            let _ =
                write!(why, "\n  {} messages are not handled yet: is `bus.settled().await` missing?", self.on_the_way);
        }
        for letter in &self.dead_letters {
            let message_type = letter.message_type().unwrap_or("a message without a type");
            let _ = write!(why, "\n  dead-lettered by `{}`: {message_type}: {}", letter.queue(), letter.error());
        }
        why
    }
}
