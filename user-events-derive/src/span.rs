//! Where rustc shows what generated code does wrong.

use proc_macro2::{Ident, Span};

/// The name of the user's type, for generated code: a deprecated type is named there without a warning.
pub(crate) fn generated(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(at(ident.span()));
    ident
}

/// Generated tokens whose errors are shown at what the user wrote.
pub(crate) fn at(written: Span) -> Span {
    Span::call_site().located_at(written)
}
