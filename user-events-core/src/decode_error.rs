//! [`DecodeError`]: where a body is not what it should be, without a word of what it is.

use std::error::Error;
use std::fmt;

use crate::EventMeta;

/// A body that could not be decoded.
///
/// Says category, field path, line and column. Serde's own text repeats values of the payload,
/// so it is never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    category: DecodeErrorCategory,
    event: Option<&'static EventMeta>,
    path: String,
    line: usize,
    column: usize,
}

impl DecodeError {
    pub(crate) fn new(category: DecodeErrorCategory, path: String, line: usize, column: usize) -> Self {
        Self { category, event: None, path, line, column }
    }

    pub(crate) fn of(mut self, event: &'static EventMeta) -> Self {
        self.event = Some(event);
        self
    }

    /// What is wrong.
    #[must_use]
    pub const fn category(&self) -> DecodeErrorCategory {
        self.category
    }

    /// The event that the body was decoded as.
    #[must_use]
    pub const fn event(&self) -> Option<&'static EventMeta> {
        self.event
    }

    /// The field: `payload.address.zip`, `payload.items[3]`. Names that the types do not know
    /// (keys of maps) are shown as `*`, for they may be data.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column, from 1, in bytes.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.event {
            Some(event) => write!(f, "cannot decode {event}: {}", self.category)?,
            None => write!(f, "cannot decode the message: {}", self.category)?,
        }
        if !self.path.is_empty() {
            write!(f, " at `{}`", self.path)?;
        }
        write!(f, " (line {}, column {})", self.line, self.column)
    }
}

impl Error for DecodeError {}

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorCategory {
    /// Not JSON.
    Syntax,
    /// JSON that ends too early.
    Truncated,
    /// JSON of another shape than the type's.
    Shape,
    /// An envelope of a major version that this library does not know.
    EnvelopeVersion,
}

impl fmt::Display for DecodeErrorCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "the body is not JSON",
            Self::Truncated => "the body ends too early",
            Self::Shape => "a value is missing or of another type than expected",
            Self::EnvelopeVersion => "the envelope's major version is not 1",
        })
    }
}
