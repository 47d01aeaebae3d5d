//! What an event may be. Every mistake is reported, so that one compilation shows them all.

use std::fmt::Display;

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, Ident, LitInt, LitStr, Member};
use user_events_schema::identity;

use crate::attr::{self, AliasAttr, EventAttr, FieldName, Superseded, Written};
use crate::mistakes::Mistakes;
use crate::model::{Alias, Event};
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
    let partition_key = match (attr.partition_key.value(), fields) {
        (Some(name), Some(fields)) => partition_key(name, &input.ident, fields, mistakes),
        _ => None,
    };

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
        publishable: attr.superseded.value() != Some(&Superseded::ConsumedOnly),
    })
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
            for (field, member) in data.fields.iter().zip(data.fields.members()) {
                let member = member.to_token_stream();
                let message =
                    format!("this attribute stands before the struct, as in `#[event(…, partition_key = {member})]`");
                attr::refuse("event", &field.attrs, message, mistakes);
            }
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

fn version(literal: &LitInt, mistakes: &mut Mistakes) -> Option<u32> {
    match literal.base10_parse() {
        Ok(0) => refuse(literal, "versions start at 1", "version = 1", mistakes),
        Ok(version) => Some(version),
        Err(_) => refuse(literal, "expected a number from 1 to 4294967295", "version = 1", mistakes),
    }
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

fn alias(attr: &AliasAttr, mistakes: &mut Mistakes) -> Alias {
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
fn checked<E: Display>(
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
