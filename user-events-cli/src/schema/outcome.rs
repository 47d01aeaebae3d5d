//! [`Outcome`], what `accept` and `seal` made of an event.

use anstyle::Style;
use serde::Serialize;

use super::cargo::Package;
use super::folder::LockName;
use super::judge::{FindingRow, Judgement};
use super::lock_file::LockFile;
use super::report::Row;
use crate::error::Error;
use crate::style;

/// What an event became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Became {
    /// Its newest revision says what it is.
    Unchanged,
    /// Its newest revision says what it is, in other words.
    Refreshed,
    /// It has a new draft.
    Drafted,
    /// It has a new published revision.
    Published,
    /// It has a published revision in the place of others.
    Replaced,
    /// It breaks what was published.
    Refused,
    /// Nothing became of it.
    Failed,
}

/// What was made of an event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    package: String,
    #[serde(rename = "type")]
    event_type: String,
    version: u32,
    outcome: Became,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tombstones: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replaced: Vec<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl Outcome {
    pub(super) fn new(package: &Package, name: &LockName, file: &LockFile, outcome: Became) -> Self {
        Self { lock: Some(file.shown()), ..Self::bare(package, name, outcome) }
    }

    /// That nothing became of an event for this reason.
    pub(super) fn failed(package: &Package, name: &LockName, error: &Error) -> Self {
        Self { message: Some(error.sentence().to_owned()), ..Self::bare(package, name, Became::Failed) }
    }

    fn bare(package: &Package, name: &LockName, outcome: Became) -> Self {
        Self {
            package: package.name.clone(),
            event_type: name.event_type.clone(),
            version: name.version,
            outcome,
            lock: None,
            revision: None,
            tombstones: Vec::new(),
            replaced: Vec::new(),
            findings: Vec::new(),
            message: None,
        }
    }

    pub(super) fn with_revision(self, revision: u32) -> Self {
        Self { revision: Some(revision), ..self }
    }

    pub(super) fn with_tombstones(self, tombstones: Vec<String>) -> Self {
        Self { tombstones, ..self }
    }

    pub(super) fn with_replaced(self, replaced: Vec<u32>) -> Self {
        Self { replaced, ..self }
    }

    /// Why it was refused.
    pub(super) fn with_findings(self, judgement: Judgement) -> Self {
        Self { findings: judgement.findings, message: judgement.refusal, ..self }
    }
}

impl Row for Outcome {
    fn word(&self) -> (&'static str, Style) {
        match self.outcome {
            Became::Unchanged => ("unchanged", style::ASIDE),
            Became::Refreshed => ("refreshed", style::GOOD),
            Became::Drafted => ("drafted", style::WARNING),
            Became::Published => ("published", style::GOOD),
            Became::Replaced => ("replaced", style::WARNING),
            Became::Refused => ("refused", style::ERROR),
            Became::Failed => ("failed", style::ERROR),
        }
    }

    fn line(&self) -> String {
        let mut line = format!("{} v{}", self.event_type, self.version);
        if let Some(revision) = self.revision {
            line += &format!(", revision {revision}");
        }
        if !self.replaced.is_empty() {
            let replaced: Vec<String> = self.replaced.iter().map(ToString::to_string).collect();
            line += &format!(" in place of {}", replaced.join(", "));
        }
        if !self.tombstones.is_empty() {
            line += &format!(", without `{}`", self.tombstones.join("`, `"));
        }
        match &self.lock {
            Some(lock) => line + &format!("  ({lock})"),
            None => line,
        }
    }
}
