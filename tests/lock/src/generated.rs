//! [`Crate`], a crate that is written, compiled and run by a test.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use crate::report::{Answer, Question};

/// A crate below `target/tests/lock`. All share one target folder.
pub struct Crate {
    folder: PathBuf,
}

/// The checkout.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the package is in the checkout")
}

fn folder() -> PathBuf {
    root().join("target/tests/lock")
}

/// The command, built from this checkout.
fn user_events() -> Result<PathBuf> {
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.current_dir(root()).args(["build", "--quiet", "--offline", "--package", "user-events-cli"]);
    build.args(["--bin", "user-events", "--message-format", "json"]);
    let output = build.output().context("cannot run cargo")?;
    ensure!(output.status.success(), "user-events does not compile:\n{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout)?;
    let message = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok();
    let executable = |message: serde_json::Value| message["executable"].as_str().map(PathBuf::from);
    messages.lines().filter_map(message).find_map(executable).context("cargo names no executable")
}

impl Crate {
    /// A crate of programs for [`ask`](Self::ask). What is there already and is the same is left alone, so that cargo
    /// builds what changed.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn of_programs(name: &'static str, sources: &[(String, String)]) -> Result<Self> {
        let own = format!("lock = {{ path = \"{}/tests/lock\" }}\n", root().display());
        Self::create(name, &own, sources)
    }

    /// A crate as users have it.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn of_events(name: &'static str, sources: &[(String, String)]) -> Result<Self> {
        Self::create(name, "", sources)
    }

    fn create(name: &'static str, dependencies: &str, sources: &[(String, String)]) -> Result<Self> {
        let this = Self { folder: folder().join(name) };
        for source in ["src", "src/bin"] {
            let Ok(entries) = fs::read_dir(this.folder.join(source)) else { continue };
            for entry in entries {
                let path = entry?.path();
                if path.is_file() && !sources.iter().any(|(name, _)| this.folder.join(name) == path) {
                    fs::remove_file(path)?;
                }
            }
        }
        this.write("Cargo.toml", &manifest(name, dependencies))?;
        for (path, text) in sources {
            this.write(path, text)?;
        }
        // Cargo drops what the crate does not need.
        fs::copy(root().join("Cargo.lock"), this.folder.join("Cargo.lock")).context("no Cargo.lock")?;
        Ok(this)
    }

    /// Writes a file of the crate, unless it has this text.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.folder.join(path);
        if fs::read_to_string(&path).is_ok_and(|is| is == text) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs cargo in it.
    ///
    /// # Errors
    ///
    /// Cargo cannot be run.
    pub fn cargo(&self, args: &[&str]) -> Result<Output> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.folder).args(args).arg("--offline");
        cargo.env("CARGO_TARGET_DIR", folder().join("target")).env_remove("RUSTFLAGS");
        cargo.output().context("cannot run cargo")
    }

    /// Runs the `user-events` command on it.
    ///
    /// # Errors
    ///
    /// The command cannot be built or run.
    pub fn user_events(&self, args: &[&str]) -> Result<Output> {
        let mut command = Command::new(user_events()?);
        command.args(args).arg("--manifest-path").arg(self.folder.join("Cargo.toml"));
        command.env("CARGO_NET_OFFLINE", "true").env_remove("RUSTFLAGS");
        command.env("CARGO_TARGET_DIR", folder().join("target"));
        command.output().context("cannot run user-events")
    }

    /// Compiles the programs.
    ///
    /// # Errors
    ///
    /// One does not compile.
    pub fn build(&self) -> Result<()> {
        let output = self.cargo(&["build", "--quiet", "--bins"])?;
        if !output.status.success() {
            bail!("{} does not compile:\n{}", self.folder.display(), String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// Asks a program.
    ///
    /// # Errors
    ///
    /// It does not answer each question.
    pub fn ask(&self, program: &str, questions: &[Question]) -> Result<Vec<Answer>> {
        let mut process = Command::new(folder().join("target/debug").join(program))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {program}"))?;
        let mut input = process.stdin.take().context("the input is piped")?;
        let mut lines = String::new();
        for question in questions {
            lines.push_str(&serde_json::to_string(question)?);
            lines.push('\n');
        }
        // It reads all of it before it answers.
        input.write_all(lines.as_bytes())?;
        drop(input);
        let output = process.wait_with_output()?;
        ensure!(output.status.success(), "{program}: {}", output.status);
        let answers = String::from_utf8(output.stdout)?;
        let answers: Vec<Answer> = answers.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        ensure!(
            answers.len() == questions.len(),
            "{program} answered {} questions of {}",
            answers.len(),
            questions.len()
        );
        Ok(answers)
    }
}

fn manifest(name: &str, dependencies: &str) -> String {
    let root = root();
    let root = root.display();
    format!(
        "[workspace]\n\n[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\n{dependencies}\
         user-events = {{ path = \"{root}/user-events\", default-features = false }}\n\
         serde = {{ version = \"1\", features = [\"derive\", \"rc\"] }}\n\
         serde_json = {{ version = \"1\", features = [\"raw_value\"] }}\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n\n\
         [profile.dev.package]\nuser-events-schema.opt-level = 2\nserde_json.opt-level = 1\n{}",
        if dependencies.is_empty() { "" } else { "lock.opt-level = 2\n" }
    )
}

/// A program of these modules, each of which has a `TYPE`.
#[must_use]
pub fn program(modules: &[(String, proc_macro2::TokenStream)]) -> String {
    let mut text = String::from("#![allow(warnings)]\n\n");
    for (_, tokens) in modules {
        text.push_str(&tokens.to_string());
        text.push_str("\n\n");
    }
    let types = modules.iter().map(|(name, _)| format!("{name}::TYPE")).collect::<Vec<_>>().join(", ");
    text.push_str(&format!("fn main() {{\n    lock::report::answer(&[{types}]);\n}}\n"));
    text
}
