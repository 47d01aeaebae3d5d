//! `#[derive(PartitionKey)]`

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Field, Fields};

use crate::mistakes::Mistakes;
use crate::private::Private;
use crate::{attr, fallback, span};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let private = attr::read_crate("partition_key", &input.attrs, &mut mistakes);
    let field = only_field(input, &mut mistakes);
    match mistakes.check(field) {
        Ok(field) => expand(input, &private, field),
        Err(error) => fallback::partition_key(input, &private, &error),
    }
}

fn only_field<'a>(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Option<&'a Field> {
    if !input.generics.params.is_empty() {
        let message = "a partition key has no generic parameters, as in `struct UserId(String);`";
        mistakes.report(&input.generics, message);
    }
    if let Data::Struct(data) = &input.data {
        if let Fields::Unnamed(fields) = &data.fields {
            if fields.unnamed.len() == 1 {
                return fields.unnamed.first();
            }
        }
    }
    mistakes.report(&input.ident, "a partition key is a struct around one field, as in `struct UserId(String);`");
    None
}

fn expand(input: &DeriveInput, private: &Private, field: &Field) -> TokenStream {
    let ident = span::generated(&input.ident);
    let field = quote_spanned!(span::at(field.ty.span())=> &self.0);

    quote! {
        const _: () = {
            use #private;

            #[automatically_derived]
            impl __private::PartitionKey for #ident {
                fn key(&self) -> __private::Option<__private::Key<'_>> {
                    __private::PartitionKey::key(#field)
                }
            }
        };
    }
}
