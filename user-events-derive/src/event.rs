//! `#[derive(DomainEvent)]`

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::DeriveInput;

use crate::attr::EventAttr;
use crate::mistakes::Mistakes;
use crate::model::{Alias, Event};
use crate::{fallback, valid};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let attr = EventAttr::read(&input.attrs, &mut mistakes);
    let event = valid::event(input, &attr, &mut mistakes);
    match mistakes.check(event) {
        Ok(event) => expand(&event),
        Err(error) => fallback::event(input, attr.private(), &error),
    }
}

pub(crate) fn expand(event: &Event<'_>) -> TokenStream {
    let Event { ident, private, .. } = event;
    let aliases = aliases(event);
    let meta = meta(event);
    let partition_key = partition_key(event);
    let publishable = publishable(event);

    quote! {
        const _: () = {
            use #private;

            #[automatically_derived]
            impl __private::Consumable for #ident {
                const ACCEPTS: &'static [&'static __private::EventMeta] = &[<Self as __private::DomainEvent>::META];

                fn decode(
                    message: &__private::InboundMessage,
                    matched: &'static __private::EventMeta,
                ) -> __private::Result<__private::StandardMessage<Self>, __private::DecodeError> {
                    __private::decode_payload(message, matched)
                }
            }

            #aliases

            #[automatically_derived]
            impl __private::DomainEvent for #ident {
                const META: &'static __private::EventMeta = #meta;

                #partition_key
            }

            #publishable
        };
    }
}

fn meta(event: &Event<'_>) -> TokenStream {
    let Event { type_name, message_type, routing_key, .. } = event;
    let version = Literal::u32_unsuffixed(event.version);
    let exchange = event.exchange.as_ref().map(|exchange| quote!(.with_exchange(#exchange)));
    let aliases = (!event.aliases.is_empty()).then(|| quote!(.with_aliases(ALIASES)));
    let must_route = event.must_route.then(|| quote!(.with_must_route()));
    quote! {
        &__private::EventMeta::new(#type_name, #version, #message_type, #routing_key) #exchange #aliases #must_route
    }
}

fn aliases(event: &Event<'_>) -> Option<TokenStream> {
    if event.aliases.is_empty() {
        return None;
    }
    let aliases = event.aliases.iter().map(|Alias { message_type, routing_key, exchange }| {
        let message_type = message_type.as_ref().map(|name| quote!(.with_message_type(#name)));
        let routing_key = routing_key.as_ref().map(|key| quote!(.with_routing_key(#key)));
        let exchange = exchange.as_ref().map(|name| quote!(.with_exchange(#name)));
        quote!(__private::Alias::new() #message_type #routing_key #exchange)
    });
    Some(quote! {
        const ALIASES: &[__private::Alias] = &[#(#aliases),*];
    })
}

fn partition_key(event: &Event<'_>) -> Option<TokenStream> {
    let member = event.partition_key.as_ref()?;
    Some(quote! {
        fn partition_key(&self) -> __private::Option<__private::Key<'_>> {
            __private::PartitionKey::key(&self.#member)
        }
    })
}

/// Publishing a superseded event is refused through a bound that never holds, for the sake of its message.
fn publishable(event: &Event<'_>) -> TokenStream {
    let Event { ident, type_name, version, .. } = event;
    if event.publishable {
        return quote! {
            #[automatically_derived]
            impl __private::Publishable for #ident {}
        };
    }

    let message = format!("`{type_name}` v{version} is superseded: publish version {}", version.saturating_add(1));
    let label = format!("superseded by a newer version of `{type_name}`");
    let note = format!(
        "`{ident}` is still consumed; to publish it beside the newer version, write `superseded(still_published)`"
    );
    // Named after the event, so that it cannot be the event's own name.
    let newest = format_ident!("{ident}IsNewest");
    quote! {
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        trait #newest {}

        // A bound without a lifetime of its own would be refused here and not where the event is published.
        #[automatically_derived]
        impl __private::Publishable for #ident where for<'a> #ident: #newest {}
    }
}
