//! What the features promise.

use anyhow::{Result, ensure};

use crate::{
    step::Passed,
    workspace::{Workspace, read},
};

/// Every crate on its own: without features, with each alone, with the default ones and with all.
///
/// Clippy instead of check, since it can refuse the warnings of our crates without building their dependencies anew.
pub(crate) const EACH_ALONE: &str = "hack clippy --workspace --each-feature --keep-going -- -D warnings";

/// What an event crate must not bring into the services that share it.
const RUNTIME: [&str; 2] = ["tokio", "lapin"];

/// `user-events` without its default features is core and derive, and no runtime.
pub(crate) fn no_runtime_without_default_features(workspace: &Workspace) -> Result<Passed> {
    let tree = read(&mut workspace.cargo(
        "tree --package user-events --no-default-features --edges normal --target all --prefix none --format {p}",
    ))?;
    let mut names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    names.sort_unstable();
    names.dedup();
    ensure!(names.contains(&"user-events-core"), "this is not the tree of user-events:\n{tree}");
    let found: Vec<&str> = names.iter().copied().filter(|name| RUNTIME.contains(name)).collect();
    ensure!(found.is_empty(), "user-events without default features depends on {}:\n{tree}", found.join(" and "));
    Ok(Passed::with(format!("user-events without default features: {} crates, neither tokio nor lapin", names.len())))
}
