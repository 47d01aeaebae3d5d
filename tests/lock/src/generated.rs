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
    name: &'static str,
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

impl Crate {
    /// A crate that depends on this package and on `user-events`, with these sources. What is there already and is the same is left
    /// alone, so that cargo builds what changed.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn new(name: &'static str, sources: &[(String, String)]) -> Result<Self> {
        let this = Self { name, folder: folder().join(name) };
        let programs = this.folder.join("src/bin");
        if let Ok(entries) = fs::read_dir(&programs) {
            for entry in entries {
                let path = entry?.path();
                if !sources.iter().any(|(name, _)| this.folder.join(name) == path) {
                    fs::remove_file(path)?;
                }
            }
        }
        this.write("Cargo.toml", &this.manifest())?;
        for (path, text) in sources {
            this.write(path, text)?;
        }
        // Cargo drops what the crate does not need.
        fs::copy(root().join("Cargo.lock"), this.folder.join("Cargo.lock")).context("no Cargo.lock")?;
        Ok(this)
    }

    fn manifest(&self) -> String {
        let (name, root) = (self.name, root());
        let root = root.display();
        format!(
            "[workspace]\n\n[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\nlock = {{ path = \"{root}/tests/lock\" }}\n\
             user-events = {{ path = \"{root}/user-events\", default-features = false }}\n\
             serde = {{ version = \"1\", features = [\"derive\", \"rc\"] }}\nserde_json = \"1\"\n\n\
             [profile.dev]\ndebug = false\nincremental = false\n\
             [profile.dev.package]\nlock.opt-level = 2\nuser-events-schema.opt-level = 2\nserde_json.opt-level = 1\n"
        )
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
        ensure!(answers.len() == questions.len(), "{program} answered {} questions of {}", answers.len(), questions.len());
        Ok(answers)
    }
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
