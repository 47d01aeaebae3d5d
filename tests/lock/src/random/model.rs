//! [`Model`], a random type, which prints as Rust.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use super::Rng;

/// A type and those that it is made of.
#[derive(Clone, Debug)]
pub struct Model {
    /// The first is the root.
    pub(super) types: Vec<Def>,
    /// The next number in a name: each name is given once.
    pub(super) names: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Def {
    pub(super) body: Body,
    pub(super) rename_all: Option<&'static str>,
    pub(super) default: bool,
    pub(super) deny: bool,
    pub(super) transparent: bool,
    pub(super) tag: Option<String>,
    /// The key of a map: units only.
    pub(super) key: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    Unit,
    Newtype(Type),
    Tuple(Vec<(Type, bool)>),
    Struct(Vec<Field>),
    Enum(Representation, Vec<Variant>),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Representation {
    External,
    Internal(String),
    Adjacent(String, String),
    Untagged,
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) ident: String,
    /// What it was called first, by which it is the same field.
    origin: String,
    pub(super) ty: Type,
    pub(super) rename: Option<String>,
    pub(super) written: Option<String>,
    pub(super) aliases: Vec<String>,
    pub(super) default: bool,
    pub(super) omitted: bool,
    pub(super) flatten: bool,
    pub(super) skip: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(super) struct Variant {
    pub(super) ident: String,
    /// As for a field.
    origin: String,
    pub(super) rename: Option<String>,
    pub(super) aliases: Vec<String>,
    pub(super) payload: Payload,
}

#[derive(Clone, Debug)]
pub(super) enum Payload {
    Unit,
    Newtype(Type),
    Tuple(Vec<Type>),
    Struct(Vec<Field>),
    /// `#[serde(other)]`
    Other,
    /// `#[serde(untagged)] (Value)`
    Any,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Type {
    Scalar(&'static str),
    Option(Box<Type>),
    Vec(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Array(Box<Type>, usize),
    Tuple(Vec<Type>),
    Box(Box<Type>),
    Ref(usize),
}

pub(super) const SCALARS: &[&str] =
    &["u8", "u16", "u32", "u64", "i32", "i64", "f32", "f64", "bool", "String", "char", "Value", "NonZeroU32", "u128"];

impl Model {
    /// Draws one: an event of a few fields, with types below it.
    pub(super) fn draw(rng: &mut Rng) -> Self {
        let mut model = Self { types: vec![Def::of(Body::Unit)], names: 0 };
        let count = 2 + rng.below(4);
        let fields = model.draw_fields(rng, count, 3);
        model.types[0].body = Body::Struct(fields);
        if rng.chance(25) {
            model.types[0].rename_all = Some("camelCase");
        }
        if model.is_valid() { model } else { Self::draw(rng) }
    }

    pub(super) fn name(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}_{}", self.names)
    }

    /// Gives none of the next names.
    pub(super) const fn skip_names(&mut self, count: usize) {
        self.names += count;
    }

    pub(super) fn draw_fields(&mut self, rng: &mut Rng, count: usize, depth: usize) -> Vec<Field> {
        (0..count).map(|_| self.draw_field(rng, depth)).collect()
    }

    pub(super) fn draw_field(&mut self, rng: &mut Rng, depth: usize) -> Field {
        let mut field = Field::of(self.name("f"), self.draw_type(rng, depth));
        match rng.below(12) {
            0 | 1 => field.default = true,
            2 | 3 => field.ty = Type::Option(Box::new(field.ty)),
            4 => {
                field.ty = Type::Option(Box::new(field.ty));
                field.omitted = true;
            }
            5 => field.rename = Some(self.name("wire")),
            6 => field.aliases.push(self.name("alias")),
            7 if depth > 0 => {
                let inner = self.draw_flat(rng, depth - 1);
                field.ty = if rng.chance(35) { Type::Option(Box::new(inner)) } else { inner };
                field.flatten = true;
            }
            _ => {}
        }
        field
    }

    fn draw_flat(&mut self, rng: &mut Rng, depth: usize) -> Type {
        match rng.below(8) {
            0 => Type::Map(Box::new(Type::Scalar("String")), Box::new(Type::Scalar(rng.one(&["u32", "Value"])))),
            1 => {
                let def = self.draw_enum(rng, depth, 1);
                self.add(def)
            }
            _ => {
                let count = 1 + rng.below(3);
                let fields = self.draw_fields(rng, count, depth);
                self.add(Def::of(Body::Struct(fields)))
            }
        }
    }

    pub(super) fn add(&mut self, def: Def) -> Type {
        self.types.push(def);
        Type::Ref(self.types.len() - 1)
    }

    pub(super) fn draw_type(&mut self, rng: &mut Rng, depth: usize) -> Type {
        let Some(depth) = depth.checked_sub(1) else { return Type::Scalar(rng.one(SCALARS)) };
        match rng.below(26) {
            0..8 => Type::Scalar(rng.one(SCALARS)),
            8 => Type::Option(Box::new(self.draw_type(rng, depth))),
            9 | 10 => Type::Vec(Box::new(self.draw_type(rng, depth))),
            11 => Type::Set(Box::new(Type::Scalar(rng.one(&["u32", "String", "i64"])))),
            12 | 13 => {
                let key = match rng.below(6) {
                    0 => Type::Scalar("u32"),
                    1 => {
                        let mut def = Def::of(Body::Enum(
                            Representation::External,
                            (0..2).map(|_| Variant::of(self.name("K"), Payload::Unit)).collect(),
                        ));
                        def.key = true;
                        self.add(def)
                    }
                    _ => Type::Scalar("String"),
                };
                Type::Map(Box::new(key), Box::new(self.draw_type(rng, depth)))
            }
            14 => Type::Array(Box::new(self.draw_type(rng, depth)), 1 + rng.below(3)),
            15 => Type::Tuple((0..1 + rng.below(3)).map(|_| self.draw_type(rng, depth)).collect()),
            16 => Type::Box(Box::new(self.draw_type(rng, depth))),
            17..22 => {
                let count = rng.below(4);
                let fields = self.draw_fields(rng, count, depth);
                let mut def = Def::of(Body::Struct(fields));
                def.deny = rng.chance(12);
                def.default = rng.chance(12);
                if rng.chance(8) {
                    def.tag = Some(self.name("tag"));
                }
                if rng.chance(12) {
                    def.rename_all = Some("kebab-case");
                }
                self.add(def)
            }
            22 => {
                let body = match rng.below(4) {
                    0 => Body::Unit,
                    1 => Body::Tuple((0..2).map(|_| (self.draw_type(rng, depth), false)).collect()),
                    _ => Body::Newtype(self.draw_type(rng, depth)),
                };
                let mut def = Def::of(body);
                def.transparent = matches!(def.body, Body::Newtype(_)) && rng.chance(50);
                self.add(def)
            }
            _ => {
                let representation = rng.below(4);
                let def = self.draw_enum(rng, depth, representation);
                self.add(def)
            }
        }
    }

    fn draw_enum(&mut self, rng: &mut Rng, depth: usize, representation: usize) -> Def {
        let representation = self.draw_representation(representation);
        let variants = (0..1 + rng.below(3)).map(|_| self.draw_variant(rng, depth, &representation)).collect();
        let mut def = Def::of(Body::Enum(representation, variants));
        if rng.chance(15) {
            def.rename_all = Some("snake_case");
        }
        if let Body::Enum(representation, variants) = &mut def.body
            && *representation != Representation::Untagged
        {
            match rng.below(8) {
                0 => variants.push(Variant::of(self.name("V"), Payload::Other)),
                1 => variants.push(Variant::of(self.name("V"), Payload::Any)),
                _ => {}
            }
        }
        def
    }

    pub(super) fn draw_representation(&mut self, kind: usize) -> Representation {
        match kind {
            0 => Representation::External,
            1 => Representation::Internal(self.name("tag")),
            2 => Representation::Adjacent(self.name("tag"), self.name("content")),
            _ => Representation::Untagged,
        }
    }

    pub(super) fn draw_variant(&mut self, rng: &mut Rng, depth: usize, of: &Representation) -> Variant {
        let ident = self.name("V");
        let payload = match (rng.below(8), of) {
            (0 | 1, _) => Payload::Unit,
            (2..5, _) => {
                let count = rng.below(3);
                Payload::Struct(self.draw_fields(rng, count, depth))
            }
            (_, Representation::Internal(_)) => {
                let count = 1 + rng.below(2);
                let fields = self.draw_fields(rng, count, depth);
                Payload::Newtype(self.add(Def::of(Body::Struct(fields))))
            }
            (5, _) => Payload::Tuple((0..2).map(|_| self.draw_type(rng, depth)).collect()),
            _ => Payload::Newtype(self.draw_type(rng, depth)),
        };
        Variant::of(ident, payload)
    }

    /// Whether serde compiles it, and the framework takes it.
    pub(super) fn is_valid(&self) -> bool {
        let used = self.used();
        used.len() <= 14 && used.iter().all(|place| self.def_is_valid(&self.types[*place]))
    }

    fn def_is_valid(&self, def: &Def) -> bool {
        let fields_are_valid = |fields: &[Field]| fields.iter().all(|field| self.field_is_valid(field));
        match &def.body {
            Body::Unit | Body::Newtype(_) => !def.default && !def.deny && def.tag.is_none(),
            Body::Tuple(elements) => {
                // Only the last ones can be left out.
                let first = elements.iter().position(|(_, default)| *default).unwrap_or(elements.len());
                elements.len() > 1
                    && elements[first..].iter().all(|(ty, default)| *default && self.has_default(ty))
                    && !def.default
                    && !def.deny
                    && def.tag.is_none()
            }
            Body::Struct(fields) => {
                let flattens = fields.iter().any(|field| field.flatten);
                fields_are_valid(fields)
                    && !(flattens && def.deny)
                    && (!def.transparent
                        || (fields.len() == 1 && !flattens && def.tag.is_none() && !def.deny && !def.default))
                    && (!def.default || fields.iter().all(|field| self.has_default(&field.ty)))
                    && self.one_map(fields)
            }
            Body::Enum(representation, variants) => {
                let real = |variant: &&Variant| !matches!(variant.payload, Payload::Other | Payload::Any);
                let catches = variants.iter().filter(|variant| !real(variant)).count();
                variants.iter().filter(real).count() > 0
                    && catches <= 1
                    && (catches == 0 || !real(&variants.last().expect("there is one")))
                    && (catches == 0 || *representation != Representation::Untagged)
                    && !def.default
                    && !(def.key && variants.iter().any(|variant| !matches!(variant.payload, Payload::Unit)))
                    && !(def.key && *representation != Representation::External)
                    && variants.iter().all(|variant| match &variant.payload {
                        Payload::Struct(fields) => {
                            fields_are_valid(fields)
                                && self.one_map(fields)
                                && !(def.deny && fields.iter().any(|field| field.flatten))
                        }
                        Payload::Newtype(ty) => {
                            !matches!(representation, Representation::Internal(_)) || self.is_plain_struct(ty)
                        }
                        Payload::Tuple(_) => !matches!(representation, Representation::Internal(_)),
                        _ => true,
                    })
            }
        }
    }

    fn field_is_valid(&self, field: &Field) -> bool {
        (!field.default || self.has_default(&field.ty))
            && (!field.omitted || field.predicate().is_some())
            && (field.skip.is_none() || self.has_default(&field.ty))
            && (!field.flatten
                || (self.can_flatten(&field.ty)
                    && !field.default
                    && !field.omitted
                    && field.skip.is_none()
                    && field.rename.is_none()
                    && field.written.is_none()
                    && field.aliases.is_empty()))
    }

    /// Two flattened maps would take each other's entries.
    fn one_map(&self, fields: &[Field]) -> bool {
        fields.iter().filter(|field| field.flatten).map(|field| self.maps_below(&field.ty)).sum::<usize>() <= 1
    }

    fn maps_below(&self, ty: &Type) -> usize {
        match ty {
            Type::Map(..) => 1,
            Type::Option(inner) | Type::Box(inner) => self.maps_below(inner),
            Type::Ref(place) => match &self.types[*place].body {
                Body::Struct(fields) => {
                    fields.iter().filter(|field| field.flatten).map(|field| self.maps_below(&field.ty)).sum()
                }
                // What it holds may be a map.
                Body::Newtype(inner) => self.maps_below(inner),
                _ => 0,
            },
            _ => 0,
        }
    }

    fn can_flatten(&self, ty: &Type) -> bool {
        match ty {
            Type::Map(key, _) => **key == Type::Scalar("String"),
            Type::Option(inner) => !matches!(**inner, Type::Option(_) | Type::Map(..)) && self.can_flatten(inner),
            Type::Box(inner) => self.can_flatten(inner),
            Type::Ref(place) => {
                let def = &self.types[*place];
                match &def.body {
                    Body::Struct(_) => !def.deny && !def.transparent,
                    Body::Enum(Representation::Internal(_), variants) => {
                        !def.deny && variants.iter().all(|variant| !matches!(variant.payload, Payload::Any))
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    pub(super) fn is_plain_struct(&self, ty: &Type) -> bool {
        let Type::Ref(place) = ty else { return false };
        let def = &self.types[*place];
        matches!(def.body, Body::Struct(_)) && !def.transparent
    }

    fn has_default(&self, ty: &Type) -> bool {
        match ty {
            Type::Scalar(name) => *name != "NonZeroU32",
            Type::Array(inner, _) | Type::Box(inner) => self.has_default(inner),
            Type::Tuple(types) => types.iter().all(|ty| self.has_default(ty)),
            _ => true,
        }
    }

    /// The types that the root is made of.
    pub(super) fn used(&self) -> Vec<usize> {
        let mut used = vec![0];
        let mut at = 0;
        while at < used.len() {
            self.types[used[at]].each_type(&mut |ty| {
                ty.each_ref(&mut |place| {
                    if !used.contains(&place) {
                        used.push(place);
                    }
                });
            });
            at += 1;
        }
        used
    }
}

impl Def {
    pub(super) const fn of(body: Body) -> Self {
        Self { body, rename_all: None, default: false, deny: false, transparent: false, tag: None, key: false }
    }

    fn each_type(&self, see: &mut impl FnMut(&Type)) {
        match &self.body {
            Body::Unit => {}
            Body::Newtype(ty) => see(ty),
            Body::Tuple(elements) => elements.iter().for_each(|(ty, _)| see(ty)),
            Body::Struct(fields) => fields.iter().for_each(|field| see(&field.ty)),
            Body::Enum(_, variants) => {
                for variant in variants {
                    match &variant.payload {
                        Payload::Unit | Payload::Other | Payload::Any => {}
                        Payload::Newtype(ty) => see(ty),
                        Payload::Tuple(types) => types.iter().for_each(&mut *see),
                        Payload::Struct(fields) => fields.iter().for_each(|field| see(&field.ty)),
                    }
                }
            }
        }
    }
}

impl Type {
    fn each_ref(&self, see: &mut impl FnMut(usize)) {
        match self {
            Self::Scalar(_) => {}
            Self::Option(inner) | Self::Vec(inner) | Self::Set(inner) | Self::Array(inner, _) | Self::Box(inner) => {
                inner.each_ref(see);
            }
            Self::Map(key, value) => {
                key.each_ref(see);
                value.each_ref(see);
            }
            Self::Tuple(types) => types.iter().for_each(|ty| ty.each_ref(see)),
            Self::Ref(place) => see(*place),
        }
    }
}

impl Field {
    pub(super) fn of(ident: String, ty: Type) -> Self {
        Self {
            origin: ident.clone(),
            ident,
            ty,
            rename: None,
            written: None,
            aliases: Vec::new(),
            default: false,
            omitted: false,
            flatten: false,
            skip: None,
        }
    }

    /// When it is left out.
    fn predicate(&self) -> Option<&'static str> {
        match &self.ty {
            Type::Option(_) => Some("Option::is_none"),
            Type::Vec(_) => Some("Vec::is_empty"),
            Type::Map(..) => Some("BTreeMap::is_empty"),
            Type::Scalar("String") => Some("String::is_empty"),
            _ => None,
        }
    }

    fn attributes(&self) -> Vec<String> {
        let mut list = Vec::new();
        if let Some(skip) = self.skip {
            list.push(skip.to_owned());
        }
        if self.flatten {
            list.push("flatten".to_owned());
        }
        match (&self.rename, &self.written) {
            (Some(name), None) => list.push(format!("rename = \"{name}\"")),
            (None, Some(written)) => list.push(format!("rename(serialize = \"{written}\")")),
            (Some(name), Some(written)) => {
                list.push(format!("rename(serialize = \"{written}\", deserialize = \"{name}\")"));
            }
            (None, None) => {}
        }
        list.extend(self.aliases.iter().map(|alias| format!("alias = \"{alias}\"")));
        if self.default {
            list.push("default".to_owned());
        }
        if let (true, Some(predicate)) = (self.omitted, self.predicate()) {
            list.push(format!("skip_serializing_if = \"{predicate}\""));
        }
        list
    }
}

impl Variant {
    pub(super) fn of(ident: String, payload: Payload) -> Self {
        Self { origin: ident.clone(), ident, rename: None, aliases: Vec::new(), payload }
    }
}

/// What a field or a variant is called now.
struct Name {
    ident: String,
    /// None for a variant.
    ty: Option<Type>,
    optional: bool,
    /// The names in JSON that it is read from.
    wire: Vec<String>,
}

/// The name of a field by `rename_all`. All are a stem and a number.
fn by_rule(rule: Option<&str>, ident: &str) -> String {
    match rule {
        Some("camelCase") => ident.replace('_', ""),
        Some("kebab-case") => ident.replace('_', "-"),
        Some("SCREAMING_SNAKE_CASE") => ident.to_uppercase(),
        _ => ident.to_owned(),
    }
}

impl Variant {
    /// Another variant of this form.
    pub(super) fn becomes(&mut self, ident: String) {
        self.origin.clone_from(&ident);
        self.ident = ident;
    }
}

struct Serde(Vec<String>);

impl Display for Serde {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "#[serde({})] ", self.0.join(", ")) }
    }
}

fn joined<T>(items: &[T], print: impl Fn(&T) -> String) -> String {
    items.iter().map(print).collect::<Vec<_>>().join(", ")
}

fn named(place: usize) -> String {
    if place == 0 { crate::source::ROOT.to_owned() } else { format!("N{place}") }
}

impl Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(name) => f.write_str(name),
            Self::Option(inner) => write!(f, "Option<{inner}>"),
            Self::Vec(inner) => write!(f, "Vec<{inner}>"),
            Self::Set(inner) => write!(f, "BTreeSet<{inner}>"),
            Self::Map(key, value) => write!(f, "BTreeMap<{key}, {value}>"),
            Self::Array(inner, len) => write!(f, "[{inner}; {len}]"),
            Self::Tuple(types) => write!(f, "({},)", joined(types, Self::to_string)),
            Self::Box(inner) => write!(f, "Box<{inner}>"),
            Self::Ref(place) => f.write_str(&named(*place)),
        }
    }
}

fn fields(fields: &[Field]) -> String {
    let print = |field: &Field| format!("{}{}: {}", Serde(field.attributes()), field.ident, field.ty);
    format!("{{ {} }}", joined(fields, print))
}

impl Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list: Vec<String> = self.rename.iter().map(|name| format!("rename = \"{name}\"")).collect();
        list.extend(self.aliases.iter().map(|alias| format!("alias = \"{alias}\"")));
        match self.payload {
            Payload::Other => list.push("other".to_owned()),
            Payload::Any => list.push("untagged".to_owned()),
            _ => {}
        }
        write!(f, "{}{}", Serde(list), self.ident)?;
        match &self.payload {
            Payload::Unit | Payload::Other => Ok(()),
            Payload::Any => f.write_str("(Value)"),
            Payload::Newtype(ty) => write!(f, "({ty})"),
            Payload::Tuple(types) => write!(f, "({})", joined(types, Type::to_string)),
            Payload::Struct(inner) => write!(f, " {}", fields(inner)),
        }
    }
}

impl Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in self.used() {
            let (def, name) = (&self.types[place], named(place));
            let mut list = Vec::new();
            if let Some(rule) = def.rename_all {
                list.push(format!("rename_all = \"{rule}\""));
            }
            for (is, word) in
                [(def.default, "default"), (def.deny, "deny_unknown_fields"), (def.transparent, "transparent")]
            {
                list.extend(is.then(|| word.to_owned()));
            }
            list.extend(def.tag.iter().map(|tag| format!("tag = \"{tag}\"")));
            if let Body::Enum(representation, _) = &def.body {
                match representation {
                    Representation::External => {}
                    Representation::Internal(tag) => list.push(format!("tag = \"{tag}\"")),
                    Representation::Adjacent(tag, content) => {
                        list.push(format!("tag = \"{tag}\", content = \"{content}\""));
                    }
                    Representation::Untagged => list.push("untagged".to_owned()),
                }
            }
            if def.key {
                f.write_str("#[derive(PartialEq, Eq, PartialOrd, Ord)] ")?;
            }
            write!(f, "{}", Serde(list))?;
            match &def.body {
                Body::Unit => writeln!(f, "struct {name};")?,
                Body::Newtype(ty) => writeln!(f, "struct {name}({ty});")?,
                Body::Tuple(elements) => {
                    let print = |(ty, default): &(Type, bool)| {
                        format!("{}{ty}", if *default { "#[serde(default)] " } else { "" })
                    };
                    writeln!(f, "struct {name}({});", joined(elements, print))?;
                }
                Body::Struct(inner) => writeln!(f, "struct {name} {}", fields(inner))?,
                Body::Enum(_, variants) => {
                    writeln!(f, "enum {name} {{ {} }}", joined(variants, Variant::to_string))?;
                }
            }
        }
        Ok(())
    }
}

impl Model {
    /// What the fields and variants of this type are called in the other, where that is something else. A field that
    /// has no name in JSON in common is taken for one that went, and one that came, unless both are optional and of one
    /// type.
    pub(super) fn renames(&self, to: &Self) -> BTreeMap<String, String> {
        let others = to.names();
        let renamed = |(origin, is): (String, Name)| {
            let other = others.get(&origin)?;
            let same = (is.ty == other.ty && is.optional && other.optional)
                || is.wire.iter().any(|name| other.wire.contains(name));
            (is.ident != other.ident && same).then(|| (is.ident, other.ident.clone()))
        };
        self.names().into_iter().filter_map(renamed).collect()
    }

    /// Fields and variants by what they were called first.
    fn names(&self) -> BTreeMap<String, Name> {
        let mut names = BTreeMap::new();
        self.each_field(&mut |field, rule, default| {
            let mut wire = field.aliases.clone();
            wire.push(field.rename.clone().unwrap_or_else(|| by_rule(rule, &field.ident)));
            let optional = default || field.default || matches!(field.ty, Type::Option(_));
            let name = Name { ident: field.ident.clone(), ty: Some(field.ty.clone()), optional, wire };
            names.insert(field.origin.clone(), name);
        });
        for place in self.used() {
            if let Body::Enum(_, variants) = &self.types[place].body {
                let name = |it: &Variant| Name { ident: it.ident.clone(), ty: None, optional: false, wire: Vec::new() };
                names.extend(variants.iter().map(|it| (it.origin.clone(), name(it))));
            }
        }
        names
    }

    /// Each field, with its container's `rename_all`, and whether that has a default.
    fn each_field(&self, see: &mut impl FnMut(&Field, Option<&str>, bool)) {
        for place in self.used() {
            let def = &self.types[place];
            match &def.body {
                Body::Struct(fields) => fields.iter().for_each(|field| see(field, def.rename_all, def.default)),
                Body::Enum(_, variants) => {
                    for variant in variants {
                        if let Payload::Struct(fields) = &variant.payload {
                            fields.iter().for_each(|field| see(field, None, false));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether it flattens an `Option`.
    pub(super) fn has_flattened_option(&self) -> bool {
        let mut found = false;
        self.each_field(&mut |field, _, _| found |= field.flatten && matches!(field.ty, Type::Option(_)));
        found
    }

    /// Whether it has a field that it writes and does not read.
    pub(super) fn leaves_unread(&self) -> bool {
        let mut found = false;
        self.each_field(&mut |field, _, _| found |= field.skip == Some("skip_deserializing"));
        found
    }

    /// Whether something in it is a `Value`.
    pub(super) fn reads_anything(&self) -> bool {
        self.to_string().contains("Value")
    }

    /// Whether an enum reads variants that it does not know.
    pub(super) fn has_catch_all(&self) -> bool {
        self.used().into_iter().any(|place| {
            let Body::Enum(_, variants) = &self.types[place].body else { return false };
            variants.iter().any(|variant| matches!(variant.payload, Payload::Other | Payload::Any))
        })
    }

    /// Whether something is also read from this name, which is not its own.
    pub(super) fn has_alias(&self, name: &str) -> bool {
        self.to_string().contains(&format!("alias = \"{name}\""))
    }

    /// Whether a field of this name is a flattened map.
    pub(super) fn is_map(&self, ident: &str) -> bool {
        let mut found = false;
        self.each_field(&mut |field, _, _| {
            found |= field.ident == ident && field.flatten && matches!(field.ty, Type::Map(..));
        });
        found
    }

    /// Whether a field of this name has a type of which there is one value: nothing of it can be lost.
    pub(super) fn has_one_value(&self, ident: &str) -> bool {
        let mut found = false;
        self.each_field(&mut |field, _, _| found |= field.ident == ident && self.is_one(&field.ty));
        found
    }

    /// Whether it is written as `null`, always.
    fn is_null(&self, ty: &Type) -> bool {
        let Type::Ref(place) = ty else { return false };
        match &self.types[*place].body {
            Body::Unit => true,
            Body::Newtype(inner) => self.is_null(inner),
            Body::Enum(Representation::Untagged, variants) => {
                variants.iter().all(|variant| matches!(variant.payload, Payload::Unit))
            }
            _ => false,
        }
    }

    fn is_one(&self, ty: &Type) -> bool {
        match ty {
            Type::Box(inner) => self.is_one(inner),
            // Both are `null`.
            Type::Option(inner) => self.is_null(inner),
            Type::Array(inner, len) => *len == 0 || self.is_one(inner),
            Type::Tuple(types) => types.iter().all(|ty| self.is_one(ty)),
            Type::Ref(place) => match &self.types[*place].body {
                Body::Unit => true,
                Body::Newtype(inner) => self.is_one(inner),
                Body::Tuple(elements) => elements.iter().all(|(ty, _)| self.is_one(ty)),
                Body::Struct(fields) => fields.iter().all(|field| field.skip.is_some() || self.is_one(&field.ty)),
                Body::Enum(_, variants) => {
                    let mut written = variants.iter().filter(|it| !matches!(it.payload, Payload::Other | Payload::Any));
                    match (written.next().map(|it| &it.payload), written.next()) {
                        (Some(Payload::Unit), None) => true,
                        (Some(Payload::Newtype(ty)), None) => self.is_one(ty),
                        (Some(Payload::Tuple(types)), None) => types.iter().all(|ty| self.is_one(ty)),
                        (Some(Payload::Struct(fields)), None) => fields.iter().all(|field| self.is_one(&field.ty)),
                        _ => false,
                    }
                }
            },
            _ => false,
        }
    }

    /// The names of the types, each of which has a default: its emptiest value.
    #[must_use]
    pub fn defaults(&self) -> String {
        let print = |place: usize| {
            let name = named(place);
            format!(
                "impl Default for {name} {{ fn default() -> Self {{ <{name} as Sample>::samples(1).swap_remove(0) }} }}\n"
            )
        };
        self.used().into_iter().map(print).collect()
    }
}
