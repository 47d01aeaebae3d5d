//! What makes the build fail where an event is no longer what was published.

use std::env;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use user_events_schema::lock::State;

use crate::lock::{self, LockFile, Locked};
use crate::model::Event;
use crate::shape::{self, Form, Own, Part};
use crate::{js_integer, span};

/// The constant `REVISIONS`, of what was published, and the checks.
pub(crate) fn items(event: &Event<'_>) -> TokenStream {
    let revisions = match &event.locked {
        Locked::File(file) => lock::revisions(&file.lock, &file.path),
        Locked::NoFolder | Locked::Missing => quote!(
            const REVISIONS: &[__private::Revision<'static>] = &[];
        ),
    };
    if event.fields.is_none() {
        return revisions;
    }
    let check = if shape::is_dumped() { dump(event) } else { check(event) };
    quote! {
        // Cargo compiles the crate again when one of these changes.
        const _: [__private::Option<&str>; 2] =
            [::core::option_env!("USER_EVENTS_DUMP"), ::core::option_env!("USER_EVENTS_LOCK")];

        #revisions
        #check
    }
}

fn check(event: &Event<'_>) -> TokenStream {
    match &event.locked {
        Locked::NoFolder => TokenStream::new(),
        Locked::Missing => {
            let unlocked = unlocked(event);
            let js_integers = js_integers(event);
            quote!(#unlocked #js_integers)
        }
        Locked::File(file) => {
            let is_published = file.lock.revisions.iter().any(|revision| revision.state == State::Published);
            let assertion = is_published.then(|| assertion(event, file));
            let js_integers = js_integers(event);
            quote!(#assertion #js_integers)
        }
    }
}

/// The compiler compares the event with its revisions. Each field has a branch of its own, where the error is shown.
fn assertion(event: &Event<'_>, file: &LockFile) -> TokenStream {
    let ident = span::generated(event.ident);
    let Event { type_name, .. } = event;
    let version = Literal::u32_unsuffixed(event.version);
    let tombstones = file.tombstones();
    let fields = parts(event).enumerate().map(|(at, (_, written))| {
        let at = Literal::usize_unsuffixed(at);
        let refuse = quote_spanned!(span::at(written)=> __private::refuse(&CHECK));
        quote!(__private::Some(#at) => #refuse,)
    });
    let refuse = quote_spanned!(span::at(event.ident.span())=> __private::refuse(&CHECK));
    quote! {
        const CHECK: __private::Check<'static> = __private::Check {
            event_type: #type_name,
            version: #version,
            schema: <#ident as __private::EventSchema>::SCHEMA,
            revisions: REVISIONS,
            tombstones: &[#(#tombstones),*],
        };
        const _: () = match __private::broken_field(&CHECK) {
            __private::None => {}
            #(#fields)*
            __private::Some(_) => #refuse,
        };
    }
}

/// The command reads what the event is from this error.
fn dump(event: &Event<'_>) -> TokenStream {
    let ident = span::generated(event.ident);
    let name = event.ident.unraw().to_string();
    let Event { type_name, message_type, routing_key, superseded, allow_unlocked, .. } = event;
    let version = Literal::u32_unsuffixed(event.version);
    let still_published = event.superseded && event.publishable;
    let exchange = optional(event.exchange.as_deref());
    let lock = optional(event.lock.as_deref());
    let sample = optional(event.sample.as_deref());
    let floor = optional(event.floor.map(Literal::u32_unsuffixed));
    let upcasts = event.upcasts.as_ref().map(|older| quote!(#older).to_string().replace(' ', ""));
    let upcasts = optional(upcasts);
    quote! {
        const _: () = __private::dump(&__private::Dump {
            package: ::core::env!("CARGO_PKG_NAME"),
            module: ::core::module_path!(),
            ident: #name,
            file: ::core::file!(),
            line: ::core::line!(),
            event_type: #type_name,
            version: #version,
            message_type: #message_type,
            routing_key: #routing_key,
            exchange: #exchange,
            superseded: #superseded,
            still_published: #still_published,
            upcasts: #upcasts,
            floor: #floor,
            lock: #lock,
            sample: #sample,
            allow_unlocked: #allow_unlocked,
            schema: <#ident as __private::EventSchema>::SCHEMA,
        });
    }
}

fn optional(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(__private::Some(#value)),
        None => quote!(__private::None),
    }
}

/// A test that holds the event to the samples in its lock. Only a module's own items are run as tests.
pub(crate) fn golden_test(event: &Event<'_>) -> Option<TokenStream> {
    let Locked::File(LockFile { path, .. }) = &event.locked else { return None };
    let private = &event.private;
    let ident = span::generated(event.ident);
    let name = format_ident!("{}_reads_and_writes_its_golden_samples", event.ident.unraw());
    Some(quote! {
        #[cfg(test)]
        #[test]
        #[allow(non_snake_case, unnameable_test_items)]
        fn #name() {
            #private::assert_golden::<#ident>(::core::include_str!(#path));
        }
    })
}

fn unlocked(event: &Event<'_>) -> Option<TokenStream> {
    // Those of integration tests and benchmarks are nobody else's.
    if event.allow_unlocked || env::var_os("CARGO_TARGET_TMPDIR").is_some() {
        return None;
    }
    let Event { type_name, version, .. } = event;
    let message = format!(
        "event `{type_name}` v{version} is missing from events.lock: run `user-events accept`, or say \
         `#[event(…, allow(unlocked))]` if nobody else will read it"
    );
    Some(warning("UNLOCKED_EVENT", &message, event.ident.span()))
}

/// Where JavaScript reads something else than what is written.
fn js_integers(event: &Event<'_>) -> TokenStream {
    let is_wide = |form: &Form| matches!(form, Form::Type(ty) | Form::Refined(ty, _) if js_integer::holds_one(ty));
    let wide = parts(event).filter(|(part, _)| {
        // What is written comes first.
        part.written && !part.allow_js_integer && part.seen.forms().take(1).any(is_wide)
    });
    wide.map(|(part, written)| {
        let message = format!(
            "`{}` may hold integers over 2^53, which JavaScript reads as others: write text, or say \
             `#[event(allow(js_integer))]`",
            part.ident
        );
        warning("JS_INTEGER", &message, written)
    })
    .collect()
}

/// The fields in the event's descriptor, and where they were written.
fn parts<'e>(event: &'e Event<'_>) -> impl Iterator<Item = (&'e Part, Span)> {
    let parts = match &event.shape.own {
        Some(Own::Struct { fields, .. }) => fields.as_slice(),
        _ => &[],
    };
    let written = |part: &Part| {
        let mut idents = event.fields.into_iter().flatten().filter_map(|field| field.ident.as_ref());
        idents.find(|ident| ident.unraw() == part.ident).map_or_else(|| event.ident.span(), Ident::span)
    };
    parts.iter().map(move |part| (part, written(part)))
}

/// A warning of the compiler's, which knows none but its own: that something deprecated is used.
fn warning(name: &str, message: &str, at: Span) -> TokenStream {
    let constant = format_ident!("{name}");
    // It says nothing of what the tokens of a derive use.
    let used = Ident::new(name, at);
    quote! {
        const _: () = {
            #[deprecated(note = #message)]
            const #constant: () = ();
            #used
        };
    }
}
