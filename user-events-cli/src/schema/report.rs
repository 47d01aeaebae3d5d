//! [`Report`], what becomes of each event, said to a person or to a program.

use std::io::{self, Write as _};

use anstyle::Style;
use serde::Serialize;
use user_events_core::Shown;

use crate::args::Format;
use crate::error::{Error, output};
use crate::exit::Exit;
use crate::say::say;
use crate::style;

/// The longest word of a row.
const WIDTH: usize = "compatible".len();

/// A row may hold a field's whole path.
const LONGEST: usize = 4096;

/// Something to say of an event, or of a package.
pub(super) trait Row: Serialize {
    /// What became of it.
    fn word(&self) -> (&'static str, Style);

    /// What it is, and more of it.
    fn line(&self) -> String;

    /// What stands below it.
    fn details(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What a command says on the standard output, and how it ends.
///
/// An output that cannot be written to, or that nobody reads any more, does not stop what the command does.
pub(super) struct Report {
    format: Format,
    exit: Exit,
    unwritten: Option<Error>,
}

impl Report {
    pub(super) const fn new(format: Format) -> Self {
        Self { format, exit: Exit::Done, unwritten: None }
    }

    /// Says a row.
    pub(super) fn row(&mut self, row: &impl Row) {
        let line = match self.format {
            Format::Json => serde_json::to_string(row).map_err(io::Error::from),
            Format::Text => {
                let (word, style) = row.word();
                let line = row.line();
                let mut text = format!("{style}{word:<WIDTH$}{style:#}  {}", Shown::up_to(&line, LONGEST));
                for detail in row.details() {
                    text += &format!("\n{:WIDTH$}    {}", "", Shown::up_to(&detail, LONGEST));
                }
                Ok(text)
            }
        };
        let written = line.and_then(|line| anstream::stdout().lock().write_all(format!("{line}\n").as_bytes()));
        if let Err(error) = written {
            self.unwritten.get_or_insert_with(|| output(error));
        }
    }

    /// Says what the compiler, or a refusal, says in lines of its own.
    pub(super) fn quote(&self, text: &str) {
        for line in text.lines() {
            say(Shown::up_to(line, LONGEST));
        }
    }

    /// Says a warning, whoever reads the rows.
    pub(super) fn warn(&self, text: &str) {
        let warning = style::WARNING;
        say(format_args!("{warning}warning{warning:#}: {}", Shown::up_to(text, LONGEST)));
    }

    /// Says why a part of the work was not done; the rest goes on.
    pub(super) fn fail(&mut self, error: &Error) {
        self.ends(error.report());
    }

    /// How it ends, if nothing is worse.
    pub(super) fn ends(&mut self, exit: Exit) {
        self.exit = self.exit.max(exit);
    }

    /// How it has ended.
    pub(super) fn exit(self) -> Exit {
        match self.unwritten {
            Some(error) if error.exit() != Exit::Done => self.exit.max(error.report()),
            _ => self.exit,
        }
    }
}
