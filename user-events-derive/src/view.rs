//! `#[derive(EventView)]`

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Data, DeriveInput, LitInt, LitStr, Path};
use user_events_schema::identity;

use crate::attr::{self, ViewAttr};
use crate::lock::{self, LockFile};
use crate::mistakes::Mistakes;
use crate::model::Event;
use crate::private::Private;
use crate::shape::{Settings, Shape};
use crate::{event, fallback, schema, span, valid};

const OF: &str = "#[view(of = UserRegistered)]";
const LOCK: &str = r#"#[view(lock = "vendor/UserRegistered/v1.json")]"#;

/// Where the event is known from.
enum Source<'a> {
    /// The producer's struct; the view reads its versions from this one on.
    Of { event: Path, oldest: Option<LitInt> },
    /// A lock of the producer's, copied into this crate, and the names on the wire.
    Lock { event: Box<Event<'a>>, path: LitStr, file: LockFile },
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let attr = ViewAttr::read(&input.attrs, &mut mistakes);
    is_possible(input, &mut mistakes);
    let source = source(input, &attr, &mut mistakes);
    let settings = Settings { opaque: None, open: false, allow_js_integer: false };
    let shape = Shape::read(input, &settings, &mut mistakes);
    match mistakes.check(source.zip(shape)) {
        Ok((source, shape)) => expand(input, &attr.private(), &source, &shape),
        Err(error) => fallback::consumable(input, &attr.private(), &error),
    }
}

fn is_possible(input: &DeriveInput, mistakes: &mut Mistakes) {
    if !matches!(input.data, Data::Struct(_)) {
        let message = "a view is a struct with those fields of an event that the consumer needs; \
                       to consume several events in one handler, derive `EventSet`";
        mistakes.report(&input.ident, message);
    }
    if !input.generics.params.is_empty() {
        let message = "a view has no generic parameters and owns its data: hold `String` instead of `&str`";
        mistakes.report(&input.generics, message);
    }
    let message = "a view's settings stand in `#[view(…)]`";
    attr::refuse("event", &input.attrs, message, mistakes);
}

fn source<'a>(input: &'a DeriveInput, attr: &ViewAttr, mistakes: &mut Mistakes) -> Option<Source<'a>> {
    match (&attr.of, &attr.lock) {
        (of, lock) if of.is_missing() && lock.is_missing() => {
            if mistakes.is_empty() {
                let message =
                    format!("missing what it is a view of: the producer's struct, `{OF}`, or its lock, `{LOCK}`");
                match input.attrs.iter().find(|attr| attr.path().is_ident("view")) {
                    Some(attr) => mistakes.report(attr, message),
                    None => mistakes.report(&input.ident, message),
                }
            }
            None
        }
        (of, lock) if of.is_missing() => from_lock(input, attr, lock.value()?, mistakes),
        (of, lock) => {
            if let (Some(_), Some(lock)) = (of.value(), lock.value()) {
                mistakes.report(lock, "the producer's struct brings its own lock: write `of` or `lock`");
            }
            for name in &attr.of_the_event {
                let message = format!("the producer's struct says its `{name}`: the setting is for `{LOCK}`");
                mistakes.report(name, message);
            }
            let oldest = attr.version.value().filter(|number| valid::version(number, mistakes).is_some());
            Some(Source::Of { event: of.value()?.clone(), oldest: oldest.cloned() })
        }
    }
}

fn from_lock<'a>(
    input: &'a DeriveInput,
    attr: &ViewAttr,
    path: &LitStr,
    mistakes: &mut Mistakes,
) -> Option<Source<'a>> {
    if let Some(version) = attr.version.value() {
        mistakes.report(version, "the lock says its version: the setting is for `#[view(of = …)]`");
    }
    let file = match LockFile::vendored(path) {
        Ok(file) => file,
        Err(error) => {
            mistakes.add(error);
            return None;
        }
    };
    let (type_name, version) = (file.lock.event_type.clone(), file.lock.version);
    let message_type = valid::checked(
        &attr.message_type,
        identity::check_message_type,
        r#"message_type = "UserRegisteredEvent""#,
        mistakes,
    );
    let routing_key =
        valid::checked(&attr.routing_key, identity::check_routing_key, r#"routing_key = "user.registered""#, mistakes);
    let exchange = valid::checked(&attr.exchange, identity::check_exchange, r#"exchange = "user.events""#, mistakes);
    let aliases = attr.aliases.iter().map(|attr| valid::alias(attr, mistakes)).collect();
    let event = Event {
        version,
        message_type: message_type.unwrap_or_else(|| identity::message_type(&type_name, version)),
        routing_key: routing_key.unwrap_or_else(|| identity::routing_key(&identity::stem(&type_name), version)),
        type_name,
        exchange,
        aliases,
        dialect: attr.dialect.value().cloned(),
        ..Event::named_after(input, attr.private())
    };
    Some(Source::Lock { event: Box::new(event), path: path.clone(), file })
}

fn expand(input: &DeriveInput, private: &Private, source: &Source<'_>, shape: &Shape<'_>) -> TokenStream {
    let ident = span::generated(&input.ident);
    let view = ident.to_string();
    let schema = schema::items(shape);
    let record = source.record();
    let (event, at) = source.shown();

    let all = quote!(RECORD.event.floor);
    let oldest = source.oldest().map_or(all, |version| version.base10_digits().parse().unwrap_or_default());
    let assert_version = source.oldest().map(|version| {
        let wrong = format!(
            "`version = {version}` is neither the version of `{event}` nor one that it upcasts: \
             it is the oldest version that the view reads"
        );
        quote_spanned! {span::at(version.span())=>
            const _: () = __private::assert_view_version(RECORD.event, OLDEST, #wrong);
        }
    });
    let assert_reads = quote_spanned! {at=>
        const _: () = __private::assert_view::<{ __private::count_writers(RECORD, OLDEST) }>(
            #view,
            #event,
            RECORD,
            OLDEST,
            <#ident as __private::EventSchema>::SCHEMA,
        );
    };

    quote! {
        const _: () = {
            use #private;

            #schema
            #record
            const OLDEST: u32 = #oldest;
            #assert_version
            #assert_reads

            #[automatically_derived]
            impl __private::Consumable for #ident {
                const ACCEPTS: &'static [&'static __private::EventMeta] =
                    &__private::versions::<{ __private::count_versions(RECORD.event, OLDEST) }>(RECORD.event, OLDEST);

                fn decode(
                    message: &__private::InboundMessage,
                    matched: __private::Matched<'_>,
                ) -> __private::Result<__private::StandardMessage<Self>, __private::DecodeError> {
                    __private::decode_view(message, matched)
                }
            }
        };
    }
}

impl Source<'_> {
    /// The constant `RECORD`: what is known of the event.
    fn record(&self) -> TokenStream {
        match self {
            Self::Of { event, .. } => {
                let path = span::generated_path(event);
                quote!(const RECORD: &__private::Record = <#path as __private::Recorded>::RECORD;)
            }
            Self::Lock { event, file, .. } => {
                let identity = event::identity(event);
                let revisions = lock::revisions(&file.lock, &file.path);
                quote! {
                    #identity
                    #revisions
                    const RECORD: &__private::Record = &__private::Record {
                        event: META,
                        schema: __private::None,
                        revisions: REVISIONS,
                        previous: __private::None,
                    };
                }
            }
        }
    }

    /// What the event is called in messages, and where they are shown.
    fn shown(&self) -> (String, Span) {
        match self {
            Self::Of { event, .. } => (event.to_token_stream().to_string().replace(' ', ""), span::at_path(event)),
            Self::Lock { event, path, .. } => (event.type_name.clone(), span::at(path.span())),
        }
    }

    /// The oldest version that the view reads, if it is told.
    fn oldest(&self) -> Option<&LitInt> {
        match self {
            Self::Of { oldest, .. } => oldest.as_ref(),
            Self::Lock { .. } => None,
        }
    }
}
