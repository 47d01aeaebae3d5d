//! [`Output`]: the standard output, written by a thread of its own.

use std::io::{self, Write as _};
use std::mem;

use indicatif::ProgressBar;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use crate::error::{Error, output};
use crate::exit::Exit;
use crate::interrupt::GRACE;

/// Beyond so many bytes nothing more should be given to it.
const MOST_PENDING: usize = 64 << 10;

/// The standard output, written by a thread of its own: a reader that has stopped stops nothing else.
#[derive(Default)]
pub(crate) struct Output {
    pending: String,
    writing: Option<JoinHandle<io::Result<()>>>,
    bar: Option<ProgressBar>,
}

impl Output {
    /// An output that takes this bar away from the terminal while it writes there.
    pub(crate) fn beside(bar: ProgressBar) -> Self {
        Self { bar: Some(bar), ..Self::default() }
    }

    /// Takes a text, to be written by [`written`](Self::written).
    pub(crate) fn push(&mut self, text: String) {
        if self.pending.is_empty() {
            self.pending = text;
        } else {
            self.pending.push_str(&text);
        }
    }

    /// Whether there is something that is not written yet.
    pub(crate) const fn is_behind(&self) -> bool {
        self.writing.is_some() || !self.pending.is_empty()
    }

    /// Whether its reader is to be waited for.
    pub(crate) const fn is_full(&self) -> bool {
        self.pending.len() > MOST_PENDING
    }

    /// Ends when everything is written.
    ///
    /// # Cancel safety
    ///
    /// What is being written goes on being written; nothing is written twice.
    pub(crate) async fn written(&mut self) -> Result<(), Error> {
        while self.is_behind() {
            let writing = self.writing.get_or_insert_with(|| {
                let (text, bar) = (mem::take(&mut self.pending), self.bar.clone());
                spawn_blocking(move || {
                    let write = || anstream::stdout().lock().write_all(text.as_bytes());
                    bar.map_or_else(write, |bar| bar.suspend(write))
                })
            });
            let outcome = writing.await;
            self.writing = None;
            outcome.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(output)?;
        }
        Ok(())
    }

    /// Waits a moment for what is not written yet.
    pub(crate) async fn finish(&mut self) -> Result<(), Error> {
        timeout(GRACE, self.written()).await.unwrap_or_else(|_| {
            Err(Error::new(
                Exit::Failed,
                "nobody reads the standard output: the last of what was written there is missing",
            ))
        })
    }
}
