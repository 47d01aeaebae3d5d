//! The verdict on a change: who can still read what.
//!
//! What a writer can write is composed with what a reader does, node by node, as serde does it. There is no table of
//! changes: what a change does follows from what the old and the new type write and read.

mod effects;
mod enums;
mod finding;
mod flatten;
mod formats;
mod maps;
mod members;
mod numbers;
mod reading;
mod scalars;
mod sequences;
mod structs;
mod tolerance;
mod untagged;

pub use finding::{Breaks, Finding, Findings, Path, What};

use crate::{PartKind, Presence, Sides, Tree};
use effects::Effects;
use reading::{Met, Reading};
use tolerance::Comparison;

/// What a reader does with everything that a writer writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It reads all of it.
    Ok,
    /// It refuses some of it.
    Some,
    /// It refuses all of it.
    No,
    /// It accepts it, but a value is lost or changed. That is no better than [`No`](Self::No).
    Silent,
}

impl Outcome {
    /// Whether it is [`Ok`](Self::Ok).
    #[must_use]
    pub const fn is_ok(self) -> bool {
        matches!(self, Self::Ok)
    }
}

/// The verdict on a change from one revision of a type to another.
#[derive(Clone, Copy, Debug)]
pub struct Verdict<'a> {
    /// What the new type does with what the old one wrote.
    pub backward: Outcome,
    /// What the old type does with what the new one writes.
    pub forward: Outcome,
    /// What the new type does with what it writes itself.
    pub own: Outcome,
    /// Why.
    pub findings: Findings<'a>,
}

impl Verdict<'_> {
    /// Whether nobody breaks.
    #[must_use]
    pub const fn is_ok(&self) -> bool {
        self.backward.is_ok() && self.forward.is_ok() && self.own.is_ok()
    }
}

/// What one reader does with what one writer writes.
#[derive(Clone, Copy, Debug)]
pub struct Reads<'a> {
    /// What it does.
    pub outcome: Outcome,
    /// Why.
    pub findings: Findings<'a>,
}

/// The verdict on a change. `tombstones` are the fields that were removed on purpose.
#[must_use]
pub const fn change<'a>(old: Sides<'a>, new: Sides<'a>, tombstones: &'a [&'a str]) -> Verdict<'a> {
    let mut verdict = exchange(old, new, tombstones);
    let own = own(new);
    verdict.own = own.outcome;
    verdict.findings.add_all(&own.findings);
    verdict
}

/// What a type does with what it writes itself.
#[must_use]
pub const fn own(sides: Sides<'_>) -> Reads<'_> {
    let (effects, findings) = read(sides.writer, sides.reader, None, Breaks::Own);
    Reads { outcome: effects.outcome(), findings }
}

/// The verdict without the new type's own.
#[must_use]
pub const fn exchange<'a>(old: Sides<'a>, new: Sides<'a>, tombstones: &'a [&'a str]) -> Verdict<'a> {
    let (backward, mut findings) = read(old.writer, new.reader, Some(old.reader), Breaks::Backward);
    let (forward, forward_findings) = read(new.writer, old.reader, Some(new.reader), Breaks::Forward);
    let mut comparison = Comparison::new(old.reader, new, tombstones);
    comparison.run();
    findings.add_all(&forward_findings);
    findings.add_all(&comparison.findings);
    Verdict {
        backward: backward.and(comparison.backward).outcome(),
        forward: forward.and(comparison.forward).outcome(),
        own: Outcome::Ok,
        findings,
    }
}

/// What a view does with what a producer's revisions write, which is all that it may be sent.
///
/// A view leaves out what it does not need. But an optional field that no revision writes is a mistake: it would always
/// be absent.
#[must_use]
pub const fn reads<'a>(writers: &[Tree<'a>], view: Tree<'a>) -> Reads<'a> {
    let mut effects = Effects::NONE;
    let mut findings = Findings::new();
    let mut met = [Met::Never; crate::arena::MAX_PARTS];
    let mut at = 0;
    while at < writers.len() {
        let mut reading = Reading::new(writers[at], view, Breaks::View);
        effects = effects.or(reading.run());
        findings.add_all(&reading.findings);
        let mut part = 0;
        while part < view.parts.len() {
            match reading.met[part] {
                Met::Filled => met[part] = Met::Filled,
                Met::Empty if matches!(met[part], Met::Never) => met[part] = Met::Empty,
                Met::Empty | Met::Never => {}
            }
            part += 1;
        }
        at += 1;
    }
    let mut part = 0;
    while part < view.parts.len() {
        let field = &view.parts[part];
        if matches!(met[part], Met::Empty)
            && matches!(field.kind, PartKind::Field)
            && !matches!(field.presence, Presence::Required)
        {
            let mut path = Path::new();
            path.push(field.ident);
            findings.add(Finding { path, breaks: Breaks::View, what: What::Unwritten });
            effects = effects.or(Effects::CHANGED);
        }
        part += 1;
    }
    Reads { outcome: effects.outcome(), findings }
}

const fn read<'a>(
    writer: Tree<'a>,
    reader: Tree<'a>,
    home: Option<Tree<'a>>,
    breaks: Breaks,
) -> (Effects, Findings<'a>) {
    let mut reading = Reading::new(writer, reader, breaks);
    reading.home = home;
    let effects = reading.run();
    (effects, reading.findings)
}

#[cfg(test)]
mod tests;
