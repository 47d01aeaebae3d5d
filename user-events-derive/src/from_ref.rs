//! `#[derive(FromRef)]`

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Field, Fields, FieldsNamed};

use crate::mistakes::Mistakes;
use crate::private::Private;
use crate::{attr, span};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let private = attr::read_crate("from_ref", &input.attrs, &mut mistakes);
    let parts = parts(input, &mut mistakes);
    let expanded = expand(input, &private, &parts);
    match mistakes.check(Some(())) {
        Ok(()) => expanded,
        Err(error) => {
            let error = error.to_compile_error();
            quote!(#error #expanded)
        }
    }
}

/// The fields that handlers can take, no two of one type.
fn parts<'a>(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Vec<&'a Field> {
    if !input.generics.params.is_empty() {
        mistakes.report(&input.generics, "a consumer's state has no generic parameters, as in `struct App { … }`");
        return Vec::new();
    }
    let Some(fields) = named_fields(input) else {
        let message = "a consumer's state is a struct with named fields, as in `struct App { mailer: Mailer }`";
        mistakes.report(&input.ident, message);
        return Vec::new();
    };

    let mut types = HashSet::new();
    let mut parts = Vec::new();
    for field in &fields.named {
        if attr::read_skip(&field.attrs, mistakes) {
            continue;
        }
        let ty = field.ty.to_token_stream().to_string();
        if types.insert(ty.clone()) {
            parts.push(field);
        } else {
            let message = format!(
                "a second field of type `{ty}`: a handler that takes `State<{ty}>` could not say which; \
                 wrap one in a newtype, or write `#[from_ref(skip)]` before this field"
            );
            mistakes.report(&field.ty, message);
        }
    }
    parts
}

fn named_fields(input: &DeriveInput) -> Option<&FieldsNamed> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Some(fields),
            Fields::Unnamed(_) | Fields::Unit => None,
        },
        Data::Enum(_) | Data::Union(_) => None,
    }
}

fn expand(input: &DeriveInput, private: &Private, parts: &[&Field]) -> TokenStream {
    if parts.is_empty() {
        return TokenStream::new();
    }
    let state = span::generated(&input.ident);
    let impls = parts.iter().map(|field| {
        let Field { ident, ty, .. } = field;
        let part = quote_spanned!(span::at(ty.span())=> &state.#ident);
        quote! {
            #[automatically_derived]
            impl __private::FromRef<#state> for #ty {
                fn from_ref(state: &#state) -> Self {
                    __private::Clone::clone(#part)
                }
            }
        }
    });

    quote! {
        const _: () = {
            use #private;

            #(#impls)*
        };
    }
}
