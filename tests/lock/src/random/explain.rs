//! [`explain`], where serde on samples and the rules are known to differ.

use super::Model;
use crate::{
    oracle::Outcome,
    report::{Answer, Finding},
};

/// Why the framework says something else than serde shows of samples; none where one of them is wrong.
pub(super) fn explain(direction: &str, old: &Model, new: &Model, answer: &Answer) -> Option<&'static str> {
    // The build is refused on either account.
    if direction != "own" && answer.verdict.own != Outcome::Ok && answer.own.outcome() != Outcome::Ok {
        return Some("the new type cannot read itself");
    }
    let tolerance = &answer.tolerance;
    if direction == "backward"
        && answer.verdict.backward == Outcome::Ok
        && answer.backward.outcome() == Outcome::Ok
        && tolerance.refused == 0
        && new.reads_anything()
    {
        return Some("what reads anything keeps an alias as it was written");
    }
    if direction == "backward"
        && answer.verdict.backward == Outcome::Ok
        && answer.backward.outcome() == Outcome::Ok
        && old.leaves_unread()
    {
        return Some("what was written and not read is read now: nobody relied on that it may be absent");
    }
    let all = &answer.verdict.findings;
    let findings: Vec<&Finding> = all.iter().filter(|it| it.breaks.eq_ignore_ascii_case(direction)).collect();
    let shown = match direction {
        "backward" => &answer.backward,
        "forward" => &answer.forward,
        _ => &answer.own,
    };
    if shown.outcome() != Outcome::Ok || findings.is_empty() {
        return None;
    }
    // Serde shows nothing; each finding has to be one that samples cannot show.
    let mut why = None;
    for finding in findings {
        why = Some(unseen(finding, old, new)?);
    }
    why
}

/// Why samples do not show what was found.
fn unseen(finding: &Finding, old: &Model, new: &Model) -> Option<&'static str> {
    let says = |what: &str| finding.what.starts_with(what);
    let last = finding.path.rsplit('.').next().unwrap_or_default();
    if says("Replaced") {
        return Some("an optional field went and one of its type came: it may be a rename");
    }
    let dropped = finding.what.split('"').nth(1).unwrap_or_default();
    if says("NameDropped") && old.has_alias(dropped) {
        return Some("an older writer may have used the alias, in a place that no sample has it in");
    }
    if (says("DefaultDropped") || says("NameDropped") || says("DenyAdded")) && old.has_flattened_option() {
        return Some("below a flattened Option nothing is refused");
    }
    if says("Swallowed") && (old.has_flattened_option() || new.has_flattened_option()) {
        return Some(
            "what a flattened Option holds went and came under another name: to the oracle it is not the same",
        );
    }
    if says("CatchAllDropped") && old.has_catch_all() {
        return Some("a variant that nobody knows may be written in a form that no sample has");
    }
    if says("Duplicate") && (old.is_map(last) || new.is_map(last)) {
        return Some("a flattened map takes what a flattened enum has read, too: to the oracle it may take strangers");
    }
    if (says("Renamed") || says("NotWritten") || says("NeverRead") || says("NameDropped"))
        && (old.has_one_value(last) || new.has_one_value(last))
    {
        return Some("the type has one value, so that nothing is lost");
    }
    None
}
