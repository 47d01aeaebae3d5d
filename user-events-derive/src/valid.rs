//! What an event may be. Every mistake is reported, so that one compilation shows them all.

use std::fmt::Display;

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, Ident, LitInt, LitStr, Member, Path};
use user_events_schema::identity;
use user_events_schema::lock::Sample;

use crate::attr::{self, AliasAttr, EventAttr, FieldName, Superseded, Written};
use crate::lock::Locked;
use crate::mistakes::Mistakes;
use crate::model::{Alias, Event};
use crate::shape::{self, Settings, Shape};
use crate::suggest;

const MESSAGE_TYPE: &str = r#"message_type = "UserRegisteredEventV1""#;
const ROUTING_KEY: &str = r#"routing_key = "user.auth.loggedin""#;

/// The event that a struct and its attribute describe, or nothing where a mistake was reported.
pub(crate) fn event<'a>(input: &'a DeriveInput, attr: &EventAttr, mistakes: &mut Mistakes) -> Option<Event<'a>> {
    nothing_missing(input, attr, mistakes);
    no_generics(&input.generics, mistakes);
    let fields = fields(input, mistakes);

    let type_name = attr.type_name.value().and_then(|name| type_name(name, mistakes));
    let version = attr.version.value().and_then(|number| version(number, mistakes));
    let message_type = message_type(attr, type_name.as_deref(), version, mistakes);
    let routing_key = routing_key(attr, type_name.as_deref(), version, mistakes);
    let exchange = checked(&attr.exchange, identity::check_exchange, r#"exchange = "user.events""#, mistakes);
    let aliases = attr.aliases.iter().map(|attr| alias(attr, mistakes)).collect();
    let upcasts = attr.upcasts.value().and_then(|older| upcasts(older, &input.ident, version, mistakes));
    let partition_key = match (attr.partition_key.value(), fields) {
        (Some(name), Some(fields)) => partition_key(name, &input.ident, fields, mistakes),
        _ => None,
    };
    let floor = match (&attr.floor, version) {
        (Written::Value(number), Some(version)) => floor(number, version, mistakes),
        _ => None,
    };
    if let (Some(older), Some(version), Some(floor)) = (&upcasts, version, floor) {
        if floor == version {
            let message =
                format!("version {} is below `floor = {floor}`: remove `upcasts`, or lower the floor", version - 1);
            mistakes.report(older, message);
        }
    }
    let sample = sample(&attr.sample, mistakes);
    let locked = match (&type_name, version) {
        // What it is now is shown, and not held to anything.
        _ if shape::is_dumped() => Locked::NoFolder,
        (Some(name), Some(version)) => Locked::find(name, version, attr.lock.value(), input.ident.span(), mistakes),
        _ => Locked::NoFolder,
    };
    let shape = fields.and_then(|_| Shape::read(input, &settings(attr), mistakes));

    Some(Event {
        ident: &input.ident,
        private: attr.private(),
        type_name: type_name?,
        version: version?,
        message_type: message_type?,
        routing_key: routing_key?,
        exchange,
        aliases,
        partition_key,
        must_route: attr.must_route.value().is_some(),
        dialect: attr.dialect.value().cloned(),
        superseded: !attr.superseded.is_missing(),
        publishable: attr.superseded.value() != Some(&Superseded::ConsumedOnly),
        upcasts,
        floor,
        lock: attr.lock.value().map(LitStr::value),
        locked,
        sample,
        allow_unlocked: attr.allow.has("unlocked"),
        shape: shape?,
        fields,
    })
}

fn settings(attr: &EventAttr) -> Settings {
    Settings {
        opaque: attr.opaque.value().map(LitStr::value),
        open: false,
        allow_js_integer: attr.allow.has("js_integer"),
    }
}

fn nothing_missing(input: &DeriveInput, attr: &EventAttr, mistakes: &mut Mistakes) {
    let attrs = || input.attrs.iter().filter(|attr| attr.path().is_ident("event"));
    // A name that was misspelled, or swallowed for want of a comma, was reported when the attribute was read.
    let words = if mistakes.is_empty() { Vec::new() } else { attrs().flat_map(words).collect() };
    let is_reported = |name| words.iter().any(|word| suggest::closest(word, [name]).is_some());
    let no_type = attr.type_name.is_missing() && !is_reported("type");
    let no_version = attr.version.is_missing() && !is_reported("version");

    let missing = match (no_type, no_version) {
        (true, true) => "`type` and `version`",
        (true, false) => "`type`",
        (false, true) => "`version`",
        (false, false) => return,
    };
    let message = format!(r#"missing {missing}, as in `#[event(type = "UserRegistered", version = 1)]`"#);
    match attrs().next() {
        Some(attr) => mistakes.report(attr, message),
        None => mistakes.report(&input.ident, message),
    }
}

fn words(attr: &Attribute) -> Vec<String> {
    let tokens = attr.meta.require_list().map(|list| list.tokens.clone()).unwrap_or_default();
    tokens.into_iter().filter(|token| matches!(token, TokenTree::Ident(_))).map(|ident| ident.to_string()).collect()
}

fn no_generics(generics: &Generics, mistakes: &mut Mistakes) {
    if generics.params.is_empty() {
        return;
    }
    let message = if generics.lifetimes().count() == generics.params.len() {
        "an event owns its data, because it outlives the message it is read from: \
         hold `String` instead of `&str`, and no lifetime is needed"
    } else {
        "an event has no generic parameters, because its type and version name one payload: \
         write a struct for each payload"
    };
    mistakes.report(generics, message);
}

fn fields<'a>(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Option<&'a Fields> {
    match &input.data {
        Data::Struct(data) => {
            return Some(&data.fields);
        }
        Data::Enum(data) => mistakes.report(
            data.enum_token,
            "an event is a struct: put the enum into a field of one, as in `struct StatusChanged { status: Status }`; \
             to consume several events in one handler, derive `EventSet`",
        ),
        Data::Union(data) => mistakes
            .report(data.union_token, "an event is a struct: a union does not know which of its fields to write"),
    }
    None
}

fn type_name(literal: &LitStr, mistakes: &mut Mistakes) -> Option<String> {
    let name = literal.value();
    let example = match suggest::pascal_case(&name) {
        pascal if identity::check_type_name(&pascal).is_ok() => pascal,
        _ => "UserRegistered".to_owned(),
    };
    match identity::check_type_name(&name) {
        Ok(()) => Some(name),
        Err(error) => refuse(literal, error, &format!("type = {example:?}"), mistakes),
    }
}

pub(crate) fn version(literal: &LitInt, mistakes: &mut Mistakes) -> Option<u32> {
    match literal.base10_parse() {
        Ok(0) => refuse(literal, "versions start at 1", "version = 1", mistakes),
        Ok(version) => Some(version),
        Err(_) => refuse(literal, "expected a number from 1 to 4294967295", "version = 1", mistakes),
    }
}

fn floor(literal: &LitInt, version: u32, mistakes: &mut Mistakes) -> Option<u32> {
    match literal.base10_parse() {
        Ok(floor) if (1..=version).contains(&floor) => Some(floor),
        _ => {
            let reason = format!("expected the number of a version, from 1 to {version}, the event's own");
            refuse(literal, reason, &format!("floor = {version}"), mistakes)
        }
    }
}

fn sample(written: &Written<LitStr>, mistakes: &mut Mistakes) -> Option<String> {
    let literal = written.value()?;
    match Sample::parse(&literal.value()) {
        Ok(_) => Some(literal.value()),
        Err(error) => refuse(literal, error, attr::SAMPLE, mistakes),
    }
}

fn upcasts(older: &Path, ident: &Ident, version: Option<u32>, mistakes: &mut Mistakes) -> Option<Path> {
    if older.is_ident(ident) {
        mistakes.report(older, format_args!("`{ident}` cannot be the version before itself"));
        return None;
    }
    if version == Some(1) {
        mistakes.report(older, "version 1 is the first: there is no version before it to upcast");
        return None;
    }
    Some(older.clone())
}

fn message_type(
    attr: &EventAttr,
    type_name: Option<&str>,
    version: Option<u32>,
    mistakes: &mut Mistakes,
) -> Option<String> {
    if !attr.message_type.is_missing() {
        return checked(&attr.message_type, identity::check_message_type, MESSAGE_TYPE, mistakes);
    }
    let message_type = identity::message_type(type_name?, version?);
    match identity::check_message_type(&message_type) {
        Ok(()) => Some(message_type),
        Err(error) => refuse(attr.type_name.value(), error, MESSAGE_TYPE, mistakes),
    }
}

fn routing_key(
    attr: &EventAttr,
    type_name: Option<&str>,
    version: Option<u32>,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let (written, stem) = if attr.routing_key.is_missing() {
        (&attr.type_name, identity::stem(type_name?))
    } else {
        (&attr.routing_key, stem(&attr.routing_key, mistakes)?)
    };
    let key = identity::routing_key(&stem, version?);
    match identity::check_routing_key(&key) {
        Ok(()) => Some(key),
        Err(error) => refuse(written.value(), error, ROUTING_KEY, mistakes),
    }
}

fn stem(written: &Written<LitStr>, mistakes: &mut Mistakes) -> Option<String> {
    let stem = checked(written, identity::check_stem, ROUTING_KEY, mistakes)?;
    match stem.rsplit_once(".v") {
        Some((unversioned, version)) if version.parse::<u32>().is_ok() => {
            let example = format!("routing_key = {unversioned:?}");
            refuse(written.value(), "expected a routing key without its version, which is appended", &example, mistakes)
        }
        _ => Some(stem),
    }
}

pub(crate) fn alias(attr: &AliasAttr, mistakes: &mut Mistakes) -> Alias {
    Alias {
        message_type: checked(
            &attr.message_type,
            identity::check_message_type,
            r#"alias(message_type = "UserCreated")"#,
            mistakes,
        ),
        routing_key: checked(
            &attr.routing_key,
            identity::check_routing_key,
            r#"alias(routing_key = "user.created")"#,
            mistakes,
        ),
        exchange: checked(&attr.exchange, identity::check_exchange, r#"alias(exchange = "users")"#, mistakes),
    }
}

fn partition_key(written: &FieldName, ident: &Ident, fields: &Fields, mistakes: &mut Mistakes) -> Option<Member> {
    let FieldName(member) = written;
    if fields.members().any(|field| field == *member) {
        return Some(member.clone());
    }
    let name = member.to_token_stream().to_string();
    let names = fields.members().map(|field| field.to_token_stream().to_string()).collect::<Vec<_>>();
    let names = || names.iter().map(String::as_str);
    let fields = if names().next().is_none() { String::new() } else { format!(", only {}", suggest::list(names())) };
    let meant = suggest::closest(&name, names()).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
    let message = format!("`{ident}` has no field `{name}`{fields}{meant}");
    mistakes.report(member, message);
    None
}

/// The text of a setting, if it was written and passes the check.
pub(crate) fn checked<E: Display>(
    written: &Written<LitStr>,
    check: impl FnOnce(&str) -> Result<(), E>,
    example: &str,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let literal = written.value()?;
    let text = literal.value();
    match check(&text) {
        Ok(()) => Some(text),
        Err(error) => refuse(literal, error, example, mistakes),
    }
}

fn refuse<T>(value: impl ToTokens, reason: impl Display, example: &str, mistakes: &mut Mistakes) -> Option<T> {
    mistakes.report(value, format_args!("{reason}, as in `{example}`"));
    None
}
