//! A type as serde writes and reads it, every name settled. Every mistake is reported, so that one compilation shows them
//! all.

use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Field, Fields, Generics, Ident, Lit, Meta, Type};

use crate::adapter;
use crate::attr::{PartAttr, Written};
use crate::case::Case;
use crate::mistakes::Mistakes;
use crate::serde_attr::{Both, ContainerAttr, FieldAttr, Names, VariantAttr, With};

/// What `#[event(…)]` before the type says about its shape.
pub(crate) struct Settings {
    pub(crate) opaque: Option<String>,
    pub(crate) open: bool,
    pub(crate) allow_js_integer: bool,
}

pub(crate) struct Shape<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) docs: String,
    pub(crate) seen: Seen,
    /// There where [`seen`](Self::seen) refers to it.
    pub(crate) own: Option<Own>,
}

/// What JSON shows of a value.
pub(crate) enum Seen {
    Same(Form),
    Asymmetric { writer: Form, reader: Form },
}

/// What one side of a value is in JSON.
#[derive(Clone)]
pub(crate) enum Form {
    /// What serde derives for the type.
    Own,
    /// Another type.
    Type(Box<Type>),
    /// A constant in `__private::adapter`.
    Adapter(&'static str),
    Opaque(String),
    /// A type that is read by `try_from`, and the name of who may refuse it.
    Refined(Box<Type>, String),
    /// What serde derives for the type, which is read by `try_from`.
    RefinedOwn(String),
}

/// What serde derives.
pub(crate) enum Own {
    Unit,
    Newtype(Seen),
    Tuple(Vec<Place>),
    Struct { tag: Option<(String, String)>, deny_unknown_fields: bool, fields: Vec<Part> },
    Enum { representation: Representation, deny_unknown_fields: bool, open: bool, variants: Vec<Variant> },
}

/// A place of a tuple that is written or read.
pub(crate) struct Place {
    pub(crate) seen: Seen,
    pub(crate) written: bool,
    pub(crate) read: bool,
    pub(crate) default: bool,
    pub(crate) allow_js_integer: bool,
}

/// A named field that is written or read.
pub(crate) struct Part {
    pub(crate) ident: String,
    pub(crate) names: Names,
    pub(crate) written: bool,
    pub(crate) read: bool,
    pub(crate) omitted: Omitted,
    pub(crate) absent: Absent,
    pub(crate) flatten: bool,
    pub(crate) allow_js_integer: bool,
    pub(crate) seen: Seen,
    pub(crate) docs: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Omitted {
    Never,
    Sometimes,
    None,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Absent {
    ByType,
    Default,
    Refused,
}

#[derive(Debug)]
pub(crate) enum Representation {
    External,
    Internal { tag: String },
    Adjacent { tag: String, content: String },
    Untagged,
}

/// A variant that is written or read.
pub(crate) struct Variant {
    pub(crate) ident: String,
    pub(crate) names: Names,
    pub(crate) written: bool,
    pub(crate) read: bool,
    pub(crate) other: bool,
    pub(crate) untagged: bool,
    pub(crate) allow_js_integer: bool,
    pub(crate) payload: Payload,
    pub(crate) docs: String,
}

pub(crate) enum Payload {
    Unit,
    Newtype(Seen),
    Tuple(Vec<Place>),
    Struct(Vec<Part>),
}

impl<'a> Shape<'a> {
    /// The shape of a type, or nothing where a mistake was reported that leaves none.
    pub(crate) fn read(input: &'a DeriveInput, settings: &Settings, mistakes: &mut Mistakes) -> Option<Self> {
        let shape =
            |seen, own| Self { ident: &input.ident, generics: &input.generics, docs: docs(&input.attrs), seen, own };
        if let Some(name) = &settings.opaque {
            return Some(shape(Seen::Same(Form::Opaque(name.clone())), None));
        }
        let attr = ContainerAttr::read(&input.attrs, mistakes);
        let seen = match (attr.transparent, &input.data) {
            (true, Data::Struct(data)) => transparent(&data.fields, mistakes)?,
            _ => whole(&attr, &input.ident),
        };
        let own = if seen.refers_to_own() { Some(own(input, &attr, settings, mistakes)?) } else { None };
        Some(shape(seen, own))
    }
}

impl Shape<'_> {
    /// What stands in for the shape of a type with a mistake.
    pub(crate) fn unknown(input: &DeriveInput) -> Shape<'_> {
        Shape {
            ident: &input.ident,
            generics: &input.generics,
            docs: String::new(),
            seen: Seen::Same(Form::Opaque(String::new())),
            own: None,
        }
    }
}

impl Seen {
    fn new(writer: Form, reader: Form) -> Self {
        if writer.is(&reader) { Self::Same(writer) } else { Self::Asymmetric { writer, reader } }
    }

    pub(crate) fn forms(&self) -> impl Iterator<Item = &Form> {
        let (one, other) = match self {
            Self::Same(form) => (form, None),
            Self::Asymmetric { writer, reader } => (writer, Some(reader)),
        };
        std::iter::once(one).chain(other)
    }

    fn refers_to_own(&self) -> bool {
        self.forms().any(|form| matches!(form, Form::Own | Form::RefinedOwn(_)))
    }
}

impl Form {
    fn is(&self, other: &Self) -> bool {
        let text = |ty: &Type| ty.to_token_stream().to_string();
        match (self, other) {
            (Self::Own, Self::Own) => true,
            (Self::Type(one), Self::Type(other)) => text(one) == text(other),
            (Self::Adapter(one), Self::Adapter(other)) => one == other,
            (Self::Opaque(one), Self::Opaque(other)) => one == other,
            (Self::Refined(one, _), Self::Refined(other, _)) => text(one) == text(other),
            (Self::RefinedOwn(_), Self::RefinedOwn(_)) => true,
            _ => false,
        }
    }
}

/// A type that `from`, `try_from` and `into` may stand in for.
fn whole(attr: &ContainerAttr, ident: &Ident) -> Seen {
    let form = |ty: Option<&Type>| ty.map_or(Form::Own, |ty| Form::Type(Box::new(ty.clone())));
    let (writer, reader) = (form(attr.into.as_ref()), form(attr.from.as_ref().or(attr.try_from.as_ref())));
    if attr.try_from.is_none() {
        return Seen::new(writer, reader);
    }
    let by = || attr.rename.deserialize.clone().unwrap_or_else(|| ident.unraw().to_string());
    let refined = |form| match form {
        Form::Type(ty) => Form::Refined(ty, by()),
        _ => Form::RefinedOwn(by()),
    };
    Seen::new(refined(writer), refined(reader))
}

/// The one field that a `transparent` struct is written and read as.
fn transparent(fields: &Fields, mistakes: &mut Mistakes) -> Option<Seen> {
    let mut seen = None;
    for field in fields {
        refuse_cfg(&field.attrs, "field", mistakes);
        let serde = FieldAttr::read(&field.attrs, mistakes);
        let part = PartAttr::read(&field.attrs, mistakes);
        let is_marker = matches!(&field.ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "PhantomData"));
        if !is_marker && !serde.skip_serializing && !serde.skip_deserializing && !serde.default {
            seen = seen.or_else(|| self::seen(&field.ty, &serde.with, &part, mistakes));
        }
    }
    if seen.is_none() && mistakes.is_empty() {
        mistakes.report(fields, "a transparent struct has one field that is written and read");
    }
    seen
}

fn own(input: &DeriveInput, attr: &ContainerAttr, settings: &Settings, mistakes: &mut Mistakes) -> Option<Own> {
    match &input.data {
        Data::Struct(data) => own_struct(input, &data.fields, attr, settings, mistakes),
        Data::Enum(data) => {
            let variants = data.variants.iter().filter_map(|read| variant(read, attr, settings, mistakes)).collect();
            Some(Own::Enum {
                representation: representation(attr),
                deny_unknown_fields: attr.deny_unknown_fields,
                open: settings.open,
                variants,
            })
        }
        Data::Union(data) => {
            mistakes.report(data.union_token, "a union has no schema: it does not know which of its fields to write");
            None
        }
    }
}

fn own_struct(
    input: &DeriveInput,
    fields: &Fields,
    attr: &ContainerAttr,
    settings: &Settings,
    mistakes: &mut Mistakes,
) -> Option<Own> {
    match fields {
        Fields::Unit => Some(Own::Unit),
        Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => {
            let field = &unnamed.unnamed[0];
            refuse_cfg(&field.attrs, "field", mistakes);
            let serde = FieldAttr::read(&field.attrs, mistakes);
            let part = PartAttr::read(&field.attrs, mistakes);
            if settings.allow_js_integer || part.allow.has("js_integer") {
                mistakes.report(
                    &input.ident,
                    "`allow(js_integer)` says nothing before a newtype or inside it, which JSON does not show: \
                     write it before the fields that hold one",
                );
            }
            if serde.skip_serializing || serde.skip_deserializing {
                mistakes.report(
                    &field.ty,
                    "serde writes and reads the only field of a newtype, skipped or not: remove the attribute, \
                     or write a unit struct",
                );
            }
            seen(&field.ty, &serde.with, &part, mistakes).map(Own::Newtype)
        }
        Fields::Unnamed(unnamed) => {
            let places = unnamed
                .unnamed
                .iter()
                .filter_map(|field| place(field, attr.default, settings.allow_js_integer, mistakes));
            Some(Own::Tuple(places.collect()))
        }
        Fields::Named(named) => {
            let name = attr.rename.serialize.clone().unwrap_or_else(|| input.ident.unraw().to_string());
            let of = PartsOf {
                rename_all: attr.rename_all.clone(),
                default: attr.default,
                deny_unknown_fields: attr.deny_unknown_fields,
                allow_js_integer: settings.allow_js_integer,
            };
            Some(Own::Struct {
                tag: attr.tag.clone().map(|tag| (tag, name)),
                deny_unknown_fields: attr.deny_unknown_fields,
                fields: named.named.iter().filter_map(|field| of.part(field, mistakes)).collect(),
            })
        }
    }
}

fn representation(attr: &ContainerAttr) -> Representation {
    match (attr.tag.clone(), attr.content.clone()) {
        (Some(tag), Some(content)) => Representation::Adjacent { tag, content },
        (Some(tag), None) => Representation::Internal { tag },
        (None, _) if attr.untagged => Representation::Untagged,
        (None, _) => Representation::External,
    }
}

fn variant(
    variant: &syn::Variant,
    container: &ContainerAttr,
    settings: &Settings,
    mistakes: &mut Mistakes,
) -> Option<Variant> {
    refuse_cfg(&variant.attrs, "variant", mistakes);
    let attr = VariantAttr::read(&variant.attrs, mistakes);
    let part = PartAttr::read(&variant.attrs, mistakes);
    if attr.skip_serializing && attr.skip_deserializing {
        return None;
    }
    let ident = variant.ident.unraw().to_string();
    let rename = |case: Option<Case>| Some(case.map_or_else(|| ident.clone(), |case| case.of_variant(&ident)));
    let names = attr.names.settle(Both {
        serialize: rename(container.rename_all.serialize),
        deserialize: rename(container.rename_all.deserialize),
    });
    let mut of = PartsOf {
        rename_all: attr.rename_all.or(&container.rename_all_fields),
        default: false,
        deny_unknown_fields: container.deny_unknown_fields,
        allow_js_integer: settings.allow_js_integer || part.allow.has("js_integer"),
    };
    let payload = if attr.with.is_some() {
        Payload::Newtype(variant_with(variant, &attr, &part, mistakes)?)
    } else {
        if !part.schema.is_missing() || !part.opaque.is_missing() {
            mistakes.report(
                &variant.ident,
                "`schema` and `opaque` stand before a field, before a variant with `#[serde(with = \"…\")]`, \
                 and `opaque` before a type",
            );
        }
        payload(&variant.fields, &mut of, mistakes)?
    };
    Some(Variant {
        ident,
        names,
        written: !attr.skip_serializing,
        read: !attr.skip_deserializing,
        other: attr.other,
        untagged: attr.untagged,
        allow_js_integer: of.allow_js_integer,
        payload,
        docs: docs(&variant.attrs),
    })
}

/// The content of a variant that functions of the user's write and read.
fn variant_with(variant: &syn::Variant, attr: &VariantAttr, part: &PartAttr, mistakes: &mut Mistakes) -> Option<Seen> {
    let both = attr.with.serialize.is_some() && attr.with.deserialize.is_some();
    let content = match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed[0].ty.clone(),
        // The type is used for the side that has no function.
        _ if both => Type::Verbatim(variant.ident.to_token_stream()),
        _ => {
            mistakes.report(
                &variant.ident,
                "only one side of this variant is known: write both with `#[serde(with = \"…\")]`, \
                 or put the fields into a struct",
            );
            return None;
        }
    };
    seen(&content, &attr.with, part, mistakes)
}

fn payload(fields: &Fields, of: &mut PartsOf, mistakes: &mut Mistakes) -> Option<Payload> {
    Some(match fields {
        Fields::Unit => Payload::Unit,
        Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => {
            let field = &unnamed.unnamed[0];
            refuse_cfg(&field.attrs, "field", mistakes);
            let serde = FieldAttr::read(&field.attrs, mistakes);
            let part = PartAttr::read(&field.attrs, mistakes);
            // JSON shows no field in a newtype variant.
            of.allow_js_integer |= part.allow.has("js_integer");
            match (serde.skip_serializing, serde.skip_deserializing) {
                (true, true) => Payload::Unit,
                (false, false) => Payload::Newtype(seen(&field.ty, &serde.with, &part, mistakes)?),
                _ => {
                    mistakes.report(
                        &field.ty,
                        "skipped on one side only, this variant is written as one thing and read as another: \
                         skip it on both sides, or name the field",
                    );
                    return None;
                }
            }
        }
        Fields::Unnamed(unnamed) => Payload::Tuple(
            unnamed.unnamed.iter().filter_map(|field| place(field, false, of.allow_js_integer, mistakes)).collect(),
        ),
        Fields::Named(named) => {
            Payload::Struct(named.named.iter().filter_map(|field| of.part(field, mistakes)).collect())
        }
    })
}

fn place(field: &Field, default: bool, allow_js_integer: bool, mistakes: &mut Mistakes) -> Option<Place> {
    refuse_cfg(&field.attrs, "field", mistakes);
    let serde = FieldAttr::read(&field.attrs, mistakes);
    let part = PartAttr::read(&field.attrs, mistakes);
    if let Some(skip_if) = &serde.skip_serializing_if {
        mistakes.report(
            &skip_if.literal,
            "a place of a tuple that is left out moves those after it, so that readers take one for another: name the fields",
        );
    }
    if serde.skip_serializing && serde.skip_deserializing {
        return None;
    }
    Some(Place {
        seen: seen(&field.ty, &serde.with, &part, mistakes)?,
        written: !serde.skip_serializing,
        read: !serde.skip_deserializing,
        default: serde.default || default,
        allow_js_integer: allow_js_integer || part.allow.has("js_integer"),
    })
}

/// What named fields take from the struct or the variant around them.
struct PartsOf {
    rename_all: Both<Case>,
    default: bool,
    deny_unknown_fields: bool,
    allow_js_integer: bool,
}

impl PartsOf {
    fn part(&self, field: &Field, mistakes: &mut Mistakes) -> Option<Part> {
        refuse_cfg(&field.attrs, "field", mistakes);
        let serde = FieldAttr::read(&field.attrs, mistakes);
        let attr = PartAttr::read(&field.attrs, mistakes);
        if serde.skip_serializing && serde.skip_deserializing {
            return None;
        }
        if let (Some(flatten), true) = (serde.flatten, self.deny_unknown_fields) {
            mistakes.add(syn::Error::new(
                flatten,
                "serde does not support `flatten` together with `deny_unknown_fields`: either nothing is denied, \
                 or the fields of the flattened type are; remove one of them",
            ));
        }

        let ident = field.ident.as_ref().map(|ident| ident.unraw().to_string()).unwrap_or_default();
        let rename = |case: Option<Case>| Some(case.map_or_else(|| ident.clone(), |case| case.of_field(&ident)));
        let names = serde.names.settle(Both {
            serialize: rename(self.rename_all.serialize),
            deserialize: rename(self.rename_all.deserialize),
        });
        Some(Part {
            names,
            written: !serde.skip_serializing,
            read: !serde.skip_deserializing,
            omitted: match &serde.skip_serializing_if {
                None => Omitted::Never,
                Some(skip_if) if skip_if.is_none => Omitted::None,
                Some(_) => Omitted::Sometimes,
            },
            absent: match serde.flatten {
                // What a flattened field is read from is never absent.
                Some(_) => Absent::ByType,
                None if serde.default || self.default => Absent::Default,
                None if serde.with.deserialize.is_some() => Absent::Refused,
                None => Absent::ByType,
            },
            flatten: serde.flatten.is_some(),
            allow_js_integer: self.allow_js_integer || attr.allow.has("js_integer"),
            seen: seen(&field.ty, &serde.with, &attr, mistakes)?,
            docs: docs(&field.attrs),
            ident,
        })
    }
}

/// What a value of this type is in JSON, between the functions and the settings that stand before it.
fn seen(ty: &Type, with: &Both<With>, attr: &PartAttr, mistakes: &mut Mistakes) -> Option<Seen> {
    let named = match (&attr.schema, &attr.opaque) {
        (Written::Missing, Written::Missing) => None,
        (Written::Value(ty), Written::Missing) => Some(Form::Type(Box::new(ty.clone()))),
        (Written::Missing, Written::Value(name)) => Some(Form::Opaque(name.value())),
        (Written::Value(_), Written::Value(name)) => {
            mistakes.report(name, "a field is compared as another type (`schema`) or by a name (`opaque`), not both");
            return None;
        }
        // Reported when it was read.
        _ => return None,
    };
    let form = |with: Option<&With>, mistakes: &mut Mistakes| match (with, &named) {
        (Some(_), Some(named)) => Some(named.clone()),
        (Some(with), None) => known(with, mistakes),
        (None, _) => Some(Form::Type(Box::new(ty.clone()))),
    };
    match (&with.serialize, &with.deserialize) {
        (None, None) => Some(Seen::Same(named.unwrap_or_else(|| Form::Type(Box::new(ty.clone()))))),
        (Some(both), Some(_)) if both.setting == "with" => form(Some(both), mistakes).map(Seen::Same),
        (writer, reader) => {
            let (writer, reader) = (form(writer.as_ref(), mistakes), form(reader.as_ref(), mistakes));
            Some(Seen::new(writer?, reader?))
        }
    }
}

fn known(with: &With, mistakes: &mut Mistakes) -> Option<Form> {
    let adapter = adapter::known(&with.path);
    if adapter.is_none() {
        let With { path, literal, setting } = with;
        let does = match *setting {
            "serialize_with" => "writes",
            "deserialize_with" => "reads",
            _ => "writes and reads",
        };
        // A `remote` definition is named as a type is.
        let is_type = path.rsplit("::").next().is_some_and(|name| name.starts_with(char::is_uppercase));
        let example = if is_type { path } else { "String" };
        mistakes.report(
            literal,
            format_args!(
                "what `{path}` {does} cannot be seen: say which type that is in JSON, as in `#[event(schema = {example})]`, \
                 or give it a name that you change when its JSON changes, as in `#[event(opaque = \"money@1\")]`"
            ),
        );
    }
    adapter.map(Form::Adapter)
}

fn refuse_cfg(attrs: &[Attribute], what: &str, mistakes: &mut Mistakes) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")) {
        mistakes.report(
            attr,
            format_args!(
                "a {what} that is there in some builds only would make one event of several shapes: \
                 remove the `cfg`, or put it before the whole type"
            ),
        );
    }
}

fn docs(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
            Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => Some(line.value()),
            _ => None,
        },
        _ => None,
    });
    let lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect::<Vec<_>>();
    lines.join("\n").trim().to_owned()
}

/// Whether this compilation shows what was derived, documentation included, instead of checking it.
pub(crate) fn is_dumped() -> bool {
    let of = |variable| std::env::var(variable).ok();
    let (Some(dumped), Some(name)) = (of("USER_EVENTS_DUMP"), of("CARGO_CRATE_NAME")) else { return false };
    // A program often has the name of the library beside it.
    dumped == name || of("CARGO_BIN_NAME").is_some() && dumped.strip_prefix("bin ") == Some(&name)
}
