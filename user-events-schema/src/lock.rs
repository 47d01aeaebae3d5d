//! [`Lock`], what was published of one version of an event, and its file: `events.lock/<Type>/v<N>.json`.

mod error;
mod json;
mod order;
mod parse;
mod sample;
mod shape;
mod word;
mod write;

use std::fmt;

pub use error::{LockError, LockErrorKind};
pub use sample::Sample;
pub(crate) use sample::Value;
pub use shape::Shape;

/// The folder of a crate's locks, beside its `Cargo.toml`.
pub const FOLDER: &str = "events.lock";

/// The format of the files that this release reads and writes.
pub const FORMAT: u32 = 1;

/// The file of an event's version in the folder: `UserRegistered/v1.json`.
#[must_use]
pub fn file_name(event_type: &str, version: u32) -> String {
    format!("{event_type}/v{version}.json")
}

/// The word for a scalar in the files, for messages.
#[must_use]
pub const fn scalar_word(scalar: crate::Scalar) -> &'static str {
    word::of(scalar)
}

/// Every revision of one version of an event, the oldest first.
///
/// As text, its names are sorted, each value has a line of its own, and nothing in it depends on when or where it was
/// written: what a change to it says can be read in a pull request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lock {
    /// The event's type.
    pub event_type: String,
    /// Its version.
    pub version: u32,
    /// What it was and is; their numbers ascend.
    pub revisions: Vec<Revision>,
}

/// What an event was once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Revision {
    /// Its number, from 1.
    pub number: u32,
    /// Whether it binds the code.
    pub state: State,
    /// The [fingerprint](mod@crate::fingerprint) of the descriptor that it was made from.
    pub fingerprint: u64,
    /// What it writes.
    pub writer: Shape,
    /// What it reads.
    pub reader: Shape,
    /// The fields that were removed on purpose, as paths: `address.zip`.
    pub tombstones: Vec<String>,
    /// Payloads as it wrote them.
    pub samples: Vec<Sample>,
    /// Why it was accepted although it breaks what was published before.
    pub reason: Option<String>,
}

/// Whether a revision binds the code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It does not: it may be rewritten.
    Draft,
    /// It does.
    Published,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Lock {
    /// Reads the text of a lock file. The path is for messages.
    ///
    /// # Errors
    ///
    /// If it is not what [`to_text`](Self::to_text) writes, line breaks and indentation aside.
    pub fn parse(path: &str, text: &str) -> Result<Self, LockError> {
        parse::lock(path, text, parse::Keep::All)
    }

    /// Reads what the compiler compares: documentation and samples are left out.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_shapes(path: &str, text: &str) -> Result<Self, LockError> {
        parse::lock(path, text, parse::Keep::Shapes)
    }

    /// The text of its file.
    #[must_use]
    pub fn to_text(&self) -> String {
        write::lock(self)
    }

    /// The latest revision.
    #[must_use]
    pub fn newest(&self) -> Option<&Revision> {
        self.revisions.last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{EVERYTHING, EXPRESSION, LIST_OF_LISTS, PARENT, TREE, schema};
    use crate::{Arena, Descriptor, Side, lower};

    fn revision(number: u32, descriptor: &'static Descriptor) -> Revision {
        let schema = schema(descriptor);
        Revision {
            number,
            state: State::Published,
            fingerprint: 0x6061_E239_73F9_519A,
            writer: Shape::new(Side::Writer, lower::writer(schema).tree()).unwrap(),
            reader: Shape::new(Side::Reader, lower::reader(schema).tree()).unwrap(),
            tombstones: vec!["address.zip".to_owned()],
            samples: vec![
                Sample::parse(r#"{"b": 18446744073709551616.10, "docs": "\u00e9", "a": [{}, [], null]}"#).unwrap(),
            ],
            reason: Some("\"quoted\"\n\u{1}".to_owned()),
        }
    }

    fn lock() -> Lock {
        let revisions = [&EVERYTHING, &TREE, &PARENT, &EXPRESSION, &LIST_OF_LISTS];
        let revisions = (1..).zip(revisions).map(|(number, descriptor)| revision(number, descriptor)).collect();
        Lock { event_type: "UserRegistered".to_owned(), version: 2, revisions }
    }

    fn error(text: &str) -> LockError {
        Lock::parse("v1.json", text).expect_err(text)
    }

    #[test]
    fn a_lock_survives_its_file() {
        let lock = lock();
        let text = lock.to_text();
        assert_eq!(Lock::parse("v1.json", &text), Ok(lock), "{text}");
    }

    #[test]
    fn a_shape_is_in_the_order_that_the_compiler_makes() {
        for descriptor in [&EVERYTHING, &TREE, &PARENT, &EXPRESSION, &LIST_OF_LISTS] {
            let schema = schema(descriptor);
            // An arena is too large for two of them on a test's stack.
            let holds = |side, arena: &Arena<'_>| {
                assert_eq!(Shape::new(side, arena.tree()).unwrap().tree().tree(), arena.tree());
            };
            holds(Side::Writer, &Box::new(lower::writer(schema)));
            holds(Side::Reader, &Box::new(lower::reader(schema)));
        }
    }

    #[test]
    fn a_lock_is_read_whatever_its_line_breaks_and_indentation() {
        let lock = lock();
        let text = lock.to_text();
        for other in [text.replace('\n', "\r\n"), text.replace("\n", ""), text.replace("  ", "\t")] {
            assert_eq!(Lock::parse("v1.json", &other).map(|lock| lock.to_text()), Ok(text.clone()));
        }
    }

    #[test]
    fn the_compiler_reads_the_same_shapes() {
        let text = lock().to_text();
        let (all, shapes) = (Lock::parse("", &text).unwrap(), Lock::parse_shapes("", &text).unwrap());
        for (all, shapes) in all.revisions.iter().zip(&shapes.revisions) {
            let mut tree = all.writer.tree();
            tree.parts.iter_mut().for_each(|part| part.docs = "");
            assert_eq!(shapes.writer.tree(), tree);
            assert_eq!(shapes.samples, []);
        }
    }

    #[test]
    fn an_edit_by_hand_is_found_unless_it_is_documentation() {
        let text = lock().to_text();
        let mut edits = 0;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim();
            // What is in no revision is compared with the event itself.
            let is_outside = line.starts_with("  \"") || trimmed.starts_with("\"docs\": \"Which");
            if let (Some(quote), false) = (line.rfind('"'), is_outside) {
                let edited = [&text[..at + quote], "x", &text[at + quote..]].concat();
                error(&edited);
                edits += 1;
            }
            at += line.len();
        }
        assert!(edits > 300, "{edits}");
    }

    #[test]
    fn one_value_stands_in_a_line() {
        let lock = Lock { event_type: "Grown".to_owned(), version: 1, revisions: vec![revision(1, &TREE)] };
        let text = r#"{
  "event": "Grown",
  "format": 1,
  "revisions": [
    {
      "checksum": "0da08c7c1af32b17",
      "fingerprint": "6061e23973f9519a",
      "reader": {
        "name": "Tree",
        "struct": [
          {
            "ident": "children",
            "name": "children",
            "presence": "required",
            "type": {
              "list": {
                "recursion": "Tree"
              }
            }
          },
          {
            "ident": "first",
            "name": "first",
            "presence": "optional",
            "type": {
              "nullable": {
                "recursion": "Tree"
              }
            }
          }
        ]
      },
      "reason": "\"quoted\"\n\u0001",
      "revision": 1,
      "samples": [
        {
          "a": [
            {},
            [],
            null
          ],
          "b": 18446744073709551616.10,
          "docs": "\u00e9"
        }
      ],
      "state": "published",
      "tombstones": [
        "address.zip"
      ],
      "writer": {
        "name": "Tree",
        "object": [
          {
            "ident": "children",
            "name": "children",
            "presence": "required",
            "type": {
              "list": {
                "recursion": "Tree"
              }
            }
          },
          {
            "ident": "first",
            "name": "first",
            "presence": "optional",
            "type": {
              "recursion": "Tree"
            }
          }
        ]
      }
    }
  ],
  "version": 1
}
"#;
        assert_eq!(lock.to_text(), text);
    }

    #[test]
    fn an_error_says_where_it_is() {
        use LockErrorKind::{Malformed, MergeConflict, NotJson, TooLarge, UnknownFormat};

        let text = Lock { revisions: vec![revision(1, &TREE)], ..lock() }.to_text();
        let nested = "\"list\": {".repeat(700);
        for (line, replacement, expected) in [
            ("{\n", "", (Malformed, 1, 3, "expected an object, found a text")),
            ("  \"event\"", "  'event'", (NotJson, 2, 3, "this is not JSON: expected a name in quotes")),
            ("\"format\": 1", "\"format\": 2", (UnknownFormat, 3, 13, "this file has format 2, and this release of")),
            (
                "\"format\": 1",
                "\"format\": \"1\"",
                (Malformed, 3, 13, "expected the number of the format, found a text"),
            ),
            ("\"format\": 1,", "\"format\": 1", (NotJson, 4, 3, "this is not JSON: expected `,` or `}`")),
            ("  \"format\": 1,\n", "", (Malformed, 1, 1, "`format` is missing here")),
            ("\"format\"", "\"event\"", (Malformed, 3, 3, "`event` stands here twice")),
            ("\"format\"", "\"a\"", (Malformed, 3, 3, "names are sorted in a lock file, but `a` follows `event`")),
            ("\"format\"", "\"f\"", (Malformed, 3, 3, "unknown name `f`")),
            (
                "    {\n      \"checksum\"",
                "<<<<<<< HEAD\n    {\n      \"checksum\"",
                (MergeConflict, 5, 1, "a merge conflict is"),
            ),
            ("  \"version\": 2\n", "=======\n", (MergeConflict, 75, 1, "a merge conflict is not resolved")),
            ("\"6061e2", "\"6061E2", (Malformed, 7, 22, "expected 16 hexadecimal digits in quotes")),
            (
                "\"name\": \"Tree\"",
                "\"name\": [\"Tree\"]",
                (Malformed, 9, 17, "expected the name of a type, found an array"),
            ),
            ("\"list\"", "\"queue\"", (Malformed, 16, 15, "unknown name `queue`")),
            (
                "{\n                \"recursion\": \"Tree\"\n              }",
                "\"u65\"",
                (Malformed, 16, 23, "unknown shape `u65`"),
            ),
            (
                "\"recursion\": \"Tree\"",
                "\"recursion\": \"Bush\"",
                (Malformed, 16, 23, "there is no type `Bush` around"),
            ),
            (
                "\"presence\": \"required\"",
                "\"presence\": \"some\"",
                (Malformed, 14, 25, "expected `required`, `optional` or `default`, found `some`"),
            ),
            ("\"Tree\"", "\"Tr\nee\"", (NotJson, 9, 20, "this is not JSON: a control character stands in a text")),
            ("\\u0001", "\\ud800", (NotJson, 33, 30, "this is not JSON: an unknown escape")),
            ("\"list\": ", &nested, (TooLarge, 16, 2264, "more than 256 objects and arrays stand in each other")),
            ("\"published\"", "\"public\"", (Malformed, 46, 16, "expected `draft` or `published`, found `public`")),
            ("\"revision\": 1", "\"revision\": 0", (Malformed, 34, 19, "revisions are counted from 1")),
        ] {
            let broken = text.replacen(line, replacement, 1);
            let error = error(&broken);
            let (kind, line, column, message) = expected;
            assert_eq!((error.kind(), error.line(), error.column()), (kind, line, column), "{error}");
            assert!(error.message().starts_with(message), "{error}");
            assert!(error.to_string().starts_with(&format!("v1.json:{line}:{column}: ")), "{error}");
        }
        let cut = error(&text[..text.len() - 3]);
        assert_eq!((cut.kind(), cut.line()), (LockErrorKind::NotJson, 75));
    }

    #[test]
    fn a_text_without_an_end_is_an_error() {
        let text = lock().to_text();
        for end in (0..text.len() - 1).filter(|&end| text.is_char_boundary(end)).step_by(7) {
            assert_eq!(error(&text[..end]).kind(), LockErrorKind::NotJson, "{end}");
        }
    }
}
