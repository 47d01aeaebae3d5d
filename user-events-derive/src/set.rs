//! `#[derive(EventSet)]`

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Fields, Ident, Type, Variant};

use crate::mistakes::Mistakes;
use crate::private::Private;
use crate::{attr, fallback, span};

/// One variant and the event it holds.
struct Member<'a> {
    variant: &'a Ident,
    event: &'a Type,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let private = attr::read_crate("event", &input.attrs, &mut mistakes);
    let members = members(input, &mut mistakes);
    match mistakes.check(Some(members)) {
        Ok(members) => expand(input, &private, &members),
        Err(error) => fallback::event_set(input, &private, &error),
    }
}

fn members<'a>(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Vec<Member<'a>> {
    if !input.generics.params.is_empty() {
        mistakes.report(&input.generics, "a set of events has no generic parameters, as in `enum UserEvent { … }`");
    }
    let Data::Enum(data) = &input.data else {
        let message = "a set of events is an enum, as in `enum UserEvent { Registered(UserRegistered) }`";
        mistakes.report(&input.ident, message);
        return Vec::new();
    };
    if data.variants.is_empty() {
        let message = "a set holds at least one event, as in `enum UserEvent { Registered(UserRegistered) }`";
        mistakes.report(&input.ident, message);
    }
    data.variants.iter().filter_map(|variant| member(variant, mistakes)).collect()
}

fn member<'a>(variant: &'a Variant, mistakes: &mut Mistakes) -> Option<Member<'a>> {
    let message = "this attribute stands before the enum, or before the struct of the event that the variant holds";
    attr::refuse("event", &variant.attrs, message, mistakes);
    match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            Some(Member { variant: &variant.ident, event: &fields.unnamed[0].ty })
        }
        _ => {
            let ident = &variant.ident;
            let message = format!("a variant of a set holds one event, as in `{ident}(User{ident})`");
            mistakes.report(variant, message);
            None
        }
    }
}

fn expand(input: &DeriveInput, private: &Private, members: &[Member<'_>]) -> TokenStream {
    let set = span::generated(&input.ident);
    let accepts = members.iter().map(|Member { event, .. }| quote!(<#event as __private::DomainEvent>::META));
    let (last, others) = members.split_last().expect("a set that holds no event is refused");
    let others = others.iter().map(|Member { variant, event }| {
        quote! {
            if matched.event.same(<#event as __private::DomainEvent>::META) {
                let message = <#event as __private::Consumable>::decode(message, matched)?;
                return __private::Ok(message.map_payload(Self::#variant));
            }
        }
    });
    let Member { variant, event } = last;
    let assert_distinct = members.iter().enumerate().skip(1).map(|(at, Member { variant, .. })| {
        quote_spanned! {span::at(variant.span())=>
            __private::assert_distinct(<#set as __private::Consumable>::ACCEPTS, #at);
        }
    });

    quote! {
        const _: () = {
            use #private;

            #[automatically_derived]
            impl __private::Consumable for #set {
                const ACCEPTS: &'static [&'static __private::EventMeta] = &[#(#accepts),*];

                fn decode(
                    message: &__private::InboundMessage,
                    matched: __private::Matched<'_>,
                ) -> __private::Result<__private::StandardMessage<Self>, __private::DecodeError> {
                    #(#others)*
                    let message = <#event as __private::Consumable>::decode(message, matched)?;
                    __private::Ok(message.map_payload(Self::#variant))
                }
            }

            #(#assert_distinct)*
        };
    }
}
