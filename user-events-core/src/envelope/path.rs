//! The second pass: reads what the first could not, and keeps track of where it is.
//!
//! A [`Tracked`] deserializer wraps serde_json's and tells the [`Tracker`] of each step into a
//! field, an element or a variant. The innermost step that an error passes on its way out is
//! where it happened.

use std::cell::RefCell;

use serde::de::{Deserialize, IgnoredAny};
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

/// Reads the body as a `T`; an error tells its path.
pub(super) fn read<'de, T: Deserialize<'de>>(body: &'de [u8]) -> Result<T, DecodeError> {
    let state = RefCell::default();
    let tracker = Tracker::new(&state);
    let mut json = serde_json::Deserializer::from_slice(body);
    T::deserialize(Tracked::new(&mut json, tracker))
        .map_err(|error| tracker.leave(error))
        .and_then(|value| json.end().map(|()| value))
        .map_err(|error| describe(body, &error, tracker.finding()))
}

fn describe(body: &[u8], error: &serde_json::Error, Finding { kind, path }: Finding) -> DecodeError {
    let kind = kind.unwrap_or_else(|| match error.classify() {
        Category::Eof => DecodeErrorKind::Truncated,
        Category::Data => DecodeErrorKind::Shape,
        Category::Syntax | Category::Io if is_json(body) => DecodeErrorKind::Refused,
        Category::Syntax | Category::Io => DecodeErrorKind::Syntax,
    });
    DecodeError::new(kind, path, error.line(), error.column())
}

/// Whether the body is JSON for all that its syntax says. Serde_json calls it an error of syntax,
/// too, when a number is out of range, a map's key no number, or the nesting too deep.
fn is_json(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}
