//! `diff`: what has changed since the newest revision, and what it means.

use std::collections::BTreeMap;

use anstyle::Style;
use serde::Serialize;
use user_events_schema::lock::{Revision, Shape};
use user_events_schema::verdict::Outcome;

use super::args::DiffArgs;
use super::code::{Code, Event, each_package};
use super::fields::fields;
use super::folder::LockName;
use super::judge::{FindingRow, Judgement, judge, outcome_name};
use super::lock_file::LockFile;
use super::report::{Report, Row};
use crate::error::Error;
use crate::exit::Exit;
use crate::style;

/// Shows what has changed in the events of a workspace.
pub(super) fn run(args: &DiffArgs) -> Exit {
    let mut report = Report::new(args.selection.format);
    each_package(&args.selection, &args.build, &mut report, |work, report| diff_all(&work.code, report));
    report.exit()
}

fn diff_all(code: &Code<'_>, report: &mut Report) {
    for (name, event) in &code.events {
        if let Err(error) = diff(code, name, event, report) {
            report.fail(&error);
        }
    }
}

fn diff(code: &Code<'_>, name: &LockName, event: &Event, report: &mut Report) -> Result<(), Error> {
    let file = LockFile::read(code.lock_file(name)?, name)?;
    let judgement = judge(name, event, &file);
    let newest = file.lock.newest();
    if newest.is_some_and(|newest| event.is(newest)) {
        return Ok(());
    }
    let changes = match newest {
        Some(newest) => changes(newest, event, &judgement),
        None => Vec::new(),
    };
    if judgement.refusal.is_some() {
        report.ends(Exit::Breaking);
    }
    report.row(&Difference {
        package: &code.package.name,
        event_type: &name.event_type,
        version: name.version,
        since: newest.map(|newest| newest.number),
        backward: outcome_name(judgement.backward),
        forward: outcome_name(judgement.forward),
        own: if judgement.own.is_none() { outcome_name(Outcome::Ok) } else { outcome_name(Outcome::No) },
        breaking: judgement.refusal.is_some(),
        changes: &changes,
    });
    Ok(())
}

/// What an event and its newest revision do not have in common, side by side.
fn changes(newest: &Revision, event: &Event, judgement: &Judgement) -> Vec<Change> {
    let side = |shape: &Shape| fields(shape.tree().tree());
    let (old_writes, new_writes) = (side(&newest.writer), side(&event.writer));
    let (old_reads, new_reads) = (side(&newest.reader), side(&event.reader));
    let mut changes = compared("writes", &old_writes, &new_writes);
    for change in compared("reads", &old_reads, &new_reads) {
        // The same on both sides is said once.
        match changes.iter_mut().find(|other| other.is_like(&change)) {
            Some(other) => other.side = "both",
            None => changes.push(change),
        }
    }
    changes.sort_by(|one, other| one.field.cmp(&other.field));
    for change in &mut changes {
        change.breaks = breaks(&change.field, &judgement.findings);
    }
    changes
}

fn compared(side: &'static str, old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<Change> {
    let change = |field: &String, from: Option<&String>, to: Option<&String>| Change {
        field: field.clone(),
        change: match (from, to) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        },
        side,
        from: from.cloned(),
        to: to.cloned(),
        breaks: Vec::new(),
    };
    let before = old.iter().filter(|(field, from)| new.get(*field) != Some(from));
    let before = before.map(|(field, from)| change(field, Some(from), new.get(field)));
    let added = new.iter().filter(|(field, _)| !old.contains_key(*field));
    before.chain(added.map(|(field, to)| change(field, None, Some(to)))).collect()
}

/// Who breaks by what has become of a field.
fn breaks(field: &str, findings: &[FindingRow]) -> Vec<&'static str> {
    let mut breaks: Vec<&str> =
        findings.iter().filter(|finding| finding.field == field).map(|found| found.breaks).collect();
    breaks.sort_unstable();
    breaks.dedup();
    breaks
}

/// An event that is not what its newest revision says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Difference<'a> {
    package: &'a str,
    #[serde(rename = "type")]
    event_type: &'a str,
    version: u32,
    /// The newest revision, if there is one.
    since: Option<u32>,
    backward: &'static str,
    forward: &'static str,
    #[serde(rename = "self")]
    own: &'static str,
    breaking: bool,
    changes: &'a [Change],
}

/// What has become of a field.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    field: String,
    change: &'static str,
    /// Whether it is about what is written, read, or both.
    side: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    breaks: Vec<&'static str>,
}

impl Change {
    /// Whether it is the same on another side. A field that may be left out is read as one that may be absent.
    fn is_like(&self, other: &Self) -> bool {
        self.field == other.field && self.change == other.change
    }

    fn line(&self) -> String {
        let what = match (&self.from, &self.to) {
            (Some(from), Some(to)) => format!("{from} -> {to}"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => String::new(),
        };
        let side = if self.side == "both" { String::new() } else { format!(" ({} alone)", self.side) };
        let breaks =
            if self.breaks.is_empty() { String::new() } else { format!(": breaks {}", self.breaks.join(", ")) };
        format!("{} {}, {what}{side}{breaks}", self.change, self.field)
    }
}

impl Row for Difference<'_> {
    fn word(&self) -> (&'static str, Style) {
        match (self.since, self.breaking) {
            (None, _) => ("new", style::WARNING),
            (Some(_), true) => ("breaking", style::ERROR),
            (Some(_), false) => ("compatible", style::GOOD),
        }
    }

    fn line(&self) -> String {
        let Self { event_type, version, backward, forward, own, .. } = self;
        match self.since {
            None => format!("{event_type} v{version}  ({})", self.package),
            Some(since) => format!(
                "{event_type} v{version} since revision {since}: backward {backward}, forward {forward}, self {own}  ({})",
                self.package
            ),
        }
    }

    fn details(&self) -> Vec<String> {
        self.changes.iter().map(Change::line).collect()
    }
}
