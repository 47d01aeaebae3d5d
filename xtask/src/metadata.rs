//! [`Metadata`], what cargo knows about the workspace.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{
    version::Version,
    workspace::{Workspace, read},
};

/// What cargo knows about the workspace and everything it depends on.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) manifest_path: PathBuf,
    rust_version: Option<String>,
    /// The registries it may be published to; all of them if absent.
    publish: Option<Vec<String>>,
    /// What each feature enables: other features, `dep:name`, `name/feature`.
    pub(crate) features: BTreeMap<String, Vec<String>>,
}

impl Metadata {
    pub(crate) fn read(workspace: &Workspace) -> Result<Self> {
        let json = read(&mut workspace.cargo("metadata --format-version 1 --all-features"))?;
        serde_json::from_str(&json).context("cannot read the output of `cargo metadata`")
    }

    /// The members of the workspace that are published.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Package> {
        self.members().filter(|package| package.is_published())
    }

    /// The members of the workspace that are not published.
    pub(crate) fn private(&self) -> impl Iterator<Item = &Package> {
        self.members().filter(|package| !package.is_published())
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Package> {
        self.members().find(|package| package.name == name)
    }

    pub(crate) fn package(&self, name: &str, version: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name && package.version == version)
    }

    fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }
}

impl Package {
    /// The oldest compiler it says it builds with.
    pub(crate) fn rust_version(&self) -> Result<Option<Version>> {
        self.rust_version.as_deref().map(str::parse).transpose()
    }

    fn is_published(&self) -> bool {
        self.publish.as_ref().is_none_or(|registries| !registries.is_empty())
    }
}
