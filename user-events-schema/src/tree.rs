//! [`Tree`], one side of a type: what it writes, or what it reads.
//!
//! A writer's tree says which JSON can appear; a reader's tree says what serde does with JSON. Both are arenas, which
//! the compiler can fill and compare without an allocator. Nodes may refer to nodes before them: such a type contains
//! itself.

use crate::codec::Malformed;
use crate::{Representation, Scalar, well_formed};

/// Which side of a type a tree is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// What it writes.
    Writer,
    /// What it reads.
    Reader,
}

/// The place of a node in [`Tree::nodes`].
pub type NodeId = u32;

/// A run of [`Tree::parts`] or of [`Tree::names`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Run {
    /// The first.
    pub start: u32,
    /// How many.
    pub len: u32,
}

/// One side of a type. The root is the first node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tree<'a> {
    /// Every value in it.
    pub nodes: &'a [Node<'a>],
    /// The fields, places and variants of the nodes.
    pub parts: &'a [Part<'a>],
    /// The names that parts are read from.
    pub names: &'a [&'a str],
}

impl Tree<'_> {
    /// Checks a tree that was not made from a type: that whoever walks through it finds what it expects, and comes to an
    /// end.
    ///
    /// # Errors
    ///
    /// If what is referred to is not there, if a node or part is not of this side or not where it belongs, or if a type
    /// contains itself without an object or an array between.
    pub const fn check(&self, side: Side) -> Result<(), Malformed> {
        well_formed::check(self, side)
    }
}

/// A value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node<'a> {
    /// Without parts.
    Scalar(Scalar),
    /// Compared by its name alone.
    Opaque(&'a str),
    /// Writer: what the node writes, and always something that a reader refined by the same name accepts. Reader: what
    /// the node reads, of which some may be refused, unless the writer is refined by the same name. A reader that is not
    /// refined takes it as the node itself.
    Refined {
        /// What it is without the check.
        node: NodeId,
        /// Who checks, by name.
        by: &'a str,
    },
    /// Writer: `null`, or what the node writes. Reader: an `Option`.
    Nullable(NodeId),
    /// An array of any length.
    Seq {
        /// What it holds.
        item: NodeId,
        /// Whether equal items become one.
        unique: bool,
    },
    /// `[T; len]`: an array of so many equal elements, as a [`Node::Tuple`] of `len` required places would be.
    Array {
        /// What each element is.
        item: NodeId,
        /// How many.
        len: u32,
    },
    /// An array of these elements: each has a node; a reader's may have [`Presence::Default`].
    Tuple(Run),
    /// An object whose names are data.
    Map {
        /// What its names are made from.
        key: NodeId,
        /// What it holds.
        value: NodeId,
    },
    /// Writer: exactly this text, the name of a variant or of a struct.
    Text(&'a str),
    /// Writer: an object of these fields. A flattened one's node is itself an object, a map, a nullable or one of these.
    Object {
        /// The name in Rust, for messages.
        name: &'a str,
        /// Its fields, and its tag.
        fields: Run,
    },
    /// Writer: one of these alternatives, as JSON. Tags are fields of the alternatives' objects.
    OneOf {
        /// The name in Rust, for messages.
        name: &'a str,
        /// The enum's.
        representation: Representation<'a>,
        /// The variants that it writes.
        variants: Run,
    },
    /// Reader: a struct, from an object, or from an array if it flattens nothing.
    Struct {
        /// The name in Rust, for messages.
        name: &'a str,
        /// Its fields.
        fields: Run,
        /// Whether others are refused.
        deny_unknown_fields: bool,
    },
    /// Reader: an enum.
    Enum {
        /// The name in Rust, for messages.
        name: &'a str,
        /// How the variant is told.
        representation: Representation<'a>,
        /// Its variants.
        variants: Run,
        /// Whether struct variants refuse fields that they do not know.
        deny_unknown_fields: bool,
        /// `#[event(open)]`
        open: bool,
    },
}

/// A field, a place of a tuple, or a variant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part<'a> {
    /// The name in Rust, which says that two parts mean the same. Empty for the places of a tuple and for tags.
    pub ident: &'a str,
    /// The names in JSON: the one that it is written under, or those that it is read from, its own first. Empty for the
    /// places of a tuple, for what is flattened, and for the variants of an untagged enum.
    pub names: Run,
    /// What it is.
    pub kind: PartKind,
    /// What it holds. A variant of a writer: its whole JSON, tag included. A unit variant of a reader: a `null` scalar.
    pub node: NodeId,
    /// When it is there, or what it is where it is not. Of an adjacently tagged variant of a reader: what its content is.
    pub presence: Presence,
    /// `#[event(allow(js_integer))]`. Not compared.
    pub allow_js_integer: bool,
    /// What its documentation says. Not compared.
    pub docs: &'a str,
}

/// What a part is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartKind {
    /// A field or a place of a tuple.
    Field,
    /// A field whose own fields stand among those around it.
    Flattened,
    /// Writer: the field that tells the variant, or the struct's name. Its node is a [`Node::Text`].
    Tag,
    /// Writer: a field that the type has and does not write (`skip_serializing`). Reader: one that it has and does
    /// not read (`skip_deserializing`); it has the names that it is written under.
    Ignored,
    /// A variant, and the form of what it holds.
    Variant {
        /// The form.
        payload: PayloadKind,
        /// Whether it is told by its content: in an untagged enum, or by `#[serde(untagged)]`.
        untagged: bool,
        /// Reader: read where no variant has the name.
        other: bool,
    },
}

/// The form of what a variant holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PayloadKind {
    /// Nothing.
    Unit,
    /// One unnamed field: the node is its type.
    Newtype,
    /// Several unnamed fields: the node is a [`Node::Tuple`].
    Tuple,
    /// Named fields: the node is a [`Node::Object`] or a [`Node::Struct`].
    Struct,
}

/// When a part is there, or what it is read as where it is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// Writer: always there. Reader: the message is refused without it.
    Required,
    /// Writer: sometimes left out. Reader: none where it is absent.
    Optional,
    /// Reader: its default where it is absent.
    Default,
}
