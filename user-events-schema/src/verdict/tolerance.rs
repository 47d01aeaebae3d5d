//! What a reader gave up between two revisions of it, which no writer that is known can show: names, defaults, and
//! whatever it ignored. Messages that are older, and other producers, may rely on it. And what a field that is gone and
//! one that is new look like together: a rename.

use super::effects::Effects;
use super::finding::{Breaks, Finding, Findings, Path, What};
use super::sequences::ordinal;
use crate::text::same;
use crate::{Node, NodeId, Part, PartKind, Presence, Representation, Run, Scalar, Sides, Tree};

const MAX_PAIRS: usize = 256;

/// A walk through both readers at once.
pub(super) struct Comparison<'a> {
    old: Tree<'a>,
    new: Tree<'a>,
    new_writer: Tree<'a>,
    tombstones: &'a [&'a str],
    path: Path<'a>,
    /// The path without what is flattened, as it is in JSON.
    flat_path: Path<'a>,
    pairs: [(NodeId, NodeId); MAX_PAIRS],
    depth: usize,
    pub(super) backward: Effects,
    pub(super) forward: Effects,
    pub(super) findings: Findings<'a>,
}

/// The fields of a struct, those of what is flattened included.
#[derive(Clone, Copy)]
struct Fields<'a> {
    tree: Tree<'a>,
    run: Run,
}

/// A field of [`Fields`], and the name in Rust of the flattened one that it is in.
#[derive(Clone, Copy)]
struct Place<'a> {
    part: &'a Part<'a>,
    group: &'a str,
    /// Whether the flattened one is an `Option`, which takes its fields or none.
    optional: bool,
}

impl<'a> Comparison<'a> {
    pub(super) const fn new(old: Tree<'a>, new: Sides<'a>, tombstones: &'a [&'a str]) -> Self {
        Self {
            old,
            new: new.reader,
            new_writer: new.writer,
            tombstones,
            path: Path::new(),
            flat_path: Path::new(),
            pairs: [(0, 0); MAX_PAIRS],
            depth: 0,
            backward: Effects::SAME,
            forward: Effects::SAME,
            findings: Findings::new(),
        }
    }

    pub(super) const fn run(&mut self) {
        self.compare(0, 0, Some(0));
    }

    /// Two nodes that were read from the same place. The writer's node at that place is known unless its shape differs.
    const fn compare(&mut self, old: NodeId, new: NodeId, writer: Option<NodeId>) {
        let (old, new) = (bare(&self.old, old), bare(&self.new, new));
        let writer = match writer {
            Some(writer) => Some(bare(&self.new_writer, writer)),
            None => None,
        };
        let mut at = 0;
        while at < self.depth {
            if self.pairs[at].0 == old && self.pairs[at].1 == new {
                return;
            }
            at += 1;
        }
        if self.depth == MAX_PAIRS {
            return;
        }
        self.pairs[self.depth] = (old, new);
        self.depth += 1;
        let written = match writer {
            Some(writer) => Some(self.new_writer.nodes[writer as usize]),
            None => None,
        };
        match (self.old.nodes[old as usize], self.new.nodes[new as usize]) {
            (
                Node::Seq { item: old, .. } | Node::Array { item: old, .. },
                Node::Seq { item: new, .. } | Node::Array { item: new, .. },
            ) => {
                let item = match written {
                    Some(Node::Seq { item, .. } | Node::Array { item, .. }) => Some(item),
                    _ => None,
                };
                self.compare(old, new, item);
            }
            (Node::Map { value: old, .. }, Node::Map { value: new, .. }) => {
                let value = match written {
                    Some(Node::Map { value, .. }) => Some(value),
                    _ => None,
                };
                self.compare(old, new, value);
            }
            // Its unknown fields were of any type.
            (Node::Struct { deny_unknown_fields: false, .. }, Node::Map { value, .. }) => {
                let value = bare(&self.new, value);
                if !matches!(self.new.nodes[value as usize], Node::Scalar(Scalar::Any)) {
                    self.shrink(What::MapAdded);
                }
            }
            (Node::Tuple(old), Node::Tuple(new)) => self.compare_places(old, new, written),
            (
                Node::Struct { fields: old, deny_unknown_fields: denied, .. },
                Node::Struct { fields: new, deny_unknown_fields: denies, .. },
            ) => {
                if denies && !denied {
                    self.shrink(What::DenyAdded);
                }
                let fields = match written {
                    Some(Node::Object { fields, .. }) => Some(fields),
                    _ => None,
                };
                self.compare_fields(old, new, fields);
            }
            (
                Node::Enum { variants: old, deny_unknown_fields: denied, .. },
                Node::Enum { variants: new, deny_unknown_fields: denies, representation, .. },
            ) => {
                // What stands beside tag and content. What is in variants is told by these.
                if denies && !denied && matches!(representation, Representation::Adjacent { .. }) {
                    self.shrink(What::DenyAdded);
                }
                self.compare_variants(old, new, written);
            }
            _ => {}
        }
        self.depth -= 1;
    }

    const fn compare_places(&mut self, old: Run, new: Run, written: Option<Node<'a>>) {
        let mut at = 0;
        while at < old.len && at < new.len {
            let (o, n) = (part(&self.old, old.start + at), part(&self.new, new.start + at));
            self.enter(ordinal(at));
            if matches!(o.presence, Presence::Default) && matches!(n.presence, Presence::Required) {
                self.shrink(What::DefaultDropped);
            }
            let writer = match written {
                Some(Node::Tuple(places)) if at < places.len => Some(part(&self.new_writer, places.start + at).node),
                _ => None,
            };
            self.compare(o.node, n.node, writer);
            self.leave();
            at += 1;
        }
    }

    const fn compare_fields(&mut self, old: Run, new: Run, written: Option<Run>) {
        let old_fields = Fields { tree: self.old, run: old };
        let new_fields = Fields { tree: self.new, run: new };
        self.compare_each(old_fields, new_fields, old, "", written);
        self.find_added_maps(old_fields, new_fields);
    }

    /// Each old field of the run, with the field that it became.
    const fn compare_each(&mut self, old: Fields<'a>, new: Fields<'a>, run: Run, group: &'a str, written: Option<Run>) {
        let mut at = 0;
        while at < run.len {
            let o = part(&self.old, run.start + at);
            match o.kind {
                PartKind::Field => {
                    self.enter(o.ident);
                    match new.counterpart(&old.tree, Place { part: o, group, optional: false }, at) {
                        Some(n) => self.compare_field(o, n, new, written, at),
                        None if matches!(o.presence, Presence::Required) => {}
                        None => self.find_replacement(old, new, o),
                    }
                    self.leave();
                }
                PartKind::Flattened => {
                    if let Node::Struct { fields, .. } = self.old.nodes[bare(&self.old, o.node) as usize] {
                        let group = if group.is_empty() { o.ident } else { group };
                        self.path.push(o.ident);
                        self.compare_each(old, new, fields, group, written);
                        self.path.pop();
                    } else if let Some(n) = new.flattened(o.ident) {
                        self.path.push(o.ident);
                        self.compare(o.node, n.node, None);
                        self.path.pop();
                    }
                }
                PartKind::Tag | PartKind::Ignored | PartKind::Variant { .. } => {}
            }
            at += 1;
        }
    }

    const fn compare_field(
        &mut self,
        old: &Part<'a>,
        new: Place<'a>,
        fields: Fields<'a>,
        written: Option<Run>,
        hint: u32,
    ) {
        let Place { part: new, optional, .. } = new;
        if matches!(new.kind, PartKind::Ignored) {
            return;
        }
        if !matches!(old.presence, Presence::Required) && matches!(new.presence, Presence::Required) && !optional {
            self.shrink(What::DefaultDropped);
        }
        let shared = shares_name(&self.old, old, &self.new, new);
        let mut at = old.names.start;
        while shared && at < old.names.start + old.names.len {
            let name = self.old.names[at as usize];
            if !has_name(&self.new, new, name) && fields.named(name).is_none() {
                self.shrink(What::NameDropped { name });
            }
            at += 1;
        }
        let writer = match written {
            Some(run) => (Fields { tree: self.new_writer, run }).of_ident(new.ident, hint),
            None => None,
        };
        if !same(old.ident, new.ident) && !matches!(old.presence, Presence::Required) {
            let name = match writer {
                Some(part) if part.names.len > 0 => self.new_writer.names[part.names.start as usize],
                _ => self.new.names[new.names.start as usize],
            };
            if !has_name(&self.old, old, name) {
                self.lose(What::Renamed { written: name });
            }
        }
        let writer = match writer {
            Some(part) => Some(part.node),
            None => None,
        };
        self.compare(old.node, new.node, writer);
    }

    /// An optional field is gone: has one of the same type come, in the same step?
    const fn find_replacement(&mut self, old: Fields<'a>, new: Fields<'a>, gone: &Part<'a>) {
        if self.is_buried() {
            return;
        }
        let mut found: Option<&'a Part<'a>> = None;
        let mut cursor = Cursor::new();
        while let Some(n) = new.next(&mut cursor) {
            if matches!(n.part.kind, PartKind::Field)
                && !matches!(n.part.presence, Presence::Required)
                && old.counterpart(&new.tree, n, 0).is_none()
                && self.is_same_type(gone.node, n.part.node, 0)
            {
                found = Some(n.part);
                break;
            }
        }
        if let Some(new) = found {
            let what = What::Replaced { old: gone.ident, new: new.ident };
            self.add(Breaks::Backward, what);
            self.backward = self.backward.and(Effects::CHANGED);
            self.lose(what);
        }
    }

    /// Whether the field was removed on purpose.
    const fn is_buried(&self) -> bool {
        let mut at = 0;
        while at < self.tombstones.len() {
            if self.path.is(self.tombstones[at]) || self.flat_path.is(self.tombstones[at]) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Maps of one type that are new: what was ignored is read into them.
    const fn find_added_maps(&mut self, old: Fields<'a>, new: Fields<'a>) {
        let mut at = new.run.start;
        while at < new.run.start + new.run.len {
            let n = part(&self.new, at);
            at += 1;
            if !matches!(n.kind, PartKind::Flattened) {
                continue;
            }
            let Node::Map { value, .. } = self.new.nodes[n.node as usize] else { continue };
            if matches!(self.new.nodes[value as usize], Node::Scalar(Scalar::Any)) {
                continue;
            }
            if !old.has_typed_map() {
                self.enter(n.ident);
                self.shrink(What::MapAdded);
                self.leave();
            }
        }
    }

    const fn compare_variants(&mut self, old: Run, new: Run, written: Option<Node<'a>>) {
        let caught = has_catch_all(&self.old, old) || (has_other(&self.old, old) && !has_other(&self.new, new));
        if caught && !has_catch_all(&self.new, new) {
            self.shrink(What::CatchAllDropped);
        }
        let mut at = 0;
        while at < old.len {
            let o = part(&self.old, old.start + at);
            if let Some(n) = variant(&self.new, new, &self.old, o, at) {
                self.enter(o.ident);
                // One that is read where no other has the name needs none.
                let other = matches!(n.kind, PartKind::Variant { other: true, .. });
                if !other && shares_name(&self.old, o, &self.new, n) {
                    let mut name = o.names.start;
                    while name < o.names.start + o.names.len {
                        let dropped = self.old.names[name as usize];
                        if !is_named(&self.new, new, dropped) {
                            self.shrink(What::NameDropped { name: dropped });
                        }
                        name += 1;
                    }
                }
                let writer = self.written_payload(written, n.ident);
                self.compare(o.node, n.node, writer);
                self.leave();
            }
            at += 1;
        }
    }

    /// The node of what the new writer's variant holds.
    const fn written_payload(&self, written: Option<Node<'a>>, ident: &str) -> Option<NodeId> {
        let Some(Node::OneOf { variants, .. }) = written else { return None };
        let mut at = variants.start;
        while at < variants.start + variants.len {
            let variant = part(&self.new_writer, at);
            if same(variant.ident, ident) {
                return Some(self.inner_payload(variant));
            }
            at += 1;
        }
        None
    }

    const fn inner_payload(&self, variant: &Part<'a>) -> NodeId {
        if let Node::Object { fields, .. } = self.new_writer.nodes[variant.node as usize] {
            // External, adjacent, and some internal ones hold it in a field that has the variant's name in Rust.
            let mut at = fields.start;
            while at < fields.start + fields.len {
                let field = part(&self.new_writer, at);
                if fields.len <= 2 && same(field.ident, variant.ident) {
                    return field.node;
                }
                at += 1;
            }
        }
        variant.node
    }

    const fn enter(&mut self, segment: &'a str) {
        self.path.push(segment);
        self.flat_path.push(segment);
    }

    const fn leave(&mut self) {
        self.path.pop();
        self.flat_path.pop();
    }

    const fn shrink(&mut self, what: What<'a>) {
        self.add(Breaks::Backward, what);
        self.backward = self.backward.and(Effects::SOME);
    }

    const fn lose(&mut self, what: What<'a>) {
        self.add(Breaks::Forward, what);
        self.forward = self.forward.and(Effects::CHANGED);
    }

    const fn add(&mut self, breaks: Breaks, what: What<'a>) {
        self.findings.add(Finding { path: self.path, breaks, what });
    }

    /// Whether an old and a new node read the very same.
    const fn is_same_type(&self, old: NodeId, new: NodeId, depth: u32) -> bool {
        // What contains itself is compared this far.
        if depth == 8 {
            return true;
        }
        let depth = depth + 1;
        match (self.old.nodes[old as usize], self.new.nodes[new as usize]) {
            (Node::Scalar(a), Node::Scalar(b)) => a.code() == b.code(),
            (Node::Opaque(a), Node::Opaque(b)) => same(a, b),
            (Node::Refined { node: a, by }, Node::Refined { node: b, by: other }) => {
                same(by, other) && self.is_same_type(a, b, depth)
            }
            (Node::Nullable(a), Node::Nullable(b)) => self.is_same_type(a, b, depth),
            (Node::Seq { item: a, unique }, Node::Seq { item: b, unique: other }) => {
                unique == other && self.is_same_type(a, b, depth)
            }
            (Node::Array { item: a, len }, Node::Array { item: b, len: other }) => {
                len == other && self.is_same_type(a, b, depth)
            }
            (Node::Map { key, value }, Node::Map { key: other_key, value: other }) => {
                self.is_same_type(key, other_key, depth) && self.is_same_type(value, other, depth)
            }
            (Node::Tuple(a), Node::Tuple(b)) => self.are_same_parts(a, b, depth),
            (Node::Struct { fields: a, .. }, Node::Struct { fields: b, .. }) => self.are_same_parts(a, b, depth),
            (Node::Enum { variants: a, .. }, Node::Enum { variants: b, .. }) => self.are_same_parts(a, b, depth),
            _ => false,
        }
    }

    const fn are_same_parts(&self, old: Run, new: Run, depth: u32) -> bool {
        if old.len != new.len {
            return false;
        }
        let mut at = 0;
        while at < old.len {
            let (o, n) = (part(&self.old, old.start + at), part(&self.new, new.start + at));
            if !same(o.ident, n.ident) || !self.is_same_type(o.node, n.node, depth) {
                return false;
            }
            at += 1;
        }
        true
    }
}

/// A place in [`Fields`], and the flattened fields around it.
struct Cursor {
    at: u32,
    around: [(Run, u32); Cursor::MAX],
    /// Which of those around are an `Option`.
    optional: [bool; Cursor::MAX],
    depth: usize,
}

impl Cursor {
    const MAX: usize = 16;

    const fn new() -> Self {
        Self { at: 0, around: [(Run { start: 0, len: 0 }, 0); Self::MAX], optional: [false; Self::MAX], depth: 0 }
    }

    const fn is_optional(&self) -> bool {
        let mut at = 0;
        while at < self.depth {
            if self.optional[at] {
                return true;
            }
            at += 1;
        }
        false
    }
}

impl<'a> Fields<'a> {
    /// The next field or map, whatever it is flattened in.
    const fn next(&self, cursor: &mut Cursor) -> Option<Place<'a>> {
        loop {
            let run = if cursor.depth == 0 { self.run } else { cursor.around[cursor.depth - 1].0 };
            if cursor.at == run.len {
                if cursor.depth == 0 {
                    return None;
                }
                cursor.depth -= 1;
                cursor.at = cursor.around[cursor.depth].1;
                continue;
            }
            let found = part(&self.tree, run.start + cursor.at);
            cursor.at += 1;
            if matches!(found.kind, PartKind::Flattened) && cursor.depth < Cursor::MAX {
                if let Node::Struct { fields, .. } | Node::Object { fields, .. } =
                    self.tree.nodes[bare(&self.tree, found.node) as usize]
                {
                    cursor.around[cursor.depth] = (fields, cursor.at);
                    cursor.optional[cursor.depth] = matches!(self.tree.nodes[found.node as usize], Node::Nullable(_));
                    cursor.depth += 1;
                    cursor.at = 0;
                    continue;
                }
            }
            let group =
                if cursor.depth == 0 { "" } else { part(&self.tree, self.run.start + cursor.around[0].1 - 1).ident };
            return Some(Place { part: found, group, optional: cursor.is_optional() });
        }
    }

    /// The field that a field of another revision is here: it has one of its names, or its name in Rust.
    const fn counterpart(&self, other_tree: &Tree<'_>, other: Place<'_>, hint: u32) -> Option<Place<'a>> {
        if hint < self.run.len && other.group.is_empty() {
            let here = part(&self.tree, self.run.start + hint);
            if matches!(here.kind, PartKind::Field)
                && same(here.ident, other.part.ident)
                && shares_name(other_tree, other.part, &self.tree, here)
            {
                return Some(Place { part: here, group: "", optional: false });
            }
        }
        let mut named = None;
        let mut cursor = Cursor::new();
        while let Some(place) = self.next(&mut cursor) {
            if !matches!(place.part.kind, PartKind::Field | PartKind::Ignored) {
                continue;
            }
            if shares_name(other_tree, other.part, &self.tree, place.part) {
                return Some(place);
            }
            if same(place.part.ident, other.part.ident) && same(place.group, other.group) {
                named = Some(place);
            }
        }
        named
    }

    const fn named(&self, name: &str) -> Option<&'a Part<'a>> {
        let mut cursor = Cursor::new();
        while let Some(place) = self.next(&mut cursor) {
            if has_name(&self.tree, place.part, name) {
                return Some(place.part);
            }
        }
        None
    }

    const fn of_ident(&self, ident: &str, hint: u32) -> Option<&'a Part<'a>> {
        if hint < self.run.len && same(part(&self.tree, self.run.start + hint).ident, ident) {
            return Some(part(&self.tree, self.run.start + hint));
        }
        let mut cursor = Cursor::new();
        while let Some(place) = self.next(&mut cursor) {
            if same(place.part.ident, ident) {
                return Some(place.part);
            }
        }
        None
    }

    /// What is flattened under this name in Rust, other than a struct.
    const fn flattened(&self, ident: &str) -> Option<&'a Part<'a>> {
        let mut cursor = Cursor::new();
        while let Some(place) = self.next(&mut cursor) {
            if matches!(place.part.kind, PartKind::Flattened) && same(place.part.ident, ident) {
                return Some(place.part);
            }
        }
        None
    }

    /// Whether what is unknown is read into a map that does not take everything.
    const fn has_typed_map(&self) -> bool {
        let mut cursor = Cursor::new();
        while let Some(place) = self.next(&mut cursor) {
            if !matches!(place.part.kind, PartKind::Flattened) {
                continue;
            }
            if let Node::Map { value, .. } = self.tree.nodes[place.part.node as usize] {
                if !matches!(self.tree.nodes[value as usize], Node::Scalar(Scalar::Any)) {
                    return true;
                }
            }
        }
        false
    }
}

const fn part<'a>(tree: &Tree<'a>, at: u32) -> &'a Part<'a> {
    &tree.parts[at as usize]
}

/// The node without what is around it only to be null or checked.
const fn bare(tree: &Tree<'_>, node: NodeId) -> NodeId {
    let mut node = node;
    while let Node::Nullable(inner) | Node::Refined { node: inner, .. } = tree.nodes[node as usize] {
        node = inner;
    }
    node
}

const fn has_name(tree: &Tree<'_>, part: &Part<'_>, name: &str) -> bool {
    let mut at = part.names.start;
    while at < part.names.start + part.names.len {
        if same(tree.names[at as usize], name) {
            return true;
        }
        at += 1;
    }
    false
}

const fn shares_name(a_tree: &Tree<'_>, a: &Part<'_>, b_tree: &Tree<'_>, b: &Part<'_>) -> bool {
    let mut at = a.names.start;
    while at < a.names.start + a.names.len {
        if has_name(b_tree, b, a_tree.names[at as usize]) {
            return true;
        }
        at += 1;
    }
    false
}

/// The variant that a variant of another revision is here.
const fn variant<'a>(
    tree: &Tree<'a>,
    variants: Run,
    other_tree: &Tree<'_>,
    other: &Part<'_>,
    hint: u32,
) -> Option<&'a Part<'a>> {
    if hint < variants.len && same(part(tree, variants.start + hint).ident, other.ident) {
        return Some(part(tree, variants.start + hint));
    }
    let mut named = None;
    let mut at = variants.start;
    while at < variants.start + variants.len {
        let variant = part(tree, at);
        if same(variant.ident, other.ident) {
            return Some(variant);
        }
        if shares_name(other_tree, other, tree, variant) {
            named = Some(variant);
        }
        at += 1;
    }
    named
}

const fn is_named(tree: &Tree<'_>, variants: Run, name: &str) -> bool {
    let mut at = variants.start;
    while at < variants.start + variants.len {
        if has_name(tree, part(tree, at), name) {
            return true;
        }
        at += 1;
    }
    false
}

const fn has_other(tree: &Tree<'_>, variants: Run) -> bool {
    let mut at = variants.start;
    while at < variants.start + variants.len {
        if let PartKind::Variant { other: true, .. } = part(tree, at).kind {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether a variant takes everything that no other does.
const fn has_catch_all(tree: &Tree<'_>, variants: Run) -> bool {
    let mut at = variants.start;
    while at < variants.start + variants.len {
        let variant = part(tree, at);
        if let PartKind::Variant { untagged: true, .. } = variant.kind {
            if matches!(tree.nodes[variant.node as usize], Node::Scalar(Scalar::Any)) {
                return true;
            }
        }
        at += 1;
    }
    false
}
