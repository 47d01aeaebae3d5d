//! `cargo xtask`: what the project does besides being compiled.

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::{install::Tool, suite::Suite, summary::Summary, workspace::Workspace};

mod apt;
#[cfg(test)]
mod error_reference;
mod features;
mod fuzz;
mod install;
mod metadata;
mod msrv;
mod node;
mod package;
mod rabbitmq;
mod step;
mod suite;
mod summary;
mod test_run;
mod version;
mod workspace;

/// The tasks of the project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Install what is missing and run the tests: all of them, or one suite
    Test {
        /// The suite to run
        suite: Option<Suite>,
        /// Stop at the first step that fails
        #[arg(long)]
        fail_fast: bool,
    },
    /// Measure against hand-written lapin
    Bench {
        /// Passed on to the benchmark
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Give random bytes to what reads bytes; needs a nightly compiler
    Fuzz {
        /// The target to run; all of them, one after another, where none is named
        target: Option<String>,
        /// How long each target runs
        #[arg(long, default_value_t = 10)]
        minutes: u64,
    },
    /// Judge random changes of random types, by real serde and by the framework
    Pairs {
        /// How many pairs of types
        #[arg(long, default_value_t = 10_000)]
        count: usize,
        /// What they are drawn from
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Compile each published crate with the compiler that it states; needs those compilers
    Msrv,
    /// Look for published vulnerabilities of the dependencies; needs the network
    DenyAdvisories,
}

fn main() -> Result<ExitCode> {
    let workspace = Workspace::here();
    match Task::parse() {
        Task::Test { suite, fail_fast } => {
            let suites = suite.as_ref().map_or(Suite::ALL, std::slice::from_ref);
            let summary = Summary::of(&workspace, suite::plan(suites), fail_fast);
            print!("{summary}");
            Ok(summary.exit_code())
        }
        Task::Bench { args } => {
            let mut bench = workspace.cargo("run --release --package benches --");
            workspace::run(bench.args(args))?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Fuzz { target, minutes } => {
            fuzz::fuzz(&workspace, target.as_deref(), minutes)?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Pairs { count, seed } => {
            let mut test = workspace.cargo("test --package lock --test random -- --nocapture");
            workspace::run(test.env("PAIRS", count.to_string()).env("SEED", seed.to_string()))?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Msrv => {
            println!("{}", msrv::compilers_agree(&workspace)?.0);
            Ok(ExitCode::SUCCESS)
        }
        Task::DenyAdvisories => {
            install::step(Tool::CargoDeny).run(&workspace)?;
            workspace::run(&mut workspace.cargo("deny --workspace check advisories"))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Task::command().debug_assert();
    }
}
