//! [`find_error`]: where a body is not what its type expects.
//!
//! Decoding does not keep track of where it is; when it fails, this second pass does. A
//! [`Tracked`] deserializer wraps serde_json's and tells the [`Tracker`] of each step into a
//! field, an element or a variant. When an error leaves user code, the innermost step it passes
//! is where it happened.

use std::cell::RefCell;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use self::deserializer::Tracked;
use self::tracker::{Finding, Tracker};
use crate::{DecodeError, DecodeErrorCategory};

mod access;
mod deserializer;
mod error;
mod seed;
mod tracker;
mod visitor;

/// The error that the body gives when it is read as a `T`, with its path.
pub(super) fn find_error<T: DeserializeOwned>(body: &[u8]) -> Option<DecodeError> {
    let state = RefCell::default();
    let tracker = Tracker::new(&state);
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = T::deserialize(Tracked::new(&mut json, tracker)).map_err(|error| tracker.leave(error));
    let error = match read {
        Ok(_) => {
            tracker.forget();
            json.end().err()?
        }
        Err(error) => error,
    };
    Some(describe(body, &error, state.take().finding.unwrap_or_default()))
}

/// The error without a path: what is left when the second pass does not give it again.
pub(super) fn without_path(body: &[u8], error: &serde_json::Error) -> DecodeError {
    describe(body, error, Finding::default())
}

fn describe(body: &[u8], error: &serde_json::Error, Finding { category, path }: Finding) -> DecodeError {
    let category = category.unwrap_or_else(|| match error.classify() {
        Category::Eof => DecodeErrorCategory::Truncated,
        Category::Data => DecodeErrorCategory::Shape,
        Category::Syntax | Category::Io if is_json(body) => DecodeErrorCategory::Refused,
        Category::Syntax | Category::Io => DecodeErrorCategory::Syntax,
    });
    DecodeError::new(category, path, error.line(), error.column())
}

/// Whether the body is JSON for all that its syntax says. Serde_json calls it an error of syntax,
/// too, when a number is out of range, a map's key no number, or the nesting too deep.
fn is_json(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}
