//! [`Run`]: the whole table, published once, with everything that was said meanwhile.

use std::fmt::Debug;

use tokio::runtime::Runtime;

use crate::labels::Labels;
use crate::records::Captured;
use crate::{Outcome, Row, table};

/// The whole table, published once, with everything that was said meanwhile.
pub struct Run {
    /// What was logged.
    pub captured: Captured,
    table: Vec<Row>,
    outcome: Outcome,
    left: usize,
    labels: Labels,
}

impl Run {
    /// Listens to the process, and has the table published. Once in a process.
    ///
    /// What publishes also says how many messages are left in the queues when the victim has stopped and all letters
    /// were taken.
    ///
    /// # Panics
    ///
    /// The table cannot be published, or the victim does not live to the end of it.
    #[must_use]
    pub fn new<E: Debug>(publish_all: impl AsyncFnOnce(&[Row]) -> Result<(Outcome, usize), E>) -> Self {
        // Before anything is logged: whether it is enabled is known per process.
        let (captured, labels, table) = (Captured::start(), Labels::start(), table());
        let runtime = Runtime::new().expect("a runtime");
        let (outcome, left) = runtime.block_on(publish_all(&table)).expect("the consumer lives");
        Self { captured, table, outcome, left, labels }
    }

    /// That every row has become what it says.
    ///
    /// # Panics
    ///
    /// With all that has not.
    #[track_caller]
    pub fn assert_as_told(&self) {
        self.outcome.assert_as_told(&self.table);
    }

    /// That every good event was handled once, in order, and that no message is left.
    ///
    /// # Panics
    ///
    /// It is otherwise.
    #[track_caller]
    pub fn assert_alive(&self) {
        self.outcome.assert_alive(&self.table);
        assert_eq!(self.left, 0, "messages are left in the queue or in its dead letter queue");
    }

    /// That no letter shows a canary.
    ///
    /// # Panics
    ///
    /// One does.
    #[track_caller]
    pub fn assert_letters_silent(&self) {
        self.outcome.assert_letters_silent();
    }

    /// That everything of note was logged, and no canary with it.
    ///
    /// # Panics
    ///
    /// Something is missing, or one was.
    #[track_caller]
    pub fn assert_logs_silent(&self) {
        for said in ["dead-lettering", "stopped", "handling", "no such user", "cannot decode", "no queue is bound"] {
            self.captured.ours.assert_has(said);
        }
        self.captured.ours.assert_silent();
        self.captured.recommended.assert_silent();
    }

    /// That what could break a line or drive a terminal was logged, and escaped.
    ///
    /// # Panics
    ///
    /// Something is missing, or was not.
    #[track_caller]
    pub fn assert_logs_harmless(&self) {
        for escaped in [r"forged: all is well", r"\u{1b}[2J", r"\u{202e}", r"\u{2028}", "…"] {
            self.captured.ours.assert_has(escaped);
        }
        self.captured.ours.assert_harmless();
    }

    /// That every label of a metric has a value that the program's source knows.
    ///
    /// # Panics
    ///
    /// One has another.
    #[track_caller]
    pub fn assert_labels_known(&self) {
        self.labels.assert_known();
    }
}
