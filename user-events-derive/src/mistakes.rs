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
        self.found.push(Error::new_spanned(tokens, message));
    }

    /// Adds a mistake that knows its place.
    pub(crate) fn add(&mut self, error: Error) {
        self.found.push(error);
    }

    /// All mistakes as one error.
    pub(crate) fn check(mut self) -> syn::Result<()> {
        self.checked = true;
        match self.found.drain(..).reduce(|mut all, next| {
            all.combine(next);
            all
        }) {
            Some(error) => Err(error),
            None => Ok(()),
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
