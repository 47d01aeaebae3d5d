//! [`Finding`], one reason for a verdict: where, who breaks, and why.

use crate::text::same;

const MAX_DEPTH: usize = 16;
const MAX_FINDINGS: usize = 12;

/// Who breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Breaks {
    /// This build, on events that are stored or on their way.
    Backward,
    /// Consumers that are deployed with the type as it was published.
    Forward,
    /// This build, on what it writes itself.
    Own,
    /// A view, on what a producer writes.
    View,
}

/// One reason for a verdict.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    /// Where.
    pub path: Path<'a>,
    /// Who breaks.
    pub breaks: Breaks,
    /// Why.
    pub what: What<'a>,
}

/// Why something breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What<'a> {
    /// A field that the reader requires is never written.
    NeverWritten,
    /// A field that the reader requires is sometimes left out.
    SometimesAbsent,
    /// A value of one kind is not read as the other.
    Kind {
        /// How it is written.
        written: &'a str,
        /// How it is read.
        read: &'a str,
    },
    /// Some values of one kind are not read as the other.
    SomeValues {
        /// How it is written.
        written: &'a str,
        /// How it is read.
        read: &'a str,
    },
    /// Values change on the way.
    Changed {
        /// How it is written.
        written: &'a str,
        /// How it is read.
        read: &'a str,
    },
    /// `null` is written, and not read.
    Null,
    /// The lengths of the array differ.
    Length,
    /// Two fields of the message are read as one.
    Duplicate,
    /// The reader denies a field that it does not know.
    Denied {
        /// Its name.
        name: &'a str,
    },
    /// The field is written under another name, and read as absent.
    Renamed {
        /// The name that it is written under.
        written: &'a str,
    },
    /// A field took the place of another of the same type.
    Replaced {
        /// The one that was.
        old: &'a str,
        /// The one that is.
        new: &'a str,
    },
    /// A field is read from what was written as another one.
    Swapped {
        /// The other one.
        written: &'a str,
    },
    /// The field is written, and never read.
    NeverRead,
    /// The field is read, and the writer that has it does not write it.
    NotWritten,
    /// The reader does not know the variant.
    UnknownVariant,
    /// The variant becomes the one that is read for all that are unknown.
    Other,
    /// The variant is read as another one.
    TakenBy {
        /// The other one.
        variant: &'a str,
    },
    /// A flattened `Option` becomes none, because what it holds is not read.
    Swallowed,
    /// The field was optional, and is no longer.
    DefaultDropped,
    /// A name that was read is no longer.
    NameDropped {
        /// The name.
        name: &'a str,
    },
    /// Fields that are unknown were ignored, and are denied.
    DenyAdded,
    /// Fields that are unknown were ignored, and are now read into a map of one type.
    MapAdded,
    /// Variants that are unknown were read, and are no longer.
    CatchAllDropped,
    /// No producer writes a field of the view.
    Unwritten,
    /// There are too many combinations of what is flattened, or it is nested too deep.
    TooComplex,
}

/// Where in a type something is: the names in Rust of fields and variants, from the outside in.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    segments: [&'a str; MAX_DEPTH],
    len: usize,
}

impl<'a> Path<'a> {
    pub(super) const fn new() -> Self {
        Self { segments: [""; MAX_DEPTH], len: 0 }
    }

    /// Its parts. Of a very deep one, the first.
    #[must_use]
    pub const fn segments(&self) -> &[&'a str] {
        let len = if self.len < MAX_DEPTH { self.len } else { MAX_DEPTH };
        self.segments.split_at(len).0
    }

    pub(super) const fn push(&mut self, segment: &'a str) {
        if self.len < MAX_DEPTH {
            self.segments[self.len] = segment;
        }
        self.len += 1;
    }

    pub(super) const fn pop(&mut self) {
        self.len -= 1;
    }

    /// Whether it is what was written as `address.zip`.
    #[must_use]
    pub const fn is(&self, written: &str) -> bool {
        let written = written.as_bytes();
        let segments = self.segments();
        let mut from = 0;
        let mut at = 0;
        while at < segments.len() {
            if at > 0 {
                if from >= written.len() || written[from] != b'.' {
                    return false;
                }
                from += 1;
            }
            let segment = segments[at].as_bytes();
            if segment.len() > written.len() - from {
                return false;
            }
            let mut byte = 0;
            while byte < segment.len() {
                if segment[byte] != written[from + byte] {
                    return false;
                }
                byte += 1;
            }
            from += segment.len();
            at += 1;
        }
        from == written.len()
    }

    const fn equals(&self, other: &Path<'_>) -> bool {
        if self.len != other.len {
            return false;
        }
        let mut at = self.segments().len();
        while at > 0 {
            at -= 1;
            if !same(self.segments[at], other.segments[at]) {
                return false;
            }
        }
        true
    }
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.segments().join("."))
    }
}

/// The findings of a verdict: the first ones, and how many more there are.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    list: [Finding<'a>; MAX_FINDINGS],
    len: usize,
    more: usize,
}

impl<'a> Findings<'a> {
    /// None.
    pub(crate) const fn new() -> Self {
        let none = Finding { path: Path::new(), breaks: Breaks::Own, what: What::TooComplex };
        Self { list: [none; MAX_FINDINGS], len: 0, more: 0 }
    }

    /// Those that there was room for.
    #[must_use]
    pub const fn list(&self) -> &[Finding<'a>] {
        self.list.split_at(self.len).0
    }

    /// How many more there are.
    #[must_use]
    pub const fn more(&self) -> usize {
        self.more
    }

    /// One that is there already is not repeated.
    pub(crate) const fn add(&mut self, finding: Finding<'a>) {
        let mut at = 0;
        while at < self.len {
            let other = &self.list[at];
            if other.breaks as u8 == finding.breaks as u8
                && other.what.is_like(&finding.what)
                && other.path.equals(&finding.path)
            {
                return;
            }
            at += 1;
        }
        if self.len < MAX_FINDINGS {
            self.list[self.len] = finding;
            self.len += 1;
        } else {
            self.more += 1;
        }
    }

    pub(crate) const fn add_all(&mut self, others: &Findings<'a>) {
        let mut at = 0;
        while at < others.len {
            self.add(others.list[at]);
            at += 1;
        }
        self.more += others.more;
    }
}

impl What<'_> {
    /// Whether it says the same about the same kind of thing.
    const fn is_like(&self, other: &What<'_>) -> bool {
        match (self, other) {
            (What::Kind { written: w1, read: r1 }, What::Kind { written: w2, read: r2 })
            | (What::SomeValues { written: w1, read: r1 }, What::SomeValues { written: w2, read: r2 })
            | (What::Changed { written: w1, read: r1 }, What::Changed { written: w2, read: r2 })
            | (What::Replaced { old: w1, new: r1 }, What::Replaced { old: w2, new: r2 }) => {
                same(w1, w2) && same(r1, r2)
            }
            (What::Denied { name: a }, What::Denied { name: b })
            | (What::NameDropped { name: a }, What::NameDropped { name: b })
            | (What::Renamed { written: a }, What::Renamed { written: b })
            | (What::Swapped { written: a }, What::Swapped { written: b })
            | (What::TakenBy { variant: a }, What::TakenBy { variant: b }) => same(a, b),
            _ => self.code() == other.code() && self.code() != 0,
        }
    }

    const fn code(&self) -> u8 {
        match self {
            What::NeverWritten => 1,
            What::SometimesAbsent => 2,
            What::Null => 3,
            What::Length => 4,
            What::Duplicate => 5,
            What::NeverRead => 6,
            What::NotWritten => 7,
            What::UnknownVariant => 8,
            What::Other => 9,
            What::Swallowed => 10,
            What::DefaultDropped => 11,
            What::DenyAdded => 12,
            What::MapAdded => 13,
            What::CatchAllDropped => 14,
            What::Unwritten => 15,
            What::TooComplex => 16,
            What::Kind { .. }
            | What::SomeValues { .. }
            | What::Changed { .. }
            | What::Denied { .. }
            | What::Renamed { .. }
            | What::Replaced { .. }
            | What::Swapped { .. }
            | What::TakenBy { .. }
            | What::NameDropped { .. } => 0,
        }
    }
}
