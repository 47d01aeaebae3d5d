//! The derives' attributes as they were written. Whether a value makes sense is judged later.

mod schema;
mod view;

use std::fmt::Display;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Error, ExprPath, Ident, LitInt, LitStr, Member, Meta, Path, Result, Token};

use crate::mistakes::Mistakes;
use crate::private::Private;
use crate::suggest;

pub(crate) use schema::{Allow, PartAttr, TypeAttr, event_setting};
pub(crate) use view::ViewAttr;

pub(crate) const SAMPLE: &str = r##"sample = r#"{"email": "ada@example.com"}"#"##;

/// The settings of `#[event(…)]` on a struct.
#[derive(Default)]
pub(crate) struct EventAttr {
    pub(crate) type_name: Written<LitStr>,
    pub(crate) version: Written<LitInt>,
    pub(crate) exchange: Written<LitStr>,
    pub(crate) partition_key: Written<FieldName>,
    pub(crate) routing_key: Written<LitStr>,
    pub(crate) message_type: Written<LitStr>,
    pub(crate) aliases: Vec<AliasAttr>,
    pub(crate) must_route: Written<()>,
    pub(crate) dialect: Written<ExprPath>,
    pub(crate) superseded: Written<Superseded>,
    pub(crate) upcasts: Written<Path>,
    pub(crate) floor: Written<LitInt>,
    pub(crate) lock: Written<LitStr>,
    pub(crate) sample: Written<LitStr>,
    pub(crate) opaque: Written<LitStr>,
    pub(crate) allow: Allow,
    krate: Written<Path>,
}

impl EventAttr {
    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut event = Self::default();
        read("event", attrs, mistakes, |setting| event.set(setting));
        event
    }

    pub(crate) fn private(&self) -> Private {
        Private(self.krate.value().cloned())
    }

    fn set(&mut self, setting: &Setting) -> Result<()> {
        match setting.name.to_string().as_str() {
            "type" => self.type_name.set(setting, setting.text(r#"type = "UserRegistered""#)),
            "version" => self.version.set(setting, setting.value("a number", "version = 1")),
            "exchange" => self.exchange.set(setting, setting.text(r#"exchange = "user.events""#)),
            "partition_key" => {
                let field = setting.value("a field's name without quotes", "partition_key = user_id");
                self.partition_key.set(setting, field)
            }
            "routing_key" => self.routing_key.set(setting, setting.text(r#"routing_key = "user.auth.loggedin""#)),
            "message_type" => self.message_type.set(setting, setting.text(r#"message_type = "UserRegisteredEventV1""#)),
            "alias" => alias(&mut self.aliases, setting),
            "must_route" => self.must_route.set(setting, setting.flag()),
            "dialect" => self.dialect.set(setting, setting.dialect()),
            "superseded" => self.superseded.set(setting, Superseded::read(setting)),
            "upcasts" => {
                let older =
                    setting.value("the struct of the version before, without quotes", "upcasts = UserRegisteredV1");
                self.upcasts.set(setting, older)
            }
            "opaque" => self.opaque.set(setting, schema::opaque(setting)),
            "floor" => self.floor.set(setting, setting.value("a number", "floor = 2")),
            "lock" => self.lock.set(setting, setting.text(r#"lock = "locks/user-registered.json""#)),
            "sample" => self.sample.set(setting, setting.text(SAMPLE)),
            "allow" => self.allow.read(setting, &["js_integer", "unlocked"]),
            "crate" => self.krate.set(setting, setting.krate()),
            _ => Err(setting.unknown(&[
                "type",
                "version",
                "exchange",
                "partition_key",
                "routing_key",
                "message_type",
                "alias",
                "must_route",
                "dialect",
                "superseded",
                "upcasts",
                "floor",
                "lock",
                "sample",
                "opaque",
                "allow",
                "crate",
            ])),
        }
    }
}

fn alias(aliases: &mut Vec<AliasAttr>, setting: &Setting) -> Result<()> {
    let example = r#"alias(message_type = "UserCreated")"#;
    let list = syn::parse2::<Group>(setting.rest.clone())
        .ok()
        .filter(|group| group.delimiter() == Delimiter::Parenthesis && !group.stream().is_empty())
        .ok_or_else(|| setting.wrong("what an older publisher uses", example))?;
    let mut mistakes = Mistakes::default();
    let mut alias = AliasAttr::default();
    read_settings(list.stream(), &mut mistakes, |setting| alias.set(setting));
    aliases.push(alias);
    mistakes.check(Some(()))
}

/// The settings of one `alias(…)`.
#[derive(Default)]
pub(crate) struct AliasAttr {
    pub(crate) message_type: Written<LitStr>,
    pub(crate) routing_key: Written<LitStr>,
    pub(crate) exchange: Written<LitStr>,
}

impl AliasAttr {
    fn set(&mut self, setting: &Setting) -> Result<()> {
        match setting.name.to_string().as_str() {
            "message_type" => self.message_type.set(setting, setting.text(r#"message_type = "UserCreated""#)),
            "routing_key" => self.routing_key.set(setting, setting.text(r#"routing_key = "user.created""#)),
            "exchange" => self.exchange.set(setting, setting.text(r#"exchange = "users""#)),
            _ => Err(setting.unknown(&["message_type", "routing_key", "exchange"])),
        }
    }
}

/// The setting `superseded`, alone or with `still_published`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Superseded {
    ConsumedOnly,
    StillPublished,
}

impl Superseded {
    fn read(setting: &Setting) -> Result<Self> {
        match setting.rest.to_string().replace(' ', "").as_str() {
            "" => Ok(Self::ConsumedOnly),
            "(still_published)" => Ok(Self::StillPublished),
            _ => Err(setting.wrong("nothing or `still_published`", "superseded(still_published)")),
        }
    }
}

/// A field named by an attribute: `user_id`, or `0` in a tuple struct.
pub(crate) struct FieldName(pub(crate) Member);

impl Parse for FieldName {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Ok(Self(if input.peek(LitInt) {
            Member::Unnamed(input.parse()?)
        } else {
            Member::Named(input.call(Ident::parse_any)?)
        }))
    }
}

/// The one setting `crate = path` of the attributes that have no other.
pub(crate) fn read_crate(attribute: &str, attrs: &[Attribute], mistakes: &mut Mistakes) -> Private {
    let mut krate = Written::default();
    read(attribute, attrs, mistakes, |setting| match setting.name.to_string().as_str() {
        "crate" => krate.set(setting, setting.krate()),
        _ => Err(setting.unknown(&["crate"])),
    });
    Private(krate.value().cloned())
}

/// The one setting `other` of `#[event(…)]` on a variant of a set.
pub(crate) fn read_other(attrs: &[Attribute], mistakes: &mut Mistakes) -> bool {
    let mut other = Written::default();
    read("event", attrs, mistakes, |setting| match setting.name.to_string().as_str() {
        "other" => other.set(setting, setting.flag()),
        _ => Err(Error::new_spanned(
            &setting.name,
            "this setting stands before the enum, or before the struct of the event that the variant holds; \
             a variant knows `other` alone",
        )),
    });
    !other.is_missing()
}

/// The one setting `skip` of `#[from_ref(…)]` on a field.
pub(crate) fn read_skip(attrs: &[Attribute], mistakes: &mut Mistakes) -> bool {
    let mut skip = Written::default();
    read("from_ref", attrs, mistakes, |setting| match setting.name.to_string().as_str() {
        "skip" => skip.set(setting, setting.flag()),
        _ => Err(setting.unknown(&["skip"])),
    });
    skip.value().is_some()
}

/// Reports an attribute where it would say nothing.
pub(crate) fn refuse(attribute: &str, attrs: &[Attribute], message: impl Display, mistakes: &mut Mistakes) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(attribute)) {
        mistakes.report(attr, &message);
    }
}

/// What was written for a setting. What was written wrongly is neither missing nor a value.
#[derive(Default)]
pub(crate) enum Written<T> {
    #[default]
    Missing,
    Wrongly,
    Value(T),
}

impl<T> Written<T> {
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    pub(crate) fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::Wrongly => None,
        }
    }

    fn set(&mut self, setting: &Setting, value: Result<T>) -> Result<()> {
        if !self.is_missing() {
            return Err(Error::new_spanned(&setting.name, format!("`{}` is written twice", setting.name)));
        }
        *self = Self::Wrongly;
        *self = Self::Value(value?);
        Ok(())
    }
}

/// Reads every `#[attribute(…)]` there is, to its last setting, whatever mistakes it contains.
fn read(attribute: &str, attrs: &[Attribute], mistakes: &mut Mistakes, mut set: impl FnMut(&Setting) -> Result<()>) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(attribute)) {
        match &attr.meta {
            Meta::Path(_) => {}
            Meta::List(list) => read_settings(list.tokens.clone(), mistakes, &mut set),
            Meta::NameValue(_) => {
                mistakes.report(&attr.meta, format_args!("settings stand in parentheses: `#[{attribute}(…)]`"));
            }
        }
    }
}

fn read_settings(list: TokenStream, mistakes: &mut Mistakes, mut set: impl FnMut(&Setting) -> Result<()>) {
    let mut tokens = list.into_iter().peekable();
    while tokens.peek().is_some() {
        // A type may have commas of its own: `BTreeMap<String, u32>`.
        let mut angles = 0_usize;
        let mut goes_on = |token: &TokenTree| {
            let TokenTree::Punct(punct) = token else { return true };
            match punct.as_char() {
                '<' => angles += 1,
                '>' => angles = angles.saturating_sub(1),
                _ => {}
            }
            angles > 0 || punct.as_char() != ','
        };
        let written = tokens.by_ref().take_while(&mut goes_on).collect();
        if let Err(error) = syn::parse2(written).and_then(|setting| set(&setting)) {
            mistakes.add(error);
        }
    }
}

/// One setting: its name and what follows up to the next comma.
struct Setting {
    name: Ident,
    rest: TokenStream,
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.call(Ident::parse_any).map_err(|error| {
            Error::new(error.span(), "expected the name of a setting, alone or followed by `= value` or `(…)`")
        })?;
        Ok(Self { name, rest: input.parse()? })
    }
}

impl Setting {
    fn text(&self, example: &str) -> Result<LitStr> {
        self.value("text in quotes", example)
    }

    fn krate(&self) -> Result<Path> {
        let path = |input: ParseStream<'_>| input.call(Path::parse_mod_style);
        self.value_by(path, "a path without quotes", "crate = platform::user_events")
    }

    fn value<T: Parse>(&self, expected: &str, example: &str) -> Result<T> {
        self.value_by(T::parse, expected, example)
    }

    fn value_by<T>(&self, parse: fn(ParseStream<'_>) -> Result<T>, expected: &str, example: &str) -> Result<T> {
        let wrong = |_| self.wrong(expected, example);
        let assigned = |input: ParseStream<'_>| {
            input.parse::<Token![=]>().map_err(wrong)?;
            let value = parse(input).map_err(wrong)?;
            if input.is_empty() {
                Ok(value)
            } else if input.peek(Ident::peek_any) {
                Err(input.error("expected a comma between two settings"))
            } else {
                Err(self.wrong(expected, example))
            }
        };
        assigned.parse2(self.rest.clone())
    }

    fn dialect(&self) -> Result<ExprPath> {
        let is_arguments =
            |token| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
        if self.rest.clone().into_iter().any(is_arguments) {
            let expected = "the path of a constant, and no call; put it into a `const` and name that";
            self.value(expected, "dialect = LEGACY")
        } else {
            self.value("the path of a constant", "dialect = Dialect::EVENT_DATA")
        }
    }

    fn flag(&self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.wrong("no value", &self.name.to_string())) }
    }

    /// The error of a setting that is there and has not the form it needs.
    fn wrong(&self, expected: &str, example: &str) -> Error {
        let is_assign = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '=');
        let value = self.rest.clone().into_iter().skip_while(is_assign).collect::<TokenStream>();
        let wrong = if value.is_empty() { self.name.to_token_stream() } else { value };
        Error::new_spanned(wrong, format!("`{}` takes {expected}: `{example}`", self.name))
    }

    fn unknown(&self, known: &[&'static str]) -> Error {
        let name = self.name.to_string();
        let names = known.iter().copied();
        let message = match suggest::closest(&name, names.clone()) {
            Some(meant) => format!("unknown setting `{name}`; did you mean `{meant}`?"),
            None if known.len() == 1 => format!("unknown setting `{name}`; expected {}", suggest::list(names)),
            None => format!("unknown setting `{name}`; expected one of {}", suggest::list(names)),
        };
        Error::new_spanned(&self.name, message)
    }
}
