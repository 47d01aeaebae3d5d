//! `check`: compares events with their lock files, and writes nothing.

use std::collections::BTreeSet;

use anstyle::Style;
use serde::Serialize;
use user_events_schema::lock::State;

use super::args::CheckArgs;
use super::cargo::{self, Package};
use super::code::{Event, Work, each_package};
use super::features;
use super::fields::fields;
use super::folder::LockName;
use super::judge::judge;
use super::lock_file::{LockFile, shown};
use super::report::{Report, Row};
use super::warning::warnings;
use crate::error::Error;
use crate::exit::Exit;
use crate::style;

/// Compares the events of a workspace with their lock files.
pub(super) fn run(args: &CheckArgs) -> Exit {
    let mut report = Report::new(args.selection.format);
    each_package(&args.selection, &args.build, &mut report, |work, report| {
        let mut check = Check { args, work, report };
        if let Err(error) = check.package() {
            check.report.fail(&error.about(format_args!("package `{}`", work.code.package.name)));
        }
    });
    report.exit()
}

/// The check of a package.
struct Check<'a> {
    args: &'a CheckArgs,
    work: &'a Work<'a>,
    report: &'a mut Report,
}

impl Check<'_> {
    fn package(&mut self) -> Result<(), Error> {
        let code = &self.work.code;
        for twice in &code.twice {
            self.finds(&twice.name, Kind::Twice, None, twice.sentence());
        }
        for (name, event) in &code.events {
            if let Err(error) = self.event(name, event) {
                self.unreadable(name, &error);
            }
        }
        let mut met: BTreeSet<LockName> = code.events.keys().cloned().collect();
        if self.args.frozen {
            let compared = features::compare(self.work, code.chosen(), self.report)?;
            for (name, features) in compared.differing {
                let message = format!("its shape is another one with {features}: no feature may change an event");
                self.finds(&name, Kind::Features, None, message);
            }
            met.extend(compared.names);
        }
        // An event that could not be read may have a lock all the same.
        if code.whole {
            self.locks_without_event(&met)?;
        }
        if self.args.frozen && code.package.is_published {
            self.packaged()?;
        }
        Ok(())
    }

    fn event(&mut self, name: &LockName, event: &Event) -> Result<(), Error> {
        let file = LockFile::read(self.work.code.lock_file(name)?, name)?;
        let judgement = judge(name, event, &file);
        match file.lock.newest() {
            None if event.says.allow_unlocked => {}
            None => self.finds(name, Kind::Unlocked, None, "it has no lock: `user-events accept` records it"),
            Some(newest) if event.is(newest) => {
                // The fingerprint is beside what it was made from: both have to be of the event.
                let same = |one: &user_events_schema::lock::Shape, other: &user_events_schema::lock::Shape| {
                    fields(one.tree().tree()) == fields(other.tree().tree())
                };
                if !same(&event.writer, &newest.writer) || !same(&event.reader, &newest.reader) {
                    let message = format!("{}: its newest revision is not what its fingerprint says", file.shown());
                    self.finds(name, Kind::Stale, None, message);
                }
                self.draft(name, newest.state);
            }
            Some(newest) => {
                match &judgement.refusal {
                    Some(refusal) => {
                        self.report.quote(refusal);
                        self.finds(
                            name,
                            Kind::Breaking,
                            judgement.findings.first().map(|found| found.field.clone()),
                            refusal.clone(),
                        );
                    }
                    None => {
                        let message =
                            "it is no longer what its newest revision says: `user-events accept` records the change";
                        self.finds(name, Kind::Stale, None, message);
                    }
                }
                self.draft(name, newest.state);
            }
        }
        if judgement.own.is_some() {
            let own = judgement.findings.iter().find(|finding| finding.breaks == "self");
            let message = "it cannot read what it writes itself: give reading and writing the same serde attributes";
            self.finds(name, Kind::CannotReadItself, own.map(|finding| finding.field.clone()), message);
        }
        for warning in warnings(event.writer.tree().tree(), event.reader.tree().tree()) {
            self.finds(name, Kind::Warning(warning.kind.name()), Some(warning.path), warning.kind.meaning());
        }
        Ok(())
    }

    fn draft(&mut self, name: &LockName, state: State) {
        if state == State::Draft {
            self.finds(name, Kind::Draft, None, "its newest revision is a draft: `user-events seal` publishes it");
        }
    }

    fn locks_without_event(&mut self, met: &BTreeSet<LockName>) -> Result<(), Error> {
        let code = &self.work.code;
        for name in code.names()?.difference(met) {
            if !code.is_retired(name) {
                let message = "its lock file has no event: remove it, or say `floor = …` on a newer version";
                self.finds(name, Kind::NoEvent, None, message);
            }
            match code.lock_file(name).and_then(|path| LockFile::read(path, name)) {
                Ok(_) => {}
                Err(error) => self.unreadable(name, &error),
            }
        }
        for stranger in code.lock_folder().content()?.strangers {
            self.report.warn(&format!("`{}` is no lock file", shown(&stranger)));
        }
        Ok(())
    }

    /// Whoever depends on a package has its events, and has to have their locks.
    fn packaged(&mut self) -> Result<(), Error> {
        let code = &self.work.code;
        let folder = code.lock_folder();
        let locks: Vec<LockName> = code.names()?.into_iter().collect();
        if locks.is_empty() {
            return Ok(());
        }
        let packaged = packaged(code.package)?;
        for name in &locks {
            let path = code.lock_file(name)?;
            let Ok(inside) = path.strip_prefix(&code.package.folder) else { continue };
            // On Windows, too, cargo lists what it packages as git does.
            let inside: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if path.exists() && !packaged.contains(&inside.join("/")) {
                let message = format!(
                    "`cargo package` leaves its lock file out: let `include`, `exclude` and .gitignore take in `{}`",
                    folder.path().file_name().unwrap_or_default().to_string_lossy()
                );
                self.finds(name, Kind::NotPackaged, None, message);
            }
        }
        Ok(())
    }

    /// A lock file that cannot be read.
    fn unreadable(&mut self, name: &LockName, error: &Error) {
        self.report.ends(error.exit());
        self.finds(name, Kind::Unreadable, None, error.sentence().to_owned());
    }

    fn finds(&mut self, name: &LockName, kind: Kind, field: Option<String>, message: impl Into<String>) {
        let is_error = kind.is_error(self.args);
        if is_error {
            self.report.ends(kind.exit());
        }
        self.report.row(&FindingRow {
            severity: if is_error { Severity::Error } else { Severity::Warning },
            finding: kind.name(),
            package: &self.work.code.package.name,
            event_type: &name.event_type,
            version: name.version,
            field,
            message: message.into(),
        });
    }
}

/// What `cargo package` would take.
fn packaged(package: &Package) -> Result<BTreeSet<String>, Error> {
    let mut cargo = cargo::cargo();
    cargo.args(["package", "--list", "--allow-dirty", "--manifest-path"]).arg(&package.manifest);
    cargo.args(["--package", &package.id]);
    let output = cargo::output(&mut cargo)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::new(Exit::Failed, "`cargo package --list` has failed").because(said));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(|line| line.replace('\\', "/")).collect())
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Breaking,
    Twice,
    Unreadable,
    Unlocked,
    Stale,
    NoEvent,
    CannotReadItself,
    NotPackaged,
    Features,
    Draft,
    /// What breaks nothing.
    Warning(&'static str),
}

impl Kind {
    /// What it is called in JSON.
    const fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Twice => "twice",
            Self::Unreadable => "unreadable",
            Self::Unlocked => "unlocked",
            Self::Stale => "stale",
            Self::NoEvent => "no-event",
            Self::CannotReadItself => "cannot-read-itself",
            Self::NotPackaged => "not-packaged",
            Self::Features => "features",
            Self::Draft => "draft",
            Self::Warning(name) => name,
        }
    }

    /// Whether `check` fails on it.
    const fn is_error(self, args: &CheckArgs) -> bool {
        match self {
            Self::Breaking | Self::Twice | Self::Unreadable => true,
            Self::Draft => args.deny_drafts,
            Self::Warning(_) => false,
            _ => args.frozen,
        }
    }

    const fn exit(self) -> Exit {
        match self {
            Self::Breaking => Exit::Breaking,
            Self::Unreadable => Exit::Invalid,
            _ => Exit::Findings,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Severity {
    Error,
    Warning,
}

/// Something that was found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingRow<'a> {
    severity: Severity,
    finding: &'static str,
    package: &'a str,
    #[serde(rename = "type")]
    event_type: &'a str,
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    message: String,
}

impl Row for FindingRow<'_> {
    fn word(&self) -> (&'static str, Style) {
        match self.severity {
            Severity::Error => ("error", style::ERROR),
            Severity::Warning => ("warning", style::WARNING),
        }
    }

    fn line(&self) -> String {
        let Self { event_type, version, field, message, .. } = self;
        let field = field.as_ref().map(|field| format!(", `{field}`")).unwrap_or_default();
        // A refusal has lines of its own, which were said.
        let message = message.lines().next().unwrap_or_default();
        format!("{event_type} v{version}{field}: {message}")
    }
}
