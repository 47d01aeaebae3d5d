//! What a derive emits beside its error: an impl, so that code which uses the type adds no errors of its own.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error};

use crate::model::Event;
use crate::private::Private;
use crate::shape::Shape;
use crate::{event, schema};

pub(crate) fn event(input: &DeriveInput, private: Private, error: &Error) -> TokenStream {
    // Serde derives nothing for a union, so that it could not be an event by any impl.
    let is_union = matches!(input.data, Data::Union(_));
    beside(
        input,
        error,
        || {
            if is_union { TokenStream::new() } else { event::expand(&Event::named_after(input, private)) }
        },
    )
}

pub(crate) fn consumable(input: &DeriveInput, private: &Private, error: &Error) -> TokenStream {
    let ident = &input.ident;
    beside(input, error, || {
        quote! {
            const _: () = {
                use #private;

                #[automatically_derived]
                impl __private::Consumable for #ident {
                    const ACCEPTS: &'static [&'static __private::EventMeta] = &[];

                    fn decode(
                        _: &__private::InboundMessage,
                        _: __private::Matched<'_>,
                    ) -> __private::Result<__private::StandardMessage<Self>, __private::DecodeError> {
                        ::core::unreachable!()
                    }
                }
            };
        }
    })
}

pub(crate) fn partition_key(input: &DeriveInput, private: &Private, error: &Error) -> TokenStream {
    let ident = &input.ident;
    beside(input, error, || {
        quote! {
            const _: () = {
                use #private;

                #[automatically_derived]
                impl __private::PartitionKey for #ident {
                    fn key(&self) -> __private::Option<__private::Key<'_>> {
                        __private::None
                    }
                }
            };
        }
    })
}

pub(crate) fn schema(input: &DeriveInput, private: &Private, error: &Error) -> TokenStream {
    let error = error.to_compile_error();
    let expanded = schema::expand(private, &Shape::unknown(input));
    quote!(#error #expanded)
}

/// A type with generic parameters gets no impl: its own bounds would be the next error.
fn beside(input: &DeriveInput, error: &Error, expand: impl FnOnce() -> TokenStream) -> TokenStream {
    let error = error.to_compile_error();
    let expanded = input.generics.params.is_empty().then(expand);
    quote!(#error #expanded)
}
