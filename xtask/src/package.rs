//! Builds the packages as they would be published.

use std::{
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

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
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    // Cargo keeps what it once unpacked of a version, and knows it by the folder it was packaged in: in the same folder, a
    // later run would be compiled against what the crates were before.
    let folder = workspace.root().join("target").join(format!("package-{}", now.as_nanos()));
    let packaged = run(package.arg("--target-dir").arg(&folder));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    packaged?;
    Ok(Passed::with(format!("{} packages compile from what they contain", metadata.published().count())))
}
