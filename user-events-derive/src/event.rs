//! `#[derive(DomainEvent)]`

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned as _;

use crate::attr::EventAttr;
use crate::mistakes::Mistakes;
use crate::model::{Alias, Event};
use crate::upcasts::Upcasts;
use crate::{assertion, fallback, schema, span, valid};

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
    let private = &event.private;
    let ident = span::generated(event.ident);
    let identity = identity(event);
    let partition_key = partition_key(event);
    let publishable = publishable(event);
    let upcasts = event.upcasts.as_ref().map(|older| Upcasts::new(event, older));
    let accepts = Upcasts::accepts(upcasts.as_ref());
    let decode = Upcasts::decode(upcasts.as_ref());
    let schema = schema::items(&event.shape);
    let assertion = assertion::items(event);
    let golden_test = assertion::golden_test(event);
    let previous = Upcasts::previous_record(upcasts.as_ref());

    quote! {
        const _: () = {
            use #private;

            #identity
            #upcasts

            #[automatically_derived]
            impl __private::Consumable for #ident {
                const ACCEPTS: &'static [&'static __private::EventMeta] = #accepts;

                fn decode(
                    message: &__private::InboundMessage,
                    matched: __private::Matched<'_>,
                ) -> __private::Result<__private::StandardMessage<Self>, __private::DecodeError> {
                    #decode
                }
            }

            #[automatically_derived]
            impl __private::DomainEvent for #ident {
                const META: &'static __private::EventMeta = META;

                #partition_key
            }

            #schema
            #assertion

            #[automatically_derived]
            impl __private::Recorded for #ident {
                const RECORD: &'static __private::Record = &__private::Record {
                    event: META,
                    schema: __private::Some(<Self as __private::EventSchema>::SCHEMA),
                    revisions: REVISIONS,
                    previous: #previous,
                };
            }

            #publishable
        };

        #golden_test
    }
}

/// The constant `META`, and those that it names.
pub(crate) fn identity(event: &Event<'_>) -> TokenStream {
    let aliases = aliases(event);
    let dialect = dialect(event);
    let meta = meta(event);
    quote! {
        #aliases
        #dialect
        const META: &__private::EventMeta = #meta;
    }
}

fn meta(event: &Event<'_>) -> TokenStream {
    let Event { type_name, message_type, routing_key, .. } = event;
    let version = Literal::u32_unsuffixed(event.version);
    let exchange = event.exchange.as_ref().map(|exchange| quote!(.with_exchange(#exchange)));
    let aliases = (!event.aliases.is_empty()).then(|| quote!(.with_aliases(ALIASES)));
    let must_route = event.must_route.then(|| quote!(.with_must_route()));
    let dialect = event.dialect.as_ref().map(|_| quote!(.with_dialect(&__DIALECT)));
    let superseded = event.superseded.then(|| quote!(.with_superseded()));
    let floor = event.floor.map(|floor| {
        let floor = Literal::u32_unsuffixed(floor);
        quote!(.with_floor(#floor))
    });
    let previous = event.upcasts.as_ref().map(|older| {
        let older = span::generated_path(older);
        quote!(.with_previous(<#older as __private::Recorded>::RECORD.event))
    });
    quote! {
        &__private::EventMeta::new(#type_name, #version, #message_type, #routing_key)
            #exchange #aliases #must_route #dialect #superseded #previous #floor
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

/// A constant of its own, so that what is no dialect is reported at the user's path alone. Its name leaves `DIALECT` to
/// the user.
fn dialect(event: &Event<'_>) -> Option<TokenStream> {
    let path = event.dialect.as_ref()?;
    Some(quote! {
        const __DIALECT: __private::Dialect = #path;
    })
}

fn partition_key(event: &Event<'_>) -> Option<TokenStream> {
    let member = event.partition_key.as_ref()?;
    let field = quote_spanned!(span::at(member.span())=> &self.#member);
    Some(quote! {
        fn partition_key(&self) -> __private::Option<__private::Key<'_>> {
            __private::PartitionKey::key(#field)
        }
    })
}

fn publishable(event: &Event<'_>) -> TokenStream {
    let ident = span::generated(event.ident);
    // Without this bound, a struct that lacks serde's traits would be reported here once more.
    let is_event = quote!(for<'a> #ident: __private::DomainEvent);
    if event.publishable {
        return quote! {
            #[automatically_derived]
            impl __private::Publishable for #ident where #is_event {}
        };
    }

    // The second bound never holds and is there for its message. rustc shows that only if the type that misses the
    // bound is not the event itself, and only where the event is published if the bound has a lifetime.
    let Event { type_name, version, .. } = event;
    let message = format!("`{type_name}` v{version} is superseded: publish version {}", version.saturating_add(1));
    let label = format!("`{ident}` is superseded");
    let note = "to publish it beside the newer version, write `superseded(still_published)` in its `#[event(…)]`";
    // Named after the event, so that they cannot hide it.
    let this = format_ident!("{ident}Version");
    let newest = format_ident!("{ident}Newest");
    quote! {
        struct #this;

        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        trait #newest {}

        #[automatically_derived]
        impl __private::Publishable for #ident where #is_event, for<'a> #this: #newest {}
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;
    use crate::shape::{Settings, Shape};

    #[test]
    fn expands_to_what_one_would_write() {
        let input = parse_quote! {
            #[event(type = "UserRegistered", version = 1, exchange = "user.events", partition_key = user_id)]
            struct UserRegistered {
                user_id: String,
            }
        };
        let expanded = derive(&input);
        let settings = Settings { opaque: None, open: false, allow_js_integer: false };
        let mut mistakes = Mistakes::default();
        let shape = Shape::read(&input, &settings, &mut mistakes);
        let schema = schema::items(&mistakes.check(shape).unwrap());
        let written = quote! {
            const _: () = {
                use ::user_events::__private;

                const META: &__private::EventMeta =
                    &__private::EventMeta::new("UserRegistered", 1, "UserRegistered.v1", "user.registered.v1")
                        .with_exchange("user.events");

                #[automatically_derived]
                impl __private::Consumable for UserRegistered {
                    const ACCEPTS: &'static [&'static __private::EventMeta] = &[META];

                    fn decode(
                        message: &__private::InboundMessage,
                        matched: __private::Matched<'_>,
                    ) -> __private::Result<__private::StandardMessage<Self>, __private::DecodeError> {
                        __private::decode_payload(message, matched)
                    }
                }

                #[automatically_derived]
                impl __private::DomainEvent for UserRegistered {
                    const META: &'static __private::EventMeta = META;

                    fn partition_key(&self) -> __private::Option<__private::Key<'_>> {
                        __private::PartitionKey::key(&self.user_id)
                    }
                }

                #schema

                const _: [__private::Option<&str>; 2] =
                    [::core::option_env!("USER_EVENTS_DUMP"), ::core::option_env!("USER_EVENTS_LOCK")];

                const REVISIONS: &[__private::Revision<'static>] = &[];

                #[automatically_derived]
                impl __private::Recorded for UserRegistered {
                    const RECORD: &'static __private::Record = &__private::Record {
                        event: META,
                        schema: __private::Some(<Self as __private::EventSchema>::SCHEMA),
                        revisions: REVISIONS,
                        previous: __private::None,
                    };
                }

                #[automatically_derived]
                impl __private::Publishable for UserRegistered
                where
                    for<'a> UserRegistered: __private::DomainEvent
                {}
            };
        };
        assert_eq!(expanded.to_string(), written.to_string());
    }

    #[test]
    fn a_dialect_is_held_to_its_type() {
        let expanded = derive(&parse_quote! {
            #[event(type = "OrderPlaced", version = 1, dialect = crate::dialects::ORDERS)]
            struct OrderPlaced;
        });
        let written = quote! {
            const __DIALECT: __private::Dialect = crate::dialects::ORDERS;
            const META: &__private::EventMeta =
                &__private::EventMeta::new("OrderPlaced", 1, "OrderPlaced.v1", "order.placed.v1")
                    .with_dialect(&__DIALECT);
        };
        let expanded = expanded.to_string();
        assert!(expanded.contains(&written.to_string()), "{expanded}");
    }

    #[test]
    fn a_mistake_leaves_an_event_behind() {
        let expanded = derive(&parse_quote! {
            #[event(type = "UserRegistered", version = 0, crate = platform::events)]
            struct UserRegistered;
        });
        let expanded = expanded.to_string();
        assert!(expanded.starts_with(":: core :: compile_error !"), "{expanded}");
        assert!(expanded.contains("use platform :: events :: __private ;"), "{expanded}");
        assert!(expanded.contains("impl __private :: Publishable for UserRegistered"), "{expanded}");
    }
}
