//! [`Tool`], what a suite needs on the machine.

use anyhow::{Context, Result, ensure};

use crate::{
    node, rabbitmq,
    step::{Passed, Step},
    workspace::{Workspace, read, run},
};

/// What a suite needs on the machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Tool {
    Rustfmt,
    Clippy,
    RabbitMq,
    Node,
    CargoHack,
    CargoDeny,
    CargoFuzz,
}

/// Finds the tool or installs it, and says which.
pub(crate) fn step(tool: Tool) -> Step {
    match tool {
        Tool::Rustfmt => Step::new("find rustfmt", |workspace| component(workspace, "fmt", "rustfmt")),
        Tool::Clippy => Step::new("find clippy", |workspace| component(workspace, "clippy", "clippy")),
        Tool::RabbitMq => Step::new("install RabbitMQ", rabbitmq::install),
        Tool::Node => Step::new("install Node.js", node::install),
        Tool::CargoHack => Step::new("install cargo-hack", |workspace| cargo_tool(workspace, "cargo-hack", "0.6.46")),
        Tool::CargoDeny => Step::new("install cargo-deny", |workspace| cargo_tool(workspace, "cargo-deny", "0.20.2")),
        Tool::CargoFuzz => Step::new("install cargo-fuzz", |workspace| cargo_tool(workspace, "cargo-fuzz", "0.13.2")),
    }
}

fn component(workspace: &Workspace, subcommand: &str, component: &str) -> Result<Passed> {
    let version = read(&mut workspace.cargo(&format!("{subcommand} --version")))
        .with_context(|| format!("{component} is missing: `rustup component add {component}`"))?;
    Ok(Passed::with(format!("found {}", version.trim())))
}

fn cargo_tool(workspace: &Workspace, name: &str, version: &str) -> Result<Passed> {
    let found = || read(&mut workspace.cargo(&format!("{} --version", name.trim_start_matches("cargo-"))));
    let wanted = format!("{name} {version}");
    if found().is_ok_and(|found| found.trim() == wanted) {
        return Ok(Passed::with(format!("found {wanted}")));
    }
    println!("{wanted} is not there: it is compiled into target/tools");
    let mut install = workspace.cargo("install --locked --debug --force --root");
    install.arg(workspace.tools()).arg(format!("{name}@{version}"));
    // It runs for seconds: an optimised build would cost minutes.
    run(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    let found = found()?;
    ensure!(found.trim() == wanted, "{wanted} was installed, but `{}` runs", found.trim());
    Ok(Passed::with(format!("installed {wanted} into target/tools")))
}
