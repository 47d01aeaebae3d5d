//! `accept`: records what events are now.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use user_events_schema::lock::{Revision, State};

use super::args::AcceptArgs;
use super::code::{Code, Event, each_package};
use super::fields::fields;
use super::folder::{LockName, touch};
use super::judge::{Judgement, judge};
use super::lock_file::LockFile;
use super::outcome::{Became, Outcome};
use super::report::Report;
use crate::error::Error;
use crate::exit::Exit;

/// Records what the events of a workspace are now.
pub(super) fn run(args: &AcceptArgs) -> Exit {
    let mut report = Report::new(args.selection.format);
    each_package(&args.selection, &args.build, &mut report, |work, report| accept_all(args, &work.code, report));
    report.exit()
}

fn accept_all(args: &AcceptArgs, code: &Code<'_>, report: &mut Report) {
    for twice in &code.twice {
        report.fail(&twice.error());
    }
    let is_twice = |name: &LockName| code.twice.iter().any(|twice| twice.name == *name);
    for (name, event) in code.events.iter().filter(|(name, _)| !is_twice(name)) {
        let outcome = accept(args, code, name, event, report).unwrap_or_else(|error| {
            report.fail(&error);
            Outcome::failed(code.package, name, &error)
        });
        report.row(&outcome);
    }
}

fn accept(
    args: &AcceptArgs,
    code: &Code<'_>,
    name: &LockName,
    event: &Event,
    report: &mut Report,
) -> Result<Outcome, Error> {
    let mut file = LockFile::read(code.lock_file(name)?, name)?;
    let judgement = judge(name, event, &file);
    if let Some(own) = &judgement.own {
        report.warn(&format!("`{}` v{} cannot read what it writes itself", name.event_type, name.version));
        report.quote(own);
    }
    let is_recorded = |newest: &&Revision| event.is(newest) && (newest.state == State::Published || args.draft);
    if let Some(newest) = file.lock.newest().filter(is_recorded) {
        let number = newest.number;
        // What is not compared, such as documentation, may have changed.
        let renewed = event.revision_like(newest)?;
        *file.lock.revisions.last_mut().expect("it has a newest revision") = renewed;
        let became = if file.write()? { Became::Refreshed } else { Became::Unchanged };
        return Ok(Outcome::new(code.package, name, &file, became).with_revision(number));
    }
    let replaced: Vec<u32> = match &judgement.refusal {
        None => Vec::new(),
        Some(refusal) => {
            report.quote(refusal);
            if !(args.force && confirmed(args, name, &judgement)) {
                report.ends(Exit::Breaking);
                return Ok(Outcome::new(code.package, name, &file, Became::Refused).with_findings(judgement));
            }
            judgement.broken.clone()
        }
    };

    let state = if args.draft { State::Draft } else { State::Published };
    let tombstones = gone(&file.published(), event);
    let number = match file.draft() {
        Some(draft) => draft.number,
        None => file.lock.newest().map_or(1, |newest| newest.number + 1),
    };
    let forgotten = |revision: &Revision| revision.number == number || replaced.contains(&revision.number);
    file.lock.revisions.retain(|revision| !forgotten(revision));
    let mut revision = event.revision(number, state)?;
    revision.tombstones.clone_from(&tombstones);
    revision.reason = args.reason.clone().filter(|_| !replaced.is_empty());
    file.lock.revisions.push(revision);
    file.write()?;
    if !file.exists() {
        event.roots.iter().try_for_each(|root| touch(root))?;
    }
    let became = match (args.draft, replaced.is_empty()) {
        (true, _) => Became::Drafted,
        (false, true) => Became::Published,
        (false, false) => Became::Replaced,
    };
    let outcome = Outcome::new(code.package, name, &file, became).with_revision(number);
    Ok(outcome.with_tombstones(tombstones).with_replaced(replaced))
}

/// The fields that the newest of these revisions has and the event has not: each is written and read on purpose no
/// more.
fn gone(published: &[&Revision], event: &Event) -> Vec<String> {
    let Some(newest) = published.last() else { return Vec::new() };
    let paths = |writer: &user_events_schema::OwnedTree<'_>, reader: &user_events_schema::OwnedTree<'_>| {
        let mut paths: BTreeSet<String> = fields(writer.tree()).into_keys().collect();
        paths.extend(fields(reader.tree()).into_keys());
        paths
    };
    let now = paths(&event.writer.tree(), &event.reader.tree());
    let before = paths(&newest.writer.tree(), &newest.reader.tree());
    let gone: BTreeSet<&String> = before.difference(&now).collect();
    // What is below a field that has gone has gone with it.
    let has_gone_with_another = |path: &str| {
        gone.iter().any(|other| path.strip_prefix(other.as_str()).is_some_and(|rest| rest.starts_with('.')))
    };
    gone.iter().filter(|path| !has_gone_with_another(path)).map(ToString::to_string).collect()
}

/// Whether published revisions may be forgotten, if there is somebody to ask.
fn confirmed(args: &AcceptArgs, name: &LockName, judgement: &Judgement) -> bool {
    if args.yes || !io::stdin().is_terminal() {
        return true;
    }
    let LockName { event_type, version } = name;
    let numbers: Vec<String> = judgement.broken.iter().map(ToString::to_string).collect();
    let numbers = numbers.join(", ");
    // The answer belongs on the same line.
    let asked = write!(
        anstream::stderr().lock(),
        "forget what was published as `{event_type}` v{version}, revision {numbers}? [y/N] "
    );
    let mut answer = String::new();
    let answered = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
    answered.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
