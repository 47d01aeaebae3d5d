//! [`Progress`]: a bar on a terminal, for input that takes long.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Output;

/// How far the input was read: a bar where its length is known. Only a terminal shows it.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(bytes: Option<u64>) -> Self {
        let (bar, template) = match bytes {
            Some(bytes) => (ProgressBar::new(bytes), "{bar:30} {percent:>3}%  {msg}  {elapsed}"),
            None => (ProgressBar::new_spinner(), "{spinner} {msg}  {elapsed}"),
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        let this = Self(bar);
        this.published(0);
        this
    }

    /// The standard output, beside the bar where both are one terminal.
    pub(super) fn output(&self) -> Output {
        if io::stdout().is_terminal() { Output::beside(self.0.clone()) } else { Output::default() }
    }

    pub(super) fn read(&self, bytes: usize) {
        self.0.inc(bytes as u64);
    }

    pub(super) fn published(&self, count: u64) {
        self.0.set_message(format!("{count} published"));
    }

    /// Takes the bar away while something else is written.
    pub(super) fn suspended<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
