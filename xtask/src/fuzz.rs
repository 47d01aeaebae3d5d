//! [`fuzz`], the targets of `fuzz/` for some minutes each.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    install::{self, Tool},
    workspace::{Workspace, read, run},
};

/// Runs each target, or the one that is named, for so many minutes.
pub(crate) fn fuzz(workspace: &Workspace, only: Option<&str>, minutes: u64) -> Result<()> {
    ensure!(minutes > 0, "0 minutes find nothing");
    // By rustup's `cargo`: the one that runs this knows no `+nightly`.
    read(workspace.command("cargo").args(["+nightly", "--version"]))
        .context("fuzzing needs a nightly compiler: `rustup toolchain install nightly`")?;
    install::step(Tool::CargoFuzz).run(workspace)?;
    let targets = targets(workspace)?;
    let chosen: Vec<_> = targets.iter().filter(|target| only.is_none_or(|only| only == *target)).collect();
    if chosen.is_empty() {
        bail!("there is no such target; there are {}", targets.join(", "));
    }
    for target in &chosen {
        run_target(workspace, target, minutes)?;
    }
    println!("{} targets, {minutes} minutes each, nothing found", chosen.len());
    Ok(())
}

fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let programs = fs::read_dir(workspace.root().join("fuzz/fuzz_targets"))?;
    let mut targets = Vec::new();
    for program in programs {
        let path = program?.path();
        targets.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    targets.sort();
    Ok(targets)
}

fn run_target(workspace: &Workspace, target: &str, minutes: u64) -> Result<()> {
    // What libFuzzer adds stays out of the checkout; the seeds are read only.
    let corpus = workspace.root().join("target/fuzz-corpus").join(target);
    let artifacts = workspace.root().join("target/fuzz-artifacts").join(target);
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&artifacts)?;
    // What does not compile is no finding.
    run(&mut cargo_fuzz(workspace, "build", target))?;
    let mut fuzz = cargo_fuzz(workspace, "run", target);
    fuzz.arg(&corpus);
    for folder in ["seeds", "findings"] {
        let folder = workspace.root().join("tests/fuzz").join(folder).join(target);
        if folder.is_dir() {
            fuzz.arg(folder);
        }
    }
    fuzz.arg("--").arg(format!("-max_total_time={}", minutes * 60)).arg(artifact_prefix(&artifacts));
    // Texts and tables of some kilobytes reach everything; the large ones have tests of their own.
    fuzz.args(["-max_len=8192", "-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1"]);
    run(&mut fuzz).with_context(|| {
        format!(
            "target `{target}` found something in {}: keep the file as tests/fuzz/findings/{target}/WHAT-WENT-WRONG, \
             and mend it",
            artifacts.display()
        )
    })
}

fn cargo_fuzz(workspace: &Workspace, subcommand: &str, target: &str) -> Command {
    let mut cargo = workspace.command("cargo");
    cargo.args(["+nightly", "fuzz", subcommand, "--target-dir", "target/fuzz", target]);
    cargo
}

fn artifact_prefix(folder: &Path) -> String {
    format!("-artifact_prefix={}/", folder.display())
}
