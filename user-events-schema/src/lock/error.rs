//! [`LockError`], what is wrong with a lock file, and where.

use std::error::Error;
use std::fmt;

use super::json::Fault;

/// Says where a lock file cannot be read, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockError {
    path: String,
    line: usize,
    column: usize,
    kind: LockErrorKind,
    message: String,
}

/// What is wrong with a lock file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum LockErrorKind {
    /// It is not JSON.
    NotJson,
    /// A merge left its markers.
    MergeConflict,
    /// It is in a format that this release does not know.
    UnknownFormat,
    /// It is JSON that no lock file has.
    Malformed,
    /// It is larger, or nested deeper, than a type that can be checked.
    TooLarge,
    /// A revision does not have the checksum that stands beside it.
    EditedByHand,
}

impl LockError {
    pub(super) fn new(path: &str, text: &str, fault: Fault) -> Self {
        let Fault { at, kind, message } = fault;
        // A conflict is seen as whatever its first marker spoils: often a line later.
        let (at, kind, message) = match (kind, conflict(text)) {
            (LockErrorKind::NotJson | LockErrorKind::Malformed | LockErrorKind::EditedByHand, Some(at)) => {
                (at, LockErrorKind::MergeConflict, MERGE_CONFLICT.to_owned())
            }
            _ => (at, kind, message),
        };
        let before = &text.as_bytes()[..at.min(text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        Self {
            path: path.to_owned(),
            line: before.iter().filter(|&&byte| byte == b'\n').count() + 1,
            column: String::from_utf8_lossy(&before[line_start..]).chars().count() + 1,
            kind,
            message,
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> LockErrorKind {
        self.kind
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The character in the line, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, column, message, .. } = self;
        write!(f, "{path}:{line}:{column}: {message}")
    }
}

impl Error for LockError {}

const MERGE_CONFLICT: &str =
    "a merge conflict is not resolved: take one side of the whole file, then run `user-events accept`";

/// The offset of the first line that a merge left as a marker. No text in JSON goes on in another line.
fn conflict(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker)) {
            return Some(at);
        }
        at += line.len();
    }
    None
}
