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
pub(super) fn read<'de, S: DeserializeSeed<'de>>(
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
}

fn describe(body: &[u8], error: &serde_json::Error, Finding { kind, path }: Finding) -> DecodeError {
    let kind = kind.unwrap_or_else(|| match error.classify() {
        Category::Eof => DecodeErrorKind::Truncated,
        Category::Data => DecodeErrorKind::Shape,
        Category::Syntax | Category::Io if is_too_deep(error) => DecodeErrorKind::TooDeep,
        Category::Syntax | Category::Io if is_json(body) => DecodeErrorKind::Refused,
        Category::Syntax | Category::Io => DecodeErrorKind::Syntax,
    });
    DecodeError::new(kind, path, error.line(), error.column())
}

/// Whether serde_json's limit on nesting was reached. It has no kind of its own, but a text, in
/// which there is no value: errors of syntax are never those of a type.
fn is_too_deep(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("recursion limit exceeded")
}

/// Whether the body is JSON for all that its syntax says. Serde_json calls it an error of syntax,
/// too, when a number is out of range, or a map's key no number.
fn is_json(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}
