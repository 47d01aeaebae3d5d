//! [`DecodeError`]: where a body is not what it should be, without a word of what it is.

use std::error::Error;
use std::fmt;

use crate::{Dialect, EventMeta};

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
    detail: Detail,
}

/// What is known beside kind and place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Detail {
    None,
    /// The version of the event that the message tells.
    Told(u32),
    /// The dialect that the message looks like.
    LooksLike(Box<Dialect>),
}

/// A longer number is rather somebody's date or id than a version: it is not repeated.
const LARGEST_VERSION_SHOWN: u32 = 9999;

impl DecodeError {
    pub(crate) const fn new(kind: DecodeErrorKind, path: String, line: usize, column: usize) -> Self {
        Self { kind, event: None, path, line, column, detail: Detail::None }
    }

    /// An error in a property or header, which has no line.
    pub(crate) fn of_property(kind: DecodeErrorKind, name: impl Into<String>) -> Self {
        Self::new(kind, name.into(), 0, 0)
    }

    pub(crate) fn undeclared(dialect: &Dialect) -> Self {
        Self {
            detail: Detail::LooksLike(Box::new(*dialect)),
            ..Self::new(DecodeErrorKind::UndeclaredDialect, String::new(), 0, 0)
        }
    }

    pub(crate) fn of(mut self, event: &'static EventMeta) -> Self {
        self.event = Some(event);
        self
    }

    pub(crate) fn because(mut self, kind: DecodeErrorKind) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) fn because_of_version(mut self, told: Option<u32>) -> Self {
        self.detail = told.filter(|told| *told <= LARGEST_VERSION_SHOWN).map_or(Detail::None, Detail::Told);
        self.because(DecodeErrorKind::EventVersion)
    }

    /// The same error, its path below this field.
    pub(crate) fn below(mut self, field: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{field}{dot}{}", self.path);
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

    /// The dialect that the message looks like, where it is one that is not accepted.
    #[must_use]
    pub const fn dialect(&self) -> Option<&Dialect> {
        match &self.detail {
            Detail::LooksLike(dialect) => Some(dialect),
            _ => None,
        }
    }

    /// What is wrong, in a sentence that does not say what the body was decoded as:
    /// ``field `payload` is missing (line 1, column 2)``.
    pub fn problem(&self) -> impl fmt::Display {
        Problem(self)
    }

    /// The field: `payload.address.zip`, `payload.items[3]`, in the dialect's own names; empty
    /// where it is the whole body. Where no field is wrong but a property or header, its name:
    /// `content_type`.
    ///
    /// Names that the types do not know (keys of maps, and of structs with flattened fields) are
    /// shown as `*`, for they may be data. Where serde reads a part into a buffer first
    /// (flattened fields, enums that are internally tagged or untagged), steps inside that part
    /// are left out.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line that had been reached, from 1; 0 where it is not the body that is wrong.
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
        Problem(self).fmt(f)
    }
}

struct Problem<'a>(&'a DecodeError);

impl fmt::Display for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DecodeError { kind, path, line, column, detail, .. } = self.0;
        let place = Place { path, in_body: *line > 0 };
        match kind {
            DecodeErrorKind::Syntax => write!(f, "not JSON, in {place}")?,
            DecodeErrorKind::Truncated => write!(f, "the body ends in the middle of {place}")?,
            DecodeErrorKind::Missing => write!(f, "{place} is missing")?,
            DecodeErrorKind::Duplicate => write!(f, "{place} appears twice")?,
            DecodeErrorKind::Unknown => write!(f, "{place} has a name that its type does not know")?,
            DecodeErrorKind::Shape => write!(f, "{place} has another type than expected")?,
            DecodeErrorKind::Refused => write!(f, "{place} has a value that its type does not accept")?,
            DecodeErrorKind::EnvelopeVersion => f.write_str("the envelope's major version is not 1")?,
            DecodeErrorKind::EventVersion => match detail {
                Detail::Told(version) => write!(f, "the message is version {version} of the event")?,
                _ => write!(f, "{place} tells another version of the event")?,
            },
            DecodeErrorKind::TooDeep => write!(f, "{place} nests deeper than 127 levels")?,
            DecodeErrorKind::ContentType => write!(f, "{place} declares something else than JSON in UTF-8")?,
            DecodeErrorKind::ContentEncoding => write!(f, "{place} declares another encoding than UTF-8")?,
            DecodeErrorKind::UndeclaredDialect => match detail {
                Detail::LooksLike(dialect) => Undeclared(dialect).fmt(f)?,
                _ => f.write_str("the message is in a dialect that neither the consumer nor the event declares")?,
            },
        }
        match line {
            0 => Ok(()),
            line => write!(f, " (line {line}, column {column})"),
        }
    }
}

/// What the dialect is, and the line that would accept it.
struct Undeclared<'a>(&'a Dialect);

impl fmt::Display for Undeclared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dialect = self.0;
        write!(
            f,
            "the message looks like the `{dialect}` dialect, which neither the consumer nor the event declares: "
        )?;
        match dialect.declaration() {
            Some(code) => {
                write!(f, "write `.accept({code})` on the consumer, or `dialect = {code}` in the event's `#[event(…)]`")
            }
            None => f.write_str(
                "accept the dialect of that name on the consumer, or give it to the event, with `dialect` in its \
                 `#[event(…)]`",
            ),
        }
    }
}

impl Error for DecodeError {}

struct Place<'a> {
    path: &'a str,
    in_body: bool,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path {
            "" => f.write_str("the envelope"),
            path if self.in_body => write!(f, "field `{path}`"),
            name => write!(f, "property `{name}`"),
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
    /// A value is out of range, or was refused by the type's own `Deserialize`.
    Refused,
    /// An envelope of a major version that this library does not know.
    EnvelopeVersion,
    /// The event's version, written beside its type, is another than the event's that was matched.
    EventVersion,
    /// Objects and lists nest deeper than 127 levels.
    TooDeep,
    /// The content type, or CloudEvents' `datacontenttype` or `data_base64`, declares something
    /// else than JSON in UTF-8.
    ContentType,
    /// The content encoding is another than UTF-8: a compressed body.
    ContentEncoding,
    /// An envelope in a dialect that neither the consumer nor the event declares.
    UndeclaredDialect,
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
            Self::EventVersion => "another version of the event",
            Self::TooDeep => "nested too deep",
            Self::ContentType => "unsupported content type",
            Self::ContentEncoding => "unsupported content encoding",
            Self::UndeclaredDialect => "undeclared dialect",
        })
    }
}
