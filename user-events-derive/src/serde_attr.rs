//! Serde's attributes, as far as they say what a type looks like in JSON. Each that serde knows is read; none is passed
//! over.
//!
//! What serde itself refuses, such as a tuple variant with an internal tag, is left to it.

use proc_macro2::{Span, TokenTree};
use quote::ToTokens as _;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Attribute, ExprPath, Lit, LitStr, Result, Token, Type, token};

use crate::case::Case;
use crate::mistakes::Mistakes;

/// A setting of either side: `rename_all(serialize = "…", deserialize = "…")`.
#[derive(Clone)]
pub(crate) struct Both<T> {
    pub(crate) serialize: Option<T>,
    pub(crate) deserialize: Option<T>,
}

impl<T> Default for Both<T> {
    fn default() -> Self {
        Self { serialize: None, deserialize: None }
    }
}

/// The attributes of a struct or an enum.
#[derive(Default)]
pub(crate) struct ContainerAttr {
    pub(crate) rename: Both<String>,
    pub(crate) rename_all: Both<Case>,
    pub(crate) rename_all_fields: Both<Case>,
    pub(crate) default: bool,
    pub(crate) deny_unknown_fields: bool,
    pub(crate) transparent: bool,
    pub(crate) tag: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) untagged: bool,
    pub(crate) from: Option<Type>,
    pub(crate) try_from: Option<Type>,
    pub(crate) into: Option<Type>,
}

impl ContainerAttr {
    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut container = Self::default();
        read(attrs, mistakes, |name, meta| {
            match name {
                "rename" => container.rename = both(meta)?.map(|name| Ok(name.value()))?,
                "rename_all" => container.rename_all = both(meta)?.map(|case| Case::read(&case))?,
                "rename_all_fields" => container.rename_all_fields = both(meta)?.map(|case| Case::read(&case))?,
                "default" => container.default = flag_or_value(meta)?,
                "deny_unknown_fields" => container.deny_unknown_fields = true,
                "transparent" => container.transparent = true,
                "tag" => container.tag = Some(text(meta)?.value()),
                "content" => container.content = Some(text(meta)?.value()),
                "untagged" => container.untagged = true,
                "from" => container.from = Some(text(meta)?.parse()?),
                "try_from" => container.try_from = Some(text(meta)?.parse()?),
                "into" => container.into = Some(text(meta)?.parse()?),
                // They say nothing about JSON. The fields of a `remote` definition are those of the type it stands for.
                "remote" | "crate" | "expecting" => _ = text(meta)?,
                "bound" => _ = both(meta)?,
                "field_identifier" | "variant_identifier" => {
                    return Err(meta.error("an enum that reads names is not a part of an event: it has no schema"));
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
        container
    }
}

/// The attributes of a variant.
#[derive(Default)]
pub(crate) struct VariantAttr {
    pub(crate) names: NamesAttr,
    pub(crate) rename_all: Both<Case>,
    pub(crate) skip_serializing: bool,
    pub(crate) skip_deserializing: bool,
    pub(crate) other: bool,
    pub(crate) untagged: bool,
    pub(crate) with: Both<With>,
}

impl VariantAttr {
    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut variant = Self::default();
        read(attrs, mistakes, |name, meta| {
            match name {
                "rename" | "alias" => variant.names.read(name, meta)?,
                "rename_all" => variant.rename_all = both(meta)?.map(|case| Case::read(&case))?,
                "skip" => (variant.skip_serializing, variant.skip_deserializing) = (true, true),
                "skip_serializing" => variant.skip_serializing = true,
                "skip_deserializing" => variant.skip_deserializing = true,
                "other" => variant.other = true,
                "untagged" => variant.untagged = true,
                "with" | "serialize_with" | "deserialize_with" => With::read(name, meta, &mut variant.with)?,
                "bound" => _ = both(meta)?,
                "borrow" => _ = flag_or_value(meta)?,
                _ => return Ok(false),
            }
            Ok(true)
        });
        variant
    }
}

/// The attributes of a field.
#[derive(Default)]
pub(crate) struct FieldAttr {
    pub(crate) names: NamesAttr,
    pub(crate) skip_serializing: bool,
    pub(crate) skip_deserializing: bool,
    /// The path of a function.
    pub(crate) skip_serializing_if: Option<SkipIf>,
    pub(crate) default: bool,
    pub(crate) flatten: Option<Span>,
    pub(crate) with: Both<With>,
}

impl FieldAttr {
    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut field = Self::default();
        read(attrs, mistakes, |name, meta| {
            match name {
                "rename" | "alias" => field.names.read(name, meta)?,
                "skip" => (field.skip_serializing, field.skip_deserializing) = (true, true),
                "skip_serializing" => field.skip_serializing = true,
                "skip_deserializing" => field.skip_deserializing = true,
                "skip_serializing_if" => field.skip_serializing_if = Some(SkipIf::read(text(meta)?)),
                "default" => field.default = flag_or_value(meta)?,
                "flatten" => field.flatten = Some(meta.path.span()),
                "with" | "serialize_with" | "deserialize_with" => With::read(name, meta, &mut field.with)?,
                "bound" => _ = both(meta)?,
                "borrow" => _ = flag_or_value(meta)?,
                // It reads a private field of a type that a `remote` definition stands for.
                "getter" => _ = text(meta)?,
                _ => return Ok(false),
            }
            Ok(true)
        });
        field
    }
}

/// `rename` and `alias` of a field or a variant.
#[derive(Default)]
pub(crate) struct NamesAttr {
    serialize: Option<String>,
    /// The first is its own name.
    deserialize: Vec<String>,
    aliases: Vec<String>,
}

impl NamesAttr {
    fn read(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> Result<()> {
        if name == "alias" {
            self.aliases.push(text(meta)?.value());
        } else if meta.input.peek(Token![=]) {
            let name = text(meta)?.value();
            self.serialize = Some(name.clone());
            self.deserialize.push(name);
        } else {
            // Unlike others, this setting takes `deserialize` more than once.
            each_side(meta, |side, meta| {
                let name = text(meta)?.value();
                match side {
                    Side::Serialize => self.serialize = Some(name),
                    Side::Deserialize => self.deserialize.push(name),
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The name that it is written under, if it is not `default`, and those that it is read from.
    pub(crate) fn settle(&self, default: Both<String>) -> Names {
        let own = self.deserialize.first().cloned().or(default.deserialize);
        let mut others: Vec<_> = self.deserialize.iter().skip(1).chain(&self.aliases).cloned().collect();
        others.retain(|name| Some(name) != own.as_ref());
        // In serde they are a set, so that their order says nothing.
        others.sort();
        others.dedup();
        Names {
            written: self.serialize.clone().or(default.serialize).unwrap_or_default(),
            read: own.into_iter().chain(others).collect(),
        }
    }
}

/// The names of a field or a variant in JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) written: String,
    /// Its own first.
    pub(crate) read: Vec<String>,
}

/// A function, or a module of two, that writes or reads in serde's place.
#[derive(Clone)]
pub(crate) struct With {
    /// The path without spaces.
    pub(crate) path: String,
    pub(crate) literal: LitStr,
    /// `with` or `serialize_with` or `deserialize_with`.
    pub(crate) setting: &'static str,
}

impl With {
    fn read(name: &str, meta: &ParseNestedMeta<'_>, with: &mut Both<Self>) -> Result<()> {
        let literal = text(meta)?;
        let path = literal.parse::<ExprPath>()?.to_token_stream().to_string().replace(' ', "");
        let new = |setting| Some(Self { path: path.clone(), literal: literal.clone(), setting });
        match name {
            "serialize_with" => with.serialize = new("serialize_with"),
            "deserialize_with" => with.deserialize = new("deserialize_with"),
            _ => *with = Both { serialize: new("with"), deserialize: new("with") },
        }
        Ok(())
    }
}

/// The function that says whether a field is left out.
pub(crate) struct SkipIf {
    pub(crate) literal: LitStr,
    pub(crate) is_none: bool,
}

impl SkipIf {
    fn read(literal: LitStr) -> Self {
        let names = literal.parse::<ExprPath>().ok().filter(|path| path.qself.is_none()).map(|path| {
            let names = path.path.segments.iter().map(|segment| segment.ident.to_string());
            names.collect::<Vec<_>>().join("::")
        });
        let is_none = matches!(
            names.as_deref(),
            Some("Option::is_none" | "std::option::Option::is_none" | "core::option::Option::is_none")
        );
        Self { literal, is_none }
    }
}

impl<T> Both<T> {
    pub(crate) fn map<U>(self, mut map: impl FnMut(T) -> Result<U>) -> Result<Both<U>> {
        Ok(Both {
            serialize: self.serialize.map(&mut map).transpose()?,
            deserialize: self.deserialize.map(&mut map).transpose()?,
        })
    }
}

impl<T> Both<T> {
    pub(crate) fn is_some(&self) -> bool {
        self.serialize.is_some() || self.deserialize.is_some()
    }
}

impl<T: Copy> Both<T> {
    /// What is not set here is set there.
    pub(crate) fn or(&self, other: &Self) -> Self {
        Self { serialize: self.serialize.or(other.serialize), deserialize: self.deserialize.or(other.deserialize) }
    }
}

/// Reads every setting of every `#[serde(…)]`. `set` says whether it knows the name.
fn read(attrs: &[Attribute], mistakes: &mut Mistakes, mut set: impl FnMut(&str, &ParseNestedMeta<'_>) -> Result<bool>) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let result = attr.parse_nested_meta(|meta| {
            let name = meta.path.to_token_stream().to_string();
            let set = set(&name, &meta);
            if !matches!(set, Ok(true)) {
                pass_over(&meta)?;
            }
            match set {
                Ok(true) => {}
                Ok(false) => mistakes.report(
                    &meta.path,
                    format_args!(
                        "`{name}` is not an attribute of serde that is known here: what it does to JSON cannot be seen"
                    ),
                ),
                Err(mistake) => mistakes.add(mistake),
            }
            Ok(())
        });
        if let Err(mistake) = result {
            mistakes.add(mistake);
        }
    }
}

/// What is left of a setting, so that a mistake in it does not hide those after it.
fn pass_over(meta: &ParseNestedMeta<'_>) -> Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        meta.input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn text(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    let value = meta.value()?;
    match value.parse()? {
        Lit::Str(text) => Ok(text),
        other => Err(syn::Error::new_spanned(other, "expected text in quotes")),
    }
}

fn flag_or_value(meta: &ParseNestedMeta<'_>) -> Result<bool> {
    if meta.input.peek(Token![=]) {
        text(meta)?;
    }
    Ok(true)
}

fn both(meta: &ParseNestedMeta<'_>) -> Result<Both<LitStr>> {
    if meta.input.peek(Token![=]) {
        let text = text(meta)?;
        return Ok(Both { serialize: Some(text.clone()), deserialize: Some(text) });
    }
    let mut both = Both::default();
    each_side(meta, |side, meta| {
        let text = text(meta)?;
        match side {
            Side::Serialize => both.serialize = Some(text),
            Side::Deserialize => both.deserialize = Some(text),
        }
        Ok(())
    })?;
    Ok(both)
}

enum Side {
    Serialize,
    Deserialize,
}

fn each_side(meta: &ParseNestedMeta<'_>, mut set: impl FnMut(Side, &ParseNestedMeta<'_>) -> Result<()>) -> Result<()> {
    if !meta.input.peek(token::Paren) {
        return Err(meta.error("expected `= \"…\"` or `(serialize = \"…\", deserialize = \"…\")`"));
    }
    meta.parse_nested_meta(|meta| {
        if meta.path.is_ident("serialize") {
            set(Side::Serialize, &meta)
        } else if meta.path.is_ident("deserialize") {
            set(Side::Deserialize, &meta)
        } else {
            Err(meta.error("expected `serialize` or `deserialize`"))
        }
    })
}
