//! [`Workspace`], the packages that may have events, as cargo knows them.

use std::collections::{HashMap, HashSet};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use user_events_core::Shown;
use user_events_schema::lock;

use crate::error::Error;
use crate::exit::Exit;

/// Whoever has events depends on it, and be it through another crate.
const DERIVE: &str = "user-events-derive";

/// Names a folder to take instead of `events.lock`, from where each package is.
const LOCK_VARIABLE: &str = "USER_EVENTS_LOCK";

/// The packages of a workspace that may have events, each after those that it depends on.
#[derive(Debug)]
pub(super) struct Workspace {
    /// Where builds go.
    pub(super) target: PathBuf,
    pub(super) packages: Vec<Package>,
}

/// A package that may have events.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    /// What cargo calls it where its name alone is not enough.
    pub(super) id: String,
    pub(super) manifest: PathBuf,
    /// Where the manifest is.
    pub(super) folder: PathBuf,
    pub(super) targets: Vec<Target>,
    pub(super) has_features: bool,
    /// Whether it is ever packaged.
    pub(super) is_published: bool,
}

/// What is built of a package.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The file that the compiler starts with.
    pub(super) root: PathBuf,
    pub(super) required_features: Vec<String>,
}

/// What a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Lib,
    Bin,
    Example,
    Test,
    Bench,
}

impl Workspace {
    /// The workspace of this manifest, or else of the folder that the command runs in, with these packages of it or
    /// else all.
    pub(super) fn read(manifest: Option<&Path>, packages: &[String], with_dev: bool) -> Result<Self, Error> {
        let mut cargo = cargo();
        cargo.args(["metadata", "--format-version", "1", "--all-features"]);
        if let Some(manifest) = manifest {
            cargo.arg("--manifest-path").arg(manifest);
        }
        let output = output(&mut cargo)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Error::new(Exit::Usage, "cargo cannot read the workspace").because(said.trim().to_owned()));
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout)
            .map_err(|error| Error::new(Exit::Failed, "what `cargo metadata` said cannot be read").because(error))?;
        metadata.into_workspace(packages, with_dev)
    }
}

impl Package {
    /// Where the lock files of its events are, if they do not say otherwise. The derive looks there, too.
    pub(super) fn lock_folder(&self) -> PathBuf {
        self.folder.join(env::var_os(LOCK_VARIABLE).unwrap_or_else(|| lock::FOLDER.into()))
    }
}

impl Target {
    /// The name of the crate that it is compiled as.
    pub(super) fn crate_name(&self) -> String {
        self.name.replace('-', "_")
    }
}

impl Kind {
    /// How cargo is told to build such a target.
    pub(super) const fn option(self) -> &'static str {
        match self {
            Self::Lib => "--lib",
            Self::Bin => "--bin",
            Self::Example => "--example",
            Self::Test => "--test",
            Self::Bench => "--bench",
        }
    }

    /// By the name that `cargo metadata` has for it. Build scripts and macros have no events.
    fn named(name: &str) -> Option<Self> {
        match name {
            "lib" | "rlib" | "dylib" | "cdylib" | "staticlib" => Some(Self::Lib),
            "bin" => Some(Self::Bin),
            "example" => Some(Self::Example),
            "test" => Some(Self::Test),
            "bench" => Some(Self::Bench),
            _ => None,
        }
    }
}

/// The cargo that started this, or else the one that the shell would find.
pub(super) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.stdin(Stdio::null());
    command
}

/// What a cargo has said when it has ended.
pub(super) fn output(cargo: &mut Command) -> Result<std::process::Output, Error> {
    cargo.output().map_err(|error| Error::new(Exit::Failed, "cargo cannot be started").because(error))
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<PackageData>,
    workspace_members: Vec<String>,
    target_directory: PathBuf,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct PackageData {
    id: String,
    name: String,
    manifest_path: PathBuf,
    targets: Vec<TargetData>,
    features: HashMap<String, Vec<String>>,
    /// The registries that it may go to; all of them if there are none.
    publish: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct TargetData {
    name: String,
    kind: Vec<String>,
    src_path: PathBuf,
    #[serde(default, rename = "required-features")]
    required_features: Vec<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

impl Dependency {
    fn is_dev(&self) -> bool {
        !self.dep_kinds.is_empty() && self.dep_kinds.iter().all(|kind| kind.kind.as_deref() == Some("dev"))
    }
}

impl Metadata {
    fn into_workspace(self, chosen: &[String], with_dev: bool) -> Result<Workspace, Error> {
        let derive: HashSet<&str> =
            self.packages.iter().filter(|package| package.name == DERIVE).map(|package| package.id.as_str()).collect();
        let nodes = self.resolve.nodes.iter().map(|node| (node.id.as_str(), node.deps.as_slice())).collect();
        let mut graph = Graph { nodes, derive, seen: HashMap::new(), order: Vec::new() };
        // What a package depends on for its tests alone may depend on the package: such dependencies give no order.
        let direct: HashSet<&str> = self
            .workspace_members
            .iter()
            .map(String::as_str)
            .filter(|id| {
                let mut dev = false;
                if with_dev {
                    let all = graph.nodes.get(id).copied().unwrap_or_default();
                    for dependency in all.iter().filter(|dependency| dependency.is_dev()) {
                        dev |= graph.reaches_derive(&dependency.pkg);
                    }
                }
                (graph.reaches_derive(id) || dev) && !graph.derive.contains(id)
            })
            .collect();
        let order: Vec<String> =
            graph.order.iter().filter(|id| direct.contains(**id)).map(ToString::to_string).collect();

        let members: HashSet<&str> = self.workspace_members.iter().map(String::as_str).collect();
        let names: Vec<&str> = {
            let members = self.packages.iter().filter(|package| members.contains(package.id.as_str()));
            members.map(|package| package.name.as_str()).collect()
        };
        if let Some(unknown) = chosen.iter().find(|name| !names.contains(&name.as_str())) {
            let (unknown, names) = (Shown::new(unknown), names.join(", "));
            let sentence = format!("no package `{unknown}` is in this workspace, which has {names}");
            return Err(Error::new(Exit::Usage, sentence));
        }
        let mut packages: HashMap<String, PackageData> =
            self.packages.into_iter().map(|package| (package.id.clone(), package)).collect();
        let packages: Vec<Package> = order
            .iter()
            .filter_map(|id| packages.remove(id))
            .filter(|package| chosen.is_empty() || chosen.contains(&package.name))
            .map(PackageData::into_package)
            .collect();
        if let Some(without) = chosen.iter().find(|name| !packages.iter().any(|package| package.name == **name)) {
            let sentence =
                format!("package `{}` has no events: it does not depend on user-events", Shown::new(without));
            return Err(Error::new(Exit::Usage, sentence));
        }
        Ok(Workspace { target: self.target_directory, packages })
    }
}

impl PackageData {
    fn into_package(self) -> Package {
        let targets = self.targets.into_iter().filter_map(|target| {
            let kind = target.kind.iter().find_map(|kind| Kind::named(kind))?;
            Some(Target { name: target.name, kind, root: target.src_path, required_features: target.required_features })
        });
        let mut targets: Vec<Target> = targets.collect();
        targets.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        Package {
            folder: self.manifest_path.parent().map(Path::to_owned).unwrap_or_default(),
            manifest: self.manifest_path,
            name: self.name,
            id: self.id,
            targets,
            has_features: !self.features.is_empty(),
            is_published: self.publish.is_none_or(|registries| !registries.is_empty()),
        }
    }
}

/// What depends on what.
struct Graph<'a> {
    nodes: HashMap<&'a str, &'a [Dependency]>,
    derive: HashSet<&'a str>,
    /// Whether a package that was met depends on the derive.
    seen: HashMap<&'a str, bool>,
    /// Every package that was met, after those that it depends on.
    order: Vec<&'a str>,
}

impl<'a> Graph<'a> {
    fn reaches_derive(&mut self, id: &'a str) -> bool {
        if let Some(&reaches) = self.seen.get(id) {
            return reaches;
        }
        self.seen.insert(id, false);
        let dependencies = self.nodes.get(id).copied().unwrap_or_default();
        let mut reaches = self.derive.contains(id);
        for dependency in dependencies.iter().filter(|dependency| !dependency.is_dev()) {
            reaches |= self.reaches_derive(&dependency.pkg);
        }
        self.seen.insert(id, reaches);
        self.order.push(id);
        reaches
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn package(name: &str) -> Value {
        let target = json!({ "name": name, "kind": ["lib"], "src_path": format!("/{name}/src/lib.rs") });
        let manifest = format!("/{name}/Cargo.toml");
        json!({ "id": name, "name": name, "manifest_path": manifest, "targets": [target], "features": {}, "publish": null })
    }

    fn node(name: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
        let deps = dependencies.iter().map(|(pkg, kind)| json!({ "pkg": pkg, "dep_kinds": [{ "kind": kind }] }));
        json!({ "id": name, "deps": deps.collect::<Vec<_>>() })
    }

    fn workspace(chosen: &[&str], with_dev: bool) -> Result<Vec<String>, Error> {
        let names = ["service", "events", "plain", "tested", "user-events", "user-events-derive"];
        let metadata = json!({
            "packages": names.map(package),
            "workspace_members": ["service", "events", "plain", "tested"],
            "target_directory": "/target",
            "resolve": { "nodes": [
                node("service", &[("plain", None), ("events", None)]),
                node("events", &[("user-events", None), ("service", Some("dev"))]),
                node("plain", &[]),
                node("tested", &[("events", Some("dev"))]),
                node("user-events", &[("user-events-derive", None)]),
                node("user-events-derive", &[]),
            ] },
        });
        let metadata: Metadata = serde_json::from_value(metadata).unwrap();
        let chosen: Vec<String> = chosen.iter().map(ToString::to_string).collect();
        let workspace = metadata.into_workspace(&chosen, with_dev)?;
        Ok(workspace.packages.into_iter().map(|package| package.name).collect())
    }

    #[test]
    fn packages_that_may_have_events_come_after_those_they_depend_on() {
        assert_eq!(workspace(&[], false).unwrap(), ["events", "service"]);
        assert_eq!(workspace(&[], true).unwrap(), ["events", "service", "tested"]);
        assert_eq!(workspace(&["service"], false).unwrap(), ["service"]);
    }

    #[test]
    fn a_package_that_cannot_have_events_is_told_from_one_that_is_not_there() {
        let unknown = workspace(&["servise"], false).unwrap_err();
        assert!(unknown.sentence().contains("no package `servise` is in this workspace, which has service, "));
        assert!(workspace(&["plain"], false).unwrap_err().sentence().contains("does not depend on user-events"));
    }
}
