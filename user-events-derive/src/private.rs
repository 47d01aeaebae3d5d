//! Where generated code finds what it names.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

/// The path of the macros' support module, in the crate that `crate = …` names or in `::user_events`.
#[derive(Default)]
pub(crate) struct Private(pub(crate) Option<Path>);

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match &self.0 {
            Some(path) => quote!(#path::__private),
            None => quote!(::user_events::__private),
        });
    }
}
