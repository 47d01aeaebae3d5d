//! Whether the stated minimum Rust versions hold.
//!
//! A crate's version is about what it can do with all features except those that bring in a crate of this workspace with
//! a higher version of its own: `user-events` is for old compilers, its feature `rabbit` for those that lapin needs.

use std::{collections::BTreeSet, fmt, fs, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{
    metadata::{Metadata, Package},
    step::Passed,
    version::Version,
    workspace::{Workspace, read, run},
};

/// Clippy refuses the use of library items newer than the stated version; the lint has to be on, in every crate.
pub(crate) fn lint_is_on(workspace: &Workspace) -> Result<Passed> {
    const LINT: &str = "incompatible_msrv = \"warn\"";
    let lints = fs::read_to_string(workspace.root().join("Cargo.toml"))?;
    ensure!(lints.lines().any(|line| line == LINT), "the workspace lints in Cargo.toml lack `{LINT}`");
    let metadata = Metadata::read(workspace)?;
    for package in metadata.published().chain(metadata.private()) {
        let manifest = fs::read_to_string(&package.manifest_path)?;
        ensure!(
            manifest.contains("[lints]\nworkspace = true\n"),
            "{} does not take the workspace's lints",
            package.manifest_path.display()
        );
    }
    Ok(Passed::with("clippy::incompatible_msrv is on in every crate"))
}

/// No published crate depends on one that states a higher version.
pub(crate) fn dependencies_agree(workspace: &Workspace) -> Result<Passed> {
    let metadata = Metadata::read(workspace)?;
    let mut wrong = Vec::new();
    let mut stated = Vec::new();
    let mut silent = BTreeSet::new();
    for package in metadata.published() {
        let version = stated_version(package)?;
        let portable = Portable::of(package, &metadata)?;
        let tree = read(&mut workspace.cargo(&format!(
            "tree --package {} --no-default-features --features={} --edges normal,build --target all --prefix none \
             --format {{p}}",
            package.name,
            portable.features.join(","),
        )))?;
        for line in tree.lines().filter(|line| !line.is_empty()) {
            let dependency = dependency(line, &metadata)?;
            match dependency.rust_version()? {
                Some(needed) if needed > version => wrong.push(format!(
                    "{} states {version}, but depends on {} {}, which needs {needed}",
                    package.name, dependency.name, dependency.version
                )),
                Some(_) => {}
                None => drop(silent.insert(dependency.name.as_str())),
            }
        }
        stated.push(format!("{} {version}{portable}", package.name));
    }
    wrong.sort_unstable();
    wrong.dedup();
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("dependencies that state none: {}", silent.into_iter().collect::<Vec<_>>().join(", "));
    Ok(Passed::with(stated.join(", ")))
}

/// The compiler of each stated version compiles the crates that state it.
pub(crate) fn compilers_agree(workspace: &Workspace) -> Result<Passed> {
    let metadata = Metadata::read(workspace)?;
    // Without rustup there is no second compiler.
    let toolchains = read(Command::new("rustup").args(["toolchain", "list"])).unwrap_or_default();
    let mut compiled = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for package in metadata.published() {
        let version = stated_version(package)?;
        let Some(toolchain) = toolchain(&toolchains, version) else {
            missing.insert(version);
            continue;
        };
        let mut check = workspace.command("rustup");
        check.args(["run", toolchain, "cargo", "check", "--target-dir", "target/msrv", "--package", &package.name]);
        check.args(["--no-default-features", "--features", &Portable::of(package, &metadata)?.features.join(",")]);
        // Those of the running cargo would win over the toolchain's own.
        run(check.env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTDOC"))?;
        compiled.insert(version);
    }
    let list = |versions: BTreeSet<Version>| versions.iter().map(Version::to_string).collect::<Vec<_>>().join(" and ");
    ensure!(missing.is_empty(), "Rust {} is not installed: `rustup toolchain install VERSION`", list(missing));
    Ok(Passed::with(format!("compiled with {}", list(compiled))))
}

fn stated_version(package: &Package) -> Result<Version> {
    package.rust_version()?.with_context(|| format!("{} states no rust-version", package.name))
}

/// The package of a line such as `serde v1.0.219` or `user-events-core v0.1.0 (/path)`.
fn dependency<'a>(line: &str, metadata: &'a Metadata) -> Result<&'a Package> {
    let mut words = line.split_whitespace();
    let (name, version) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    metadata
        .package(name, version.trim_start_matches('v'))
        .with_context(|| format!("`cargo tree` has a package that `cargo metadata` lacks: {line}"))
}

/// The installed toolchain of this version: of `1.85.0-x86_64-unknown-linux-gnu` and `1.85-…` for 1.85, the first.
fn toolchain(list: &str, version: Version) -> Option<&str> {
    list.lines().filter_map(|line| line.split_whitespace().next()).find(|name| {
        let number = name.split('-').next().unwrap_or_default();
        number.parse::<Version>().is_ok_and(|installed| installed.is_release_of(version))
    })
}

/// The features of a crate that its stated version is about.
struct Portable<'a> {
    features: Vec<&'a str>,
    /// The other features, each with the version it needs.
    others: Vec<(&'a str, Version)>,
}

impl<'a> Portable<'a> {
    fn of(package: &'a Package, metadata: &Metadata) -> Result<Self> {
        let stated = stated_version(package)?;
        let mut portable = Self { features: Vec::new(), others: Vec::new() };
        for feature in package.features.keys() {
            let needed = version_of_feature(package, feature, metadata)?;
            if needed > stated {
                portable.others.push((feature, needed));
            } else {
                portable.features.push(feature);
            }
        }
        Ok(portable)
    }
}

/// The highest version among the crate's own and those of the workspace's crates that the feature brings in.
fn version_of_feature(package: &Package, feature: &str, metadata: &Metadata) -> Result<Version> {
    let mut version = stated_version(package)?;
    for enabled in &package.features[feature] {
        let needed = if package.features.contains_key(enabled) {
            version_of_feature(package, enabled, metadata)?
        } else {
            // `dep:name` or `name/feature`; `name?/feature` brings nothing in.
            let name = enabled.trim_start_matches("dep:").split('/').next().unwrap_or_default();
            metadata.member(name).map_or(Ok(version), stated_version)?
        };
        version = version.max(needed);
    }
    Ok(version)
}

impl fmt::Display for Portable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others = self.others.iter().map(|(feature, needed)| format!("{feature}: {needed}")).collect::<Vec<_>>();
        if others.is_empty() { Ok(()) } else { write!(f, " ({})", others.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        serde_json::from_str(
            r#"{
                "workspace_members": ["front", "rabbit", "memory"],
                "packages": [
                    {"id": "front", "name": "front", "version": "0.1.0", "manifest_path": "", "rust_version": "1.85",
                     "publish": null, "features": {
                        "default": ["memory", "rabbit"], "memory": ["dep:memory"], "rabbit": ["dep:rabbit"],
                        "tls": ["rabbit?/tls"], "tuned": ["rabbit/tuned"]}},
                    {"id": "rabbit", "name": "rabbit", "version": "0.1.0", "manifest_path": "", "rust_version": "1.88",
                     "publish": null, "features": {}},
                    {"id": "memory", "name": "memory", "version": "0.1.0", "manifest_path": "", "rust_version": "1.85",
                     "publish": null, "features": {}}
                ]
            }"#,
        )
        .unwrap()
    }

    #[test]
    fn a_version_is_about_the_features_that_do_not_raise_it() {
        let metadata = metadata();
        let portable = Portable::of(metadata.member("front").unwrap(), &metadata).unwrap();
        assert_eq!(portable.features, ["memory", "tls"]);
        assert_eq!(portable.to_string(), " (default: 1.88, rabbit: 1.88, tuned: 1.88)");
    }

    #[test]
    fn a_toolchain_is_known_by_its_number() {
        let list = "stable-x86_64-unknown-linux-gnu (active, default)\n1.85.1-x86_64-unknown-linux-gnu\n";
        assert_eq!(toolchain(list, Version::new(1, 85)), Some("1.85.1-x86_64-unknown-linux-gnu"));
        assert_eq!(toolchain(list, Version::new(1, 88)), None);
    }
}
