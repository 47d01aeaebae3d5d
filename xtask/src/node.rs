//! Finds Node.js on the machine, or installs it, and the packages of `examples/node-service` and of the tests with it.

use std::{fs, io, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{
    apt,
    step::Passed,
    version::Version,
    workspace::{Workspace, read, run},
};

/// What the packages of the service need, and Debian 12 has.
const OLDEST: Version = Version::new(18, 0);

const SERVICE: &str = "examples/node-service";

/// What checks the exported catalogue.
const CATALOGUE: &str = "tests/interop/node/catalogue";

/// The lock file that `node_modules` was made from, kept in it: `npm ci` begins by removing both.
const INSTALLED: &str = "node_modules/.installed-package-lock.json";

/// Finds Node.js and npm, or installs them with apt-get, and says which.
pub(crate) fn install(workspace: &Workspace) -> Result<Passed> {
    if let Some(found) = found(workspace)? {
        return Ok(Passed::with(format!("found {found}")));
    }
    println!("there is no `node`, or no `npm`, in the PATH");
    let elsewhere = format!("install Node.js {OLDEST} or later, with npm");
    apt::install(workspace, "Node.js", &["nodejs", "npm"], &elsewhere)?;
    let found = found(workspace)?.context("apt-get installed nodejs and npm, but they are not in the PATH")?;
    Ok(Passed::with(format!("installed {found} with apt-get")))
}

/// Node and npm in the PATH, with their versions; none if one is missing.
fn found(workspace: &Workspace) -> Result<Option<String>> {
    let (Some(node), Some(npm)) = (version(workspace.command("node"))?, version(workspace.command("npm"))?) else {
        return Ok(None);
    };
    ensure!(
        node >= OLDEST,
        "`node` in the PATH is {node}; {OLDEST} or later is needed: update it, or remove it to have one installed"
    );
    Ok(Some(format!("Node.js {node} and npm {npm}")))
}

/// What a program says to `--version`; none if it does not exist.
fn version(mut program: Command) -> Result<Option<Version>> {
    let said = match read(program.arg("--version")) {
        Err(error) if is_missing(&error) => return Ok(None),
        said => said?,
    };
    said.trim().trim_start_matches('v').parse().map(Some)
}

fn is_missing(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Installs the packages of the service and of the tests, as their lock files have them.
pub(crate) fn packages(workspace: &Workspace) -> Result<Passed> {
    let mut installed = Vec::new();
    for folder in [SERVICE, CATALOGUE] {
        if install_in(workspace, folder)? {
            installed.push(folder);
        }
    }
    match installed.as_slice() {
        [] => Ok(Passed::with("node_modules are as the lock files have them")),
        folders => Ok(Passed::with(format!("installed with npm ci in {}", folders.join(", ")))),
    }
}

/// Installs the packages of a folder if they are not there, and says whether it did.
fn install_in(workspace: &Workspace, folder: &str) -> Result<bool> {
    let path = workspace.root().join(folder);
    let lock =
        fs::read(path.join("package-lock.json")).with_context(|| format!("{folder} has no package-lock.json"))?;
    if fs::read(path.join(INSTALLED)).is_ok_and(|installed| installed == lock) {
        return Ok(false);
    }
    run(npm(workspace, folder).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(path.join(INSTALLED), lock)?;
    Ok(true)
}

/// Whether the service and the tests' scripts are formatted, and its types fit.
pub(crate) fn check(workspace: &Workspace) -> Result<Passed> {
    run(npm(workspace, SERVICE).args(["run", "--silent", "check"]))?;
    Ok(Passed::silently())
}

fn npm(workspace: &Workspace, folder: &str) -> Command {
    let mut npm = workspace.command("npm");
    npm.current_dir(workspace.root().join(folder));
    npm
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printing(text: &str) -> Command {
        let mut shell = Workspace::here().command("sh");
        shell.args(["-c", "printf '%s\\n' \"$0\"", text]);
        shell
    }

    #[test]
    fn node_says_its_version_with_a_letter_and_npm_without() {
        assert_eq!(version(printing("v18.20.4")).unwrap().unwrap().to_string(), "18.20.4");
        assert_eq!(version(printing("9.2.0")).unwrap().unwrap().to_string(), "9.2");
        assert!(version(printing("v16.20.2")).unwrap().unwrap() < OLDEST);
    }

    #[test]
    fn a_program_that_is_missing_has_no_version_and_one_that_fails_is_an_error() {
        assert!(version(Workspace::here().command("no-such-program")).unwrap().is_none());
        assert!(version(Workspace::here().command("false")).is_err());
    }
}
