//! [`TestRun`], what `cargo test` came to.

use std::{
    fmt,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    step::{Passed, Step},
    workspace::line,
};

/// A step that passes if `cargo test` does, and has run a test: a suite that lost its tests is no success.
pub(crate) fn step(name: &str, packages: &'static str) -> Step {
    Step::new(name, move |workspace| {
        let mut test = workspace.cargo("test --no-fail-fast");
        TestRun::of(test.args(packages.split_whitespace()))?.verdict()
    })
}

/// What `cargo test` came to, summed over its test programs.
#[derive(Default)]
struct TestRun {
    passed: usize,
    ignored: usize,
}

impl TestRun {
    /// Runs `cargo test`, whose output is seen as it comes.
    fn of(command: &mut Command) -> Result<Self> {
        println!("$ {}", line(command));
        let mut process =
            command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run `{}`", line(command)))?;
        let output = process.stdout.take().context("the output is piped")?;
        let mut run = Self::default();
        for text in BufReader::new(output).lines() {
            let text = text?;
            println!("{text}");
            run.count(&text);
        }
        let status = process.wait()?;
        if !status.success() {
            bail!("`{}`: {status}", line(command));
        }
        Ok(run)
    }

    fn verdict(&self) -> Result<Passed> {
        ensure!(self.passed > 0, "no test ran");
        Ok(Passed::with(self.to_string()))
    }

    /// Counts a line such as `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; …`.
    fn count(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let words: Vec<&str> = result.split_whitespace().collect();
        for pair in words.windows(2) {
            let [number, what] = pair else { continue };
            let Ok(number) = number.parse::<usize>() else { continue };
            match *what {
                "passed;" => self.passed += number,
                "ignored;" => self.ignored += number,
                _ => {}
            }
        }
    }
}

impl fmt::Display for TestRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tests", self.passed)?;
        if self.ignored > 0 {
            write!(f, ", {} ignored", self.ignored)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    fn printing(text: &str, status: i32) -> Result<TestRun> {
        let script = format!("printf '%s\n' \"$0\"; exit {status}");
        TestRun::of(Workspace::here().command("sh").args(["-c", &script, text]))
    }

    #[test]
    fn the_results_of_all_test_programs_are_summed() {
        let run = printing(
            "running 13 tests\n\
             test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 21.45s\n\
             test tests::of_100 passed; ... ok\n\
             test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            0,
        );
        assert_eq!(run.unwrap().to_string(), "16 tests, 1 ignored");
    }

    #[test]
    fn a_suite_without_tests_fails() {
        let run = printing("test result: ok. 0 passed; 0 failed; 3 ignored; 0 measured", 0).unwrap();
        assert!(run.verdict().is_err_and(|error| error.to_string() == "no test ran"));
    }

    #[test]
    fn a_failing_test_program_fails() {
        assert!(printing("test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured", 101).is_err());
    }
}
