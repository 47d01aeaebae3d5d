//! What `user-events catalogue export` writes is read by those it is for: a validator of JSON Schema, the compiler of
//! TypeScript in the service, and the parser of AsyncAPI.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use interop::node_service;
use serde_json::Value;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const LOCKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/user-service/events.lock");

/// The user service's events, exported into a folder of this name.
fn exported(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // What another run has left is not what this one writes.
    let _ = fs::remove_dir_all(&folder);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--package", "user-events-cli", "--bin", "user-events", "--"]);
    cargo.args(["catalogue", "export", "--package", "user-service", "--out"]).arg(&folder).current_dir(WORKSPACE);
    succeeded(cargo.env_remove("CARGO_MANIFEST_DIR").output().expect("cargo is there"));
    folder
}

/// Prints what a script says of what was exported.
fn checked(script: &str, arguments: &[PathBuf]) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("node/catalogue");
    assert!(
        folder.join("node_modules").is_dir(),
        "the packages of tests/interop/node/catalogue are missing: `cargo xtask test interop` installs them, and so does \
         `npm ci` there"
    );
    let output = Command::new("node").arg(script).args(arguments).current_dir(folder).output().expect("node is there");
    serde_json::from_slice(&succeeded(output).stdout).expect("an object")
}

fn succeeded(output: Output) -> Output {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {}{said}", output.status, String::from_utf8_lossy(&output.stdout));
    output
}

fn lock_files() -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
    };
    entries(Path::new(LOCKS)).iter().flat_map(|folder| entries(folder)).collect()
}

#[test]
fn the_schemas_accept_every_sample_and_refuse_broken_ones() {
    let locks = lock_files();
    let arguments: Vec<PathBuf> = std::iter::once(exported("schemas")).chain(locks.iter().cloned()).collect();
    let checked = checked("schemas.js", &arguments);
    let events = locks.len() as u64;
    assert!(checked["samples"].as_u64().expect("a number") >= 2 * events, "{checked}");
    assert!(checked["broken"].as_u64().expect("a number") >= 10 * events, "{checked}");
}

#[test]
fn the_parser_of_asyncapi_finds_each_event() {
    let checked = checked("asyncapi.js", &[exported("asyncapi").join("asyncapi.json")]);
    let events = lock_files().len();
    assert_eq!(checked["version"], "3.0.0");
    assert_eq!(checked["exchanges"], serde_json::json!(["user.events"]));
    assert_eq!(checked["messages"].as_array().map(Vec::len), Some(events));
    assert_eq!(checked["channels"].as_array().map(Vec::len), Some(events));
    let channels = checked["channels"].as_array().expect("a list");
    assert!(channels.contains(&"user.events/user.registered.v1".into()), "{channels:?}");
}

/// That it compiles is what the service's build shows.
#[tokio::test]
async fn the_service_has_the_types_that_are_exported_now() {
    let now = fs::read_to_string(exported("typescript").join("events.ts")).expect("events.ts");
    let committed = node_service::built().await.join("src/generated/events.ts");
    let committed = fs::read_to_string(committed).expect("the service's events.ts");
    assert!(
        now == committed,
        "examples/node-service/src/generated is behind the lock files: `user-events catalogue export --package \
         user-service --kind typescript --out examples/node-service/src/generated`"
    );
}
