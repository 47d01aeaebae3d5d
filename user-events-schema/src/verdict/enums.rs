//! Enums that are told by a name: in the only field of an object, beside the content, or among its fields.

use super::effects::Effects;
use super::finding::{Breaks, What};
use super::members::Span;
use super::reading::{Context, Origin, Reading, Value, describe};
use crate::text::same;
use crate::{Node, NodeId, Part, PartKind, PayloadKind, Presence, Representation, Run, Scalar};

impl<'a> Reading<'a> {
    /// An enum. The context says which variant of the writer the value is, if it is one.
    pub(super) const fn read_enum(&mut self, value: Value, reader: NodeId, context: Context) -> Effects {
        let Node::Enum { representation, variants, .. } = self.reader_node(reader) else { return Effects::REFUSED };
        if let Value::Members(span) = value {
            self.forget(span);
        }
        if self.has_untagged(variants) {
            self.read_untagged(value, reader, variants, representation, context)
        } else {
            self.read_tagged(value, reader, context)
        }
    }

    pub(super) const fn has_untagged(&self, variants: Run) -> bool {
        let mut at = 0;
        while at < variants.len {
            if is_untagged(self.reader_part(variants.start + at)) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// An enum, as far as a name tells its variants.
    pub(super) const fn read_tagged(&mut self, value: Value, reader: NodeId, context: Context) -> Effects {
        let Node::Enum { representation, .. } = self.reader_node(reader) else { return Effects::REFUSED };
        match value {
            Value::Members(span) => match representation {
                Representation::External => self.read_only_member(span, reader, context),
                Representation::Internal { tag } => self.read_internal(span, tag, reader, context),
                Representation::Adjacent { tag, content } => self.read_adjacent(span, tag, content, reader, context),
                Representation::Untagged => Effects::REFUSED,
            },
            Value::Node(writer) => match self.writer_node(writer) {
                Node::Scalar(Scalar::Null) | Node::Nullable(_) if context.null && writer == super::reading::NULL => {
                    Effects::SAME
                }
                Node::Nullable(inner) => {
                    let null = if context.null { Effects::SAME } else { Effects::REFUSED };
                    let null = self.mismatch(super::reading::NULL, reader, null);
                    null.or(self.read_tagged(Value::Node(inner), reader, context))
                }
                Node::Refined { node, .. } => self.read_tagged(Value::Node(node), reader, context),
                Node::OneOf { .. } | Node::Object { .. } => self.read(value, reader, context),
                Node::Text(name) if matches!(representation, Representation::External) => {
                    self.read_external(name, None, reader, context)
                }
                Node::Scalar(Scalar::String | Scalar::Char) if matches!(representation, Representation::External) => {
                    let effects = self.read_enum_text(reader);
                    self.mismatch(writer, reader, effects)
                }
                Node::Scalar(Scalar::Any | Scalar::Raw) => self.mismatch(writer, reader, Effects::SOME),
                _ => self.mismatch(writer, reader, Effects::REFUSED),
            },
        }
    }

    /// Any text, as the name of a unit variant.
    pub(super) const fn read_enum_text(&self, reader: NodeId) -> Effects {
        let Node::Enum { representation, variants, .. } = self.reader_node(reader) else { return Effects::REFUSED };
        let mut effects = Effects::REFUSED;
        if matches!(representation, Representation::External) {
            let mut at = 0;
            while at < variants.len {
                let PartKind::Variant { payload, other, untagged } = self.reader_part(variants.start + at).kind else {
                    return effects;
                };
                if other {
                    return Effects::LOSSY;
                }
                if matches!(payload, PayloadKind::Unit) && !untagged {
                    effects = Effects::SOME;
                }
                at += 1;
            }
        }
        effects
    }

    /// A known name, as the name of a unit variant.
    pub(super) const fn read_enum_name(&mut self, name: &'a str, reader: NodeId, context: Context) -> Effects {
        self.read_external(name, None, reader, Context { origin: Origin::NONE, ..context })
    }

    /// Whether a variant has this name.
    pub(super) const fn names_variant(&self, reader: NodeId, name: &str) -> bool {
        let Node::Enum { variants, .. } = self.reader_node(reader) else { return false };
        matches!(self.variant_named(variants, Origin::NONE, name), Chosen::Named(_))
    }

    /// `"Variant"`, or `{"Variant": …}`.
    pub(super) const fn read_external(
        &mut self,
        name: &'a str,
        content: Option<NodeId>,
        reader: NodeId,
        context: Context,
    ) -> Effects {
        let Node::Enum { variants, open, .. } = self.reader_node(reader) else { return Effects::REFUSED };
        let chosen = self.variant_named(variants, context.origin, name);
        let (Chosen::Named(at) | Chosen::Other(at)) = chosen else { return self.unknown_variant() };
        let part = *self.reader_part(variants.start + at);
        let effects = match content {
            Some(content) => self.read(Value::Node(content), part.node, context.inside()),
            None if is_unit(&part) => Effects::SAME,
            None => {
                self.find(What::Kind {
                    written: "a variant that holds nothing",
                    read: describe(&self.reader_node(part.node)),
                });
                Effects::REFUSED
            }
        };
        self.identify(chosen, variants, open, context.origin, effects)
    }

    const fn unknown_variant(&mut self) -> Effects {
        self.find(What::UnknownVariant);
        Effects::REFUSED
    }

    /// An object whose only member tells the variant.
    const fn read_only_member(&mut self, span: Span, reader: NodeId, context: Context) -> Effects {
        let mut required = 0;
        let mut named = 0;
        let mut at = span.start;
        while at < span.end {
            let member = self.member(at);
            if member.is_named() {
                named += 1;
                required += !member.optional as u32;
            }
            at += 1;
        }
        if required > 1 || named == 0 {
            self.find(What::Kind { written: "an object", read: describe(&self.reader_node(reader)) });
            return Effects::REFUSED;
        }
        let mut effects = if named > 1 || required == 0 { Effects::REFUSED } else { Effects::NONE };
        at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if member.is_named() && (required == 0 || !member.optional) {
                let name = self.member_name(&member);
                let context = Context { origin: member.origin, ..context };
                self.member_mut(at).seen = true;
                effects = effects.or(self.read_external(name, Some(member.node), reader, context));
            }
            at += 1;
        }
        if effects.can(Effects::REFUSED) && named > 1 {
            self.find(What::SomeValues { written: "an object", read: describe(&self.reader_node(reader)) });
        }
        effects
    }

    /// `{"tag": "Variant", …}`
    const fn read_internal(&mut self, span: Span, tag: &'a str, reader: NodeId, context: Context) -> Effects {
        let Some(at) = self.member_named(span, tag) else {
            self.path.push(tag);
            self.find(What::NeverWritten);
            self.path.pop();
            return Effects::REFUSED;
        };
        let member = *self.member(at);
        self.member_mut(at).seen = true;
        let effects = self.read_tag(member.node, member.origin, span, at, reader, context);
        if member.optional {
            self.find(What::SometimesAbsent);
            effects.or(Effects::REFUSED)
        } else {
            effects
        }
    }

    /// What tells the variant of an internally tagged enum, and then what is beside it.
    const fn read_tag(
        &mut self,
        node: NodeId,
        origin: Origin,
        span: Span,
        at: usize,
        reader: NodeId,
        context: Context,
    ) -> Effects {
        let Node::Enum { variants, .. } = self.reader_node(reader) else { return Effects::REFUSED };
        match self.writer_node(node) {
            Node::Text(name) => {
                let chosen = self.variant_named(variants, origin, name);
                self.read_beside_tag(chosen, span, at, reader, Context { origin, ..context })
            }
            Node::OneOf { variants: names, .. } => {
                let mut effects = Effects::NONE;
                let mut name = 0;
                while name < names.len {
                    let node = self.writer_part(names.start + name).node;
                    effects = effects.or(self.read_tag(node, Origin::NONE, span, at, reader, context));
                    name += 1;
                }
                effects
            }
            Node::Refined { node, .. } => self.read_tag(node, origin, span, at, reader, context),
            Node::Nullable(inner) => {
                self.find(What::Null);
                self.read_tag(inner, origin, span, at, reader, context).or(Effects::REFUSED)
            }
            Node::Scalar(Scalar::String | Scalar::Any) => {
                // Any name.
                let mut effects = Effects::REFUSED;
                let mut variant = 0;
                self.hush();
                while variant < variants.len {
                    let context = Context { origin: Origin::NONE, ..context };
                    effects = effects.or(self.read_beside_tag(Chosen::Named(variant), span, at, reader, context));
                    variant += 1;
                }
                self.speak();
                self.mismatch(node, reader, effects)
            }
            _ => self.mismatch(node, reader, Effects::REFUSED),
        }
    }

    const fn read_beside_tag(
        &mut self,
        chosen: Chosen,
        span: Span,
        tag: usize,
        reader: NodeId,
        context: Context,
    ) -> Effects {
        let Node::Enum { variants, open, .. } = self.reader_node(reader) else { return Effects::REFUSED };
        let (Chosen::Named(at) | Chosen::Other(at)) = chosen else { return self.unknown_variant() };
        let part = *self.reader_part(variants.start + at);
        let rest = self.copy_rest(span, tag);
        let effects = if is_unit(&part) {
            // Whatever is beside the tag is ignored.
            if self.ignores(rest) { Effects::SAME.or(Effects::IGNORING) } else { Effects::SAME }
        } else if matches!(self.reader_node(part.node), Node::Scalar(Scalar::Null)) {
            self.read_nothing(rest)
        } else {
            self.read(Value::Members(rest), part.node, context.inside().buffered())
        };
        self.drop_copies(rest);
        self.identify(chosen, variants, open, context.origin, effects)
    }

    /// `()` beside a tag: nothing else may be there.
    const fn read_nothing(&mut self, rest: Span) -> Effects {
        let mut effects = Effects::SAME;
        let mut at = rest.start;
        while at < rest.end {
            let member = *self.member(at);
            if member.is_written() {
                self.find(What::Kind { written: "a field", read: "nothing" });
                effects = effects.and(if member.optional { Effects::SOME } else { Effects::REFUSED });
            }
            at += 1;
        }
        effects
    }

    /// `{"tag": "Variant", "content": …}`
    const fn read_adjacent(
        &mut self,
        span: Span,
        tag: &'a str,
        content: &'a str,
        reader: NodeId,
        context: Context,
    ) -> Effects {
        let Some(tag_at) = self.member_named(span, tag) else {
            self.path.push(tag);
            self.find(What::NeverWritten);
            self.path.pop();
            return Effects::REFUSED;
        };
        self.member_mut(tag_at).seen = true;
        let content_at = self.member_named(span, content);
        let mut context = context;
        if let Some(content_at) = content_at {
            self.member_mut(content_at).seen = true;
            // Serde keeps the content in memory until it knows the variant.
            context.buffered = context.buffered || content_at < tag_at;
        }
        let tag = *self.member(tag_at);
        context.origin = tag.origin;
        let effects = self.read_adjacent_tag(tag.node, content_at, reader, context);
        let effects = if tag.optional {
            self.find(What::SometimesAbsent);
            effects.or(Effects::REFUSED)
        } else {
            effects
        };
        let Node::Enum { deny_unknown_fields, .. } = self.reader_node(reader) else { return effects };
        let mut others = Effects::SAME;
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if member.is_written() && !member.consumed && at != tag_at && !is_at(content_at, at) {
                others = others.or(Effects::IGNORING);
                if deny_unknown_fields {
                    others = others.and(self.deny(&member));
                }
            }
            at += 1;
        }
        effects.and(others)
    }

    const fn read_adjacent_tag(
        &mut self,
        node: NodeId,
        content: Option<usize>,
        reader: NodeId,
        context: Context,
    ) -> Effects {
        let Node::Enum { variants, open, .. } = self.reader_node(reader) else { return Effects::REFUSED };
        match self.writer_node(node) {
            Node::Text(name) => {
                let chosen = self.variant_named(variants, context.origin, name);
                let (Chosen::Named(at) | Chosen::Other(at)) = chosen else { return self.unknown_variant() };
                let effects = self.read_content(content, variants.start + at, context);
                self.identify(chosen, variants, open, context.origin, effects)
            }
            Node::OneOf { variants: names, .. } => {
                let mut effects = Effects::NONE;
                let mut name = 0;
                let context = Context { origin: Origin::NONE, ..context };
                while name < names.len {
                    let node = self.writer_part(names.start + name).node;
                    effects = effects.or(self.read_adjacent_tag(node, content, reader, context));
                    name += 1;
                }
                effects
            }
            Node::Refined { node, .. } => self.read_adjacent_tag(node, content, reader, context),
            Node::Nullable(inner) => {
                self.find(What::Null);
                self.read_adjacent_tag(inner, content, reader, context).or(Effects::REFUSED)
            }
            Node::Scalar(Scalar::String | Scalar::Any) => {
                let mut effects = Effects::REFUSED;
                let mut variant = 0;
                self.hush();
                while variant < variants.len {
                    effects = effects.or(self.read_content(content, variants.start + variant, context));
                    variant += 1;
                }
                self.speak();
                self.mismatch(node, reader, effects)
            }
            _ => self.mismatch(node, reader, Effects::REFUSED),
        }
    }

    /// What is beside the tag of an adjacently tagged enum, or its absence.
    const fn read_content(&mut self, content: Option<usize>, variant: u32, context: Context) -> Effects {
        let part = *self.reader_part(variant);
        let without = if is_unit(&part) || !matches!(part.presence, Presence::Required) {
            Effects::SAME
        } else {
            Effects::REFUSED
        };
        let Some(content) = content else {
            if without.can(Effects::REFUSED) {
                self.find(What::Kind {
                    written: "a variant that holds nothing",
                    read: describe(&self.reader_node(part.node)),
                });
            }
            return without;
        };
        let member = *self.member(content);
        let named = matches!(part.kind, PartKind::Variant { payload: PayloadKind::Struct, .. });
        let effects = self.read(Value::Node(member.node), part.node, Context { named, ..context.inside() });
        if member.optional { effects.or(without) } else { effects }
    }

    /// The first member of this name.
    const fn member_named(&self, span: Span, name: &str) -> Option<usize> {
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if member.is_named() && !member.consumed && same(self.member_name(&member), name) {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    const fn variant_named(&self, variants: Run, origin: Origin, name: &str) -> Chosen {
        // It mostly is where it was.
        if !origin.is_none() && origin.variant < variants.len {
            let part = self.reader_part(variants.start + origin.variant);
            if !is_untagged(part) && self.has_name(part, name) {
                return Chosen::Named(origin.variant);
            }
        }
        let mut chosen = Chosen::None;
        let mut at = 0;
        while at < variants.len {
            let part = self.reader_part(variants.start + at);
            if let PartKind::Variant { untagged: false, other, .. } = part.kind {
                if self.has_name(part, name) {
                    return Chosen::Named(at);
                }
                if other {
                    chosen = Chosen::Other(at);
                }
            }
            at += 1;
        }
        chosen
    }

    /// Whether the variant that a name chose is the one that was meant.
    const fn identify(
        &mut self,
        chosen: Chosen,
        variants: Run,
        open: bool,
        origin: Origin,
        effects: Effects,
    ) -> Effects {
        if !effects.accepts() {
            return effects;
        }
        let Some(written) = self.origin_part(origin) else {
            return if matches!(chosen, Chosen::Other(_)) { effects.changed() } else { effects };
        };
        let PartKind::Variant { payload, .. } = written.kind else { return effects };
        match chosen {
            Chosen::Other(_) => {
                let known = self.variant_of_ident(variants, written.ident).is_some();
                let expected = match self.breaks {
                    Breaks::Forward => open && matches!(payload, PayloadKind::Unit),
                    Breaks::View => true,
                    Breaks::Backward | Breaks::Own => false,
                };
                if expected && !known {
                    return effects;
                }
                self.find(What::Other);
                effects.changed()
            }
            Chosen::Named(at) => {
                let taker = *self.reader_part(variants.start + at);
                if same(taker.ident, written.ident) {
                    return effects;
                }
                let collapses = self.variant_of_ident(variants, written.ident).is_some()
                    || self.written_variant(origin, taker.ident).is_some();
                if !collapses {
                    return effects;
                }
                self.find(What::TakenBy { variant: taker.ident });
                effects.changed()
            }
            Chosen::None => effects,
        }
    }

    /// The variant of the writer.
    pub(super) const fn origin_part(&self, origin: Origin) -> Option<Part<'a>> {
        if origin.is_none() {
            return None;
        }
        match self.writer_node(origin.node) {
            Node::OneOf { variants, .. } => Some(*self.writer_part(variants.start + origin.variant)),
            _ => None,
        }
    }

    /// Which variant of the reader has this name in Rust.
    pub(super) const fn variant_of_ident(&self, variants: Run, ident: &str) -> Option<u32> {
        let mut at = 0;
        while at < variants.len {
            if same(self.reader_part(variants.start + at).ident, ident) {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    /// Which variant of the same enum of the writer has this name in Rust.
    pub(super) const fn written_variant(&self, origin: Origin, ident: &str) -> Option<u32> {
        let Node::OneOf { variants, .. } = self.writer_node(origin.node) else { return None };
        let mut at = 0;
        while at < variants.len {
            if same(self.writer_part(variants.start + at).ident, ident) {
                return Some(at);
            }
            at += 1;
        }
        None
    }
}

/// The variant that a name chooses.
#[derive(Clone, Copy)]
pub(super) enum Chosen {
    Named(u32),
    /// The one that is read for all others.
    Other(u32),
    None,
}

pub(super) const fn is_untagged(part: &Part<'_>) -> bool {
    matches!(part.kind, PartKind::Variant { untagged: true, .. })
}

pub(super) const fn is_unit(part: &Part<'_>) -> bool {
    matches!(part.kind, PartKind::Variant { payload: PayloadKind::Unit, .. })
}

const fn is_at(position: Option<usize>, at: usize) -> bool {
    match position {
        Some(position) => position == at,
        None => false,
    }
}
