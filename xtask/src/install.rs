//! [`Tool`], what a suite needs on the machine.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::{
    rabbitmq,
    step::Step,
    workspace::{Workspace, read, run},
};

/// What a suite needs on the machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Tool {
    Rustfmt,
    Clippy,
    RabbitMq,
    CargoHack,
    CargoDeny,
}

/// Finds the tool or installs it, and says which.
pub(crate) fn step(tool: Tool) -> Step {
    match tool {
        Tool::Rustfmt => Step::new("find rustfmt", |workspace| component(workspace, "fmt", "rustfmt")),
        Tool::Clippy => Step::new("find clippy", |workspace| component(workspace, "clippy", "clippy")),
        Tool::RabbitMq => Step::new("install RabbitMQ", rabbitmq::install),
        Tool::CargoHack => Step::new("install cargo-hack", |workspace| cargo_tool(workspace, "cargo-hack", "0.6.46")),
        Tool::CargoDeny => Step::new("install cargo-deny", |workspace| cargo_tool(workspace, "cargo-deny", "0.20.2")),
    }
}

fn component(workspace: &Workspace, subcommand: &str, component: &str) -> Result<String> {
    let version = read(&mut workspace.cargo(&format!("{subcommand} --version")))
        .with_context(|| format!("{component} is missing: `rustup component add {component}`"))?;
    Ok(format!("found {}", version.trim()))
}

fn cargo_tool(workspace: &Workspace, name: &str, version: &str) -> Result<String> {
    let program = workspace.tools().join("bin").join(name);
    if installed(workspace, &program).is_some_and(|found| found == version) {
        return Ok(format!("found {version} in target/tools"));
    }
    let mut install = workspace.cargo("install --locked --debug --root");
    install.arg(workspace.tools()).arg(format!("{name}@{version}"));
    // Used for seconds, an optimised build would cost minutes.
    run(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    ensure!(installed(workspace, &program).is_some(), "{} does not run", program.display());
    Ok(format!("installed {version} into target/tools"))
}

/// The version that the program says it has: the last word of `cargo-hack 0.6.46`.
fn installed(workspace: &Workspace, program: &PathBuf) -> Option<String> {
    let answer = read(workspace.command(program).arg("--version")).ok()?;
    answer.split_whitespace().last().map(str::to_owned)
}
