//! [`Summary`], what a run came to.

use std::{
    fmt,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    step::{Passed, Step},
    workspace::Workspace,
};

/// What a run came to: printed as a table, and below it the counts alone on a line.
pub(crate) struct Summary {
    rows: Vec<Row>,
}

struct Row {
    name: String,
    result: Result<Passed>,
    took: Duration,
}

impl Summary {
    /// Runs the steps one after another. Those after a failure run too, unless `fail_fast`.
    pub(crate) fn of(workspace: &Workspace, steps: Vec<Step>, fail_fast: bool) -> Self {
        let mut rows = Vec::new();
        for step in steps {
            let began = Instant::now();
            let result = step.run(workspace);
            match &result {
                Ok(Passed(remark)) if remark.is_empty() => {}
                Ok(Passed(remark)) => println!("{remark}"),
                Err(error) => println!("{} failed: {error:#}", step.name()),
            }
            let failed = result.is_err();
            rows.push(Row { name: step.name().to_owned(), result, took: began.elapsed() });
            if failed && fail_fast {
                break;
            }
        }
        Self { rows }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        if self.rows.iter().any(|row| row.result.is_err()) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

impl Row {
    /// The result in a word, and the first line of what there is to say about it.
    fn verdict(&self) -> (&'static str, String) {
        let (word, remark) = match &self.result {
            Ok(Passed(remark)) => ("passed", remark.clone()),
            Err(error) => ("FAILED", error.to_string()),
        };
        (word, remark.lines().next().unwrap_or_default().to_owned())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or_default();
        writeln!(f, "\n{:width$}  result   seconds", "step")?;
        for row in &self.rows {
            let (word, remark) = row.verdict();
            let line = format!("{:width$}  {word:7}  {:7.1}  {remark}", row.name, row.took.as_secs_f64());
            writeln!(f, "{}", line.trim_end())?;
        }
        let passed = self.rows.iter().filter(|row| row.result.is_ok()).count();
        writeln!(f, "\n{passed} passed, {} failed", self.rows.len() - passed)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    fn steps() -> Vec<Step> {
        vec![
            Step::new("first", |_| Ok(Passed::with("as found"))),
            Step::new("second", |_| bail!("broken\nin detail")),
            Step::new("third", |_| Ok(Passed::silently())),
        ]
    }

    #[test]
    fn a_failure_is_seen_and_does_not_hide_what_follows() {
        let mut summary = Summary::of(&Workspace::here(), steps(), false);
        for row in &mut summary.rows {
            row.took = Duration::from_millis(1250);
        }
        assert_eq!(
            summary.to_string(),
            "\nstep    result   seconds\n\
             first   passed       1.2  as found\n\
             second  FAILED       1.2  broken\n\
             third   passed       1.2\n\
             \n2 passed, 1 failed\n"
        );
        assert_eq!(summary.exit_code(), ExitCode::FAILURE);
    }

    #[test]
    fn fail_fast_ends_with_the_failure() {
        let summary = Summary::of(&Workspace::here(), steps(), true);
        assert!(summary.to_string().ends_with("\n1 passed, 1 failed\n"));
    }
}
