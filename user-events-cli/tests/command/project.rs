//! [`Project`], packages with events in a folder of the test, as a user has them.

use std::path::{Path, PathBuf};
use std::{fs, iter};

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{Ended, run_patiently};

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What each of them starts with.
const IMPORTS: &str = "use user_events::DomainEvent;\nuse serde::{Serialize, Deserialize};\n";

/// A workspace of packages with events.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// A package `orders` with this library.
    pub(crate) fn new(library: &str) -> Self {
        let project = Self::of_packages(&[("orders", &[])]);
        project.library("orders", library);
        project
    }

    /// Packages with empty libraries, that depend on these others.
    pub(crate) fn of_packages(packages: &[(&str, &[&str])]) -> Self {
        let project = Self { folder: TempDir::new().expect("a folder") };
        let members: Vec<&str> = packages.iter().map(|(name, _)| *name).collect();
        project.file("Cargo.toml", &format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"));
        // The versions that are there already: nothing is fetched.
        fs::copy(Path::new(WORKSPACE).join("Cargo.lock"), project.path("Cargo.lock")).expect("a Cargo.lock");
        for (name, dependencies) in packages {
            let user_events = Path::new(WORKSPACE).join("user-events").canonicalize().expect("user-events");
            let dependencies: Vec<String> =
                dependencies.iter().map(|name| format!("{name} = {{ path = \"../{name}\" }}\n")).collect();
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\ndescription = \"-\"\n\
                 license = \"MIT\"\n\n[dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
                 user-events = {{ path = {user_events:?}, version = \"0.1.0\", default-features = false }}\n{}\n",
                dependencies.concat()
            );
            project.file(&format!("{name}/Cargo.toml"), &manifest);
            project.library(name, "");
        }
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn file(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("the file is written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Changes a file by putting a text in the place of another.
    pub(crate) fn replace(&self, name: &str, from: &str, to: &str) {
        let content = self.read(name);
        assert!(content.contains(from), "no {from:?} in {name}: {content}");
        self.file(name, &content.replace(from, to));
    }

    /// Writes the library of a package, with the imports that it needs.
    pub(crate) fn library(&self, package: &str, content: &str) {
        self.file(&format!("{package}/src/lib.rs"), &format!("#![allow(unused_imports)]\n{IMPORTS}{content}"));
    }

    /// Runs `user-events` in the project.
    pub(crate) async fn user_events(&self, arguments: &[&str]) -> Ended {
        run_patiently(self.environment(Command::new(env!("CARGO_BIN_EXE_user-events")).args(arguments))).await
    }

    /// What `user-events … --format json` prints, an object a line.
    pub(crate) async fn rows(&self, arguments: &[&str], code: i32) -> Vec<Value> {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "json"]).collect();
        let printed = self.user_events(&arguments).await.with(code).stdout;
        printed.lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
    }

    /// Runs `cargo` in the project.
    pub(crate) async fn cargo(&self, arguments: &[&str]) -> Ended {
        run_patiently(self.environment(Command::new(env!("CARGO")).args(arguments))).await
    }

    /// Makes a command one that runs in the project.
    pub(crate) fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        // One for all, so that what they have in common is built once.
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects"));
        for variable in ["USER_EVENTS_DUMP", "USER_EVENTS_LOCK", "RUSTFLAGS", "CARGO_MANIFEST_DIR"] {
            command.env_remove(variable);
        }
        command.env("CARGO_NET_OFFLINE", "true").env("CARGO_TERM_COLOR", "never").current_dir(self.folder.path())
    }
}

/// An event struct `name` of this type, version and fields.
pub(crate) fn event(name: &str, settings: &str, fields: &str) -> String {
    let derives = "#[derive(Serialize, Deserialize, DomainEvent)]";
    let lines = iter::once(format!("{derives}\n#[event({settings})]\npub struct {name} {{\n"));
    let fields = fields.split(", ").filter(|field| !field.is_empty()).map(|field| format!("    pub {field},\n"));
    lines.chain(fields).chain(iter::once("}\n".to_owned())).collect()
}
