//! [`judge`], the compiler's verdict on an event, by what its lock file says.

use serde::Serialize;
use user_events_schema::lock::{Revision, Shape, State};
use user_events_schema::verdict::{self, Breaks, Outcome};
use user_events_schema::{OwnedTree, Sides, check};

use super::code::Event;
use super::folder::LockName;
use super::lock_file::LockFile;

/// What may become of an event.
#[derive(Debug)]
pub(super) struct Judgement {
    /// Why not, in the compiler's words.
    pub(super) refusal: Option<String>,
    /// Why it cannot read what it writes itself, if it cannot.
    pub(super) own: Option<String>,
    /// The published revisions that it breaks.
    pub(super) broken: Vec<u32>,
    /// What it does with what was published.
    pub(super) backward: Outcome,
    /// What those do who still have what was published.
    pub(super) forward: Outcome,
    pub(super) findings: Vec<FindingRow>,
}

/// A finding, for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FindingRow {
    /// Its path, by the names in Rust.
    pub(super) field: String,
    /// Who breaks.
    pub(super) breaks: &'static str,
    /// The revision that it is about; none if it is the event alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revision: Option<u32>,
}

/// Both sides of a type.
pub(super) struct Pair<'a> {
    writer: OwnedTree<'a>,
    reader: OwnedTree<'a>,
}

impl<'a> Pair<'a> {
    pub(super) fn new(writer: &'a Shape, reader: &'a Shape) -> Self {
        Self { writer: writer.tree(), reader: reader.tree() }
    }

    pub(super) fn of(revision: &'a Revision) -> Self {
        Self::new(&revision.writer, &revision.reader)
    }

    pub(super) fn sides(&self) -> Sides<'_> {
        Sides { writer: self.writer.tree(), reader: self.reader.tree() }
    }
}

/// The compiler's verdict on an event, as if it were not what its newest revision says.
pub(super) fn judge(name: &LockName, event: &Event, file: &LockFile) -> Judgement {
    let LockName { event_type, version } = name;
    let now = Pair::new(&event.writer, &event.reader);
    let now = now.sides();
    let tombstones = file.tombstones();
    let revisions: Vec<check::Revision<'_>> = file.lock.revisions.iter().map(encoded).collect();
    let refusal = check::sides(event_type, *version, &now, &revisions, &tombstones);
    let own = check::own(event_type, *version, &now);
    let mut judgement = Judgement {
        refusal: refusal.map(|refusal| refusal.as_str().to_owned()),
        own: own.map(|own| own.as_str().to_owned()),
        broken: Vec::new(),
        backward: Outcome::Ok,
        forward: Outcome::Ok,
        findings: Vec::new(),
    };
    judgement.find(&verdict::own(now).findings, None);
    for revision in file.published() {
        let old = Pair::of(revision);
        let verdict = verdict::exchange(old.sides(), now, &tombstones);
        judgement.find(&verdict.findings, Some(revision.number));
        if !verdict.is_ok() {
            judgement.broken.push(revision.number);
        }
        judgement.backward = worse(judgement.backward, verdict.backward);
        judgement.forward = worse(judgement.forward, verdict.forward);
    }
    judgement
}

impl Judgement {
    fn find(&mut self, findings: &verdict::Findings<'_>, revision: Option<u32>) {
        let rows = findings.list().iter().map(|finding| FindingRow {
            field: finding.path.to_string(),
            breaks: match finding.breaks {
                Breaks::Backward => "backward",
                Breaks::Forward => "forward",
                Breaks::Own => "self",
                Breaks::View => "view",
            },
            revision,
        });
        self.findings.extend(rows);
    }
}

fn encoded(revision: &Revision) -> check::Revision<'_> {
    check::Revision {
        number: revision.number,
        published: revision.state == State::Published,
        fingerprint: revision.fingerprint,
        writer: revision.writer.bytes(),
        reader: revision.reader.bytes(),
    }
}

fn worse(one: Outcome, other: Outcome) -> Outcome {
    let severity = |outcome| match outcome {
        Outcome::Ok => 0,
        Outcome::Some => 1,
        Outcome::No => 2,
        Outcome::Silent => 3,
    };
    if severity(other) > severity(one) { other } else { one }
}

/// An outcome, as [`docs/cli.md`](https://github.com/user-events/user-events/blob/main/docs/cli.md) names it.
pub(super) const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Some => "some",
        Outcome::No => "none",
        Outcome::Silent => "silent",
    }
}
