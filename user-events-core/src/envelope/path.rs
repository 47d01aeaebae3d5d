//! The second pass: reads what the first could not, and keeps track of where it is.
//!
//! A [`Tracked`] deserializer wraps serde_json's and tells the [`Tracker`] of each step into a
//! field, an element or a variant. The innermost step that an error passes on its way out is
//! where it happened.

use std::cell::RefCell;

use serde::de::{DeserializeSeed, IgnoredAny};
use serde_json::error::Category;

use self::deserializer::Tracked;
use self::tracker::{Finding, Tracker};
use crate::{DecodeError, DecodeErrorKind};

mod access;
mod deserializer;
mod error;
mod seed;
mod tracker;
mod visitor;

/// Reads the body; an error tells its path. The outermost object's fields have these names.
pub(crate) fn read<'de, S: DeserializeSeed<'de>>(
    body: &'de [u8],
    names: impl Iterator<Item = &'static str>,
    seed: S,
) -> Result<S::Value, DecodeError> {
    let state = RefCell::default();
    let names: Vec<_> = names.collect();
    let tracker = Tracker::new(&state);
    let mut json = serde_json::Deserializer::from_slice(body);
    seed.deserialize(Tracked::of_fields(&mut json, tracker, &names))
        .map_err(|error| tracker.leave(error))
        .and_then(|value| json.end().map(|()| value))
        .map_err(|error| describe(body, &error, tracker.finding()))
        .and_then(|value| utf8(body).map(|()| value))
}

/// Serde_json checks the texts that somebody asks for, and only those.
fn utf8(body: &[u8]) -> Result<(), DecodeError> {
    let Err(error) = std::str::from_utf8(body) else { return Ok(()) };
    let before = &body[..error.valid_up_to()];
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
    Err(DecodeError::new(DecodeErrorKind::Syntax, String::new(), line, column))
}

fn describe(body: &[u8], error: &serde_json::Error, Finding { kind, path }: Finding) -> DecodeError {
    let kind = kind.unwrap_or_else(|| match error.classify() {
        Category::Eof => DecodeErrorKind::Truncated,
        Category::Data => DecodeErrorKind::Shape,
        Category::Syntax | Category::Io if is_too_deep(error) => DecodeErrorKind::TooDeep,
        Category::Syntax | Category::Io => match syntax(body) {
            Ok(()) if is_of_another_shape(error) => DecodeErrorKind::Shape,
            Ok(()) => DecodeErrorKind::Refused,
            Err(Category::Eof) => DecodeErrorKind::Truncated,
            Err(_) => DecodeErrorKind::Syntax,
        },
    });
    DecodeError::new(kind, path, error.line(), error.column())
}

/// Whether serde_json's limit on nesting was reached. It has no kind of its own, but a text, in
/// which there is no value: errors of syntax are never those of a type.
fn is_too_deep(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("recursion limit exceeded")
}

/// Whether a list is longer than expected, or an enum is neither a text nor an object of one field.
fn is_of_another_shape(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    text.starts_with("trailing characters") || text.starts_with("expected value")
}

/// Whether the body is JSON for all that its syntax says. Serde_json calls it an error of syntax,
/// too, when a number is out of range, or a map's key no number.
fn syntax(body: &[u8]) -> Result<(), Category> {
    let skip = |body: &[u8]| serde_json::from_slice::<IgnoredAny>(body).map(drop).map_err(|error| error.classify());
    match skip(body) {
        // A number that ends with its sign, point or exponent is an error of syntax to serde_json, also at the
        // body's end: there it is one that goes on if a digit does.
        Err(Category::Syntax) if body.last().is_some_and(|last| b"-+.eE".contains(last)) => {
            match skip(&[body, b"0"].concat()) {
                Ok(()) | Err(Category::Eof) => Err(Category::Eof),
                other => other,
            }
        }
        Ok(()) if std::str::from_utf8(body).is_err() => Err(Category::Syntax),
        other => other,
    }
}
