//! Types for the tests, and trees as text.

use crate::{
    Absent, Descriptor, Element, Enum, Field, Format, Int, Node, NodeId, Omitted, Part, PartKind, Payload, PayloadKind,
    Presence, Representation, Run, Scalar, Schema, Struct, Tree, Variant,
};

pub(crate) const fn schema(descriptor: &'static Descriptor) -> Schema {
    Schema::of(descriptor)
}

const fn unsigned(bits: u8) -> Scalar {
    Scalar::Int(Int { signed: false, bits, nonzero: false })
}

pub(crate) const STRING: Schema = schema(&Descriptor::Scalar(Scalar::String));
pub(crate) const ANY: Schema = schema(&Descriptor::Scalar(Scalar::Any));
pub(crate) const U8: Schema = schema(&Descriptor::Scalar(unsigned(8)));
pub(crate) const U32: Schema = schema(&Descriptor::Scalar(unsigned(32)));
pub(crate) const OPTION: Schema = schema(&Descriptor::Option(STRING));

pub(crate) const POINT: Schema =
    schema(&Descriptor::Struct(&Struct::new("Point", 100, 0, &[Field::new("x", &["x"], U32)])));

pub(crate) const UNIT: Variant = Variant::new("Unit", &["Unit"], Payload::Unit);
pub(crate) const NEWTYPE: Variant = Variant::new("Newtype", &["Newtype"], Payload::Newtype(POINT));
pub(crate) const PAIR: Variant = Variant::new("Pair", &["Pair"], Payload::Tuple(&[Element::new(U8), Element::new(U8)]));
pub(crate) const FIELDS: Variant = Variant::new("Fields", &["Fields"], Payload::Struct(&[Field::new("a", &["a"], U8)]));
pub(crate) const MAP: Variant =
    Variant::new("Map", &["Map"], Payload::Newtype(schema(&Descriptor::Map { key: STRING, value: U8 })));
pub(crate) const NULL: Variant =
    Variant::new("Null", &["Null"], Payload::Newtype(schema(&Descriptor::Scalar(Scalar::Null))));
pub(crate) const NESTED: Variant = Variant::new(
    "Nested",
    &["Nested"],
    Payload::Newtype(schema(&Descriptor::Enum(&Enum::new(
        "Color",
        101,
        0,
        &[Variant::new("Red", &["red"], Payload::Unit)],
    )))),
);
pub(crate) const VARIANTS: &[Variant] = &[UNIT, NEWTYPE, PAIR, FIELDS];

/// A struct that contains itself.
pub(crate) static TREE: Descriptor = Descriptor::Struct(&Struct::new(
    "Tree",
    102,
    0,
    &[
        Field::new("children", &["children"], schema(&Descriptor::Seq { item: schema(&TREE), unique: false })),
        Field::new("first", &["first"], schema(&Descriptor::Option(schema(&TREE)))).with_omitted(Omitted::None),
    ],
));

/// Two structs that contain each other.
pub(crate) static PARENT: Descriptor = Descriptor::Struct(&Struct::new(
    "Parent",
    103,
    0,
    &[Field::new("child", &["child"], schema(&Descriptor::Option(schema(&CHILD)))).with_omitted(Omitted::None)],
));

static CHILD: Descriptor = Descriptor::Struct(&Struct::new(
    "Child",
    104,
    0,
    &[Field::new("parent", &["parent"], schema(&Descriptor::Option(schema(&PARENT))))],
));

const NEXT: Field = Field::new("next", &["next"], schema(&Descriptor::Option(schema(&Descriptor::Recursive(105)))));
/// `List<List<u8>>`
pub(crate) static LIST_OF_LISTS: Descriptor = Descriptor::Struct(
    &Struct::new(
        "List",
        105,
        0,
        &[
            Field::new(
                "item",
                &["item"],
                schema(&Descriptor::Struct(
                    &Struct::new("List", 105, 0, &[Field::new("item", &["item"], U8), NEXT]).with_generic(),
                )),
            ),
            NEXT,
        ],
    )
    .with_generic(),
);

/// An enum whose variant holds a generic struct that contains both itself and the enum.
pub(crate) static EXPRESSION: Descriptor = Descriptor::Enum(
    &Enum::new(
        "Expression",
        106,
        0,
        &[Variant::new(
            "Not",
            &["Not"],
            Payload::Newtype(schema(&Descriptor::Struct(
                &Struct::new(
                    "Negation",
                    107,
                    0,
                    &[
                        Field::new("of", &["of"], schema(&EXPRESSION)),
                        Field::new("next", &["next"], schema(&Descriptor::Option(schema(&Descriptor::Recursive(107))))),
                    ],
                )
                .with_generic(),
            ))),
        )],
    )
    .with_representation(Representation::Internal { tag: "t" }),
);

/// A struct with most of what there is.
pub(crate) static EVERYTHING: Descriptor = Descriptor::Struct(
    &Struct::new(
        "Everything",
        108,
        0x0123_4567_89AB_CDEF,
        &[
            Field::new("id", &["id"], schema(&Descriptor::Scalar(Scalar::Format(Format::Uuid))))
                .with_docs("Which one."),
            Field::new("old", &["old", "older", "größte"], OPTION).with_absent(Absent::Default),
            Field::new("count", &["count"], U32).with_js_integer().with_omitted(Omitted::Sometimes),
            Field::new("bytes", &["bytes"], schema(&Descriptor::Array { item: U8, len: 4096 })),
            Field::new("email", &["email"], schema(&Descriptor::Refined { inner: STRING, by: "Email" })),
            Field::new("price", &["price"], schema(&Descriptor::Opaque("money@1"))).unread(),
            Field::new(
                "kind",
                &["kind"],
                schema(&Descriptor::Enum(
                    &Enum::new("Kind", 109, 0xFEDC_BA98_7654_3210, VARIANTS)
                        .with_representation(Representation::Adjacent { tag: "t", content: "c" })
                        .with_open(),
                )),
            ),
            Field::new(
                "loose",
                &["loose"],
                schema(&Descriptor::Enum(
                    &Enum::new("Loose", 110, 1, VARIANTS).with_representation(Representation::Untagged),
                )),
            ),
            Field::new("tree", &["tree"], schema(&TREE)),
            Field::new("point", &["point"], POINT).with_flatten(),
        ],
    )
    .with_deny_unknown_fields()
    .with_tag("type", "Everything"),
);

/// A tree as text: `{a: u8}` is an object, `S{a: u8}` a struct, `E<A: …>` an enum, `..` flattened, `-` ignored, `~` told
/// by its content, and `^2` the value two levels up.
pub(crate) fn shown(tree: &Tree<'_>) -> String {
    Shown { tree, path: Vec::new() }.node(0)
}

struct Shown<'t> {
    tree: &'t Tree<'t>,
    path: Vec<NodeId>,
}

impl Shown<'_> {
    fn node(&mut self, id: NodeId) -> String {
        if let Some(at) = self.path.iter().position(|&around| around == id) {
            return format!("^{}", self.path.len() - at);
        }
        self.path.push(id);
        let text = match self.tree.nodes[id as usize] {
            Node::Scalar(Scalar::Int(Int { signed, bits, nonzero })) => {
                format!("{}{}{bits}", if nonzero { "nonzero " } else { "" }, if signed { "i" } else { "u" })
            }
            Node::Scalar(scalar) => format!("{scalar:?}"),
            Node::Opaque(name) => name.to_owned(),
            Node::Refined { node, by } => format!("{by}({})", self.node(node)),
            Node::Nullable(node) => format!("Nullable {}", self.node(node)),
            Node::Seq { item, unique } => format!("[{}{}]", if unique { "unique " } else { "" }, self.node(item)),
            Node::Array { item, len } => format!("[{}; {len}]", self.node(item)),
            Node::Tuple(places) => format!("({})", self.parts(places)),
            Node::Map { key, value } => format!("{{{} => {}}}", self.node(key), self.node(value)),
            Node::Text(text) => format!("{text:?}"),
            Node::Object { fields, .. } => format!("{{{}}}", self.parts(fields)),
            Node::OneOf { name, variants, .. } => format!("{name}<{}>", self.parts(variants)),
            Node::Struct { name, fields, deny_unknown_fields } => {
                format!("{name}{}{{{}}}", if deny_unknown_fields { "!" } else { "" }, self.parts(fields))
            }
            Node::Enum { name, variants, deny_unknown_fields, open, .. } => {
                let denies = if deny_unknown_fields { "!" } else { "" };
                format!("{name}{denies}{}<{}>", if open { " open" } else { "" }, self.parts(variants))
            }
        };
        self.path.pop();
        text
    }

    fn parts(&mut self, run: Run) -> String {
        let parts = &self.tree.parts[run.start as usize..][..run.len as usize];
        parts.iter().map(|part| self.part(part)).collect::<Vec<_>>().join(", ")
    }

    fn part(&mut self, part: &Part<'_>) -> String {
        let names = self.tree.names[part.names.start as usize..][..part.names.len as usize].join("|");
        let reads = self
            .path
            .last()
            .is_some_and(|&id| matches!(self.tree.nodes[id as usize], Node::Struct { .. } | Node::Enum { .. }));
        let name = match (reads, names.as_str()) {
            (_, "") => part.ident.to_owned(),
            (true, names) if names != part.ident || part.kind == PartKind::Ignored => {
                format!("{}({names})", part.ident)
            }
            (_, names) => names.to_owned(),
        };
        let node = self.node(part.node);
        let presence = match (reads, part.presence) {
            (_, Presence::Required) => "",
            (true, Presence::Optional) => " = none",
            (false, Presence::Optional) => "?",
            (_, Presence::Default) => " = default",
        };
        match part.kind {
            PartKind::Flattened => format!("..{node}"),
            PartKind::Tag => format!("{name}={node}"),
            PartKind::Ignored => format!("-{name}: {node}"),
            PartKind::Field if name.is_empty() => format!("{node}{presence}"),
            PartKind::Field if reads => format!("{name}: {node}{presence}"),
            PartKind::Field => format!("{name}{presence}: {node}"),
            PartKind::Variant { payload, untagged, other } => format!(
                "{}{}{name}: {}{node}",
                if other { "other " } else { "" },
                if untagged { "~" } else { "" },
                if reads && payload == PayloadKind::Unit { "unit " } else { "" },
            ),
        }
    }
}
