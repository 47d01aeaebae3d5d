//! `#[derive(EventSet)]`

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Data, DeriveInput, Fields, Ident, Type, Variant};

use crate::mistakes::Mistakes;
use crate::private::Private;
use crate::{attr, fallback, span};

/// One variant, and the event, view or set that it holds.
struct Member<'a> {
    variant: &'a Ident,
    event: &'a Type,
}

/// The variant for messages of types that no handler takes, and what it holds: an `UnknownEvent`, or nothing.
struct Other<'a> {
    variant: &'a Ident,
    held: Option<&'a Type>,
}

struct Set<'a> {
    members: Vec<Member<'a>>,
    other: Option<Other<'a>>,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let private = attr::read_crate("event", &input.attrs, &mut mistakes);
    let set = set(input, &mut mistakes);
    match mistakes.check(Some(set)) {
        Ok(set) => expand(input, &private, &set),
        Err(error) => fallback::consumable(input, &private, &error),
    }
}

fn set<'a>(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Set<'a> {
    let mut set = Set { members: Vec::new(), other: None };
    if !input.generics.params.is_empty() {
        mistakes.report(&input.generics, "a set of events has no generic parameters, as in `enum UserEvent { … }`");
    }
    let Data::Enum(data) = &input.data else {
        let message = "a set of events is an enum, as in `enum UserEvent { Registered(UserRegistered) }`";
        mistakes.report(&input.ident, message);
        return set;
    };
    for variant in &data.variants {
        for field in &variant.fields {
            attr::refuse("event", &field.attrs, "this attribute stands before the variant", mistakes);
        }
        if !attr::read_other(&variant.attrs, mistakes) {
            set.members.extend(member(variant, mistakes));
        } else if set.other.is_some() {
            mistakes.report(variant, "a set has one variant for messages of other types");
        } else {
            set.other = other(variant, mistakes);
        }
    }
    if data.variants.iter().all(|variant| Some(&variant.ident) == set.other.as_ref().map(|other| other.variant)) {
        let message = "a set holds at least one event, as in `enum UserEvent { Registered(UserRegistered) }`";
        mistakes.report(&input.ident, message);
    }
    set
}

fn member<'a>(variant: &'a Variant, mistakes: &mut Mistakes) -> Option<Member<'a>> {
    match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            Some(Member { variant: &variant.ident, event: &fields.unnamed[0].ty })
        }
        _ => {
            let ident = &variant.ident;
            let message = format!(
                "a variant of a set holds one event, as in `{ident}(User{ident})`; \
                 one for messages of other types is marked `#[event(other)]`"
            );
            mistakes.report(variant, message);
            None
        }
    }
}

fn other<'a>(variant: &'a Variant, mistakes: &mut Mistakes) -> Option<Other<'a>> {
    let held = match &variant.fields {
        Fields::Unit => None,
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Some(&fields.unnamed[0].ty),
        _ => {
            let ident = &variant.ident;
            let message = format!(
                "a variant for messages of other types holds an `UnknownEvent` or nothing, \
                 as in `{ident}(UnknownEvent)` or `{ident}`"
            );
            mistakes.report(variant, message);
            return None;
        }
    };
    Some(Other { variant: &variant.ident, held })
}

fn expand(input: &DeriveInput, private: &Private, set: &Set<'_>) -> TokenStream {
    let Set { members, other } = set;
    let ident = span::generated(&input.ident);
    let accepts = members.iter().map(|Member { event, .. }| quote!(<#event as __private::Consumable>::ACCEPTS));
    let other = other.as_ref().map(take_other);
    let (last, others) = members.split_last().expect("a set that holds no event is refused");
    let others = others.iter().map(|Member { variant, event }| {
        quote! {
            if __private::accepts(<#event as __private::Consumable>::ACCEPTS, matched.event) {
                let message = <#event as __private::Consumable>::decode(message, matched)?;
                return __private::Ok(message.map_payload(Self::#variant));
            }
        }
    });
    let Member { variant, event } = last;
    let assert_members = members.iter().enumerate().map(|(at, Member { variant, event })| {
        let takes_others = quote!(<#event as __private::Consumable>::OTHER.is_some());
        quote_spanned! {span::at(variant.span())=>
            __private::assert_member(MEMBERS, #at, #takes_others);
        }
    });

    quote! {
        const _: () = {
            use #private;

            const MEMBERS: &[&[&__private::EventMeta]] = &[#(#accepts),*];

            #[automatically_derived]
            impl __private::Consumable for #ident {
                const ACCEPTS: &'static [&'static __private::EventMeta] =
                    &__private::concat::<{ __private::count(MEMBERS) }>(MEMBERS);
                #other

                fn decode(
                    message: &__private::InboundMessage,
                    matched: __private::Matched<'_>,
                ) -> __private::Result<__private::StandardMessage<Self>, __private::DecodeError> {
                    #(#others)*
                    let message = <#event as __private::Consumable>::decode(message, matched)?;
                    __private::Ok(message.map_payload(Self::#variant))
                }
            }

            #(#assert_members)*
        };
    }
}

fn take_other(Other { variant, held }: &Other<'_>) -> TokenStream {
    let (held, variant) = match held {
        Some(held) => (held.to_token_stream(), quote!(Self::#variant)),
        None => (quote!(__private::UnknownEvent), quote!(|_| Self::#variant)),
    };
    quote! {
        const OTHER: __private::Option<__private::ReadOther<Self>> = __private::Some(|message, recognised| {
            let message = <#held as __private::OtherPayload>::read(message, recognised)?;
            __private::Ok(message.map_payload(#variant))
        });
    }
}
