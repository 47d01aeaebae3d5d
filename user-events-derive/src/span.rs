//! Where rustc shows what generated code does wrong.

use proc_macro2::{Ident, Span};
use syn::Path;

/// The name of the user's type, for generated code: a deprecated type is named there without a warning.
pub(crate) fn generated(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(at(ident.span()));
    ident
}

/// The path of another type, named by the user: as [`generated`].
pub(crate) fn generated_path(path: &Path) -> Path {
    let mut path = path.clone();
    // What `$crate` means hangs on its span.
    path.segments.iter_mut().filter(|segment| segment.ident != "$crate").for_each(|segment| {
        segment.ident = generated(&segment.ident);
    });
    path
}

/// The end of a path, for what is to be shown there.
pub(crate) fn at_path(path: &Path) -> Span {
    at(path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span()))
}

/// Generated tokens whose errors are shown at what the user wrote.
pub(crate) fn at(written: Span) -> Span {
    Span::call_site().located_at(written)
}
