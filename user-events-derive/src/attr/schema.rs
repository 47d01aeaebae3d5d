//! The settings of `#[event(…)]` that say what serde's attributes cannot: what a type looks like in JSON.

use proc_macro2::{Delimiter, Group, TokenTree};
use syn::{Attribute, Error, LitStr, Path, Result, Type};

use super::{Setting, Written, read};
use crate::mistakes::Mistakes;
use crate::private::Private;
use crate::suggest;

const OPAQUE: &str = r#"opaque = "money@1""#;

/// The settings before a struct or an enum.
#[derive(Default)]
pub(crate) struct TypeAttr {
    pub(crate) opaque: Written<LitStr>,
    pub(crate) open: Written<()>,
    pub(crate) allow: Allow,
    krate: Written<Path>,
}

impl TypeAttr {
    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut attr = Self::default();
        read("event", attrs, mistakes, |setting| match setting.name.to_string().as_str() {
            "opaque" => attr.opaque.set(setting, opaque(setting)),
            "open" => attr.open.set(setting, setting.flag()),
            "allow" => attr.allow.read(setting, &["js_integer", "no_catch_all"]),
            "crate" => attr.krate.set(setting, setting.krate()),
            _ => Err(setting.unknown(&["opaque", "open", "allow", "crate"])),
        });
        attr
    }

    pub(crate) fn private(&self) -> Private {
        Private(self.krate.value().cloned())
    }
}

/// A setting that only an event has.
pub(crate) fn event_setting(attrs: &[Attribute]) -> Option<TokenTree> {
    let lists =
        attrs.iter().filter(|attr| attr.path().is_ident("event")).filter_map(|attr| attr.meta.require_list().ok());
    let mut tokens = lists.flat_map(|list| list.tokens.clone());
    tokens.find(|token| matches!(token, TokenTree::Ident(name) if name == "type" || name == "version"))
}

/// The settings before a field or a variant.
#[derive(Default)]
pub(crate) struct PartAttr {
    pub(crate) schema: Written<Type>,
    pub(crate) opaque: Written<LitStr>,
    pub(crate) allow: Allow,
}

impl PartAttr {
    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut part = Self::default();
        read("event", attrs, mistakes, |setting| match setting.name.to_string().as_str() {
            "schema" => part.schema.set(setting, setting.value("a type without quotes", "schema = String")),
            "opaque" => part.opaque.set(setting, opaque(setting)),
            "allow" => part.allow.read(setting, &["js_integer"]),
            name @ ("type" | "version" | "exchange" | "partition_key" | "routing_key" | "message_type") => {
                Err(Error::new_spanned(
                    &setting.name,
                    format!("`{name}` stands before the struct, as in `#[event(…, {name} = …)]`"),
                ))
            }
            _ => Err(setting.unknown(&["schema", "opaque", "allow"])),
        });
        part
    }
}

/// What is accepted in this place: `allow(js_integer)`.
#[derive(Default)]
pub(crate) struct Allow(Vec<String>);

impl Allow {
    pub(super) fn read(&mut self, setting: &Setting, known: &[&'static str]) -> Result<()> {
        let example = format!("allow({})", known[0]);
        let list = syn::parse2::<Group>(setting.rest.clone())
            .ok()
            .filter(|group| group.delimiter() == Delimiter::Parenthesis && !group.stream().is_empty())
            .ok_or_else(|| setting.wrong("what is accepted here, in parentheses", &example))?;
        for token in list.stream() {
            match token {
                TokenTree::Ident(name) if known.iter().any(|known| name == known) => self.0.push(name.to_string()),
                TokenTree::Punct(comma) if comma.as_char() == ',' => {}
                other => {
                    let names = suggest::list(known.iter().copied());
                    return Err(Error::new_spanned(other, format!("`allow` knows {names}")));
                }
            }
        }
        Ok(())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|allowed| allowed == name)
    }
}

pub(super) fn opaque(setting: &Setting) -> Result<LitStr> {
    let name = setting.text(OPAQUE)?;
    if name.value().trim().is_empty() {
        return Err(Error::new_spanned(
            name,
            format!("expected a name that changes when the JSON does, as in `{OPAQUE}`"),
        ));
    }
    Ok(name)
}
