//! The mistakes found in one derive, reported together.

use std::fmt::Display;
use std::thread;

use quote::ToTokens;
use syn::Error;

/// Collects mistakes, so that the first does not hide the second.
///
/// Dropping it unchecked panics: no mistake is ever lost.
#[derive(Default)]
pub(crate) struct Mistakes {
    found: Vec<Error>,
    checked: bool,
}

impl Mistakes {
    /// Adds a mistake, shown at these tokens.
    pub(crate) fn report(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.add(Error::new_spanned(tokens, message));
    }

    /// Adds a mistake that knows its place.
    pub(crate) fn add(&mut self, mistake: Error) {
        self.found.push(mistake);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The value, or all mistakes as one error. There is no value only where a mistake was reported.
    pub(crate) fn check<T>(mut self, value: Option<T>) -> syn::Result<T> {
        self.checked = true;
        let error = self.found.drain(..).reduce(|mut all, next| {
            all.combine(next);
            all
        });
        match error {
            Some(error) => Err(error),
            None => Ok(value.expect("a refused input is reported")),
        }
    }
}

impl Drop for Mistakes {
    fn drop(&mut self) {
        if !self.checked && !thread::panicking() {
            panic!("mistakes were collected and never checked");
        }
    }
}
