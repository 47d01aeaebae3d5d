//! [`compare`], an event's shape by the features of its package.

use std::collections::BTreeSet;

use super::code::{Chosen, Code, Work};
use super::dump::{self, Features};
use super::folder::LockName;
use super::report::Report;
use crate::error::Error;

/// What the features of a package do to its events.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// The events that are there with some features.
    pub(super) names: BTreeSet<LockName>,
    /// Those that are not the same with all features, and with which they differ.
    pub(super) differing: Vec<(LockName, &'static str)>,
}

/// Builds a package without features, with its default ones and with all, and compares its events.
///
/// # Errors
///
/// If the package does not compile so far with one of them.
pub(super) fn compare(work: &Work<'_>, chosen: &Chosen, report: &mut Report) -> Result<Compared, Error> {
    let mut compared = Compared { names: work.code.events.keys().cloned().collect(), differing: Vec::new() };
    if !work.code.package.has_features {
        return Ok(compared);
    }
    for (features, name) in
        [(Features::None, "no features"), (Features::Default, "default features"), (Features::All, "all features")]
    {
        let package = work.code.package;
        let dump = dump::events(package, features, work.build.all_targets, &work.workspace.target)?;
        let code =
            Code::read(package, dump, chosen, report).map_err(|error| error.about(format_args!("with {name}")))?;
        for (event_name, event) in &code.events {
            match work.code.events.get(event_name) {
                Some(known) if known.says.fingerprint != event.says.fingerprint => {
                    compared.differing.push((event_name.clone(), name));
                }
                _ => {}
            }
        }
        compared.names.extend(code.events.into_keys());
    }
    Ok(compared)
}
