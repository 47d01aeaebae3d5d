//! [`LockFile`], what an event's lock file says.

use std::env;
use std::path::{Path, PathBuf};

use user_events_schema::lock::{Lock, Revision, State};

use super::folder::{self, LockName};
use crate::error::Error;
use crate::exit::Exit;

/// What an event's lock file says. One that is not there says nothing.
pub(super) struct LockFile {
    pub(super) path: PathBuf,
    pub(super) lock: Lock,
    /// Its text, if it is there.
    text: Option<String>,
}

impl LockFile {
    /// Reads the lock file of an event.
    pub(super) fn read(path: PathBuf, name: &LockName) -> Result<Self, Error> {
        let text = folder::read(&path)?;
        let lock = match &text {
            None => Lock { event_type: name.event_type.clone(), version: name.version, revisions: Vec::new() },
            Some(text) => Lock::parse(&shown(&path), text)
                // Its sentence begins with file and line.
                .map_err(|error| Error::new(Exit::Invalid, error.to_string()))?,
        };
        if (&lock.event_type, lock.version) != (&name.event_type, name.version) {
            let (path, Lock { event_type, version, .. }) = (shown(&path), lock);
            let sentence =
                format!("{path}: it is the lock file of `{event_type}` v{version}, under the name of another");
            return Err(Error::new(Exit::Invalid, sentence));
        }
        Ok(Self { path, lock, text })
    }

    /// Whether there is one.
    pub(super) const fn exists(&self) -> bool {
        self.text.is_some()
    }

    pub(super) fn published(&self) -> Vec<&Revision> {
        self.lock.revisions.iter().filter(|revision| revision.state == State::Published).collect()
    }

    /// The newest revision, if it is a draft.
    pub(super) fn draft(&self) -> Option<&Revision> {
        self.lock.newest().filter(|newest| newest.state == State::Draft)
    }

    /// Every field that was removed on purpose.
    pub(super) fn tombstones(&self) -> Vec<&str> {
        self.lock.revisions.iter().flat_map(|revision| &revision.tombstones).map(String::as_str).collect()
    }

    /// Writes the file if it would not say the same.
    pub(super) fn write(&self) -> Result<bool, Error> {
        let text = self.lock.to_text();
        if self.text.as_ref() == Some(&text) {
            return Ok(false);
        }
        folder::write(&self.path, &text).map(|()| true)
    }

    /// The path from here.
    pub(super) fn shown(&self) -> String {
        shown(&self.path)
    }
}

/// A path as it is written from where the command runs.
pub(super) fn shown(path: &Path) -> String {
    let here = env::current_dir().ok();
    let relative = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    relative.unwrap_or(path).display().to_string()
}
