//! Flattened fields: they are read, in order, from what the fields before them left.

use super::effects::Effects;
use super::finding::{Path, What};
use super::members::{Kind, Span};
use super::reading::{Context, Reading, Value, describe};
use crate::{Node, NodeId, PartKind, Representation, Run, Scalar};

impl<'a> Reading<'a> {
    /// A flattened field, from the members that are left.
    pub(super) const fn read_flattened(&mut self, span: Span, field: u32, node: NodeId) -> Effects {
        let context = Context::PLAIN.buffered();
        match self.reader_node(node) {
            Node::Struct { fields, .. } if !self.has_flattened(fields) => {
                self.read_fields(span, fields, field + 1, context)
            }
            Node::Nullable(inner) => self.read_flattened_option(span, field, inner),
            Node::Refined { node: inner, .. } => self.read_flattened(span, field, inner).and(Effects::SOME),
            Node::Map { key, value } => self.read_rest_as_map(span, field, key, value, context),
            Node::Scalar(Scalar::Any) | Node::Opaque(_) => self.read_rest_as_any(span, field),
            Node::Scalar(Scalar::Null) => Effects::SAME,
            Node::Enum { representation, variants, .. } if !self.has_untagged(variants) => match representation {
                Representation::External => self.read_flattened_external(span, node, context),
                Representation::Adjacent { .. } => {
                    let effects = self.read_copy(span, node, context);
                    self.consume_adjacent(span, representation);
                    effects
                }
                Representation::Internal { .. } | Representation::Untagged => self.read_copy(span, node, context),
            },
            // What flattens in turn takes nothing away from those after it.
            Node::Struct { .. } | Node::Enum { .. } => self.read_copy(span, node, context),
            _ => {
                self.find(What::Kind { written: "an object", read: describe(&self.reader_node(node)) });
                Effects::REFUSED
            }
        }
    }

    pub(super) const fn has_flattened(&self, fields: Run) -> bool {
        let mut at = 0;
        while at < fields.len {
            if matches!(self.reader_part(fields.start + at).kind, PartKind::Flattened) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// From all that is left, and without taking it away.
    const fn read_copy(&mut self, span: Span, node: NodeId, context: Context) -> Effects {
        let copies = self.copy_rest(span, usize::MAX);
        let effects = self.read(Value::Members(copies), node, context);
        self.drop_copies(copies);
        // Whether anything is ignored is for the object around it to say.
        effects.without(Effects::IGNORING)
    }

    /// An `Option` is none where what it holds is refused.
    const fn read_flattened_option(&mut self, span: Span, field: u32, inner: NodeId) -> Effects {
        let pending = self.pending_len;
        let before = self.count_consumed(span);
        let outer = self.unsaid.take();
        self.hush();
        let read = self.read_flattened(span, field, inner);
        let renamed = self.loses_pending(span, pending);
        let effects = read.and(self.settle_required(pending));
        self.speak();
        let unsaid = self.unsaid;
        self.unsaid = outer;
        if !effects.can(Effects::REFUSED) {
            if effects.can(Effects::CHANGED) {
                self.find_swallowed(unsaid);
            }
            return effects;
        }
        // It is nothing to lose where the writer has nothing there.
        let had = renamed || self.count_consumed(span) > before || self.has_group(span, field);
        if !effects.accepts() {
            self.pending_len = pending;
        }
        if !had {
            return effects.accepted().or(Effects::SAME);
        }
        self.find_swallowed(unsaid);
        effects.accepted().or(Effects::CHANGED)
    }

    /// The `Option` becomes none; told at the field below it that is why.
    const fn find_swallowed(&mut self, cause: Option<Path<'a>>) {
        let here = self.path;
        if let Some(cause) = cause {
            self.path = cause;
        }
        self.find(What::Swallowed);
        self.path = here;
    }

    /// Whether the writer has one of the fields that are pending, under another name.
    const fn loses_pending(&self, span: Span, from: usize) -> bool {
        let mut at = from;
        while at < self.pending_len {
            if self.lost(span, self.reader_part(self.pending[at].field).ident, false).is_some() {
                return true;
            }
            at += 1;
        }
        false
    }

    /// The fields that are pending, as far as the message is refused without them.
    const fn settle_required(&mut self, from: usize) -> Effects {
        let mut effects = Effects::SAME;
        let mut kept = from;
        let mut at = from;
        while at < self.pending_len {
            let pending = self.pending[at];
            let part = self.reader_part(pending.field);
            if matches!(part.kind, PartKind::Field) && matches!(part.presence, crate::Presence::Required) {
                self.find_within(part.ident, What::NeverWritten);
                effects = effects.and(Effects::REFUSED);
            } else {
                self.pending[kept] = pending;
                kept += 1;
            }
            at += 1;
        }
        self.pending_len = kept;
        effects
    }

    const fn count_consumed(&self, span: Span) -> usize {
        let mut count = 0;
        let mut at = span.start;
        while at < span.end {
            let member = self.member(at);
            count += (member.taker != 0 || member.consumed) as usize;
            at += 1;
        }
        count
    }

    /// Whether the writer flattens something there under the same name in Rust.
    const fn has_group(&self, span: Span, field: u32) -> bool {
        let ident = self.reader_part(field).ident;
        let mut at = span.start;
        while at < span.end {
            let member = self.member(at);
            if member.group > 0
                && member.is_written()
                && crate::text::same(self.writer_part(member.group - 1).ident, ident)
            {
                return true;
            }
            at += 1;
        }
        false
    }

    /// A map takes everything that is left.
    const fn read_rest_as_map(
        &mut self,
        span: Span,
        field: u32,
        key: NodeId,
        value: NodeId,
        context: Context,
    ) -> Effects {
        let mut effects = Effects::SAME;
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if !member.consumed && member.is_written() {
                if member.seen {
                    effects = effects.and(self.read_twice(member.optional));
                }
                effects = effects.and(self.read_member_as_entry(at, key, value, context));
                self.remember_map(at, field);
            }
            at += 1;
        }
        effects
    }

    const fn read_rest_as_any(&mut self, span: Span, field: u32) -> Effects {
        let mut effects = Effects::SAME;
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if !member.consumed && member.is_written() {
                if member.seen {
                    effects = effects.and(self.read_twice(member.optional));
                }
                effects = effects.and(self.read_any(Value::Node(member.node)));
                self.member_mut(at).seen = true;
                self.remember_map(at, field);
            }
            at += 1;
        }
        effects
    }

    /// What a flattened map wrote is read into one: it has its counterpart.
    const fn remember_map(&mut self, at: usize, field: u32) {
        if matches!(self.member(at).kind, Kind::Wild) {
            self.member_mut(at).taker = field + 1;
        }
    }

    /// What another field has read appears in a map as well.
    const fn read_twice(&mut self, optional: bool) -> Effects {
        self.find(What::Duplicate);
        if optional { Effects::LOSSY } else { Effects::CHANGED }
    }

    /// The first member that names a variant is it.
    const fn read_flattened_external(&mut self, span: Span, node: NodeId, context: Context) -> Effects {
        let mut effects = Effects::NONE;
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if member.is_named() && !member.consumed {
                let name = self.member_name(&member);
                if self.names_variant(node, name) {
                    self.member_mut(at).consumed = true;
                    self.member_mut(at).seen = true;
                    let context = Context { origin: member.origin, ..context };
                    effects = effects.or(self.read_external(name, Some(member.node), node, context));
                    if !member.optional {
                        return effects;
                    }
                }
            }
            at += 1;
        }
        self.find(What::UnknownVariant);
        effects.or(Effects::REFUSED)
    }

    const fn consume_adjacent(&mut self, span: Span, representation: Representation<'_>) {
        let Representation::Adjacent { tag, content } = representation else { return };
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if member.is_named() && !member.consumed {
                let name = self.member_name(&member);
                if crate::text::same(name, tag) || crate::text::same(name, content) {
                    self.member_mut(at).consumed = true;
                    self.member_mut(at).seen = true;
                }
            }
            at += 1;
        }
    }
}
