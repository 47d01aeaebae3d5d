//! [`find_error`]: where a body is not what its type expects.
//!
//! Decoding does not keep track of where it is; when it fails, this second pass does. A
//! [`Tracked`] deserializer wraps serde_json's and tells the [`Tracker`] of each step into a
//! field, an element or a variant. When an error leaves user code, the innermost step it passes
//! is where it happened.

use std::cell::RefCell;

use serde::de::DeserializeOwned;
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
    Some(describe(&error, state.take().finding.unwrap_or_default()))
}

/// The same error without a path: what is left when the second pass does not give it again.
pub(super) fn without_path(error: &serde_json::Error) -> DecodeError {
    describe(error, Finding::default())
}

fn describe(error: &serde_json::Error, Finding { category, path }: Finding) -> DecodeError {
    let category = category.unwrap_or(match error.classify() {
        Category::Eof => DecodeErrorCategory::Truncated,
        Category::Data => DecodeErrorCategory::Shape,
        Category::Syntax | Category::Io => DecodeErrorCategory::Syntax,
    });
    DecodeError::new(category, path, error.line(), error.column())
}
