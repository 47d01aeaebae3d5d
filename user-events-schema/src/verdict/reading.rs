//! [`Reading`], a reader's tree held against a writer's: what happens to everything that can be written.

use super::effects::Effects;
use super::finding::{Breaks, Finding, Findings, Path, What};
use super::members::{Choices, Member, Span};
use super::scalars;
use crate::{Node, NodeId, Part, Run, Scalar, Tree};

/// A node that is in no tree: `null`, written.
pub(super) const NULL: NodeId = u32::MAX;

const MAX_MEMBERS: usize = 6144;
const MAX_SLOTS: usize = 4096;
const MAX_PAIRS: usize = 256;
const MAX_PARTS: usize = crate::arena::MAX_PARTS;

/// A walk through both trees at once.
pub(super) struct Reading<'a> {
    pub(super) writer: Tree<'a>,
    pub(super) reader: Tree<'a>,
    /// The reader of the type that writes, if it is another one.
    pub(super) home: Option<Tree<'a>>,
    /// Whether it stands in for the reader.
    pub(super) at_home: bool,
    pub(super) breaks: Breaks,
    pub(super) path: Path<'a>,
    pub(super) findings: Findings<'a>,
    /// How many attempts are under way whose failure is none yet.
    quiet: u32,
    /// Where the first thing is that was found, and not said.
    pub(super) unsaid: Option<Path<'a>>,
    /// The members of the objects that are being read, the innermost last.
    members: [Member; MAX_MEMBERS],
    members_len: usize,
    /// The members that the fields of the structs that are being read were given, the innermost last.
    slots: [Slot; MAX_SLOTS],
    slots_len: usize,
    /// The fields that nothing was read into, of the objects that are being read.
    pub(super) pending: [Pending; MAX_PARTS],
    pub(super) pending_len: usize,
    /// The pairs of nodes that are being read. What contains itself meets them again.
    pairs: [(NodeId, NodeId, u8); MAX_PAIRS],
    pairs_len: usize,
    /// Of each part of the reader, whether it was met, and whether anything was read into it.
    pub(super) met: [Met; MAX_PARTS],
    too_complex: bool,
}

/// What was read into a field.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    /// The first member that has one of its names.
    pub(super) member: usize,
    /// How many have.
    pub(super) hits: u32,
}

/// A field that nothing was read into.
#[derive(Clone, Copy)]
pub(super) struct Pending {
    /// Its part.
    pub(super) field: u32,
    /// The flattened field that it is in, by part plus one; 0 if it is in none.
    pub(super) within: u32,
}

/// What is known of a field of the reader.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    Never,
    Empty,
    Filled,
}

/// What is read: a node of the writer, or the members of an object.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Node(NodeId),
    Members(Span),
}

/// How a value is read.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// Whether serde has read it into memory before it knew the type.
    pub(super) buffered: bool,
    /// Whether `null` is read around it, by an `Option`.
    pub(super) null: bool,
    /// Whether a struct is read from an object alone, not from an array.
    pub(super) named: bool,
    /// The variant that it is.
    pub(super) origin: Origin,
}

impl Context {
    pub(super) const PLAIN: Self = Self { buffered: false, null: false, named: false, origin: Origin::NONE };

    /// For what is inside.
    pub(super) const fn inside(self) -> Self {
        Self { buffered: self.buffered, ..Self::PLAIN }
    }

    pub(super) const fn buffered(self) -> Self {
        Self { buffered: true, ..self }
    }
}

/// A variant of the writer.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    /// The `OneOf`.
    pub(super) node: NodeId,
    /// Which of its variants.
    pub(super) variant: u32,
}

impl Origin {
    pub(super) const NONE: Self = Self { node: NULL, variant: 0 };

    pub(super) const fn is_none(self) -> bool {
        self.node == NULL
    }
}

impl<'a> Reading<'a> {
    pub(super) const fn new(writer: Tree<'a>, reader: Tree<'a>, breaks: Breaks) -> Self {
        Self {
            writer,
            reader,
            home: None,
            at_home: false,
            breaks,
            path: Path::new(),
            findings: Findings::new(),
            quiet: 0,
            unsaid: None,
            members: [Member::EMPTY; MAX_MEMBERS],
            members_len: 0,
            slots: [Slot { member: 0, hits: 0 }; MAX_SLOTS],
            slots_len: 0,
            pending: [Pending { field: 0, within: 0 }; MAX_PARTS],
            pending_len: 0,
            pairs: [(0, 0, 0); MAX_PAIRS],
            pairs_len: 0,
            met: [Met::Never; MAX_PARTS],
            too_complex: false,
        }
    }

    /// Everything that the writer writes, at the reader.
    pub(super) const fn run(&mut self) -> Effects {
        let effects = self.read(Value::Node(0), 0, Context::PLAIN);
        if self.too_complex {
            self.quiet = 0;
            self.find(What::TooComplex);
            return effects.and(Effects::REFUSED);
        }
        if self.findings.list().is_empty() {
            // No refusal goes without a reason, be it a general one.
            self.mismatch(0, 0, effects);
        }
        effects
    }

    /// What happens to a value.
    pub(super) const fn read(&mut self, value: Value, reader: NodeId, context: Context) -> Effects {
        match self.reader_node(reader) {
            Node::Scalar(Scalar::Any) => return self.read_any(value),
            Node::Nullable(inner) => return self.read(value, inner, Context { null: true, ..context }),
            _ => {}
        }
        match value {
            Value::Node(writer) => self.read_node(writer, reader, context),
            Value::Members(span) => self.read_members(span, reader, context),
        }
    }

    const fn read_node(&mut self, writer: NodeId, reader: NodeId, context: Context) -> Effects {
        let read = self.reader_node(reader);
        let written = self.writer_node(writer);
        match (written, read) {
            (Node::Scalar(Scalar::Null), _) if context.null => Effects::SAME,
            (Node::Nullable(inner), _) => {
                let null = self.read_node(NULL, reader, context);
                null.or(self.read(Value::Node(inner), reader, context))
            }
            (Node::Refined { node, by }, Node::Refined { node: inner, by: other }) if crate::text::same(by, other) => {
                self.read(Value::Node(node), inner, context)
            }
            (Node::Refined { node, .. }, Node::Refined { .. }) => self.read(Value::Node(node), reader, context),
            (_, Node::Refined { node: inner, .. }) => self.refined(Value::Node(writer), inner, reader, context),
            (Node::Refined { node, .. }, _) => self.read(Value::Node(node), reader, context),
            (Node::Opaque(written), Node::Opaque(read)) if crate::text::same(written, read) => Effects::SAME,
            (Node::Opaque(_), Node::Scalar(Scalar::Raw)) if !context.buffered => Effects::SAME,
            (Node::Opaque(_), _) | (_, Node::Opaque(_)) => self.mismatch(writer, reader, Effects::REFUSED),
            (Node::OneOf { variants, .. }, Node::Enum { .. } | Node::Struct { .. }) => {
                if !self.enter(writer, reader, context.buffered) {
                    return Effects::SAME;
                }
                let effects = self.read_one_of(writer, variants, reader, context);
                self.leave();
                effects
            }
            (Node::OneOf { variants, .. }, _) => self.read_one_of(writer, variants, reader, context),
            (Node::Object { .. }, Node::Enum { .. } | Node::Struct { .. } | Node::Map { .. }) => {
                if !self.enter(writer, reader, context.buffered) {
                    return Effects::SAME;
                }
                let effects = self.read_object(writer, reader, context);
                self.leave();
                effects
            }
            (Node::Scalar(written), Node::Scalar(read)) => {
                let effects = scalars::read(written, read, context.buffered);
                self.mismatch(writer, reader, effects)
            }
            (Node::Text(text), Node::Scalar(read)) => {
                let effects = text_as(text, read, context.buffered);
                self.mismatch(writer, reader, effects)
            }
            (_, Node::Enum { .. }) => {
                if !self.enter(writer, reader, context.buffered) {
                    return Effects::SAME;
                }
                let effects = self.read_enum(Value::Node(writer), reader, context);
                self.leave();
                effects
            }
            (Node::Scalar(Scalar::Any | Scalar::Raw), _) => self.mismatch(writer, reader, Effects::SOME),
            (Node::Seq { .. } | Node::Array { .. } | Node::Tuple(_), _) => self.read_sequence(writer, reader, context),
            (Node::Map { key, value }, Node::Map { key: read_key, value: read_value }) => {
                self.read_map(key, value, read_key, read_value, context)
            }
            (Node::Map { .. }, Node::Struct { .. }) => self.read_map_as_struct(writer, reader),
            (_, Node::Scalar(Scalar::Raw)) if !context.buffered => Effects::SAME,
            _ => self.mismatch(writer, reader, Effects::REFUSED),
        }
    }

    /// What a check of its own can refuse.
    pub(super) const fn refined(&mut self, value: Value, inner: NodeId, reader: NodeId, context: Context) -> Effects {
        let effects = self.read(value, inner, context);
        if effects.accepts() {
            if let Value::Node(writer) = value {
                self.mismatch(writer, reader, Effects::SOME);
            } else if let Node::Refined { by, .. } = self.reader_node(reader) {
                self.find(What::SomeValues { written: "an object", read: by });
            }
        }
        effects.and(Effects::SOME)
    }

    const fn read_one_of(&mut self, writer: NodeId, variants: Run, reader: NodeId, context: Context) -> Effects {
        let mut effects = Effects::NONE;
        let is_enum = matches!(self.reader_node(reader), Node::Enum { .. });
        let mut at = 0;
        while at < variants.len {
            let part = *self.writer_part(variants.start + at);
            let context = Context { origin: Origin { node: writer, variant: at }, ..context };
            self.path.push(part.ident);
            let alternative = Value::Node(part.node);
            effects = effects.or(match self.writer_node(part.node) {
                Node::Scalar(Scalar::Null) if context.null => Effects::SAME,
                Node::Object { .. } if is_enum => self.read_object(part.node, reader, context),
                _ if is_enum => self.read_enum(alternative, reader, context),
                _ => self.read(alternative, reader, context),
            });
            self.path.pop();
            at += 1;
        }
        effects
    }

    /// Every combination of what is flattened into an object.
    const fn read_object(&mut self, writer: NodeId, reader: NodeId, context: Context) -> Effects {
        let mut effects = Effects::NONE;
        let mut choices = Choices::new();
        let start = self.members_len;
        loop {
            choices.rewind();
            let possible = self.push_object(writer, context.origin, 0, false, &mut choices);
            let span = Span { start, end: self.members_len };
            if possible {
                effects = effects.or(self.read_members(span, reader, context));
            }
            self.members_len = start;
            if !choices.advance() {
                break;
            }
        }
        if choices.overflowed() {
            self.give_up();
        }
        effects
    }

    /// An object, at a reader of whatever kind.
    const fn read_members(&mut self, span: Span, reader: NodeId, context: Context) -> Effects {
        match self.reader_node(reader) {
            Node::Struct { fields, deny_unknown_fields, .. } => {
                self.read_struct(span, fields, deny_unknown_fields, context)
            }
            Node::Map { key, value } => self.read_members_as_map(span, key, value, context),
            Node::Enum { .. } => self.read_enum(Value::Members(span), reader, context),
            Node::Refined { node, .. } => self.refined(Value::Members(span), node, reader, context),
            Node::Nullable(inner) => self.read_members(span, inner, context),
            Node::Scalar(Scalar::Any) => self.read_any(Value::Members(span)),
            Node::Scalar(Scalar::Raw) if !context.buffered => Effects::SAME,
            node => {
                self.find(What::Kind { written: "an object", read: describe(&node) });
                Effects::REFUSED
            }
        }
    }

    /// Whatever is written, at a reader that takes anything. Only integers that its numbers have no room for change.
    pub(super) const fn read_any(&mut self, value: Value) -> Effects {
        match value {
            Value::Node(writer) => self.any_node(writer),
            Value::Members(span) => {
                let mut effects = Effects::SAME;
                let mut at = span.start;
                while at < span.end {
                    let member = *self.member(at);
                    if member.is_written() {
                        effects = effects.and(self.any_node(member.node));
                    }
                    at += 1;
                }
                effects
            }
        }
    }

    const fn any_node(&mut self, writer: NodeId) -> Effects {
        match self.writer_node(writer) {
            Node::Scalar(Scalar::Int(int)) if int.bits == 128 => {
                self.find(What::Changed { written: "an integer of 128 bits", read: "any JSON" });
                Effects::LOSSY
            }
            Node::Nullable(inner) | Node::Refined { node: inner, .. } => self.any_node(inner).or(Effects::SAME),
            Node::Seq { item, .. } | Node::Array { item, .. } | Node::Map { value: item, .. } => {
                self.any_node(item).repeated()
            }
            Node::Tuple(parts) | Node::Object { fields: parts, .. } | Node::OneOf { variants: parts, .. } => {
                if !self.enter(writer, NULL, false) {
                    return Effects::SAME;
                }
                let mut effects = Effects::SAME;
                let mut at = 0;
                while at < parts.len {
                    let part = *self.writer_part(parts.start + at);
                    if !matches!(part.kind, crate::PartKind::Ignored) {
                        self.path.push(part.ident);
                        effects = effects.or(self.any_node(part.node).accepted());
                        self.path.pop();
                    }
                    at += 1;
                }
                self.leave();
                effects
            }
            _ => Effects::SAME,
        }
    }

    /// Says what does not fit, and returns the same effects.
    pub(super) const fn mismatch(&mut self, writer: NodeId, reader: NodeId, effects: Effects) -> Effects {
        if !effects.is_same() {
            let node = self.writer_node(writer);
            let (written, read) = (describe(&node), describe(&self.reader_node(reader)));
            self.find(if effects.can(Effects::CHANGED) {
                What::Changed { written, read }
            } else if effects.accepts() {
                What::SomeValues { written, read }
            } else if matches!(node, Node::Scalar(Scalar::Null)) {
                What::Null
            } else {
                What::Kind { written, read }
            });
        }
        effects
    }

    pub(super) const fn find(&mut self, what: What<'a>) {
        if self.quiet == 0 {
            self.findings.add(Finding { path: self.path, breaks: self.breaks, what });
        } else if self.unsaid.is_none() {
            self.unsaid = Some(self.path);
        }
    }

    /// What is found about a field or variant of the value that is being read.
    pub(super) const fn find_within(&mut self, ident: &'a str, what: What<'a>) {
        self.path.push(ident);
        self.find(what);
        self.path.pop();
    }

    /// What is found from here is not said, until [`speak`](Self::speak).
    pub(super) const fn hush(&mut self) {
        self.quiet += 1;
    }

    pub(super) const fn speak(&mut self) {
        self.quiet -= 1;
    }

    pub(super) const fn give_up(&mut self) {
        self.too_complex = true;
    }

    /// Whether the pair is new. One that is being read already is taken as read: it is refused where it is read first.
    const fn enter(&mut self, writer: NodeId, reader: NodeId, buffered: bool) -> bool {
        let mode = buffered as u8 + 2 * self.at_home as u8;
        let mut at = self.pairs_len;
        while at > 0 {
            at -= 1;
            let (w, r, m) = self.pairs[at];
            if w == writer && r == reader && m == mode {
                return false;
            }
        }
        if self.pairs_len == MAX_PAIRS {
            self.give_up();
            return false;
        }
        self.pairs[self.pairs_len] = (writer, reader, mode);
        self.pairs_len += 1;
        true
    }

    const fn leave(&mut self) {
        self.pairs_len -= 1;
    }

    pub(super) const fn writer_node(&self, id: NodeId) -> Node<'a> {
        if id == NULL { Node::Scalar(Scalar::Null) } else { self.writer.nodes[id as usize] }
    }

    pub(super) const fn reader_node(&self, id: NodeId) -> Node<'a> {
        self.reader.nodes[id as usize]
    }

    pub(super) const fn writer_part(&self, at: u32) -> &'a Part<'a> {
        &self.writer.parts[at as usize]
    }

    pub(super) const fn reader_part(&self, at: u32) -> &'a Part<'a> {
        &self.reader.parts[at as usize]
    }

    pub(super) const fn members_len(&self) -> usize {
        self.members_len
    }

    pub(super) const fn truncate_members(&mut self, len: usize) {
        self.members_len = len;
    }

    pub(super) const fn member(&self, at: usize) -> &Member {
        &self.members[at]
    }

    pub(super) const fn member_mut(&mut self, at: usize) -> &mut Member {
        &mut self.members[at]
    }

    pub(super) const fn push_member(&mut self, member: Member) {
        if self.members_len == MAX_MEMBERS {
            self.give_up();
            return;
        }
        self.members[self.members_len] = member;
        self.members_len += 1;
    }

    /// Slots for as many fields, all empty, and where they start.
    pub(super) const fn push_slots(&mut self, len: usize) -> Option<usize> {
        let start = self.slots_len;
        if MAX_SLOTS - start < len {
            self.give_up();
            return None;
        }
        let mut at = start;
        while at < start + len {
            self.slots[at] = Slot { member: 0, hits: 0 };
            at += 1;
        }
        self.slots_len = at;
        Some(start)
    }

    pub(super) const fn truncate_slots(&mut self, len: usize) {
        self.slots_len = len;
    }

    pub(super) const fn slot(&self, at: usize) -> Slot {
        self.slots[at]
    }

    pub(super) const fn fill_slot(&mut self, at: usize, member: usize) {
        let slot = &mut self.slots[at];
        if slot.hits == 0 {
            slot.member = member;
        }
        slot.hits += 1;
    }
}

/// The name of a variant, read as a scalar.
pub(super) const fn text_as(text: &str, read: Scalar, buffered: bool) -> Effects {
    match read {
        Scalar::Char => {
            let one = text.len() == 1 || (text.len() <= 4 && !text.is_empty() && count_chars(text) == 1);
            if one { Effects::SAME } else { Effects::REFUSED }
        }
        Scalar::String => Effects::SAME,
        // Only of formats does it depend on the text.
        _ => scalars::read(Scalar::String, read, buffered),
    }
}

const fn count_chars(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut chars = 0;
    let mut at = 0;
    while at < bytes.len() {
        chars += (bytes[at] & 0xC0 != 0x80) as usize;
        at += 1;
    }
    chars
}

/// What a node is, in messages.
pub(super) const fn describe<'a>(node: &Node<'a>) -> &'a str {
    match node {
        Node::Scalar(scalar) => scalars::name(*scalar),
        Node::Opaque(name) | Node::Refined { by: name, .. } => name,
        Node::Nullable(_) => "an `Option`",
        Node::Seq { unique: false, .. } => "a list",
        Node::Seq { unique: true, .. } => "a set",
        Node::Array { .. } => "an array of fixed length",
        Node::Tuple(_) => "a tuple",
        Node::Map { .. } => "a map",
        Node::Text(_) => "the name of a variant",
        Node::Object { .. } => "an object",
        Node::OneOf { name, .. } | Node::Struct { name, .. } | Node::Enum { name, .. } => name,
    }
}
