//! [`Workspace`], the checkout that a task works on.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

/// Where a test that forgot to start a broker of its own would find somebody else's.
const FOREIGN_BROKER: [&str; 2] = ["AMQP_URI", "USER_EVENTS_EXCHANGE"];

/// The checkout that a task works on.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The checkout that this program was built from.
    pub(crate) fn here() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the workspace");
        Self { root: root.to_owned() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo installs the tools of the project, so that nothing outside of the checkout changes.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target/tools")
    }

    /// `cargo` with these arguments, separated by blanks.
    pub(crate) fn cargo(&self, args: &str) -> Command {
        let mut cargo = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(args.split_whitespace());
        cargo
    }

    /// A program that runs in the checkout, sees its tools, and no broker.
    pub(crate) fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root).env("PATH", self.path()).stdin(Stdio::null());
        for variable in FOREIGN_BROKER {
            command.env_remove(variable);
        }
        command
    }

    fn path(&self) -> OsString {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.tools().join("bin")).chain(env::split_paths(&inherited));
        env::join_paths(folders).unwrap_or(inherited)
    }
}

/// Runs a command, whose output is seen as it comes.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", line(command));
    let status = command.status().with_context(|| format!("cannot run `{}`", line(command)))?;
    ensure!(status.success(), "`{}`: {status}", line(command));
    Ok(())
}

/// Runs a command and returns what it printed.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run `{}`", line(command)))?;
    if !output.status.success() {
        bail!("`{}`: {}\n{}", line(command), output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_child_sees_the_broker_of_the_environment() {
        let cargo = Workspace::here().cargo("test");
        for variable in FOREIGN_BROKER {
            assert!(cargo.get_envs().any(|(name, value)| name == variable && value.is_none()), "{variable}");
        }
    }

    #[test]
    fn a_failing_command_is_named() {
        let error = run(&mut Workspace::here().command("false")).unwrap_err().to_string();
        assert_eq!(error, "`false`: exit status: 1");
    }
}
