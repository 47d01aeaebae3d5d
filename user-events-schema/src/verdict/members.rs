//! [`Member`], a name and a value in an object that is written, wherever it was flattened from.

use super::reading::{NULL, Origin, Reading};
use crate::{Node, NodeId, PartKind, Presence, Scalar};

/// A run of members.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A member of an object, or all that a flattened map puts there.
#[derive(Clone, Copy)]
pub(super) struct Member {
    /// The field, tag or variant that it is written from.
    pub(super) part: u32,
    /// Its value. Of a flattened map, the map.
    pub(super) node: NodeId,
    /// Whether it is sometimes left out.
    pub(super) optional: bool,
    pub(super) kind: Kind,
    /// The variant that it belongs to.
    pub(super) origin: Origin,
    /// The outermost flattened field that it is in, by part plus one; 0 if it is in none.
    pub(super) group: u32,
    /// The member that it is a copy of.
    pub(super) copy_of: usize,
    /// The field that it was read into, by part plus one; 0 if there is none.
    pub(super) taker: u32,
    /// Whether no field after the ones that were read sees it.
    pub(super) consumed: bool,
    /// Whether any field has seen it.
    pub(super) seen: bool,
}

/// What a member is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A field, or a unit variant that is flattened.
    Field,
    /// What tells a variant, or a struct.
    Tag,
    /// Any names: a flattened map.
    Wild,
    /// A field that the writer has and does not write.
    Unwritten,
}

impl Member {
    pub(super) const EMPTY: Self = Self {
        part: 0,
        node: NULL,
        optional: false,
        kind: Kind::Field,
        origin: Origin::NONE,
        group: 0,
        copy_of: 0,
        taker: 0,
        consumed: false,
        seen: false,
    };

    pub(super) const fn is_written(&self) -> bool {
        !matches!(self.kind, Kind::Unwritten)
    }

    /// Whether it has one name, which is known.
    pub(super) const fn is_named(&self) -> bool {
        matches!(self.kind, Kind::Field | Kind::Tag)
    }
}

impl<'a> Reading<'a> {
    /// The name that a member has in JSON.
    pub(super) const fn member_name(&self, member: &Member) -> &'a str {
        let names = self.writer_part(member.part).names;
        self.writer.names[names.start as usize]
    }

    /// Puts the members of an object on the stack. False if this combination is never written.
    pub(super) const fn push_object(
        &mut self,
        object: NodeId,
        origin: Origin,
        group: u32,
        optional: bool,
        choices: &mut Choices,
    ) -> bool {
        let Node::Object { fields, .. } = self.writer_node(object) else { return true };
        let mut possible = true;
        let mut at = fields.start;
        while at < fields.start + fields.len {
            let part = self.writer_part(at);
            let left_out = optional || !matches!(part.presence, Presence::Required);
            let member = Member { part: at, node: part.node, optional: left_out, origin, group, ..Member::EMPTY };
            match part.kind {
                PartKind::Field => self.push_member(member),
                PartKind::Tag => self.push_member(Member { kind: Kind::Tag, ..member }),
                PartKind::Ignored => self.push_member(Member { kind: Kind::Unwritten, ..member }),
                PartKind::Flattened => {
                    let group = if group == 0 { at + 1 } else { group };
                    let there = matches!(part.presence, Presence::Required) || choices.next(2) == 0;
                    if there {
                        possible = possible && self.push_flattened(part.node, Member { group, ..member }, choices);
                    }
                }
                // Variants are not among fields.
                PartKind::Variant { .. } => {}
            }
            at += 1;
        }
        possible
    }

    /// Puts what a flattened value writes on the stack.
    const fn push_flattened(&mut self, node: NodeId, member: Member, choices: &mut Choices) -> bool {
        match self.writer_node(node) {
            Node::Nullable(inner) => choices.next(2) == 1 || self.push_flattened(inner, member, choices),
            Node::Refined { node: inner, .. } => self.push_flattened(inner, member, choices),
            Node::Object { .. } => self.push_object(node, member.origin, member.group, false, choices),
            Node::OneOf { variants, .. } => {
                if variants.len == 0 {
                    return false;
                }
                let variant = choices.next(variants.len);
                let origin = Origin { node, variant };
                let part = self.writer_part(variants.start + variant);
                match self.writer_node(part.node) {
                    // A unit variant is written as `"Variant": null` here.
                    Node::Text(_) => {
                        let part = variants.start + variant;
                        self.push_member(Member { part, node: NULL, origin, ..member });
                        true
                    }
                    _ => self.push_flattened(part.node, Member { origin, ..member }, choices),
                }
            }
            Node::Map { .. } | Node::Opaque(_) | Node::Scalar(Scalar::Any | Scalar::Raw) => {
                self.push_member(Member { kind: Kind::Wild, node, optional: true, ..member });
                true
            }
            Node::Scalar(Scalar::Null) => true,
            // Serde does not write anything else flattened: it fails.
            _ => false,
        }
    }

    /// Copies all members to the top of the stack.
    pub(super) const fn copy_all(&mut self, span: Span) -> Span {
        let start = self.members_len();
        let mut at = span.start;
        while at < span.end {
            self.push_member(*self.member(at));
            at += 1;
        }
        Span { start, end: self.members_len() }
    }

    /// Copies the members that are left, but one, to the top of the stack.
    pub(super) const fn copy_rest(&mut self, span: Span, except: usize) -> Span {
        let start = self.members_len();
        let mut at = span.start;
        while at < span.end {
            let member = *self.member(at);
            if at != except && !member.consumed {
                self.push_member(Member { copy_of: at, taker: 0, consumed: false, seen: false, ..member });
            }
            at += 1;
        }
        Span { start, end: self.members_len() }
    }

    /// Takes the copies off the stack, and remembers at the originals what was seen.
    pub(super) const fn drop_copies(&mut self, copies: Span) {
        let mut at = copies.start;
        while at < copies.end {
            let copy = *self.member(at);
            if copy.seen || copy.consumed {
                let original = self.member_mut(copy.copy_of);
                original.seen = true;
                if original.taker == 0 {
                    original.taker = copy.taker;
                }
            }
            at += 1;
        }
        self.truncate_members(copies.start);
    }
}

/// One combination of what can be flattened: which variant, there or not.
pub(super) struct Choices {
    made: [(u32, u32); Self::MAX],
    /// How many were made in this combination, and how many before it.
    next: usize,
    len: usize,
    combinations: u32,
    overflowed: bool,
}

impl Choices {
    const MAX: usize = 32;
    const MAX_COMBINATIONS: u32 = 1024;

    pub(super) const fn new() -> Self {
        Self { made: [(0, 0); Self::MAX], next: 0, len: 0, combinations: 0, overflowed: false }
    }

    pub(super) const fn rewind(&mut self) {
        self.next = 0;
    }

    /// The next choice out of so many.
    const fn next(&mut self, among: u32) -> u32 {
        if self.next == Self::MAX {
            self.overflowed = true;
            return 0;
        }
        if self.next == self.len {
            self.made[self.len] = (0, among);
            self.len += 1;
        }
        self.next += 1;
        self.made[self.next - 1].0
    }

    /// Goes on to the next combination, if there is one.
    pub(super) const fn advance(&mut self) -> bool {
        self.combinations += 1;
        if self.combinations == Self::MAX_COMBINATIONS {
            self.overflowed = self.overflowed || self.len > 0;
            return false;
        }
        while self.len > 0 {
            let (choice, among) = self.made[self.len - 1];
            if choice + 1 < among {
                self.made[self.len - 1].0 = choice + 1;
                return true;
            }
            self.len -= 1;
        }
        false
    }

    pub(super) const fn overflowed(&self) -> bool {
        self.overflowed
    }
}
