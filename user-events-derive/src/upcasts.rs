//! What `upcasts = UserRegisteredV1` adds to an event: the version before, and through it those before that.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

use crate::model::Event;
use crate::span;

pub(crate) struct Upcasts<'a> {
    event: &'a Event<'a>,
    /// As the user wrote it, for messages.
    written: String,
    /// Where rustc shows what is wrong with it.
    older: Path,
}

impl<'a> Upcasts<'a> {
    pub(crate) fn new(event: &'a Event<'a>, older: &Path) -> Self {
        let written = older.to_token_stream().to_string().replace(' ', "");
        Self { event, written, older: span::generated_path(older) }
    }

    /// Every version that the event decodes.
    pub(crate) fn accepts(upcasts: Option<&Self>) -> TokenStream {
        match upcasts {
            Some(_) => {
                quote!(&__private::versions::<{ __private::count_versions(META, META.floor) }>(META, META.floor))
            }
            None => quote!(&[META]),
        }
    }

    /// What is known of the older versions.
    pub(crate) fn previous_record(upcasts: Option<&Self>) -> TokenStream {
        match upcasts {
            Some(Self { older, .. }) => quote!(__private::Some(<#older as __private::Recorded>::RECORD)),
            None => quote!(__private::None),
        }
    }

    /// The body of `decode`.
    pub(crate) fn decode(upcasts: Option<&Self>) -> TokenStream {
        let Some(Self { older, .. }) = upcasts else {
            return quote!(__private::decode_payload(message, matched));
        };
        let decode_older = quote_spanned! {span::at_path(older)=>
            <#older as __private::Recorded>::decode_older::<Self>(message, matched)
        };
        quote! {
            if matched.event.same(META) {
                __private::decode_payload(message, matched)
            } else {
                #decode_older
            }
        }
    }
}

/// The assertion that the older version is one that can be upcast.
impl ToTokens for Upcasts<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { event: Event { type_name, version, .. }, written, older } = self;
        let previous = version - 1;
        let event_type = format!(
            "`{written}` is another event: `upcasts` names version {previous} of `{type_name}`, whose `type` is the same"
        );
        let wrong_version = format!(
            "`{written}` is not version {previous} of `{type_name}`: `upcasts` names the version before this one, \
             which in turn upcasts those before it"
        );
        let superseded = format!(
            "`{written}` has a newer version: write `superseded` in its `#[event(…)]`, or \
             `superseded(still_published)` as long as it is published"
        );
        let message_type = format!(
            "`{type_name}` v{version} has a message type of an older version: a message could not be told apart; \
             give each version its own `message_type` and `alias`"
        );
        tokens.extend(quote_spanned! {span::at_path(older)=>
            const _: () = __private::assert_previous(
                META,
                <#older as __private::Recorded>::RECORD.event,
                __private::PreviousErrors {
                    event_type: #event_type,
                    version: #wrong_version,
                    superseded: #superseded,
                    message_type: #message_type,
                },
            );
        });
    }
}
