//! [`Tally`]: what became of the lines of a file.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::exit::Exit;
use crate::say::say;

/// What became of the lines of a file.
#[derive(Default)]
pub(super) struct Tally {
    published: u64,
    others: BTreeMap<Exit, u64>,
    stopped: Option<Error>,
    /// Why not every id was printed.
    unprinted: Option<Error>,
}

impl Tally {
    /// Counts a line that was published.
    pub(super) const fn add_published(&mut self) {
        self.published += 1;
    }

    /// Counts a line that was not, and says why.
    pub(super) fn add(&mut self, line: u64, error: Error) {
        let exit = error.about(format_args!("line {line}")).report();
        *self.others.entry(exit).or_default() += 1;
    }

    /// Whether ids could be printed.
    pub(super) fn note_printed(&mut self, printed: Result<(), Error>) {
        // A reader that has had enough is no error.
        if let Some(error) = printed.err().filter(|error| error.exit() != Exit::Done) {
            self.unprinted.get_or_insert(error);
        }
    }

    /// Nothing after this line was read, for this reason.
    pub(super) fn stopped_after(&mut self, line: u64, exit: Exit, why: &str) {
        let sentence =
            format!("{why}: what follows line {line} was not read; `tail -n +{}` of the input is the rest", line + 1);
        self.stopped = Some(Error::new(exit, sentence));
    }

    pub(super) const fn published(&self) -> u64 {
        self.published
    }

    /// Says the sums, and how the command ends.
    pub(super) fn end(self) -> Exit {
        let mut sums = format!("{} published", self.published);
        for (exit, count) in &self.others {
            let what = match exit {
                Exit::Invalid => "invalid",
                Exit::Unauthorized => "not allowed",
                Exit::Unroutable => "unroutable",
                Exit::NotSent => "not sent",
                Exit::Refused => "refused",
                Exit::Indeterminate => "of unknown outcome",
                _ => "failed",
            };
            sums += &format!(", {count} {what}");
        }
        say(sums);
        let stopped = self.unprinted.into_iter().chain(self.stopped).map(|error| error.report());
        stopped.chain(self.others.into_keys()).max().unwrap_or(Exit::Done)
    }
}
