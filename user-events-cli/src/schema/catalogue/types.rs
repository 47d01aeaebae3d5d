//! [`Types`], what events write, as types that have names.
//!
//! A lock writes a type out wherever it is used. Here equal ones become one definition, and what stands in flattened
//! fields stands among those around it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use user_events_schema::{
    Format, Node, NodeId, Part, PartKind, PayloadKind, Presence, Representation, Run, Scalar, Tree,
};

/// The types of some events' payloads.
#[derive(Debug, Default)]
pub(super) struct Types {
    /// Every type with a name of its own, the payloads first, in their order.
    pub(super) definitions: Vec<Definition>,
}

/// A type with a name.
#[derive(Debug)]
pub(super) struct Definition {
    /// An ASCII identifier that no other definition has.
    pub(super) name: String,
    pub(super) ty: Type,
}

/// What a value can be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    Scalar(Scalar),
    /// Exactly this text.
    Text(String),
    /// Nobody but its owner knows.
    Opaque(String),
    /// What it is, and the name of the rules that it also keeps.
    Refined(Box<Type>, String),
    Nullable(Box<Type>),
    List {
        item: Box<Type>,
        unique: bool,
    },
    Array {
        item: Box<Type>,
        len: u32,
    },
    Tuple(Vec<Type>),
    Map {
        key: Box<Type>,
        value: Box<Type>,
    },
    Object(Object),
    OneOf(OneOf),
    /// The definition at this place.
    Named(usize),
}

/// An object with names that are known.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Object {
    pub(super) fields: Vec<Field>,
    /// Names of fields of which all are there, or none.
    pub(super) together: Vec<Vec<String>>,
    /// What else the same object is.
    pub(super) also: Vec<Type>,
    /// What fields of other names hold.
    pub(super) rest: Option<Box<Type>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) required: bool,
    pub(super) docs: String,
}

/// One of several.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OneOf {
    pub(super) alternatives: Vec<Alternative>,
    /// Whether a tag tells them apart, so that no value is two of them.
    pub(super) tagged: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alternative {
    pub(super) ty: Type,
    pub(super) docs: String,
}

/// The payload of an event.
pub(super) struct Root<'a> {
    /// Its name, which no other type gets.
    pub(super) name: &'a str,
    pub(super) tree: Tree<'a>,
}

impl Types {
    /// The types of these payloads. Other types keep their names from Rust where only one has it, none is a payload's and
    /// it is not reserved.
    pub(super) fn of(roots: &[Root<'_>], reserved: &[&str]) -> Self {
        let mut collected =
            Collected { definitions: roots.iter().map(|_| Pending::default()).collect(), ..Collected::default() };
        for (owner, root) in roots.iter().enumerate() {
            let mut walk =
                Walk { tree: &root.tree, owner, places: HashMap::from([(0, owner)]), collected: &mut collected };
            let ty = walk.inline(0);
            collected.definitions[owner].ty = Some(ty);
        }
        collected.named(roots, reserved)
    }
}

impl Type {
    /// What the words of other type systems do not say.
    pub(super) fn note(&self) -> Option<String> {
        match self {
            Self::Scalar(scalar) => note(*scalar).map(str::to_owned),
            Self::Opaque(name) => Some(format!("The JSON of `{name}`, which is described elsewhere.")),
            Self::Refined(inner, by) => {
                let rules = format!("It keeps the rules of `{by}`.");
                Some(inner.note().map_or(rules.clone(), |note| format!("{note} {rules}")))
            }
            Self::Nullable(inner) => inner.note(),
            _ => None,
        }
    }

    /// Whether it is nothing but this text.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn nullable(self) -> Self {
        match self {
            Self::Nullable(_) | Self::Scalar(Scalar::Null | Scalar::Any | Scalar::Raw) | Self::Opaque(_) => self,
            other => Self::Nullable(Box::new(other)),
        }
    }
}

impl OneOf {
    /// The texts, if it is nothing else.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        let texts: Option<Vec<&str>> = self.alternatives.iter().map(|alternative| alternative.ty.as_text()).collect();
        texts.filter(|texts| !texts.is_empty())
    }
}

/// The last whole number of JavaScript that stands for itself alone is 2^53 - 1.
const fn note(scalar: Scalar) -> Option<&'static str> {
    Some(match scalar {
        Scalar::Int(int) if int.bits > 53 => {
            "A whole number that may exceed 2^53 - 1, beyond which JavaScript loses digits."
        }
        Scalar::Int(_) => "A whole number.",
        Scalar::Char => "One character.",
        Scalar::Format(format) => match format {
            Format::Uuid | Format::UuidHyphenated => "A UUID.",
            Format::UuidSimple => "A UUID without hyphens.",
            Format::UuidBraced => "A UUID in braces.",
            Format::UuidUrn => "A UUID after `urn:uuid:`.",
            Format::Ipv4 => "An IPv4 address.",
            Format::Ipv6 => "An IPv6 address.",
            Format::Ip => "An IP address.",
            Format::SocketV4 => "An IPv4 address with its port.",
            Format::SocketV6 => "An IPv6 address in brackets with its port.",
            Format::Socket => "An IP address with its port.",
            Format::Url => "An absolute URL.",
            Format::Decimal | Format::DecimalStr => "A decimal number, as a text.",
            Format::DecimalFloat => "A decimal number, rounded to a double.",
            Format::DateTimeUtc | Format::DateTimeMillis => "A time in UTC (RFC 3339).",
            Format::DateTimeFixed | Format::DateTimeLocal | Format::TimeRfc3339 => "A time with its offset (RFC 3339).",
            Format::NaiveDateTime => "A date with a time, in no time zone.",
            Format::NaiveDate | Format::TimeDate => "A date.",
            Format::NaiveTime => "A time of day.",
            Format::Weekday => "A day of the week.",
            Format::Month => "A month.",
            Format::TimeRfc2822 => "A time with its offset (RFC 2822).",
            Format::TimeIso8601 => "A time with its offset (ISO 8601).",
            Format::TimeOffsetDateTime => "A time with its offset, as `2023-10-28 12:05:00.0 +00:00:00`.",
            Format::TimePrimitiveDateTime => "A date with a time, as `2023-10-28 12:05:00.0`.",
            Format::TimeTime => "A time of day, as `12:05:00.0`.",
            Format::Number => return None,
            Format::EpochSeconds => "A time in whole seconds since 1970.",
            Format::EpochMillis | Format::TimeEpochMillis => "A time in whole milliseconds since 1970.",
            Format::EpochMicros | Format::TimeEpochMicros => "A time in whole microseconds since 1970.",
            Format::EpochNanos | Format::TimeEpochNanos => {
                "A time in whole nanoseconds since 1970, which exceed 2^53 - 1, beyond which JavaScript loses digits."
            }
        },
        _ => return None,
    })
}

#[derive(Default)]
struct Collected {
    definitions: Vec<Pending>,
    /// Where the definition of a type is that is written so.
    places: HashMap<String, usize>,
}

/// A definition without a name.
#[derive(Default)]
struct Pending {
    /// Its name in Rust. Empty for payloads.
    label: String,
    /// The payload that it was met in first.
    owner: usize,
    /// What it is, once everything in it was met.
    ty: Option<Type>,
}

impl Collected {
    fn named(self, roots: &[Root<'_>], reserved: &[&str]) -> Types {
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for pending in &self.definitions {
            *uses.entry(&pending.label).or_default() += 1;
        }
        let mut taken: BTreeSet<String> = roots.iter().map(|root| root.name.to_owned()).collect();
        taken.extend(reserved.iter().map(|name| (*name).to_owned()));
        let is_alone = |label: &str| uses.get(label) == Some(&1);
        // Before those that have to go by another name.
        let alone: Vec<bool> = self
            .definitions
            .iter()
            .map(|pending| is_alone(&pending.label) && taken.insert(pending.label.clone()))
            .collect();
        let names: Vec<String> = self
            .definitions
            .iter()
            .enumerate()
            .map(|(at, pending)| match roots.get(at) {
                Some(root) => root.name.to_owned(),
                None if alone[at] => pending.label.clone(),
                None => {
                    let name = format!("{}{}", roots[pending.owner].name, pending.label);
                    let numbered = (2..).map(|number| format!("{name}{number}"));
                    let mut names = std::iter::once(name.clone()).chain(numbered);
                    names.find(|name| taken.insert(name.clone())).unwrap_or(name)
                }
            })
            .collect();
        let types = self.definitions.into_iter().map(|pending| pending.ty);
        let definitions = names.into_iter().zip(types);
        // Whoever reserved a place has filled it.
        Types { definitions: definitions.filter_map(|(name, ty)| Some(Definition { name, ty: ty? })).collect() }
    }
}

struct Walk<'w> {
    tree: &'w Tree<'w>,
    /// The payload that the tree is of.
    owner: usize,
    /// The definitions of nodes.
    places: HashMap<NodeId, usize>,
    collected: &'w mut Collected,
}

impl<'w> Walk<'w> {
    /// The type of a node, by its name if it has one.
    fn refer(&mut self, id: NodeId) -> Type {
        if let Some(place) = self.places.get(&id) {
            return Type::Named(*place);
        }
        let (Node::Object { name, .. } | Node::OneOf { name, .. }) = self.tree.nodes[id as usize] else {
            return self.inline(id);
        };
        let written = self.written(id);
        let place = match self.collected.places.get(&written) {
            Some(place) => *place,
            None => {
                let place = self.collected.definitions.len();
                let pending = Pending { label: identifier(name), owner: self.owner, ty: None };
                self.collected.definitions.push(pending);
                self.collected.places.insert(written, place);
                self.places.insert(id, place);
                let ty = self.inline(id);
                self.collected.definitions[place].ty = Some(ty);
                place
            }
        };
        self.places.insert(id, place);
        Type::Named(place)
    }

    /// The type of a node, as it is.
    fn inline(&mut self, id: NodeId) -> Type {
        match self.tree.nodes[id as usize] {
            Node::Scalar(scalar) => Type::Scalar(scalar),
            Node::Opaque(name) => Type::Opaque(name.to_owned()),
            Node::Refined { node, by } => Type::Refined(Box::new(self.refer(node)), by.to_owned()),
            Node::Nullable(node) => self.refer(node).nullable(),
            Node::Seq { item, unique } => Type::List { item: Box::new(self.refer(item)), unique },
            Node::Array { item, len } => Type::Array { item: Box::new(self.refer(item)), len },
            Node::Tuple(places) => {
                let places = self.parts(places).iter().filter(|part| part.kind != PartKind::Ignored);
                Type::Tuple(places.map(|part| self.refer(part.node)).collect())
            }
            Node::Map { key, value } => {
                Type::Map { key: Box::new(self.refer(key)), value: Box::new(self.refer(value)) }
            }
            Node::Text(text) => Type::Text(text.to_owned()),
            Node::Object { fields, .. } => Type::Object(self.object(fields, false)),
            Node::OneOf { representation, variants, .. } => Type::OneOf(self.one_of(representation, variants)),
            // A writer has none.
            Node::Struct { .. } | Node::Enum { .. } => Type::Scalar(Scalar::Any),
        }
    }

    /// An object. What a variant with named fields holds has no name of its own.
    fn object(&mut self, fields: Run, holds_variant: bool) -> Object {
        let mut object = Object::default();
        for part in self.parts(fields) {
            match part.kind {
                PartKind::Flattened => self.flatten(part.node, part.presence != Presence::Required, &mut object),
                PartKind::Field | PartKind::Tag => {
                    let ty = if holds_variant { self.inline(part.node) } else { self.refer(part.node) };
                    object.fields.push(Field {
                        name: self.tree.names[part.names.start as usize].to_owned(),
                        ty,
                        required: part.presence == Presence::Required,
                        docs: docs(part),
                    });
                }
                PartKind::Ignored | PartKind::Variant { .. } => {}
            }
        }
        object
    }

    /// Puts what a flattened field writes into the object around it.
    fn flatten(&mut self, id: NodeId, optional: bool, into: &mut Object) {
        match self.tree.nodes[id as usize] {
            Node::Nullable(inner) => self.flatten(inner, true, into),
            Node::Refined { node, .. } => self.flatten(node, optional, into),
            Node::Object { fields, .. } => {
                let object = self.object(fields, false);
                into.take(object, optional);
            }
            Node::OneOf { representation, variants, .. } => {
                let mut one_of = self.one_of(representation, variants);
                for alternative in &mut one_of.alternatives {
                    alternative.ty = among_fields(std::mem::replace(&mut alternative.ty, Type::Scalar(Scalar::Null)));
                }
                if optional {
                    one_of.alternatives.push(Alternative { ty: Type::Object(Object::default()), docs: String::new() });
                    one_of.tagged = false;
                }
                into.also.push(Type::OneOf(one_of));
            }
            Node::Map { value, .. } => into.rest = Some(Box::new(self.refer(value))),
            Node::Scalar(Scalar::Any | Scalar::Raw) | Node::Opaque(_) => {
                into.rest = Some(Box::new(Type::Scalar(Scalar::Any)));
            }
            // Nothing is written of these, or they cannot be flattened.
            _ => {}
        }
    }

    fn one_of(&mut self, representation: Representation<'_>, variants: Run) -> OneOf {
        let mut tagged = !matches!(representation, Representation::Untagged);
        let mut alternatives = Vec::new();
        for part in self.parts(variants) {
            let PartKind::Variant { payload, untagged, .. } = part.kind else { continue };
            tagged &= !untagged;
            let has_fields = payload == PayloadKind::Struct;
            let ty = match self.tree.nodes[part.node as usize] {
                // The variant's own, not a type's.
                Node::Object { fields, .. } if !untagged || has_fields => {
                    let is_around =
                        matches!(representation, Representation::External | Representation::Adjacent { .. });
                    Type::Object(self.object(fields, has_fields && is_around && !untagged))
                }
                _ => self.refer(part.node),
            };
            alternatives.push(Alternative { ty, docs: docs(part) });
        }
        OneOf { alternatives, tagged }
    }

    fn parts(&self, run: Run) -> &'w [Part<'w>] {
        &self.tree.parts[run.start as usize..][..run.len as usize]
    }

    /// The node and everything in it as a text, which is the same for equal types: a node around it is told by how far
    /// out it is, and one outside of what is written by itself.
    fn written(&self, id: NodeId) -> String {
        let mut text = String::new();
        self.write(id, &mut Vec::new(), &mut text);
        text
    }

    fn write(&self, id: NodeId, path: &mut Vec<NodeId>, out: &mut String) {
        // Writing to a String does not fail.
        if let Some(at) = path.iter().position(|around| *around == id) {
            let _ = write!(out, "^{}", path.len() - at);
            return;
        }
        if let Some(place) = self.places.get(&id) {
            let _ = write!(out, "@{place}");
            return;
        }
        path.push(id);
        let node = &self.tree.nodes[id as usize];
        match *node {
            Node::Scalar(_) | Node::Opaque(_) | Node::Text(_) => {
                let _ = write!(out, "{node:?}");
            }
            Node::Refined { node, by } => {
                let _ = write!(out, "refined {by:?} ");
                self.write(node, path, out);
            }
            Node::Nullable(inner) => {
                out.push_str("nullable ");
                self.write(inner, path, out);
            }
            Node::Seq { item, unique } => {
                let _ = write!(out, "list {unique} ");
                self.write(item, path, out);
            }
            Node::Array { item, len } => {
                let _ = write!(out, "array {len} ");
                self.write(item, path, out);
            }
            Node::Map { key, value } => {
                out.push_str("map ");
                self.write(key, path, out);
                out.push(' ');
                self.write(value, path, out);
            }
            Node::Tuple(run) => self.write_parts("tuple", run, path, out),
            Node::Object { name, fields: run } | Node::Struct { name, fields: run, .. } => {
                self.write_parts(name, run, path, out);
            }
            Node::OneOf { name, representation, variants } | Node::Enum { name, representation, variants, .. } => {
                let _ = write!(out, "{representation:?} ");
                self.write_parts(name, variants, path, out);
            }
        }
        path.pop();
    }

    fn write_parts(&self, name: &str, run: Run, path: &mut Vec<NodeId>, out: &mut String) {
        let _ = write!(out, "{name:?} [");
        for part in self.parts(run) {
            let names = &self.tree.names[part.names.start as usize..][..part.names.len as usize];
            let _ = write!(out, "{:?} {names:?} {:?} {:?} ", part.kind, part.presence, part.docs);
            self.write(part.node, path, out);
            out.push(' ');
        }
        out.push(']');
    }
}

impl Object {
    /// Takes what a flattened object has.
    fn take(&mut self, mut other: Self, optional: bool) {
        if optional && !other.also.is_empty() {
            let alternatives = [other, Self::default()];
            let alternatives = alternatives.map(|object| Alternative { ty: Type::Object(object), docs: String::new() });
            self.also.push(Type::OneOf(OneOf { alternatives: alternatives.into(), tagged: false }));
            return;
        }
        if optional {
            let required = other.fields.iter_mut().filter(|field| field.required);
            let together: Vec<String> = required
                .map(|field| {
                    field.required = false;
                    field.name.clone()
                })
                .collect();
            if together.len() > 1 {
                other.together.push(together);
            }
        }
        self.fields.append(&mut other.fields);
        self.together.append(&mut other.together);
        self.also.append(&mut other.also);
        self.rest = other.rest.or_else(|| self.rest.take());
    }
}

/// A flattened variant: one without fields is written as a field that holds nothing.
fn among_fields(ty: Type) -> Type {
    match ty {
        Type::Text(name) => {
            let field = Field { name, ty: Type::Scalar(Scalar::Null), required: true, docs: String::new() };
            Type::Object(Object { fields: vec![field], ..Object::default() })
        }
        Type::Scalar(_) | Type::Opaque(_) => Type::Object(Object::default()),
        Type::Refined(inner, _) => among_fields(*inner),
        other => other,
    }
}

/// What a part says of itself, without the space around it that a doc comment has.
fn docs(part: &Part<'_>) -> String {
    let lines: Vec<&str> = part.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    lines.join("\n").trim().to_owned()
}

/// The name of a type in Rust as one that other languages have, too.
fn identifier(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    match name.starts_with(|first: char| first.is_ascii_digit()) || name.is_empty() {
        true => format!("_{name}"),
        false => name,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use user_events_schema::lock::{Shape, State};
    use user_events_schema::lower;
    use user_events_schema::{
        Descriptor, Element, Enum, Int, Omitted, OwnedTree, Payload, Schema, Side, Struct, Variant,
    };

    use super::super::entry::Entry;
    use super::*;

    type Known = user_events_schema::Field;

    const fn field(names: &'static [&'static str], schema: Schema) -> Known {
        Known::new(names[0], names, schema)
    }

    const fn of(descriptor: &'static Descriptor) -> Schema {
        Schema::of(descriptor)
    }

    const fn integer(signed: bool, bits: u8, nonzero: bool) -> Descriptor {
        Descriptor::Scalar(Scalar::Int(Int { signed, bits, nonzero }))
    }

    const STRING: Schema = of(&Descriptor::Scalar(Scalar::String));
    const ANY: Schema = of(&Descriptor::Scalar(Scalar::Any));
    const U8: Schema = of(&integer(false, 8, false));
    const NUMBER: Schema = of(&integer(true, 64, true));
    const TIME: Schema = of(&Descriptor::Scalar(Scalar::Format(Format::DateTimeUtc)));
    const POINT: Schema = of(&Descriptor::Struct(&Struct::new("Point", 1, 0, &[field(&["x"], U8), field(&["y"], U8)])));
    /// Of the same name, and another.
    const OTHER_POINT: Schema = of(&Descriptor::Struct(&Struct::new("Point", 2, 0, &[field(&["z"], U8)])));
    const UNIT: Variant = Variant::new("Cash", &["cash"], Payload::Unit).with_docs(" In coins.");
    const CARD: Variant = Variant::new("Card", &["card"], Payload::Struct(&[field(&["digits"], STRING)]));
    const COLOR: Schema = of(&Descriptor::Enum(&Enum::new(
        "Color",
        3,
        0,
        &[Variant::new("Red", &["red"], Payload::Unit), Variant::new("Blue", &["blue"], Payload::Unit)],
    )));
    const LINK: Schema =
        of(&Descriptor::Struct(&Struct::new("Link", 4, 0, &[field(&["href"], STRING), field(&["rel"], STRING)])));

    static TREE: Descriptor = Descriptor::Struct(&Struct::new(
        "Tree",
        5,
        0,
        &[
            field(&["children"], of(&Descriptor::Seq { item: of(&TREE), unique: false })),
            field(&["color"], of(&Descriptor::Option(COLOR))).with_omitted(Omitted::None),
        ],
    ));

    const PAYMENTS: &[Variant] = &[UNIT, CARD, Variant::new("At", &["at"], Payload::Newtype(POINT))];

    const fn payment(representation: Representation<'static>) -> Enum {
        Enum::new("Payment", 6, 0, PAYMENTS).with_representation(representation)
    }

    /// An event with most of what there is.
    static EVERYTHING: Descriptor = Descriptor::Struct(&Struct::new(
        "OrderPlaced",
        7,
        0,
        &[
            field(&["id"], of(&Descriptor::Scalar(Scalar::Format(Format::Uuid))))
                .with_docs(" Which one.\n Always new."),
            field(&["amount"], NUMBER),
            field(&["placed-at"], TIME).with_omitted(Omitted::Sometimes),
            field(&["email"], of(&Descriptor::Refined { inner: STRING, by: "Email" })),
            field(&["price"], of(&Descriptor::Option(of(&Descriptor::Opaque("money@1"))))).with_omitted(Omitted::None),
            field(&["tree"], of(&TREE)),
            field(&["trees"], of(&Descriptor::Map { key: COLOR, value: of(&TREE) })),
            field(
                &["pair"],
                of(&Descriptor::Tuple(&[Element::new(POINT), Element::new(of(&Descriptor::Option(STRING)))])),
            ),
            field(&["corners"], of(&Descriptor::Array { item: OTHER_POINT, len: 2 })),
            field(&["tags"], of(&Descriptor::Seq { item: STRING, unique: true })),
            field(&["numbers"], of(&Descriptor::Map { key: U8, value: ANY })),
            field(&["external"], of(&Descriptor::Enum(&payment(Representation::External)))),
            field(&["internal"], of(&Descriptor::Enum(&payment(Representation::Internal { tag: "by" })))),
            field(
                &["adjacent"],
                of(&Descriptor::Enum(&payment(Representation::Adjacent { tag: "by", content: "with" }))),
            ),
            field(&["untagged"], of(&Descriptor::Enum(&payment(Representation::Untagged)))),
            field(&["point"], POINT).with_flatten(),
            field(&["link"], of(&Descriptor::Option(LINK))).with_flatten(),
            field(&["choice"], of(&Descriptor::Enum(&payment(Representation::External)))).with_flatten(),
        ],
    ));

    /// A root that contains itself, with a type that the other has, too, and a map of everything else.
    static NOTE: Descriptor = Descriptor::Struct(&Struct::new(
        "Note",
        8,
        0,
        &[
            field(&["at"], POINT),
            field(&["answers"], of(&Descriptor::Seq { item: of(&NOTE), unique: false })),
            field(&["more"], of(&Descriptor::Map { key: STRING, value: U8 })).with_flatten(),
        ],
    ));

    /// The trees of two events: one with everything, and one that contains itself.
    pub(crate) fn trees() -> [OwnedTree<'static>; 2] {
        [&EVERYTHING, &NOTE].map(|descriptor| lower::to_owned(of(descriptor), Side::Writer))
    }

    /// The two as events that were published.
    pub(crate) fn entries() -> Vec<Entry> {
        let entry = |(event_type, tree): (&str, &OwnedTree<'_>)| Entry {
            package: "orders".to_owned(),
            event_type: event_type.to_owned(),
            version: 1,
            message_type: format!("{event_type}/1"),
            routing_key: format!("{event_type}~/v1"),
            exchange: Some("orders".to_owned()),
            superseded: event_type == "Note",
            revision: 1,
            state: State::Published,
            writer: Shape::new(Side::Writer, tree.tree()).expect("a tree"),
            samples: Vec::new(),
        };
        ["OrderPlaced", "Note"].into_iter().zip(&trees()).map(entry).collect()
    }

    #[test]
    fn equal_types_are_one_and_others_of_its_name_are_told_apart() {
        let trees = trees();
        let roots = ["OrderPlacedV1", "NoteV1"].into_iter().zip(&trees);
        let roots: Vec<Root<'_>> = roots.map(|(name, tree)| Root { name, tree: tree.tree() }).collect();
        let types = Types::of(&roots, &["Color"]);
        let names: Vec<&str> = types.definitions.iter().map(|definition| definition.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "OrderPlacedV1",
                "NoteV1",
                "Tree",
                "OrderPlacedV1Color",
                "OrderPlacedV1Point",
                "OrderPlacedV1Point2",
                "OrderPlacedV1Payment",
                "OrderPlacedV1Payment2",
                "OrderPlacedV1Payment3",
                "OrderPlacedV1Payment4",
            ]
        );
        let Type::Object(note) = &types.definitions[1].ty else { panic!("an object") };
        assert_eq!(note.fields[0].ty, Type::Named(4), "a point of the other event");
        assert_eq!(note.fields[1].ty, Type::List { item: Box::new(Type::Named(1)), unique: false });
        assert!(note.rest.is_some());
        let Type::Object(order) = &types.definitions[0].ty else { panic!("an object") };
        assert_eq!(order.fields[0].docs, "Which one.\nAlways new.");
        assert_eq!(order.together, [["href", "rel"]]);
        assert_eq!(order.also.len(), 1);
    }
}
