//! [`assert_view`], which holds a consumer's view to everything that a producer may have written.

use user_events_schema::verdict::{self, Findings, What};
use user_events_schema::{Arena, Refusal, Schema, Tree, codec, fingerprint, lower};

use crate::EventMeta;
use crate::record::Record;

/// Fails the build if there is no such version among those of the event.
#[track_caller]
pub const fn assert_view_version(newest: &'static EventMeta, oldest: u32, wrong: &str) {
    // The derive of the event has reported a mistake.
    if newest.version == 0 {
        return;
    }
    let mut event = newest;
    while let Some(older) = event.older(if oldest > newest.floor { oldest } else { newest.floor }) {
        event = older;
    }
    assert!(event.version == oldest, "{}", wrong);
}

/// How many different writers a view of these versions meets.
pub const fn count_writers(newest: &'static Record, oldest: u32) -> usize {
    let mut count = 0;
    let mut record = Some(newest);
    while let Some(version) = record {
        let mut at = 0;
        while at < version.revisions.len() {
            count += version.revisions[at].published as usize;
            at += 1;
        }
        count += is_unpublished(version) as usize;
        record = older(version, oldest);
    }
    count
}

/// Fails the build if a message of one of these versions, written by any published revision or by the struct as it is,
/// is not read by the view, or if the view has a field that none of them writes. There are `N` writers.
///
/// # Panics
///
/// It says why, and what to do.
#[track_caller]
pub const fn assert_view<const N: usize>(
    view: &str,
    event: &str,
    newest: &'static Record,
    oldest: u32,
    schema: Schema,
) {
    if newest.event.version == 0 {
        return;
    }
    let mut writers = [Arena::new(); N];
    let mut versions = [0; N];
    let mut filled = 0;
    let mut record = Some(newest);
    while let Some(version) = record {
        let mut at = 0;
        while at < version.revisions.len() {
            if version.revisions[at].published {
                writers[filled] = codec::decode(version.revisions[at].writer);
                versions[filled] = version.event.version;
                filled += 1;
            }
            at += 1;
        }
        if let (Some(schema), true) = (version.schema, is_unpublished(version)) {
            writers[filled] = lower::writer(schema);
            versions[filled] = version.event.version;
            filled += 1;
        }
        record = older(version, oldest);
    }

    let mut trees = [EMPTY; N];
    filled = 0;
    while filled < N {
        trees[filled] = writers[filled].tree();
        filled += 1;
    }
    let reader = lower::reader(schema);
    let all = verdict::reads(&trees, reader.tree());
    if all.outcome.is_ok() {
        return;
    }
    let mut start = 0;
    while start < N {
        let mut end = start + 1;
        while end < N && versions[end] == versions[start] {
            end += 1;
        }
        let reads = verdict::reads(trees.split_at(end).0.split_at(start).1, reader.tree());
        // A field that this version does not write may be another's.
        if is_refused(&reads.findings) {
            panic!("{}", Refusal::of_view(view, event, Some(versions[start]), &reads.findings).as_str());
        }
        start = end;
    }
    panic!("{}", Refusal::of_view(view, event, None, &all.findings).as_str());
}

const EMPTY: Tree<'static> = Tree { nodes: &[], parts: &[], names: &[] };

const fn is_refused(findings: &Findings<'_>) -> bool {
    let mut at = 0;
    while at < findings.list().len() {
        if !matches!(findings.list()[at].what, What::Unwritten) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether its struct writes what no published revision does.
const fn is_unpublished(version: &Record) -> bool {
    let Some(schema) = version.schema else { return false };
    match version.revisions.last() {
        Some(newest) => !newest.published || newest.fingerprint != fingerprint::of(schema),
        None => true,
    }
}

const fn older(version: &'static Record, oldest: u32) -> Option<&'static Record> {
    match version.previous {
        Some(previous) if previous.event.version >= oldest => Some(previous),
        _ => None,
    }
}
