//! [`Tally`]: what became of the lines of a file.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use user_events_core::Shown;

use crate::error::{Error, output};
use crate::exit::Exit;

/// What became of the lines of a file.
#[derive(Default)]
pub(super) struct Tally {
    published: u64,
    others: BTreeMap<Exit, u64>,
    stopped: Option<Error>,
    /// Why ids are no longer printed. Publishing goes on.
    unprinted: Option<Error>,
}

impl Tally {
    /// Counts what became of a line, and says so.
    pub(super) fn add(&mut self, line: u64, verdict: Result<String, Error>) {
        match verdict {
            Ok(id) => {
                self.published += 1;
                if self.unprinted.is_none() {
                    self.unprinted = writeln!(io::stdout(), "{}", Shown::new(&id)).map_err(output).err();
                }
            }
            Err(error) => {
                let exit = error.about(format_args!("line {line}")).report();
                *self.others.entry(exit).or_default() += 1;
            }
        }
    }

    /// Nothing after this line was read, for this reason.
    pub(super) fn stopped_after(&mut self, line: u64, exit: Exit, why: &str) {
        self.stopped = Some(Error::new(exit, format!("{why}: what follows line {line} was not read")));
    }

    pub(super) const fn published(&self) -> u64 {
        self.published
    }

    /// Says the sums, and how the command ends.
    pub(super) fn end(self) -> Result<Exit, Error> {
        let mut sums = format!("{} published", self.published);
        for (exit, count) in &self.others {
            let what = match exit {
                Exit::Invalid => "invalid",
                Exit::Unroutable => "unroutable",
                Exit::NotSent => "not sent",
                Exit::Refused => "refused",
                Exit::Indeterminate => "of unknown outcome",
                _ => "failed",
            };
            sums += &format!(", {count} {what}");
        }
        anstream::eprintln!("{sums}");
        if let Some(error) = self.unprinted.filter(|error| error.exit() != Exit::Done) {
            return Err(error);
        }
        let stopped = self.stopped.map_or(Exit::Done, |error| error.report());
        Ok(self.others.into_keys().fold(stopped, Exit::max))
    }
}
