//! [`Suite`], a part of the tests that can be run alone.

use std::collections::BTreeSet;

use clap::ValueEnum;

use crate::{
    features,
    install::{self, Tool},
    msrv, node, package,
    step::{Passed, Step},
    test_run,
    workspace::run,
};

/// A part of the tests that can be run alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Suite {
    /// Formatting, clippy and documentation
    Lint,
    /// Unit tests and documentation examples of every crate that needs no broker
    Unit,
    /// Compiler messages of the macros and of the handler traits
    Ui,
    /// What a change to an event does, by serde, by the verdict and by the compiler
    Lock,
    /// What every transport promises
    Conformance,
    /// Private RabbitMQ nodes, and the transport on them
    Rabbit,
    /// Messages that nobody should send, in memory and on a private RabbitMQ node
    Hostile,
    /// The `user-events` command, on private RabbitMQ nodes
    Cli,
    /// The example programs
    Examples,
    /// Services in Node.js, which read what Rust publishes and write what Rust reads
    Interop,
    /// Every crate alone, with each of its features alone, none and all
    Features,
    /// The stated minimum Rust versions
    Msrv,
    /// The packages as they would be published
    Package,
    /// Licences, bans and sources of the dependencies
    Deny,
}

impl Suite {
    /// In the order in which a whole run has them: what fails soonest comes first.
    pub(crate) const ALL: &[Self] = &[
        Self::Lint,
        Self::Unit,
        Self::Ui,
        Self::Lock,
        Self::Conformance,
        Self::Rabbit,
        Self::Hostile,
        Self::Cli,
        Self::Examples,
        Self::Interop,
        Self::Features,
        Self::Msrv,
        Self::Package,
        Self::Deny,
    ];

    fn needs(self) -> &'static [Tool] {
        match self {
            Self::Lint => &[Tool::Rustfmt, Tool::Clippy],
            Self::Unit | Self::Ui | Self::Lock | Self::Msrv | Self::Package => &[],
            Self::Conformance | Self::Rabbit | Self::Hostile | Self::Cli | Self::Examples => &[Tool::RabbitMq],
            Self::Interop => &[Tool::RabbitMq, Tool::Node],
            Self::Features => &[Tool::Clippy, Tool::CargoHack],
            Self::Deny => &[Tool::CargoDeny],
        }
    }

    fn steps(self) -> Vec<Step> {
        match self {
            Self::Lint => vec![
                Step::cargo("format", "fmt --all --check"),
                Step::cargo("clippy", "clippy --workspace --all-targets --all-features -- -D warnings"),
                Step::new("docs", |workspace| {
                    let mut docs = workspace.cargo("doc --workspace --no-deps --all-features");
                    run(docs.env("RUSTDOCFLAGS", "-D warnings"))?;
                    Ok(Passed::silently())
                }),
            ],
            // By exclusion, so that a new crate is tested without being named here.
            Self::Unit => vec![test_run::step(
                "unit and doc tests",
                "--workspace --all-features --exclude ui --exclude lock --exclude conformance --exclude interop --exclude rabbit \
                 --exclude hostile --exclude user-events-testkit --exclude user-events-cli --exclude quickstart \
                 --exclude user-service --exclude notification-service",
            )],
            Self::Ui => vec![test_run::step("ui", "--package ui")],
            Self::Lock => vec![test_run::step("lock", "--package lock")],
            Self::Conformance => vec![test_run::step("conformance", "--package conformance")],
            Self::Rabbit => vec![
                test_run::step("rabbit: nodes", "--package user-events-testkit --all-features"),
                test_run::step("rabbit: transport", "--package rabbit"),
            ],
            Self::Hostile => vec![test_run::step("hostile", "--package hostile")],
            Self::Cli => vec![test_run::step("command", "--package user-events-cli")],
            Self::Examples => vec![
                test_run::step(
                    "examples",
                    "--package quickstart --package user-service --package notification-service",
                ),
                Step::cargo("quickstart", "run --bin quickstart"),
                Step::cargo(
                    "locks of the examples",
                    "run --package user-events-cli --bin user-events -- \
                     check --frozen --package user-service --package notification-service",
                ),
            ],
            Self::Interop => vec![
                Step::new("node: packages", node::packages),
                Step::new("node: format and types", node::check),
                test_run::step("interop", "--package interop"),
            ],
            Self::Features => vec![
                Step::cargo("features", features::EACH_ALONE),
                Step::new("event crates stay light", features::no_runtime_without_default_features),
            ],
            Self::Msrv => vec![
                Step::new("msrv: lint", msrv::lint_is_on),
                Step::new("msrv: dependencies", msrv::dependencies_agree),
            ],
            Self::Package => vec![Step::new("package", package::package)],
            Self::Deny => vec![Step::cargo("licences, bans, sources", "deny --workspace check licenses bans sources")],
        }
    }
}

/// What these suites need, then the suites.
pub(crate) fn plan(suites: &[Suite]) -> Vec<Step> {
    let tools: BTreeSet<Tool> = suites.iter().flat_map(|suite| suite.needs()).copied().collect();
    let installs = tools.into_iter().map(install::step);
    installs.chain(suites.iter().flat_map(|suite| suite.steps())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_run_leaves_no_suite_out() {
        assert_eq!(Suite::ALL, Suite::value_variants());
    }

    #[test]
    fn a_suite_installs_only_what_it_needs() {
        let names = |suite| plan(&[suite]).iter().map(|step| step.name().to_owned()).collect::<Vec<_>>();
        assert_eq!(names(Suite::Ui), ["ui"]);
        assert_eq!(names(Suite::Conformance), ["install RabbitMQ", "conformance"]);
    }
}
