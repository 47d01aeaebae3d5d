//! `catalogue export`: what is published, described to programs in other languages.

use std::path::{Path, PathBuf};

use anstyle::Style;
use serde::Serialize;
use serde_json::Value;
use user_events_schema::lock::{Revision, State};

use self::entry::Entry;
use super::args::{CatalogueArgs, CatalogueCommand, ExportArgs, Kind};
use super::code::{Code, Event, each_package};
use super::folder::{self, LockName};
use super::lock_file::{LockFile, shown};
use super::report::{Report, Row};
use crate::error::Error;
use crate::exit::Exit;
use crate::style;

mod asyncapi;
mod entry;
mod json_schema;
mod types;
mod typescript;

/// Runs a command of the catalogue.
pub(super) fn run(args: &CatalogueArgs) -> Exit {
    match &args.command {
        CatalogueCommand::Export(args) => export(args),
    }
}

/// Describes the events of a workspace.
fn export(args: &ExportArgs) -> Exit {
    let mut report = Report::new(args.selection.format);
    let mut gathered = Gathered::default();
    each_package(&args.selection, &args.build, &mut report, |work, report| {
        work.code.twice.iter().for_each(|twice| report.fail(&twice.error()));
        match work.code.names() {
            Ok(names) => names.iter().for_each(|name| {
                if let Err(error) = gathered.take(&work.code, name, args) {
                    report.fail(&error);
                }
            }),
            Err(error) => report.fail(&error),
        }
    });
    // Less than everything would look like everything, and take its place.
    let exit = report.exit();
    if exit != Exit::Done {
        return exit;
    }
    let mut report = Report::new(args.selection.format);
    if let Err(error) = gathered.write(args, &mut report) {
        report.fail(&error);
    }
    report.exit()
}

/// The events that were found.
#[derive(Default)]
struct Gathered {
    entries: Vec<Entry>,
    left_out: Vec<Exported>,
}

impl Gathered {
    fn take(&mut self, code: &Code<'_>, name: &LockName, args: &ExportArgs) -> Result<(), Error> {
        let package = &code.package.name;
        let file = LockFile::read(code.lock_file(name)?, name)?;
        let mut row = Exported::new(package, name);
        let Some(event) = code.events.get(name) else {
            row.outcome = if code.is_retired(name) { Became::Retired } else { Became::Gone };
            self.left_out.push(row);
            return Ok(());
        };
        let newest = if args.drafts { file.lock.newest() } else { file.published().pop() };
        let Some(revision) = newest else {
            row.outcome = if file.exists() { Became::Draft } else { Became::Unlocked };
            self.left_out.push(row);
            return Ok(());
        };
        let entry = entry(package, name, event, revision, args)?;
        let known =
            self.entries.iter().find(|known| known.id() == entry.id() || known.message_type == entry.message_type);
        match known {
            Some(known) if !known.says_the_same(&entry) => {
                let sentence = format!(
                    "packages `{}` and `{package}` have different events under one name, `{}`: choose with --package",
                    known.package, entry.message_type
                );
                return Err(Error::new(Exit::Usage, sentence));
            }
            // A copy that another service keeps.
            Some(_) => {}
            None => self.entries.push(entry),
        }
        Ok(())
    }

    fn write(mut self, args: &ExportArgs, report: &mut Report) -> Result<(), Error> {
        self.entries.sort_by(|one, other| (&one.event_type, one.version).cmp(&(&other.event_type, other.version)));
        let entries = self.entries;
        for row in &self.left_out {
            report.row(row);
            if matches!(row.outcome, Became::Unlocked | Became::Gone) {
                report.ends(Exit::Findings);
            }
        }
        let mut files: Vec<(PathBuf, String)> = Vec::new();
        let mut rows = Vec::new();
        let is_asked = |kind| args.kinds.is_empty() || args.kinds.contains(&kind);
        for entry in &entries {
            let name = LockName { event_type: entry.event_type.clone(), version: entry.version };
            let mut row = Exported { revision: Some(entry.revision), ..Exported::new(&entry.package, &name) };
            row.draft = entry.state == State::Draft;
            if is_asked(Kind::JsonSchema) {
                let path = args.out.join(format!("{}.schema.json", entry.id()));
                row.schema = Some(shown(&path));
                files.push((path, text(&json_schema::document(entry))));
            }
            rows.push(row);
        }
        if is_asked(Kind::TypeScript) {
            files.push((args.out.join("events.ts"), typescript::module(&entries)));
        }
        if is_asked(Kind::AsyncApi) {
            let title = args.title.clone().unwrap_or_else(|| title(&entries));
            let document = asyncapi::document(&entries, &title, &args.document_version);
            files.push((args.out.join("asyncapi.json"), text(&document)));
        }
        for (path, text) in files {
            write(&path, &text)?;
        }
        rows.iter().for_each(|row| report.row(row));
        Ok(())
    }
}

fn entry(
    package: &str,
    name: &LockName,
    event: &Event,
    revision: &Revision,
    args: &ExportArgs,
) -> Result<Entry, Error> {
    let says = &event.says;
    let samples = revision.samples.iter().map(|sample| {
        serde_json::from_str::<Value>(sample.as_str()).map_err(|error| {
            let sentence = format!("a sample of `{}` cannot be shown", says.message_type);
            Error::new(Exit::Invalid, sentence).because(error)
        })
    });
    Ok(Entry {
        package: package.to_owned(),
        event_type: name.event_type.clone(),
        version: name.version,
        message_type: says.message_type.clone(),
        routing_key: says.routing_key.clone(),
        exchange: says.exchange.clone().or_else(|| args.exchange.clone()),
        superseded: says.superseded && !says.still_published,
        revision: revision.number,
        state: revision.state,
        writer: revision.writer.clone(),
        samples: samples.collect::<Result<_, _>>()?,
    })
}

fn title(entries: &[Entry]) -> String {
    let mut packages: Vec<&str> = entries.iter().map(|entry| entry.package.as_str()).collect();
    packages.sort_unstable();
    packages.dedup();
    format!("Events of {}", packages.join(", "))
}

fn text(document: &Value) -> String {
    format!("{document:#}\n")
}

/// Writes a file if it would not say the same: what watches it is not woken for nothing.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    if folder::read(path)?.as_deref() == Some(text) {
        return Ok(());
    }
    folder::write(path, text)
}

/// What became of an event.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Exported {
    package: String,
    #[serde(rename = "type")]
    event_type: String,
    version: u32,
    outcome: Became,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    draft: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Became {
    /// It is described.
    Exported,
    /// It is not: there are only drafts.
    Draft,
    /// It is not: there is no lock file.
    Unlocked,
    /// It is not: the code has not got it any more, and a newer version says so.
    Retired,
    /// It is not: the code has not got it.
    Gone,
}

impl Exported {
    fn new(package: &str, name: &LockName) -> Self {
        Self {
            package: package.to_owned(),
            event_type: name.event_type.clone(),
            version: name.version,
            outcome: Became::Exported,
            revision: None,
            draft: false,
            schema: None,
        }
    }
}

impl Row for Exported {
    fn word(&self) -> (&'static str, Style) {
        match self.outcome {
            Became::Exported => ("exported", style::GOOD),
            Became::Draft => ("draft", style::WARNING),
            Became::Unlocked => ("unlocked", style::WARNING),
            Became::Retired => ("retired", style::ASIDE),
            Became::Gone => ("gone", style::ERROR),
        }
    }

    fn line(&self) -> String {
        let mut line = format!("{} v{}", self.event_type, self.version);
        if let Some(revision) = self.revision {
            line += &format!(", revision {revision}");
        }
        if self.draft {
            line += ", a draft";
        }
        match (self.outcome, &self.schema) {
            (Became::Exported, Some(schema)) => line + &format!("  ({schema})"),
            (Became::Exported, None) => line,
            (Became::Draft, _) => line + ": only drafts; --drafts takes them",
            (Became::Unlocked, _) => line + ": no lock file; `user-events accept` records it",
            (Became::Retired | Became::Gone, _) => line + ": the code has not got it",
        }
    }
}
