//! What docs/cli.md says is so: each of its command lines is run.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::{env, fs};

use tempfile::TempDir;
use tokio::process::Command;

use crate::project::{Project, event};
use crate::support::{Running, file, node, run, run_patiently, user_events};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cli.md");

fn page() -> String {
    fs::read_to_string(PAGE).expect("docs/cli.md")
}

/// The blocks of this language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

/// A shell in the folder, where the page's programs are found.
fn shell(line: &str, folder: &Path, uri: &str) -> Command {
    let programs = Path::new(env!("CARGO_BIN_EXE_user-events")).parent().expect("a folder");
    let mut paths: Vec<PathBuf> = vec![folder.to_owned(), programs.to_owned()];
    paths.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let mut shell = Command::new("sh");
    // `exec`, so that a signal reaches the command itself.
    let line = if line.contains('|') { line.to_owned() } else { format!("exec {line}") };
    shell.args(["-c", &line]).current_dir(folder).env("PATH", env::join_paths(paths).unwrap()).env("AMQP_URI", uri);
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    shell
}

#[tokio::test]
async fn every_command_line_of_the_page_runs() {
    let page = page();
    let uri = node().await.vhost("documentation").await.unwrap();
    let folder = TempDir::new().unwrap();
    let event = &blocks(&page, "json")[0];
    let mut draft: serde_json::Value = serde_json::from_str(event).unwrap();
    file(folder.path(), "UserRegistered.json", event);
    file(folder.path(), "events.jsonl", &format!("{draft}\n{draft}\n"));
    draft["messageId"].take();
    draft["timestamp"].take();
    file(folder.path(), "draft.json", &draft.to_string());
    file(folder.path(), "notification-service.toml", &blocks(&page, "toml")[0]);
    // Stands in for the service; that it can be exported is tested beside it.
    let service = r#"#!/bin/sh
[ "$1" = --topology ] && echo '{"consumer":"notification-service","bind":[{"exchange":"user.events","key":"user.registered.v1"}]}'
"#;
    let service = file(folder.path(), "notification-service", service);
    fs::set_permissions(service, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();

    let lines = command_lines(&page);
    let of = |verb: &str| lines.iter().filter(|line| line.contains(verb)).map(String::as_str).collect::<Vec<_>>();
    let (topology, listen, publish) = (of("user-events topology"), of("user-events listen"), of("user-events publish"));
    let locks = lines.iter().filter(|line| is_about_locks(line)).count();
    assert_eq!(topology.len() + listen.len() + publish.len() + locks, lines.len(), "{lines:?}");

    for line in topology {
        run(&mut shell(line, folder.path(), &uri)).await.with(0);
    }
    let mut listening = Vec::new();
    for line in listen {
        let mut running = Running::of(shell(line, folder.path(), &uri).spawn().unwrap());
        running.error_line("listening on").await;
        listening.push((line, running));
    }
    for line in publish {
        let ended = run(&mut shell(line, folder.path(), &uri)).await.with(0);
        assert!(!ended.stdout.is_empty(), "{line}: no id");
    }
    for (line, mut running) in listening {
        if line.contains("--for") {
            running.ended().await.with(0);
            continue;
        }
        let row = running.line().await;
        assert!(row.contains("UserRegistered.v1"), "{line}: {row}");
        if !line.contains("--count") {
            running.signal("-INT");
        }
        running.ended().await.with(0);
    }
}

#[tokio::test]
async fn every_command_line_about_locks_runs() {
    let settings = "type = \"OrderPlaced\", version = 1, exchange = \"orders\"";
    let project = Project::new(&event("OrderPlaced", settings, "id: String"));
    for line in command_lines(&page()).iter().filter(|line| is_about_locks(line)) {
        let mut shell = shell(line, &project.path(""), "");
        run_patiently(project.environment(&mut shell)).await.with(0);
    }
}

/// What stands in the page behind a prompt.
fn command_lines(page: &str) -> Vec<String> {
    let console = blocks(page, "console").concat();
    console.lines().map(|line| line.strip_prefix("$ ").expect("a command line").to_owned()).collect()
}

fn is_about_locks(line: &str) -> bool {
    let verb = line.split_once("user-events ").and_then(|(_, rest)| rest.split(' ').next());
    verb.is_some_and(|verb| ["accept", "seal", "check", "diff", "list", "catalogue"].contains(&verb))
}

#[tokio::test]
async fn the_exit_codes_of_the_page_are_those_of_the_help() {
    let help = user_events(&["--help"]).await.with(0).stdout;
    let (_, codes) = help.split_once("Exit codes:\n").expect("a table of exit codes");
    let (_, rows) =
        page().split_once("| code | meaning |\n|---|---|\n").map(|(_, rows)| ((), rows.to_owned())).unwrap();
    let rows: Vec<String> = rows.lines().map(|row| row.trim_matches(['|', ' ']).replace(" | ", "  ")).collect();
    let codes: Vec<&str> = codes.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(codes, rows);
}

#[tokio::test]
async fn cargo_runs_it_as_a_subcommand() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-user-events"));
    let ended = run(command.args(["user-events", "listen", "--help"])).await.with(0);
    assert!(ended.stdout.contains("Usage: cargo user-events listen"), "{}", ended.stdout);
    let ended = run(Command::new(env!("CARGO_BIN_EXE_user-events")).arg("lisen")).await.with(2);
    ended.says("'listen'");
}
