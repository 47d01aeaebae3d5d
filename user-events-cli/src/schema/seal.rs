//! `seal`: publishes drafts.

use user_events_schema::lock::State;

use super::args::SealArgs;
use super::code::{Code, each_package};
use super::folder::LockName;
use super::judge::judge;
use super::lock_file::LockFile;
use super::outcome::{Became, Outcome};
use super::report::Report;
use crate::error::Error;
use crate::exit::Exit;

/// Publishes the drafts of a workspace.
pub(super) fn run(args: &SealArgs) -> Exit {
    let mut report = Report::new(args.selection.format);
    each_package(&args.selection, &args.build, &mut report, |work, report| seal_all(&work.code, report));
    report.exit()
}

fn seal_all(code: &Code<'_>, report: &mut Report) {
    let names = match code.names() {
        Ok(names) => names,
        Err(error) => return report.fail(&error),
    };
    for name in &names {
        let outcome = seal(code, name, report).unwrap_or_else(|error| {
            report.fail(&error);
            Some(Outcome::failed(code.package, name, &error))
        });
        if let Some(outcome) = outcome {
            report.row(&outcome);
        }
    }
}

fn seal(code: &Code<'_>, name: &LockName, report: &mut Report) -> Result<Option<Outcome>, Error> {
    let LockName { event_type, version } = name;
    let mut file = LockFile::read(code.lock_file(name)?, name)?;
    let Some(draft) = file.draft() else {
        let unchanged = || Outcome::new(code.package, name, &file, Became::Unchanged);
        return Ok(file.lock.newest().map(|newest| unchanged().with_revision(newest.number)));
    };
    let number = draft.number;
    let Some(event) = code.events.get(name) else {
        let sentence =
            format!("the draft of `{event_type}` v{version} is of an event that is not in the code: remove it");
        return Err(Error::new(Exit::Findings, sentence));
    };
    if !event.is(draft) {
        let sentence = format!(
            "the draft of `{event_type}` v{version} is not what the code says: `user-events accept --draft` records that first"
        );
        return Err(Error::new(Exit::Findings, sentence));
    }
    let judgement = judge(name, event, &file);
    if let Some(own) = &judgement.own {
        report.warn(&format!("`{event_type}` v{version} cannot read what it writes itself"));
        report.quote(own);
    }
    if let Some(refusal) = &judgement.refusal {
        report.quote(refusal);
        report.ends(Exit::Breaking);
        return Ok(Some(Outcome::new(code.package, name, &file, Became::Refused).with_findings(judgement)));
    }
    file.lock.revisions.last_mut().expect("it has a draft").state = State::Published;
    file.write()?;
    Ok(Some(Outcome::new(code.package, name, &file, Became::Published).with_revision(number)))
}
