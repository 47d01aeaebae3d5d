//! `list`: events with their versions and revisions.

use anstyle::Style;
use serde::Serialize;
use user_events_schema::lock::State;

use super::args::ListArgs;
use super::code::{Code, each_package};
use super::folder::LockName;
use super::lock_file::LockFile;
use super::report::{Report, Row};
use crate::error::Error;
use crate::exit::Exit;
use crate::style;

/// Lists the events of a workspace.
pub(super) fn run(args: &ListArgs) -> Exit {
    let mut report = Report::new(args.selection.format);
    each_package(&args.selection, &args.build, &mut report, |work, report| list_all(&work.code, report));
    report.exit()
}

fn list_all(code: &Code<'_>, report: &mut Report) {
    match code.names() {
        Ok(names) => {
            for name in &names {
                match list(code, name) {
                    Ok(row) => report.row(&row),
                    Err(error) => report.fail(&error),
                }
            }
        }
        Err(error) => report.fail(&error),
    }
}

fn list<'a>(code: &'a Code<'_>, name: &'a LockName) -> Result<Listed<'a>, Error> {
    let file = LockFile::read(code.lock_file(name)?, name)?;
    let event = code.events.get(name);
    let newest = file.lock.newest();
    let says = event.map(|event| &event.says);
    let state = match (event, newest) {
        (None, _) if code.is_retired(name) => ListedState::Retired,
        (None, _) => ListedState::Gone,
        (Some(_), None) => ListedState::Unlocked,
        (Some(event), Some(newest)) if !event.is(newest) => ListedState::Changed,
        (Some(_), Some(newest)) if newest.state == State::Draft => ListedState::Draft,
        (Some(_), Some(_)) => ListedState::Published,
    };
    Ok(Listed {
        package: &code.package.name,
        event_type: &name.event_type,
        version: name.version,
        state,
        revisions: file.lock.revisions.iter().map(|revision| (revision.number, revision.state).into()).collect(),
        message_type: says.map(|says| says.message_type.as_str()),
        routing_key: says.map(|says| says.routing_key.as_str()),
        exchange: says.and_then(|says| says.exchange.as_deref()),
        superseded: says.is_some_and(|says| says.superseded || says.still_published),
        publishable: says.is_some_and(|says| !says.superseded || says.still_published),
        upcasts: says.and_then(|says| says.upcasts.as_deref()),
        place: event.map(|event| event.place()),
        lock: file.exists().then(|| file.shown()),
    })
}

/// An event, in a version.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    package: &'a str,
    #[serde(rename = "type")]
    event_type: &'a str,
    version: u32,
    state: ListedState,
    revisions: Vec<ListedRevision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<&'a str>,
    superseded: bool,
    publishable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    upcasts: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<String>,
}

/// What the code and the lock file say of each other.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
enum ListedState {
    /// The newest revision is published, and what the code says.
    Published,
    /// The newest revision is a draft, and what the code says.
    Draft,
    /// The code is not what the newest revision says.
    Changed,
    /// There is no lock file.
    Unlocked,
    /// The code has not got it any more, and a newer version says so.
    Retired,
    /// The code has not got it.
    Gone,
}

#[derive(Serialize)]
struct ListedRevision {
    revision: u32,
    state: &'static str,
}

impl From<(u32, State)> for ListedRevision {
    fn from((revision, state): (u32, State)) -> Self {
        let state = match state {
            State::Draft => "draft",
            State::Published => "published",
        };
        Self { revision, state }
    }
}

impl Row for Listed<'_> {
    fn word(&self) -> (&'static str, Style) {
        match self.state {
            ListedState::Published => ("published", style::GOOD),
            ListedState::Draft => ("draft", style::WARNING),
            ListedState::Changed => ("changed", style::WARNING),
            ListedState::Unlocked => ("unlocked", style::WARNING),
            ListedState::Retired => ("retired", style::ASIDE),
            ListedState::Gone => ("gone", style::ERROR),
        }
    }

    fn line(&self) -> String {
        let mut line = format!("{} v{}", self.event_type, self.version);
        match self.revisions.as_slice() {
            [] => {}
            [one] => line += &format!(", revision {}", one.revision),
            [.., newest] => line += &format!(", {} revisions up to {}", self.revisions.len(), newest.revision),
        }
        if let Some(upcasts) = self.upcasts {
            line += &format!(", upcasts {upcasts}");
        }
        match (self.superseded, self.publishable) {
            (true, true) => line += ", superseded and still published",
            (true, false) => line += ", superseded",
            (false, _) => {}
        }
        if let Some(place) = &self.place {
            line += &format!("  ({}, {place})", self.package);
        }
        line
    }
}
