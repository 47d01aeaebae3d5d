//! [`DecodeError`]: where a body is not what it should be, without a word of what it is.

use std::error::Error;
use std::fmt;

use crate::EventMeta;

/// A body that could not be decoded.
///
/// Says kind, field path, line and column. Serde's own text repeats values of the payload,
/// so it is never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    kind: DecodeErrorKind,
    event: Option<&'static EventMeta>,
    path: String,
    line: usize,
    column: usize,
}

impl DecodeError {
    pub(crate) const fn new(kind: DecodeErrorKind, path: String, line: usize, column: usize) -> Self {
        Self { kind, event: None, path, line, column }
    }

    pub(crate) fn of(mut self, event: &'static EventMeta) -> Self {
        self.event = Some(event);
        self
    }

    pub(crate) fn because(mut self, kind: DecodeErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> DecodeErrorKind {
        self.kind
    }

    /// The event that the body was decoded as.
    #[must_use]
    pub const fn event(&self) -> Option<&'static EventMeta> {
        self.event
    }

    /// The field: `payload.address.zip`, `payload.items[3]`; empty where it is the whole body.
    ///
    /// Names that the types do not know (keys of maps, and of structs with flattened fields) are
    /// shown as `*`, for they may be data. Where serde reads a part into a buffer first
    /// (flattened fields, enums that are internally tagged or untagged), steps inside that part
    /// are left out.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line that had been reached, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The bytes of that line that had been read.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.event {
            Some(event) => write!(f, "cannot decode {event}: ")?,
            None => f.write_str("cannot decode the message: ")?,
        }
        let place = Place(&self.path);
        match self.kind {
            DecodeErrorKind::Syntax => write!(f, "not JSON, in {place}")?,
            DecodeErrorKind::Truncated => write!(f, "the body ends in the middle of {place}")?,
            DecodeErrorKind::Missing => write!(f, "{place} is missing")?,
            DecodeErrorKind::Duplicate => write!(f, "{place} appears twice")?,
            DecodeErrorKind::Unknown => write!(f, "{place} has a name that its type does not know")?,
            DecodeErrorKind::Shape => write!(f, "{place} has another type than expected")?,
            DecodeErrorKind::Refused => write!(f, "{place} has a value that its type does not accept")?,
            DecodeErrorKind::EnvelopeVersion => f.write_str("the envelope's major version is not 1")?,
        }
        write!(f, " (line {}, column {})", self.line, self.column)
    }
}

impl Error for DecodeError {}

struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => f.write_str("the envelope"),
            path => write!(f, "field `{path}`"),
        }
    }
}

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// Not JSON.
    Syntax,
    /// JSON that ends too early.
    Truncated,
    /// A field that must be there is not.
    Missing,
    /// A field appears twice.
    Duplicate,
    /// A field or a variant has a name that the type does not know.
    Unknown,
    /// A value has another type, or a list another length, than expected.
    Shape,
    /// A value is out of range, nests deeper than 128 levels, or was refused by the type's own
    /// `Deserialize`.
    Refused,
    /// An envelope of a major version that this library does not know.
    EnvelopeVersion,
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "not JSON",
            Self::Truncated => "truncated",
            Self::Missing => "missing field",
            Self::Duplicate => "duplicate field",
            Self::Unknown => "unknown name",
            Self::Shape => "wrong type",
            Self::Refused => "value not accepted",
            Self::EnvelopeVersion => "unsupported envelope version",
        })
    }
}
