//! What makes the build fail where an event is no longer what was published.

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
        #[allow(non_snake_case)]
        fn #name() {
            #private::assert_golden::<#ident>(::core::include_str!(#path));
        }
    })
}

fn unlocked(event: &Event<'_>) -> Option<TokenStream> {
    if event.allow_unlocked {
        return None;
    }
    let Event { type_name, version, .. } = event;
    let message = format!(
        "event `{type_name}` v{version} is missing from events.lock: run `user-events accept`, or say \
         `#[event(…, allow(unlocked))]` if nobody else will read it"
    );
    Some(warning("unlocked", &message, event.ident.span()))
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
        warning("js_integer", &message, written)
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

/// A warning of the compiler's. It knows none but its own, and of those one has a text: that something deprecated is used.
/// A macro is named there without the constants around it.
pub(crate) fn warning(name: &str, message: &str, at: Span) -> TokenStream {
    let defined = format_ident!("{name}");
    // Of what a derive's own tokens use, nothing is said.
    let used = Ident::new(name, at);
    // Nobody else reads the events of a test, and those of a crate are compiled without its tests, too.
    quote! {
        #[cfg(not(test))]
        const _: () = {
            #[deprecated(note = #message)]
            macro_rules! #defined {
                () => {};
            }
            #used! {}
        };
    }
}

#[cfg(test)]
mod tests {
    use syn::{DeriveInput, parse_quote};

    use super::*;
    use crate::event;
    use crate::lock::tests::{lock, written};

    /// An event with this lock, and these settings.
    fn expanded(text: Option<&str>, settings: TokenStream) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder, text.unwrap_or_default());
        if text.is_none() {
            folder.close().unwrap();
        }
        let input: DeriveInput = parse_quote! {
            #[event(type = "UserRegistered", version = 1, lock = #path, #settings)]
            struct UserRegistered {
                user_id: String,
                logins: Option<u64>,
                #[event(allow(js_integer))]
                points: u64,
            }
        };
        event::derive(&input).to_string()
    }

    #[test]
    fn each_field_has_a_branch_of_its_own() {
        let expanded = expanded(Some(&lock(&[State::Published]).to_text()), quote!());
        let assertion = quote! {
            const CHECK: __private::Check<'static> = __private::Check {
                event_type: "UserRegistered",
                version: 1,
                schema: <UserRegistered as __private::EventSchema>::SCHEMA,
                revisions: REVISIONS,
                tombstones: &["address.zip", "field_1"],
            };
            const _: () = match __private::broken_field(&CHECK) {
                __private::None => {}
                __private::Some(0) => __private::refuse(&CHECK),
                __private::Some(1) => __private::refuse(&CHECK),
                __private::Some(2) => __private::refuse(&CHECK),
                __private::Some(_) => __private::refuse(&CHECK),
            };
        };
        assert!(expanded.contains(&assertion.to_string()), "{expanded}");
        let test = "fn UserRegistered_reads_and_writes_its_golden_samples () \
                    { :: user_events :: __private :: assert_golden :: < UserRegistered > (";
        assert!(expanded.contains(test), "{expanded}");
    }

    #[test]
    fn drafts_alone_bind_nobody() {
        let expanded = expanded(Some(&lock(&[State::Draft]).to_text()), quote!());
        assert!(expanded.contains("published : false"), "{expanded}");
        assert!(!expanded.contains("CHECK"), "{expanded}");
    }

    #[test]
    fn what_is_warned_of_can_be_allowed() {
        let published = lock(&[State::Published]).to_text();
        let (unlocked, js_integer) = ("macro_rules ! unlocked", "macro_rules ! js_integer");
        for (text, settings, unlocks, integers) in [
            (None, quote!(), 1, 1),
            (None, quote!(allow(unlocked)), 0, 1),
            (Some(published.as_str()), quote!(), 0, 1),
            (Some(published.as_str()), quote!(allow(js_integer)), 0, 0),
            (None, quote!(allow(unlocked, js_integer)), 0, 0),
        ] {
            let expanded = expanded(text, settings);
            assert_eq!(expanded.matches(unlocked).count(), unlocks, "{expanded}");
            assert_eq!(expanded.matches(js_integer).count(), integers, "{expanded}");
        }
    }
}
