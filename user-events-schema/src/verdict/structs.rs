//! Structs: which member of an object is read into which field, what the others are, and what becomes of the rest.

use super::effects::Effects;
use super::finding::What;
use super::members::{Kind, Member, Span};
use super::reading::{Context, Met, Origin, Pending, Reading, Value};
use crate::text::same;
use crate::{Node, NodeId, Part, PartKind, Presence, Representation, Run, Scalar};

impl<'a> Reading<'a> {
    /// A struct from an object. What is flattened is in the same object.
    pub(super) const fn read_struct(&mut self, span: Span, fields: Run, deny: bool, context: Context) -> Effects {
        self.forget(span);
        let pending = self.pending_len;
        let mut effects = self.read_fields(span, fields, 0, context);
        effects = effects.and(self.settle(span, pending));
        if deny {
            effects = effects.and(self.deny_rest(span));
        }
        if effects.accepts() && self.loses_variant(span, context.origin) {
            self.find(What::NeverRead);
            effects = effects.changed();
        }
        if self.ignores(span) { effects.or(Effects::IGNORING) } else { effects }
    }

    /// Whether the value is a variant of an enum, and the struct that is read from it leaves out what tells it.
    const fn loses_variant(&self, span: Span, origin: Origin) -> bool {
        if origin.is_none() {
            return false;
        }
        if let Node::OneOf { representation: Representation::Untagged, variants: Run { len: 1, .. }, .. } =
            self.writer_node(origin.node)
        {
            return false;
        }
        let mut at = span.start;
        while at < span.end {
            let member = self.member(at);
            if member.is_written() && !member.seen {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Nothing has been read of these members.
    pub(super) const fn forget(&mut self, span: Span) {
        let mut at = span.start;
        while at < span.end {
            let member = self.member_mut(at);
            member.taker = 0;
            member.consumed = false;
            member.seen = false;
            at += 1;
        }
    }

    /// The fields of a struct from the members that are left.
    ///
    /// Fields that are absent are [settled](Self::settle) when everything around them is read. `within` is the flattened
    /// field that the struct is, by part plus one.
    pub(super) const fn read_fields(&mut self, span: Span, fields: Run, within: u32, context: Context) -> Effects {
        let Some(slots) = self.push_slots(fields.len as usize) else { return Effects::REFUSED };
        self.assign(span, fields, slots);
        let inside = context.inside();
        let mut effects = Effects::SAME;
        let mut flattens = false;
        let mut at = 0;
        while at < fields.len {
            let id = fields.start + at;
            let part = self.reader_part(id);
            match part.kind {
                PartKind::Field => {
                    if self.slot(slots + at as usize).hits > 0 {
                        self.path.push(part.ident);
                        let here = self.read_field(span, fields, slots, at, inside);
                        self.path.pop();
                        effects = effects.and(here);
                        self.met[id as usize] = Met::Filled;
                    } else {
                        self.pend(id, within);
                    }
                }
                PartKind::Ignored => self.pend(id, within),
                PartKind::Flattened => flattens = true,
                PartKind::Tag | PartKind::Variant { .. } => {}
            }
            at += 1;
        }
        self.truncate_slots(slots);
        at = 0;
        while flattens && at < fields.len {
            let id = fields.start + at;
            let part = self.reader_part(id);
            if matches!(part.kind, PartKind::Flattened) {
                self.path.push(part.ident);
                effects = effects.and(self.read_flattened(span, id, part.node));
                self.path.pop();
                self.pend(id, within);
            }
            at += 1;
        }
        effects
    }

    /// Gives every member to the field that has its name.
    const fn assign(&mut self, span: Span, fields: Run, slots: usize) {
        let mut cursor = 0;
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if member.is_named() && !member.consumed {
                let name = self.member_name(&member);
                if let Some(field) = self.field_named(fields, cursor, name) {
                    cursor = field + 1;
                    let member = self.member_mut(at);
                    member.taker = fields.start + field + 1;
                    member.consumed = true;
                    member.seen = true;
                    self.fill_slot(slots + field as usize, at);
                }
            }
            at += 1;
        }
    }

    /// The field that is read from this name. Fields mostly come in the same order: the search starts after the last.
    const fn field_named(&self, fields: Run, from: u32, name: &str) -> Option<u32> {
        let mut tried = 0;
        let mut at = from;
        while tried < fields.len {
            if at >= fields.len {
                at = 0;
            }
            let part = self.reader_part(fields.start + at);
            if matches!(part.kind, PartKind::Field) && self.has_name(part, name) {
                return Some(at);
            }
            at += 1;
            tried += 1;
        }
        None
    }

    pub(super) const fn has_name(&self, part: &Part<'_>, name: &str) -> bool {
        let mut at = part.names.start;
        while at < part.names.start + part.names.len {
            if same(self.reader.names[at as usize], name) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// A field that at least one member has a name of.
    const fn read_field(&mut self, span: Span, fields: Run, slots: usize, at: u32, context: Context) -> Effects {
        let slot = self.slot(slots + at as usize);
        if slot.hits > 1 {
            return self.read_repeated(span, fields.start + at, context);
        }
        let part = self.reader_part(fields.start + at);
        let member = *self.member(slot.member);
        let mut effects = self.read(Value::Node(member.node), part.node, context);
        let written = self.writer_part(member.part);
        if !written.ident.is_empty()
            && !same(written.ident, part.ident)
            && effects.accepts()
            && self.is_swapped(span, fields, slots, part.ident, written.ident)
        {
            self.find(What::Swapped { written: written.ident });
            effects = effects.changed();
        }
        if !member.optional {
            return effects;
        }
        match part.presence {
            Presence::Required => {
                self.find(What::SometimesAbsent);
                effects.or(Effects::REFUSED)
            }
            Presence::Optional | Presence::Default => effects.or(Effects::SAME),
        }
    }

    /// A field that several members have a name of: serde refuses a message with two of them.
    const fn read_repeated(&mut self, span: Span, field: u32, context: Context) -> Effects {
        let part = self.reader_part(field);
        let mut required = 0;
        let mut at = span.start;
        while at < span.end {
            required += (self.member(at).taker == field + 1 && !self.member(at).optional) as u32;
            at += 1;
        }
        let mut effects = Effects::REFUSED;
        self.find(What::Duplicate);
        at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if member.taker == field + 1 && (required == 0 || (required == 1 && !member.optional)) {
                effects = effects.or(self.read(Value::Node(member.node), part.node, context));
            }
            at += 1;
        }
        if required == 0 && !matches!(part.presence, Presence::Required) {
            effects = effects.or(Effects::SAME);
        }
        effects
    }

    /// Whether a field is read from what was written as another field, while one of both has a counterpart elsewhere.
    const fn is_swapped(&self, span: Span, fields: Run, slots: usize, read: &str, written: &str) -> bool {
        let mut at = 0;
        while at < fields.len {
            let part = self.reader_part(fields.start + at);
            if matches!(part.kind, PartKind::Field) && same(part.ident, written) {
                let slot = self.slot(slots + at as usize);
                let member = *self.member(slot.member);
                return slot.hits == 0 || !same(self.writer_part(member.part).ident, written);
            }
            at += 1;
        }
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if member.is_written() && same(self.writer_part(member.part).ident, read) {
                return member.taker == 0 || !same(self.reader_part(member.taker - 1).ident, read);
            }
            at += 1;
        }
        false
    }

    /// Remembers a field that nothing was read into.
    const fn pend(&mut self, field: u32, within: u32) {
        if matches!(self.met[field as usize], Met::Never) {
            self.met[field as usize] = Met::Empty;
        }
        if self.pending_len == self.pending.len() {
            self.give_up();
            return;
        }
        self.pending[self.pending_len] = Pending { field, within };
        self.pending_len += 1;
    }

    /// Fields that are absent, when everything that the object has is read.
    pub(super) const fn settle(&mut self, span: Span, from: usize) -> Effects {
        let mut effects = Effects::SAME;
        let mut at = from;
        while at < self.pending_len {
            let Pending { field, within } = self.pending[at];
            let part = self.reader_part(field);
            if within > 0 {
                self.path.push(self.reader_part(within - 1).ident);
            }
            self.path.push(part.ident);
            effects = effects.and(match part.kind {
                PartKind::Field => self.absent(span, part),
                _ => self.unread(span, part),
            });
            self.path.pop();
            if within > 0 {
                self.path.pop();
            }
            at += 1;
        }
        self.pending_len = from;
        effects
    }

    /// A field that is read from no member.
    const fn absent(&mut self, span: Span, part: &Part<'a>) -> Effects {
        let lost = self.lost(span, part.ident, true);
        if matches!(part.presence, Presence::Required) {
            self.find(match lost {
                Some(Lost { name, .. }) if !name.is_empty() => What::Renamed { written: name },
                _ => What::NeverWritten,
            });
            return Effects::REFUSED;
        }
        match lost {
            Some(lost) => self.lose(lost),
            None => Effects::SAME,
        }
    }

    /// A field that is not read, or one that is flattened, whose own fields were.
    const fn unread(&mut self, span: Span, part: &Part<'a>) -> Effects {
        let mut lost = self.lost(span, part.ident, matches!(part.kind, PartKind::Ignored));
        if matches!(part.kind, PartKind::Ignored) {
            let mut at = span.start;
            while at < span.end {
                let member = *self.member(at);
                if member.is_named() && member.taker == 0 && self.has_name(part, self.member_name(&member)) {
                    lost = Some(Lost { name: "", optional: member.optional, written: true });
                }
                at += 1;
            }
        }
        match lost {
            // What was not written stays what it was: the field is not read.
            Some(Lost { written: false, .. }) | None => Effects::SAME,
            Some(lost) => self.lose(Lost { name: "", ..lost }),
        }
    }

    const fn lose(&mut self, lost: Lost<'a>) -> Effects {
        self.find(if !lost.written {
            What::NotWritten
        } else if lost.name.is_empty() {
            What::NeverRead
        } else {
            What::Renamed { written: lost.name }
        });
        if lost.optional { Effects::LOSSY } else { Effects::CHANGED }
    }

    /// What the writer has for a field of this name in Rust, and is read by nobody. `groups` says whether it may have
    /// flattened it.
    pub(super) const fn lost(&self, span: Span, ident: &str, groups: bool) -> Option<Lost<'a>> {
        if ident.is_empty() {
            return None;
        }
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            let part = self.writer_part(member.part);
            let elsewhere = member.taker == 0 || !same(self.reader_part(member.taker - 1).ident, part.ident);
            if elsewhere && same(part.ident, ident) && self.has_content(part.node) {
                return Some(match member.kind {
                    Kind::Unwritten => Lost { name: "", optional: false, written: false },
                    Kind::Field | Kind::Tag => {
                        Lost { name: self.member_name(&member), optional: member.optional, written: true }
                    }
                    Kind::Wild if member.seen => return None,
                    Kind::Wild => Lost { name: "", optional: true, written: true },
                });
            }
            if groups
                && member.group > 0
                && member.is_written()
                && !member.seen
                && same(self.writer_part(member.group - 1).ident, ident)
            {
                return Some(Lost { name: "", optional: member.optional, written: true });
            }
            at += 1;
        }
        None
    }

    /// Whether values differ at all: one of a struct without fields is every other.
    const fn has_content(&self, writer: NodeId) -> bool {
        match self.writer_node(writer) {
            Node::Scalar(Scalar::Null) => false,
            Node::Object { fields, .. } => fields.len > 0,
            _ => true,
        }
    }

    /// What happens to members that the struct does not know, and denies.
    const fn deny_rest(&mut self, span: Span) -> Effects {
        let mut effects = Effects::SAME;
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if member.is_written() && !member.consumed {
                effects = effects.and(self.deny(&member));
            }
            at += 1;
        }
        effects
    }

    /// What happens to a member that nobody knows, where that is denied.
    pub(super) const fn deny(&mut self, member: &Member) -> Effects {
        let name = if member.is_named() { self.member_name(member) } else { "" };
        let ident = self.writer_part(member.part).ident;
        self.find_within(if ident.is_empty() { name } else { ident }, What::Denied { name });
        if member.optional { Effects::SOME } else { Effects::REFUSED }
    }

    /// Whether a part of the object is read by nothing.
    pub(super) const fn ignores(&self, span: Span) -> bool {
        let mut at = span.start;
        while at < span.end {
            let member = self.member(at);
            if member.is_written() && !member.seen && !matches!(member.kind, Kind::Tag) {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// A value that no reader's field is read from.
pub(super) struct Lost<'a> {
    /// The name that it is written under.
    name: &'a str,
    /// Whether it is sometimes left out.
    optional: bool,
    /// Whether it is written at all.
    written: bool,
}
