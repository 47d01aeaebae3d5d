//! Builds the packages as they would be published.

use anyhow::Result;

use crate::{
    metadata::Metadata,
    step::Passed,
    workspace::{Workspace, run},
};

/// Packages every published crate, and compiles each from its package.
pub(crate) fn package(workspace: &Workspace) -> Result<Passed> {
    let metadata = Metadata::read(workspace)?;
    // The working tree is tested as it is, committed or not.
    let mut package = workspace.cargo("package --workspace --allow-dirty");
    for private in metadata.private() {
        package.args(["--exclude", &private.name]);
    }
    run(&mut package)?;
    Ok(Passed::with(format!("{} packages compile from what they contain", metadata.published().count())))
}
