//! [`Report`]: what ran on which transport, and how it ended.

use std::collections::BTreeSet;
use std::fmt;

use super::case::Case;
use super::claim::Claim;

/// What ran on which transport, and how it ended. Shown as a matrix: a row for each case, a
/// column for each transport.
#[derive(Debug, Clone)]
pub struct Report {
    columns: Vec<Column>,
}

#[derive(Debug, Clone)]
struct Column {
    transport: String,
    /// Claims that no passed case has shown.
    unexercised: BTreeSet<Claim>,
    cells: Vec<(&'static str, Outcome)>,
}

/// How a case ended on a transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The promise was kept.
    Passed,
    /// The transport does not claim this.
    NotApplicable(Claim),
    /// The promise was broken, and how.
    Failed(String),
}

/// A promise that a transport broke.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The transport.
    pub transport: String,
    /// The case.
    pub case: &'static str,
    /// What was seen.
    pub reason: String,
}

impl Report {
    pub(super) fn new(transport: &str, claims: &BTreeSet<Claim>) -> Self {
        let column = Column { transport: transport.to_owned(), unexercised: claims.clone(), cells: Vec::new() };
        Self { columns: vec![column] }
    }

    /// Adds the outcome of a case to the one column.
    pub(super) fn add(&mut self, case: &Case, outcome: Outcome) {
        for column in &mut self.columns {
            if outcome == Outcome::Passed {
                column.unexercised.retain(|claim| !case.needs.contains(claim) && !case.shows.contains(claim));
            }
            column.cells.push((case.name, outcome.clone()));
        }
    }

    /// Puts the columns of another report beside these.
    #[must_use]
    pub fn beside(mut self, other: Self) -> Self {
        self.columns.extend(other.columns);
        self
    }

    /// The promises that were broken.
    #[must_use]
    pub fn failures(&self) -> Vec<Failure> {
        let cells = self.columns.iter().flat_map(|column| column.cells.iter().map(move |cell| (column, cell)));
        cells
            .filter_map(|(column, (case, outcome))| match outcome {
                Outcome::Failed(reason) => {
                    Some(Failure { transport: column.transport.clone(), case, reason: reason.clone() })
                }
                Outcome::Passed | Outcome::NotApplicable(_) => None,
            })
            .collect()
    }

    /// What transports claim and no passed case has shown. Of a run of all cases, each is a
    /// failure: of the transport, or of the suite.
    #[must_use]
    pub fn unexercised_claims(&self) -> Vec<(&str, Claim)> {
        let columns = self.columns.iter();
        columns.flat_map(|column| column.unexercised.iter().map(|claim| (column.transport.as_str(), *claim))).collect()
    }

    /// How a case ended on the transport of this name, if it ran.
    #[must_use]
    pub fn outcome(&self, transport: &str, case: &str) -> Option<&Outcome> {
        self.columns.iter().find(|column| column.transport == transport)?.outcome(case)
    }

    /// Panics with the matrix unless every promise was kept and every claim shown.
    ///
    /// # Panics
    ///
    /// See above.
    #[track_caller]
    pub fn assert_passed(&self) {
        let passed = self.failures().is_empty() && self.unexercised_claims().is_empty();
        assert!(passed, "the transport breaks its contract\n{self}");
    }
}

impl Column {
    fn outcome(&self, case: &str) -> Option<&Outcome> {
        self.cells.iter().find_map(|(name, outcome)| (*name == case).then_some(outcome))
    }

    fn width(&self) -> usize {
        self.transport.len().max(8)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cases: Vec<&str> = Vec::new();
        for (case, _) in self.columns.iter().flat_map(|column| &column.cells) {
            if !cases.contains(case) {
                cases.push(case);
            }
        }
        let first = cases.iter().map(|case| case.len()).max().unwrap_or_default();
        write!(f, "{:first$}", "")?;
        for column in &self.columns {
            write!(f, "  {:<width$}", column.transport, width = column.width())?;
        }
        writeln!(f)?;
        for case in cases {
            write!(f, "{case:first$}")?;
            let mut reasons = Vec::new();
            for column in &self.columns {
                let shown = match column.outcome(case) {
                    None => "",
                    Some(Outcome::Passed) => "ok",
                    Some(Outcome::NotApplicable(missing)) => {
                        reasons.push(format!("needs {missing}"));
                        "n.a."
                    }
                    Some(Outcome::Failed(_)) => "FAIL",
                };
                write!(f, "  {shown:<width$}", width = column.width())?;
            }
            reasons.dedup();
            writeln!(f, "  {}", reasons.join(", "))?;
        }
        for Failure { transport, case, reason } in self.failures() {
            writeln!(f, "FAIL {transport}: {case}: {reason}")?;
        }
        for (transport, claim) in self.unexercised_claims() {
            writeln!(f, "FAIL {transport}: claims {claim}, which no passed case has shown")?;
        }
        Ok(())
    }
}
