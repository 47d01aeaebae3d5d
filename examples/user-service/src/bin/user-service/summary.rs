//! What was published, and what was left.

use std::collections::BTreeMap;
use std::fmt;
use std::process::ExitCode;

use crate::outcome::Verdict;

/// What was published, and what was left.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    outcomes: BTreeMap<Verdict, usize>,
    /// Events whose turn did not come before the program was asked to end.
    pub(crate) unpublished: usize,
    /// Events published, whose outcome was not known when the program ended.
    pub(crate) unanswered: usize,
}

impl Summary {
    pub(crate) fn add(&mut self, verdict: Verdict) {
        *self.outcomes.entry(verdict).or_default() += 1;
    }

    pub(crate) fn answered(&self) -> usize {
        self.outcomes.values().sum()
    }

    /// A failure when the broker did not take an event. What was left is none: the program was asked to end.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.outcomes.keys().any(|verdict| verdict.is_failure()) {
            true => ExitCode::FAILURE,
            false => ExitCode::SUCCESS,
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} published", self.answered() + self.unanswered)?;
        for (verdict, count) in &self.outcomes {
            write!(f, ", {count} {verdict}")?;
        }
        write!(f, "; left: {} not published, {} unanswered", self.unpublished, self.unanswered)
    }
}
