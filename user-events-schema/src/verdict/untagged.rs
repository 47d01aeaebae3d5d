//! Enums, and variants, that are told by their content: the first that reads the message is it.

use super::effects::Effects;
use super::enums::{is_unit, is_untagged};
use super::finding::What;
use super::reading::{Context, Origin, Reading, Value, describe};
use crate::{Node, NodeId, Part, PartKind, PayloadKind, Representation, Run};

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
        let mut at = 0;
        while at < variants.len {
            let part = *self.reader_part(variants.start + at);
            if is_untagged(&part) {
                self.hush();
                let here = self.attempt(value, &part, context);
                self.speak();
                if here.accepts() {
                    effects = effects.or(self.taken(here.accepted(), at, counterpart, origin, variants));
                }
                if here.accepts() && !here.can(Effects::REFUSED) {
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
    ) -> Effects {
        let Some(counterpart) = counterpart else { return accepted };
        if counterpart == taker {
            return accepted;
        }
        let part = *self.reader_part(variants.start + taker);
        // One that stood before it already took the value from the start: only what it ignores is lost.
        let always = taker < counterpart
            && !accepted.can(Effects::IGNORING)
            && self.stood_before(origin, &part, variants)
            && is_untagged(self.reader_part(variants.start + counterpart));
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
