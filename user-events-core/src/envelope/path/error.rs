//! [`TrackedError`]: an error that keeps what serde says in static words, and drops what it says in text.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::tracker::Step;
use crate::DecodeErrorKind;

/// The inner deserializer's error, with the kind and field that user code gave.
#[derive(Debug)]
pub(super) struct TrackedError<E> {
    pub(super) inner: E,
    pub(super) kind: Option<DecodeErrorKind>,
    /// The field that the error names, below where it happened.
    pub(super) field: Option<Step>,
}

impl<E> TrackedError<E> {
    /// An error of the inner deserializer's own.
    pub(super) fn inner(inner: E) -> Self {
        Self { inner, kind: None, field: None }
    }
}

impl<E: de::Error> TrackedError<E> {
    fn of_type(kind: DecodeErrorKind, field: Option<Step>) -> Self {
        // Serde's text may repeat values: the inner error gets none.
        Self { inner: E::custom(""), kind: Some(kind), field }
    }
}

impl<E: de::Error> de::Error for TrackedError<E> {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::of_type(DecodeErrorKind::Refused, None)
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::of_type(DecodeErrorKind::Shape, None)
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::of_type(DecodeErrorKind::Refused, None)
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::of_type(DecodeErrorKind::Shape, None)
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::of_type(DecodeErrorKind::Unknown, None)
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::of_type(DecodeErrorKind::Unknown, Some(Step::AnyName))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of_type(DecodeErrorKind::Missing, Some(Step::Name(field)))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::of_type(DecodeErrorKind::Duplicate, Some(Step::Name(field)))
    }
}

impl<E> fmt::Display for TrackedError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot decode")
    }
}

impl<E: fmt::Debug> std::error::Error for TrackedError<E> {}
