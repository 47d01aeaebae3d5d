//! Enums, and variants, that are told by their content: the first that reads the message is it.

use super::effects::Effects;
use super::enums::{is_unit, is_untagged};
use super::finding::What;
use super::reading::{Context, Origin, Reading, Value, describe};
use super::sequences::ordinal;
use crate::text::same;
use crate::{Node, NodeId, Part, PartKind, PayloadKind, Representation, Run, Tree};

impl<'a> Reading<'a> {
    /// An enum with at least one variant that is told by its content. Those that are told by name come first.
    pub(super) const fn read_untagged(
        &mut self,
        value: Value,
        reader: NodeId,
        variants: Run,
        representation: Representation<'a>,
        context: Context,
    ) -> Effects {
        let context = context.buffered();
        let origin = self.origin_of(value, context.origin);
        let counterpart = self.counterpart(value, origin, variants);
        let mut effects = Effects::NONE;
        if !matches!(representation, Representation::Untagged) {
            self.hush();
            let tagged = self.read_tagged(value, reader, context);
            self.speak();
            if !tagged.can(Effects::REFUSED) {
                return self.read_tagged(value, reader, context);
            }
            effects = tagged.accepted();
        }
        let unsaid = self.unsaid;
        let mut at = 0;
        while at < variants.len {
            let part = *self.reader_part(variants.start + at);
            if is_untagged(&part) {
                self.hush();
                let here = self.attempt(value, &part, context);
                self.speak();
                if here.accepts() {
                    effects = effects.or(self.taken(here.accepted(), at, counterpart, origin, variants, value));
                }
                if here.accepts() && !here.can(Effects::REFUSED) {
                    // What the variants before it did not take is no fault.
                    self.unsaid = unsaid;
                    if here.can(Effects::CHANGED) {
                        self.attempt(value, &part, context);
                    }
                    return effects;
                }
            }
            at += 1;
        }
        self.explain(value, reader, counterpart, variants, context);
        effects.or(Effects::REFUSED)
    }

    /// Says why nothing reads the value: what its own variant does not take.
    const fn explain(
        &mut self,
        value: Value,
        reader: NodeId,
        counterpart: Option<u32>,
        variants: Run,
        context: Context,
    ) {
        match counterpart {
            Some(at) if is_untagged(self.reader_part(variants.start + at)) => {
                let part = *self.reader_part(variants.start + at);
                self.attempt(value, &part, context);
            }
            Some(_) => {
                self.read_tagged(value, reader, context);
            }
            None => match value {
                Value::Node(writer) => {
                    self.mismatch(writer, reader, Effects::REFUSED);
                }
                Value::Members(_) => {
                    self.find(What::Kind { written: "an object", read: describe(&self.reader_node(reader)) });
                }
            },
        }
    }

    /// One variant.
    const fn attempt(&mut self, value: Value, part: &Part<'a>, context: Context) -> Effects {
        let named = matches!(part.kind, PartKind::Variant { payload: PayloadKind::Struct, .. });
        if is_unit(part) && matches!(value, Value::Members(_)) {
            return Effects::REFUSED;
        }
        self.read(value, part.node, Context { named, origin: Origin::NONE, ..context })
    }

    /// What it means that a variant takes the value.
    const fn taken(
        &mut self,
        accepted: Effects,
        taker: u32,
        counterpart: Option<u32>,
        origin: Origin,
        variants: Run,
        value: Value,
    ) -> Effects {
        let Some(counterpart) = counterpart else { return accepted };
        if counterpart == taker {
            return accepted;
        }
        let part = *self.reader_part(variants.start + taker);
        let told_by_content = match self.origin_part(origin) {
            Some(written) => is_untagged(&written),
            None => false,
        };
        // One that stood before it already took the value from the start: only what it ignores is lost.
        let always = told_by_content
            && taker < counterpart
            && !accepted.can(Effects::IGNORING)
            && self.stood_before(origin, &part, variants)
            && is_untagged(self.reader_part(variants.start + counterpart))
            && self.takes_at_home(value, origin, part.ident);
        if always {
            return accepted;
        }
        self.find(What::TakenBy { variant: part.ident });
        accepted.changed()
    }

    /// The variant of the reader that the variant of the writer became.
    const fn counterpart(&mut self, value: Value, origin: Origin, variants: Run) -> Option<u32> {
        let Some(written) = self.origin_part(origin) else { return None };
        if let Some(at) = self.variant_of_ident(variants, written.ident) {
            return Some(at);
        }
        // Renamed: names in Rust do not show. It is one that is new by its name, and reads exactly what was written.
        let mut at = 0;
        while at < variants.len {
            let part = *self.reader_part(variants.start + at);
            if is_untagged(&part) && self.written_variant(origin, part.ident).is_none() {
                self.hush();
                let effects = self.attempt(value, &part, Context::PLAIN.buffered());
                self.speak();
                if effects.is_exact() && self.is_alike(&written, &part) {
                    return Some(at);
                }
            }
            at += 1;
        }
        None
    }

    /// Whether both hold their content in the same form.
    const fn is_alike(&self, written: &Part<'a>, read: &Part<'a>) -> bool {
        let (PartKind::Variant { payload: a, .. }, PartKind::Variant { payload: b, .. }) = (written.kind, read.kind)
        else {
            return false;
        };
        // A catch-all reads everything, and is nobody's counterpart.
        !matches!(self.reader_node(read.node), Node::Scalar(crate::Scalar::Any | crate::Scalar::Raw))
            && matches!(a, PayloadKind::Unit) == matches!(b, PayloadKind::Unit)
    }

    /// Whether the variant of the reader had its place before the value's variant in the writer's enum as well.
    const fn stood_before(&mut self, origin: Origin, part: &Part<'a>, variants: Run) -> bool {
        if let Some(at) = self.written_variant(origin, part.ident) {
            return at < origin.variant;
        }
        // Renamed, as above.
        let Node::OneOf { variants: written, .. } = self.writer_node(origin.node) else { return false };
        let mut at = 0;
        while at < origin.variant {
            let before = *self.writer_part(written.start + at);
            if self.variant_of_ident(variants, before.ident).is_none() {
                self.hush();
                let effects = self.attempt(Value::Node(before.node), part, Context::PLAIN.buffered());
                self.speak();
                if effects.is_exact() && self.is_alike(&before, part) {
                    return true;
                }
            }
            at += 1;
        }
        false
    }

    /// Whether the variant takes the value in the reader of the type that writes, too: then it was never read otherwise.
    ///
    /// Where that reader has no such variant, nothing says that it does not.
    const fn takes_at_home(&mut self, value: Value, origin: Origin, taker: &str) -> bool {
        let (Some(home), Some(written), false) = (self.home, self.origin_part(origin), self.at_home) else {
            return true;
        };
        let Some(variants) = home_enum(&home, self.path.segments(), written.ident) else { return true };
        let away = self.reader;
        self.reader = home;
        self.at_home = true;
        self.hush();
        let mut takes = true;
        if let Some(at) = self.variant_of_ident(variants, taker) {
            let part = *self.reader_part(variants.start + at);
            takes = match value {
                Value::Node(_) => self.attempt(value, &part, Context::PLAIN.buffered()).accepts(),
                // What it reads must not show in what is read for the verdict.
                Value::Members(span) => {
                    let copies = self.copy_all(span);
                    let effects = self.attempt(Value::Members(copies), &part, Context::PLAIN.buffered());
                    self.truncate_members(copies.start);
                    effects.accepts()
                }
            };
        }
        self.speak();
        self.at_home = false;
        self.reader = away;
        takes
    }

    /// The variant of the writer that the value is. Of what is flattened, the members know it.
    const fn origin_of(&self, value: Value, origin: Origin) -> Origin {
        let Value::Members(span) = value else { return origin };
        if !origin.is_none() || span.start == span.end {
            return origin;
        }
        let first = self.member(span.start).origin;
        let mut at = span.start;
        while at < span.end {
            let other = self.member(at).origin;
            if !same_origin(first, other) {
                return Origin::NONE;
            }
            at += 1;
        }
        first
    }
}

const fn same_origin(a: Origin, b: Origin) -> bool {
    a.node == b.node && a.variant == b.variant
}

/// The variants of the enum at this path, which ends at the enum or at the variant of this name.
const fn home_enum(home: &Tree<'_>, path: &[&str], variant: &str) -> Option<Run> {
    let mut node = inner(home, 0);
    let mut found = None;
    let mut at = 0;
    loop {
        let parts = match home.nodes[node as usize] {
            Node::Enum { variants, .. } => {
                if part_of(home, variants, variant).is_some() {
                    found = Some(variants);
                }
                variants
            }
            Node::Struct { fields, .. } => fields,
            Node::Tuple(places) => places,
            _ => return found,
        };
        if at == path.len() {
            return found;
        }
        // The variant itself: what it holds is not the enum.
        let is_variant = at + 1 == path.len() && same(path[at], variant);
        if is_variant && matches!(home.nodes[node as usize], Node::Enum { .. }) {
            return found;
        }
        let Some(part) = part_of(home, parts, path[at]) else { return None };
        node = inner(home, part.node);
        at += 1;
    }
}

/// The part of this name in Rust, or at this place of a tuple.
const fn part_of<'t>(tree: &Tree<'t>, parts: Run, name: &str) -> Option<&'t Part<'t>> {
    let mut at = 0;
    while at < parts.len {
        let part = &tree.parts[(parts.start + at) as usize];
        if same(if part.ident.is_empty() { ordinal(at) } else { part.ident }, name) {
            return Some(part);
        }
        at += 1;
    }
    None
}

/// The node below all that has no name of its own in a path.
const fn inner(tree: &Tree<'_>, node: NodeId) -> NodeId {
    let mut node = node;
    while let Node::Nullable(inner)
    | Node::Refined { node: inner, .. }
    | Node::Seq { item: inner, .. }
    | Node::Array { item: inner, .. }
    | Node::Map { value: inner, .. } = tree.nodes[node as usize]
    {
        node = inner;
    }
    node
}
