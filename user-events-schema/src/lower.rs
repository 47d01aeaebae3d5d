//! [`writer`] and [`reader`], which make the two trees of a [`Schema`].
//!
//! Every use of a type gets nodes of its own. A type that contains itself ends where it comes again, with the node of
//! the type around it.

use std::convert::Infallible;

use crate::arena::{MAX_NAMES, MAX_NODES, MAX_PARTS, Room};
use crate::well_formed;
use crate::{
    Absent, Arena, Descriptor, Element, Enum, Field, Node, NodeId, Omitted, OwnedTree, Part, PartKind, Payload,
    PayloadKind, Presence, Representation, Run, Scalar, Schema, Side, Struct, Variant,
};

/// What a type writes, as a grammar of its JSON.
///
/// # Panics
///
/// If the type is too large for an [`Arena`], or contains itself without an object or an array between.
#[must_use]
pub const fn writer(schema: Schema) -> Arena<'static> {
    lower(schema, Side::Writer)
}

/// What a type reads, as serde does it.
///
/// # Panics
///
/// As [`writer`].
#[must_use]
pub const fn reader(schema: Schema) -> Arena<'static> {
    lower(schema, Side::Reader)
}

/// A side of a type, for programs, on the heap.
///
/// # Panics
///
/// As [`writer`].
#[must_use]
pub fn to_owned(schema: Schema, side: Side) -> OwnedTree<'static> {
    let mut sources = vec![Source::Nothing; MAX_NODES];
    let mut parents = vec![None; MAX_NODES];
    let filled = OwnedTree::try_fill([MAX_NODES, MAX_PARTS, MAX_NAMES], |room| {
        fill(schema, Lowering { side, room, sources: &mut sources, parents: &mut parents });
        Ok::<_, Infallible>(())
    });
    match filled {
        Ok(tree) => tree,
    }
}

const fn lower(schema: Schema, side: Side) -> Arena<'static> {
    let mut arena = Arena::new();
    let mut sources = [Source::Nothing; MAX_NODES];
    let mut parents = [None; MAX_NODES];
    fill(schema, Lowering { side, room: &mut arena.room(), sources: &mut sources, parents: &mut parents });
    arena
}

const fn fill(schema: Schema, mut lowering: Lowering<'_, '_>) {
    lowering.value(schema, None);
    // The nodes are their own queue: to fill one reserves those that it refers to.
    let mut id = 0;
    while id < lowering.room.len() {
        lowering.fill(id as NodeId);
        id += 1;
    }
    if well_formed::has_loop(&lowering.room.tree()) {
        panic!(
            "this type contains itself without an object or an array between (an untagged or internally tagged variant, \
             or a flattened field, that holds the type itself): serde cannot read it"
        );
    }
}

/// A tree in the making.
struct Lowering<'l, 'r> {
    side: Side,
    room: &'l mut Room<'r, 'static>,
    /// What each node is made of.
    sources: &'l mut [Source],
    /// The node that each node was reserved for.
    parents: &'l mut [Option<NodeId>],
}

/// What a node is made of.
#[derive(Clone, Copy)]
enum Source {
    /// It is filled.
    Nothing,
    /// A type: neither a newtype nor asymmetric, nor a reference to a type around it.
    Type(&'static Descriptor),
    /// The whole JSON of a variant.
    Alternative(&'static Enum, &'static Variant),
    /// The fields or places of a variant.
    Fields(&'static Enum, &'static Variant),
}

impl Lowering<'_, '_> {
    /// The node of a type that the parent uses.
    const fn value(&mut self, schema: Schema, parent: Option<NodeId>) -> NodeId {
        let descriptor = self.resolve(schema);
        match descriptor {
            Descriptor::Struct(Struct { id, generic: false, .. })
            | Descriptor::Enum(Enum { id, generic: false, .. }) => match self.enclosing(*id, parent) {
                Some(Enclosing::Node(node)) => node,
                Some(Enclosing::Inlined(_)) | None => self.reserve(Source::Type(descriptor), parent),
            },
            Descriptor::Recursive(id) => match self.enclosing(*id, parent) {
                Some(Enclosing::Node(node)) => node,
                Some(Enclosing::Inlined(descriptor)) => self.reserve(Source::Type(descriptor), parent),
                None => panic!("a recursive schema has no type around it that it refers to"),
            },
            _ => self.reserve(Source::Type(descriptor), parent),
        }
    }

    /// The type without what does not show in this side's JSON.
    const fn resolve(&self, schema: Schema) -> &'static Descriptor {
        let mut descriptor = schema.get();
        let mut layers = 0;
        while layers < 64 {
            descriptor = match descriptor {
                Descriptor::Newtype(inner) => inner.get(),
                Descriptor::Asymmetric { writer, reader } => self.pick(*writer, *reader).get(),
                _ => return descriptor,
            };
            layers += 1;
        }
        panic!("this type contains itself through newtypes alone")
    }

    const fn pick(&self, writer: Schema, reader: Schema) -> Schema {
        match self.side {
            Side::Writer => writer,
            Side::Reader => reader,
        }
    }

    /// The nearest struct or enum of this id among the node and those around it.
    const fn enclosing(&self, id: u64, node: Option<NodeId>) -> Option<Enclosing> {
        let mut node = node;
        while let Some(at) = node {
            match self.sources[at as usize] {
                Source::Type(
                    Descriptor::Struct(Struct { id: other, .. }) | Descriptor::Enum(Enum { id: other, .. }),
                ) if *other == id => {
                    return Some(Enclosing::Node(at));
                }
                Source::Alternative(around, variant) => {
                    if let Some(descriptor) = self.inlined(around, variant) {
                        if let Descriptor::Struct(inlined) = descriptor {
                            if inlined.id == id {
                                return Some(Enclosing::Inlined(descriptor));
                            }
                        }
                    }
                }
                _ => {}
            }
            node = self.parents[at as usize];
        }
        None
    }

    /// The struct whose fields stand beside the tag, where an internally tagged variant holds one.
    const fn inlined(&self, around: &Enum, variant: &Variant) -> Option<&'static Descriptor> {
        match (around.representation, variant.payload) {
            (Representation::Internal { .. }, Payload::Newtype(schema)) if !variant.untagged => {
                match self.resolve(schema) {
                    descriptor @ Descriptor::Struct(_) => Some(descriptor),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    const fn reserve(&mut self, source: Source, parent: Option<NodeId>) -> NodeId {
        let id = self.room.reserve_node();
        self.sources[id as usize] = source;
        self.parents[id as usize] = parent;
        id
    }

    /// A node that refers to no other.
    const fn leaf(&mut self, node: Node<'static>) -> NodeId {
        let id = self.room.reserve_node();
        self.room.set_node(id, node);
        id
    }

    const fn fill(&mut self, id: NodeId) {
        let node = match self.sources[id as usize] {
            Source::Nothing => return,
            Source::Type(descriptor) => self.type_node(descriptor, id),
            Source::Alternative(around, variant) => self.alternative_node(around, variant, id),
            Source::Fields(around, variant) => self.fields_node(around, variant, id),
        };
        self.room.set_node(id, node);
    }

    const fn type_node(&mut self, descriptor: &'static Descriptor, id: NodeId) -> Node<'static> {
        match descriptor {
            Descriptor::Scalar(scalar) => Node::Scalar(*scalar),
            Descriptor::Opaque(name) => Node::Opaque(name),
            Descriptor::Refined { inner, by } => Node::Refined { node: self.value(*inner, Some(id)), by },
            Descriptor::Option(inner) => Node::Nullable(self.value(*inner, Some(id))),
            Descriptor::Seq { item, unique } => Node::Seq { item: self.value(*item, Some(id)), unique: *unique },
            Descriptor::Array { item, len } => {
                if *len > u32::MAX as usize {
                    panic!("an array of over 2^32 elements is no part of an event");
                }
                Node::Array { item: self.value(*item, Some(id)), len: *len as u32 }
            }
            Descriptor::Tuple(elements) => self.tuple(elements, id),
            Descriptor::Map { key, value } => {
                Node::Map { key: self.value(*key, Some(id)), value: self.value(*value, Some(id)) }
            }
            Descriptor::Struct(of) => match self.side {
                Side::Writer => self.tagged_object(of.name, &[of.tag], of.fields, id),
                Side::Reader => Node::Struct {
                    name: of.name,
                    fields: self.read_fields(of.fields, id),
                    deny_unknown_fields: of.deny_unknown_fields,
                },
            },
            Descriptor::Enum(of) => self.enum_node(of, id),
            // `value` goes through these.
            Descriptor::Newtype(_) | Descriptor::Asymmetric { .. } | Descriptor::Recursive(_) => unreachable!(),
        }
    }

    /// The places of a tuple that this side has.
    const fn tuple(&mut self, elements: &'static [Element], id: NodeId) -> Node<'static> {
        let mut len = 0;
        let mut at = 0;
        while at < elements.len() {
            len += self.has_element(&elements[at]) as usize;
            at += 1;
        }
        let run = self.room.reserve_parts(len);
        let mut part = run.start as usize;
        at = 0;
        while at < elements.len() {
            let element = &elements[at];
            if self.has_element(element) {
                let presence = match self.side {
                    Side::Reader if element.default => Presence::Default,
                    _ => Presence::Required,
                };
                let node = self.value(element.schema, Some(id));
                self.room.set_part(part, Part { presence, node, allow_js_integer: element.allow_js_integer, ..FIELD });
                part += 1;
            }
            at += 1;
        }
        Node::Tuple(run)
    }

    const fn has_element(&self, element: &Element) -> bool {
        match self.side {
            Side::Writer => element.written,
            Side::Reader => element.read,
        }
    }

    /// An object of these tags and fields, as it is written.
    const fn tagged_object(
        &mut self,
        name: &'static str,
        tags: &[Option<(&'static str, &'static str)>],
        fields: &'static [Field],
        id: NodeId,
    ) -> Node<'static> {
        let mut len = fields.len();
        let mut at = 0;
        while at < tags.len() {
            len += tags[at].is_some() as usize;
            at += 1;
        }
        let run = self.room.reserve_parts(len);
        let mut part = run.start as usize;
        at = 0;
        while at < tags.len() {
            if let Some((tag, text)) = tags[at] {
                self.set_tag(part, tag, text);
                part += 1;
            }
            at += 1;
        }
        at = 0;
        while at < fields.len() {
            let field = self.written_field(&fields[at], id);
            self.room.set_part(part, field);
            part += 1;
            at += 1;
        }
        Node::Object { name, fields: run }
    }

    const fn set_tag(&mut self, part: usize, tag: &'static str, text: &'static str) {
        let names = self.room.push_name(tag);
        let node = self.leaf(Node::Text(text));
        self.room.set_part(part, Part { names, kind: PartKind::Tag, node, ..FIELD });
    }

    const fn written_field(&mut self, field: &'static Field, id: NodeId) -> Part<'static> {
        let (schema, presence) = match field.omitted {
            Omitted::Never => (field.schema, Presence::Required),
            Omitted::Sometimes => (field.schema, Presence::Optional),
            Omitted::None => (self.without_option(field.schema), Presence::Optional),
        };
        let (kind, names) = match field.written {
            Some(_) if field.flatten => (PartKind::Flattened, NO_NAMES),
            Some(name) => (PartKind::Field, self.room.push_name(name)),
            None => (PartKind::Ignored, NO_NAMES),
        };
        let node = self.value(schema, Some(id));
        described(field, Part { names, kind, node, presence, ..FIELD })
    }

    /// What is written of an `Option` that is left out where it is none.
    const fn without_option(&self, schema: Schema) -> Schema {
        let mut written = schema;
        loop {
            match written.get() {
                Descriptor::Asymmetric { writer, reader } => written = self.pick(*writer, *reader),
                Descriptor::Option(inner) => return *inner,
                _ => return schema,
            }
        }
    }

    const fn read_fields(&mut self, fields: &'static [Field], id: NodeId) -> Run {
        let run = self.room.reserve_parts(fields.len());
        let mut at = 0;
        while at < fields.len() {
            let field = &fields[at];
            let (kind, names) = match (field.read, field.written) {
                (Some(_), _) if field.flatten => (PartKind::Flattened, NO_NAMES),
                (Some(names), _) => (PartKind::Field, self.room.push_names(names)),
                (None, Some(name)) if !field.flatten => (PartKind::Ignored, self.room.push_name(name)),
                (None, _) => (PartKind::Ignored, NO_NAMES),
            };
            let presence = match field.absent {
                Absent::ByType if !field.flatten && self.reads_absence(field.schema) => Presence::Optional,
                Absent::ByType | Absent::Refused => Presence::Required,
                Absent::Default => Presence::Default,
            };
            let node = self.value(field.schema, Some(id));
            let part = described(field, Part { names, kind, node, presence, ..FIELD });
            self.room.set_part(run.start as usize + at, part);
            at += 1;
        }
        run
    }

    /// Whether the type itself reads an absent field, as none.
    const fn reads_absence(&self, schema: Schema) -> bool {
        let mut schema = schema;
        loop {
            match schema.get() {
                Descriptor::Option(_) => return true,
                Descriptor::Asymmetric { writer, reader } => schema = self.pick(*writer, *reader),
                Descriptor::Refined { inner, .. } => schema = *inner,
                _ => return false,
            }
        }
    }

    /// An enum, with the variants that this side has.
    const fn enum_node(&mut self, of: &'static Enum, id: NodeId) -> Node<'static> {
        let mut len = 0;
        let mut at = 0;
        while at < of.variants.len() {
            len += self.has_variant(of, &of.variants[at]) as usize;
            at += 1;
        }
        let variants = self.room.reserve_parts(len);
        let mut part = variants.start as usize;
        at = 0;
        while at < of.variants.len() {
            let variant = &of.variants[at];
            if self.has_variant(of, variant) {
                let variant = self.variant(of, variant, id);
                self.room.set_part(part, variant);
                part += 1;
            }
            at += 1;
        }
        match self.side {
            Side::Writer => Node::OneOf { name: of.name, representation: of.representation, variants },
            Side::Reader => Node::Enum {
                name: of.name,
                representation: of.representation,
                variants,
                deny_unknown_fields: of.deny_unknown_fields,
                open: of.open,
            },
        }
    }

    const fn has_variant(&self, of: &Enum, variant: &Variant) -> bool {
        match self.side {
            Side::Writer => variant.written.is_some() && !variant.other && !self.catches_all(of, variant),
            Side::Reader => variant.read.is_some() || variant.other,
        }
    }

    /// Whether the variant takes whatever the others of a tagged enum do not.
    const fn catches_all(&self, of: &Enum, variant: &Variant) -> bool {
        match (of.representation, variant.payload) {
            (Representation::Untagged, _) => false,
            (_, Payload::Newtype(schema)) => {
                variant.untagged && matches!(self.resolve(schema), Descriptor::Scalar(Scalar::Any))
            }
            _ => false,
        }
    }

    const fn variant(&mut self, of: &'static Enum, variant: &'static Variant, id: NodeId) -> Part<'static> {
        let untagged = variant.untagged || matches!(of.representation, Representation::Untagged);
        let names = match (self.side, variant.written, variant.read) {
            _ if untagged => NO_NAMES,
            (Side::Writer, Some(name), _) => self.room.push_name(name),
            (Side::Reader, _, Some(names)) => self.room.push_names(names),
            _ => NO_NAMES,
        };
        let node = match self.side {
            Side::Writer if !untagged => self.reserve(Source::Alternative(of, variant), Some(id)),
            _ => self.payload(of, variant, id),
        };
        let payload = match variant.payload {
            Payload::Unit => PayloadKind::Unit,
            Payload::Newtype(_) => PayloadKind::Newtype,
            Payload::Tuple(_) => PayloadKind::Tuple,
            Payload::Struct(_) => PayloadKind::Struct,
        };
        let other = variant.other;
        let kind = PartKind::Variant { payload, untagged, other };
        let presence = match (self.side, of.representation, variant.payload) {
            // `{"tag": "Variant"}` is read as none.
            (Side::Reader, Representation::Adjacent { .. }, Payload::Newtype(schema))
                if !untagged && self.reads_absence(schema) =>
            {
                Presence::Optional
            }
            _ => Presence::Required,
        };
        Part {
            ident: variant.ident,
            names,
            kind,
            node,
            presence,
            allow_js_integer: variant.allow_js_integer,
            docs: variant.docs,
        }
    }

    /// What a variant holds, apart from what tells it.
    const fn payload(&mut self, of: &'static Enum, variant: &'static Variant, id: NodeId) -> NodeId {
        match variant.payload {
            Payload::Unit => self.leaf(Node::Scalar(Scalar::Null)),
            Payload::Newtype(schema) => self.value(schema, Some(id)),
            Payload::Tuple(_) | Payload::Struct(_) => self.reserve(Source::Fields(of, variant), Some(id)),
        }
    }

    const fn fields_node(&mut self, of: &'static Enum, variant: &'static Variant, id: NodeId) -> Node<'static> {
        match (self.side, variant.payload) {
            (_, Payload::Tuple(elements)) => self.tuple(elements, id),
            (Side::Writer, Payload::Struct(fields)) => self.tagged_object(variant.ident, &[], fields, id),
            (Side::Reader, Payload::Struct(fields)) => Node::Struct {
                name: variant.ident,
                fields: self.read_fields(fields, id),
                deny_unknown_fields: of.deny_unknown_fields,
            },
            // `payload` makes no node of this kind for them.
            (_, Payload::Unit | Payload::Newtype(_)) => unreachable!(),
        }
    }

    /// The whole JSON of a variant that is told by its name.
    const fn alternative_node(&mut self, of: &'static Enum, variant: &'static Variant, id: NodeId) -> Node<'static> {
        let Some(name) = variant.written else { unreachable!() };
        match of.representation {
            Representation::External => match variant.payload {
                Payload::Unit => Node::Text(name),
                _ => {
                    let fields = self.room.reserve_parts(1);
                    self.set_content(fields.start as usize, name, of, variant, id);
                    Node::Object { name: variant.ident, fields }
                }
            },
            Representation::Internal { tag } => self.internal_node(tag, name, variant, id, self.inlined(of, variant)),
            Representation::Adjacent { tag, content } => {
                let unit = matches!(variant.payload, Payload::Unit);
                let fields = self.room.reserve_parts(if unit { 1 } else { 2 });
                self.set_tag(fields.start as usize, tag, name);
                if !unit {
                    self.set_content(fields.start as usize + 1, content, of, variant, id);
                }
                Node::Object { name: variant.ident, fields }
            }
            // Its variants are made of their payload alone.
            Representation::Untagged => unreachable!(),
        }
    }

    /// The field that holds what a variant holds.
    const fn set_content(
        &mut self,
        part: usize,
        name: &'static str,
        of: &'static Enum,
        variant: &'static Variant,
        id: NodeId,
    ) {
        let names = self.room.push_name(name);
        let node = self.payload(of, variant, id);
        self.room.set_part(part, Part { ident: variant.ident, names, node, ..FIELD });
    }

    const fn internal_node(
        &mut self,
        tag: &'static str,
        name: &'static str,
        variant: &'static Variant,
        id: NodeId,
        inlined: Option<&'static Descriptor>,
    ) -> Node<'static> {
        let tagged = Some((tag, name));
        match (variant.payload, inlined) {
            (_, Some(Descriptor::Struct(of))) => self.tagged_object(of.name, &[tagged, of.tag], of.fields, id),
            (Payload::Struct(fields), _) => self.tagged_object(variant.ident, &[tagged], fields, id),
            (Payload::Newtype(schema), _) if !matches!(self.resolve(schema), Descriptor::Scalar(Scalar::Null)) => {
                let fields = self.room.reserve_parts(2);
                self.set_tag(fields.start as usize, tag, name);
                let node = self.value(schema, Some(id));
                let part = Part { ident: variant.ident, kind: PartKind::Flattened, node, ..FIELD };
                self.room.set_part(fields.start as usize + 1, part);
                Node::Object { name: variant.ident, fields }
            }
            (Payload::Tuple(_), _) => panic!("serde has no internally tagged variant with several unnamed fields"),
            (Payload::Unit | Payload::Newtype(_), _) => self.tagged_object(variant.ident, &[tagged], &[], id),
        }
    }
}

/// Where a type around a node is.
enum Enclosing {
    /// It is this node.
    Node(NodeId),
    /// Its fields stand beside a tag, so that no node is the type alone.
    Inlined(&'static Descriptor),
}

const NO_NAMES: Run = Run { start: 0, len: 0 };

/// A part that is always there, nameless and undocumented, to start from.
const FIELD: Part<'static> = Part {
    ident: "",
    names: NO_NAMES,
    kind: PartKind::Field,
    node: 0,
    presence: Presence::Required,
    allow_js_integer: false,
    docs: "",
};

const fn described(field: &Field, part: Part<'static>) -> Part<'static> {
    Part { ident: field.ident, allow_js_integer: field.allow_js_integer, docs: field.docs, ..part }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::*;

    /// What is written, and what is read.
    const CASES: &[(&str, Schema, &str, &str)] = &[
        ("scalar", STRING, "String", "String"),
        ("option", OPTION, "Nullable String", "Nullable String"),
        ("newtype", schema(&Descriptor::Newtype(OPTION)), "Nullable String", "Nullable String"),
        ("seq", schema(&Descriptor::Seq { item: STRING, unique: false }), "[String]", "[String]"),
        ("set", schema(&Descriptor::Seq { item: U32, unique: true }), "[unique u32]", "[unique u32]"),
        ("array", schema(&Descriptor::Array { item: U8, len: 4096 }), "[u8; 4096]", "[u8; 4096]"),
        (
            "tuple",
            schema(&Descriptor::Tuple(&[
                Element::new(STRING),
                Element::new(U8).unread(),
                Element::new(U32).unwritten().with_default(),
            ])),
            "(String, u8)",
            "(String, u32 = default)",
        ),
        ("map", schema(&Descriptor::Map { key: U32, value: STRING }), "{u32 => String}", "{u32 => String}"),
        ("asymmetric", schema(&Descriptor::Asymmetric { writer: STRING, reader: U32 }), "String", "u32"),
        ("refined", schema(&Descriptor::Refined { inner: STRING, by: "Email" }), "Email(String)", "Email(String)"),
        ("opaque", schema(&Descriptor::Opaque("money@1")), "money@1", "money@1"),
        (
            "fields",
            schema(&Descriptor::Struct(
                &Struct::new(
                    "S",
                    1,
                    0,
                    &[
                        Field::new("a", &["A", "old"], STRING),
                        Field::new("b", &["b"], OPTION).with_omitted(Omitted::None),
                        Field::new("c", &["c"], OPTION).with_omitted(Omitted::Sometimes).with_absent(Absent::Refused),
                        Field::new("d", &["d"], STRING).with_absent(Absent::Default),
                        Field::new("e", &["e"], STRING).unread(),
                        Field::new("f", &["f"], STRING).unwritten(),
                        Field::new("g", &["g"], POINT).with_flatten(),
                    ],
                )
                .with_deny_unknown_fields(),
            )),
            "{A: String, b?: String, c?: Nullable String, d: String, e: String, -f: String, ..{x: u32}}",
            "S!{a(A|old): String, b: Nullable String = none, c: Nullable String, d: String = default, -e(e): String, \
             f: String, ..Point{x: u32}}",
        ),
        (
            "absent by type",
            schema(&Descriptor::Struct(&Struct::new(
                "S",
                1,
                0,
                &[
                    Field::new("newtype", &["newtype"], schema(&Descriptor::Newtype(OPTION))),
                    Field::new("refined", &["refined"], schema(&Descriptor::Refined { inner: OPTION, by: "R" })),
                    Field::new("from", &["from"], schema(&Descriptor::Asymmetric { writer: STRING, reader: OPTION }))
                        .with_omitted(Omitted::None),
                    Field::new("into", &["into"], schema(&Descriptor::Asymmetric { writer: OPTION, reader: STRING }))
                        .with_omitted(Omitted::None),
                ],
            ))),
            "{newtype: Nullable String, refined: R(Nullable String), from?: String, into?: String}",
            "S{newtype: Nullable String, refined: R(Nullable String) = none, from: Nullable String = none, into: String}",
        ),
        (
            "struct tag",
            schema(&Descriptor::Struct(&Struct::new("S", 1, 0, &[Field::new("a", &["a"], U8)]).with_tag("type", "S"))),
            "{type=\"S\", a: u8}",
            "S{a: u8}",
        ),
        (
            "external",
            schema(&Descriptor::Enum(&Enum::new("E", 1, 0, VARIANTS))),
            "E<Unit: \"Unit\", Newtype: {Newtype: {x: u32}}, Pair: {Pair: (u8, u8)}, Fields: {Fields: {a: u8}}>",
            "E<Unit: unit Null, Newtype: Point{x: u32}, Pair: (u8, u8), Fields: Fields{a: u8}>",
        ),
        (
            "internal",
            schema(&Descriptor::Enum(
                &Enum::new("E", 1, 0, &[UNIT, NEWTYPE, FIELDS, MAP, NULL, NESTED])
                    .with_representation(Representation::Internal { tag: "t" })
                    .with_deny_unknown_fields(),
            )),
            "E<Unit: {t=\"Unit\"}, Newtype: {t=\"Newtype\", x: u32}, Fields: {t=\"Fields\", a: u8}, \
             Map: {t=\"Map\", ..{String => u8}}, Null: {t=\"Null\"}, Nested: {t=\"Nested\", ..Color<red: \"red\">}>",
            "E!<Unit: unit Null, Newtype: Point{x: u32}, Fields: Fields!{a: u8}, Map: {String => u8}, Null: Null, \
             Nested: Color<Red(red): unit Null>>",
        ),
        (
            "adjacent",
            schema(&Descriptor::Enum(
                &Enum::new("E", 1, 0, VARIANTS)
                    .with_representation(Representation::Adjacent { tag: "t", content: "c" })
                    .with_open(),
            )),
            "E<Unit: {t=\"Unit\"}, Newtype: {t=\"Newtype\", c: {x: u32}}, Pair: {t=\"Pair\", c: (u8, u8)}, \
             Fields: {t=\"Fields\", c: {a: u8}}>",
            "E open<Unit: unit Null, Newtype: Point{x: u32}, Pair: (u8, u8), Fields: Fields{a: u8}>",
        ),
        (
            "untagged",
            schema(&Descriptor::Enum(&Enum::new("E", 1, 0, VARIANTS).with_representation(Representation::Untagged))),
            "E<~Unit: Null, ~Newtype: {x: u32}, ~Pair: (u8, u8), ~Fields: {a: u8}>",
            "E<~Unit: unit Null, ~Newtype: Point{x: u32}, ~Pair: (u8, u8), ~Fields: Fields{a: u8}>",
        ),
        (
            "one-sided variants and catch-alls",
            schema(&Descriptor::Enum(&Enum::new(
                "E",
                1,
                0,
                &[
                    UNIT.unread(),
                    Variant::new("Old", &["old", "older"], Payload::Unit).unwritten(),
                    Variant::new("Text", &["Text"], Payload::Newtype(STRING)).with_untagged(),
                    Variant::new("Other", &["Other"], Payload::Unit).with_other(),
                    Variant::new("Unknown", &["Unknown"], Payload::Newtype(ANY)).with_untagged(),
                ],
            ))),
            "E<Unit: \"Unit\", ~Text: String>",
            "E<Old(old|older): unit Null, ~Text: String, other Other: unit Null, ~Unknown: Any>",
        ),
        (
            "untagged with a wide variant",
            schema(&Descriptor::Enum(
                &Enum::new("E", 1, 0, &[Variant::new("Any", &["Any"], Payload::Newtype(ANY))])
                    .with_representation(Representation::Untagged),
            )),
            "E<~Any: Any>",
            "E<~Any: Any>",
        ),
        ("itself", schema(&TREE), "{children: [^2], first?: ^1}", "Tree{children: [^2], first: Nullable ^2 = none}"),
        (
            "each other",
            schema(&PARENT),
            "{child?: {parent: Nullable ^3}}",
            "Parent{child: Nullable Child{parent: Nullable ^4 = none} = none}",
        ),
        (
            "a generic type in itself, at two parameters",
            schema(&LIST_OF_LISTS),
            "{item: {item: u8, next: Nullable ^2}, next: Nullable ^2}",
            "List{item: List{item: u8, next: Nullable ^2 = none}, next: Nullable ^2 = none}",
        ),
        (
            "itself beside a tag",
            schema(&EXPRESSION),
            "Expression<Not: {t=\"Not\", of: ^2, next: Nullable {of: ^4, next: Nullable ^2}}>",
            "Expression<Not: Negation{of: ^2, next: Nullable ^2 = none}>",
        ),
    ];

    #[test]
    fn each_type_is_lowered_to_what_serde_does() {
        for (case, schema, written, read) in CASES {
            assert_eq!(shown(&to_owned(*schema, Side::Writer).tree()), *written, "writer of {case}");
            assert_eq!(shown(&to_owned(*schema, Side::Reader).tree()), *read, "reader of {case}");
        }
    }

    #[test]
    fn every_tree_is_well_formed() {
        for (case, schema, ..) in CASES {
            assert_eq!(to_owned(*schema, Side::Writer).tree().check(Side::Writer), Ok(()), "writer of {case}");
            assert_eq!(to_owned(*schema, Side::Reader).tree().check(Side::Reader), Ok(()), "reader of {case}");
        }
    }

    #[test]
    fn notes_are_kept() {
        const NOTED: Schema = schema(&Descriptor::Struct(&Struct::new(
            "S",
            1,
            0,
            &[Field::new("a", &["a"], U32).with_js_integer().with_docs("How many.")],
        )));
        for side in [Side::Writer, Side::Reader] {
            let tree = to_owned(NOTED, side);
            assert!(tree.parts[0].allow_js_integer);
            assert_eq!(tree.parts[0].docs, "How many.");
        }
    }

    #[test]
    #[should_panic(expected = "too large to be checked")]
    fn a_type_that_is_too_large_is_refused() {
        const LARGE: Schema = schema(&Descriptor::Tuple(&[Element::new(U8); 2048]));
        let _ = to_owned(LARGE, Side::Writer);
    }

    #[test]
    #[should_panic(expected = "too large to be checked")]
    fn a_newtype_that_contains_itself_is_refused() {
        static NESTED: Descriptor =
            Descriptor::Newtype(schema(&Descriptor::Seq { item: schema(&NESTED), unique: false }));
        let _ = to_owned(schema(&NESTED), Side::Writer);
    }

    #[test]
    #[should_panic(expected = "without an object or an array between")]
    fn an_untagged_variant_of_itself_is_refused() {
        static ENDLESS: Descriptor = Descriptor::Enum(
            &Enum::new("Endless", 1, 0, &[Variant::new("Same", &["Same"], Payload::Newtype(schema(&ENDLESS)))])
                .with_representation(Representation::Untagged),
        );
        let _ = to_owned(schema(&ENDLESS), Side::Reader);
    }

    #[test]
    fn the_compiler_can_lower() {
        const WRITER: Arena<'static> = writer(schema(&TREE));
        const NODES: usize = WRITER.tree().nodes.len();
        assert_eq!(NODES, 2);
    }
}
