//! [`encode`] and [`decode`], a [`Tree`] as bytes, which cost the compiler least as a literal.
//!
//! The first byte is [`FORMAT`]. Then come the numbers of nodes, parts and names, and these themselves. Numbers are
//! written in groups of seven bits, the lowest first, all but the last with the top bit set; text as its length in bytes
//! and its bytes; a run as its start and its length.

use std::error::Error;
use std::fmt;

use crate::arena::{MAX_NAMES, MAX_NODES, MAX_PARTS, Room};
use crate::{
    Arena, Node, NodeId, OwnedTree, Part, PartKind, PayloadKind, Presence, Representation, Run, Scalar, Side, Tree,
};

/// What encoded trees start with. Another number says another format.
pub const FORMAT: u8 = 1;

/// Whether documentation is encoded: it is for catalogues, and never compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Docs {
    /// It is.
    Keep,
    /// It is empty in what is decoded.
    Drop,
}

/// Writes a tree to the start of the buffer, and returns how many bytes it took.
///
/// # Panics
///
/// If the buffer is too small.
pub const fn encode(tree: Tree<'_>, docs: Docs, buffer: &mut [u8]) -> usize {
    let mut encoder = Encoder { buffer, len: 0 };
    encoder.byte(FORMAT);
    encoder.number(tree.nodes.len() as u32);
    encoder.number(tree.parts.len() as u32);
    encoder.number(tree.names.len() as u32);
    let mut at = 0;
    while at < tree.nodes.len() {
        encoder.node(&tree.nodes[at]);
        at += 1;
    }
    at = 0;
    while at < tree.parts.len() {
        encoder.part(&tree.parts[at], docs);
        at += 1;
    }
    at = 0;
    while at < tree.names.len() {
        encoder.text(tree.names[at]);
        at += 1;
    }
    encoder.len
}

/// A tree as bytes, for programs.
#[must_use]
pub fn to_vec(tree: Tree<'_>, docs: Docs) -> Vec<u8> {
    let texts = tree.names.iter().map(|name| name.len()).sum::<usize>()
        + tree.parts.iter().map(|part| part.ident.len() + part.docs.len()).sum::<usize>()
        + tree.nodes.iter().map(text_in).sum::<usize>();
    // No number takes more than 5 bytes, and nothing has more than 8 of them.
    let mut bytes = vec![0; texts + 40 * (1 + tree.nodes.len() + tree.parts.len() + tree.names.len())];
    let len = encode(tree, docs, &mut bytes);
    bytes.truncate(len);
    bytes
}

fn text_in(node: &Node<'_>) -> usize {
    match node {
        Node::Scalar(_)
        | Node::Nullable(_)
        | Node::Seq { .. }
        | Node::Array { .. }
        | Node::Tuple(_)
        | Node::Map { .. } => 0,
        Node::Opaque(text) | Node::Text(text) | Node::Refined { by: text, .. } => text.len(),
        Node::Object { name, .. } | Node::Struct { name, .. } => name.len(),
        Node::OneOf { name, representation, .. } | Node::Enum { name, representation, .. } => {
            name.len()
                + match representation {
                    Representation::External | Representation::Untagged => 0,
                    Representation::Internal { tag } => tag.len(),
                    Representation::Adjacent { tag, content } => tag.len() + content.len(),
                }
        }
    }
}

/// Reads a tree that [`encode`] wrote: what the macro put into the program.
///
/// # Panics
///
/// If it did not write it. [`try_decode`] is for bytes from elsewhere.
#[must_use]
pub const fn decode(bytes: &[u8]) -> Arena<'_> {
    let mut arena = Arena::new();
    let mut decoder = Decoder { bytes, at: 0, failure: None };
    let sizes = decoder.sizes();
    decoder.tree(sizes, &mut arena.room());
    match decoder.finish() {
        Ok(()) => arena,
        Err(Malformed { reason }) => panic!("{}", reason),
    }
}

/// Reads a tree of this side, and [checks](Tree::check) it.
///
/// # Errors
///
/// If the bytes are no tree, or one that no type has.
pub fn try_decode(bytes: &[u8], side: Side) -> Result<OwnedTree<'_>, Malformed> {
    let mut decoder = Decoder { bytes, at: 0, failure: None };
    let sizes = decoder.sizes();
    let tree = OwnedTree::try_fill(sizes, |room| {
        decoder.tree(sizes, room);
        decoder.finish()
    })?;
    tree.tree().check(side)?;
    Ok(tree)
}

/// Says why something is no tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed {
    reason: &'static str,
}

impl Malformed {
    pub(crate) const fn new(reason: &'static str) -> Self {
        Self { reason }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl Error for Malformed {}

/// Bytes in the making.
struct Encoder<'b> {
    buffer: &'b mut [u8],
    len: usize,
}

impl Encoder<'_> {
    const fn byte(&mut self, byte: u8) {
        if self.len == self.buffer.len() {
            panic!("the encoded type does not fit: it is too large to be checked");
        }
        self.buffer[self.len] = byte;
        self.len += 1;
    }

    const fn number(&mut self, number: u32) {
        let mut rest = number;
        while rest >= 0x80 {
            self.byte(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.byte(rest as u8);
    }

    const fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        self.number(bytes.len() as u32);
        let mut at = 0;
        while at < bytes.len() {
            self.byte(bytes[at]);
            at += 1;
        }
    }

    const fn run(&mut self, run: Run) {
        self.number(run.start);
        self.number(run.len);
    }

    const fn node(&mut self, node: &Node<'_>) {
        match *node {
            Node::Scalar(scalar) => {
                self.byte(1);
                self.number(scalar.code());
            }
            Node::Opaque(name) => {
                self.byte(2);
                self.text(name);
            }
            Node::Refined { node, by } => {
                self.byte(3);
                self.number(node);
                self.text(by);
            }
            Node::Nullable(node) => {
                self.byte(4);
                self.number(node);
            }
            Node::Seq { item, unique } => {
                self.byte(if unique { 6 } else { 5 });
                self.number(item);
            }
            Node::Array { item, len } => {
                self.byte(7);
                self.number(item);
                self.number(len);
            }
            Node::Tuple(places) => {
                self.byte(8);
                self.run(places);
            }
            Node::Map { key, value } => {
                self.byte(9);
                self.number(key);
                self.number(value);
            }
            Node::Text(text) => {
                self.byte(10);
                self.text(text);
            }
            Node::Object { name, fields } => {
                self.byte(11);
                self.text(name);
                self.run(fields);
            }
            Node::OneOf { name, representation, variants } => {
                self.byte(12);
                self.text(name);
                self.representation(representation, 0);
                self.run(variants);
            }
            Node::Struct { name, fields, deny_unknown_fields } => {
                self.byte(if deny_unknown_fields { 14 } else { 13 });
                self.text(name);
                self.run(fields);
            }
            Node::Enum { name, representation, variants, deny_unknown_fields, open } => {
                self.byte(15);
                self.text(name);
                self.representation(representation, (deny_unknown_fields as u8) << 2 | (open as u8) << 3);
                self.run(variants);
            }
        }
    }

    const fn representation(&mut self, representation: Representation<'_>, flags: u8) {
        match representation {
            Representation::External => self.byte(flags),
            Representation::Internal { tag } => {
                self.byte(flags | 1);
                self.text(tag);
            }
            Representation::Adjacent { tag, content } => {
                self.byte(flags | 2);
                self.text(tag);
                self.text(content);
            }
            Representation::Untagged => self.byte(flags | 3),
        }
    }

    const fn part(&mut self, part: &Part<'_>, docs: Docs) {
        let (kind, variant) = match part.kind {
            PartKind::Field => (0, None),
            PartKind::Flattened => (1, None),
            PartKind::Tag => (2, None),
            PartKind::Ignored => (3, None),
            PartKind::Variant { payload, untagged, other } => {
                let payload = match payload {
                    PayloadKind::Unit => 0,
                    PayloadKind::Newtype => 1,
                    PayloadKind::Tuple => 2,
                    PayloadKind::Struct => 3,
                };
                (4, Some(payload | (untagged as u8) << 2 | (other as u8) << 3))
            }
        };
        let presence = match part.presence {
            Presence::Required => 0,
            Presence::Optional => 1,
            Presence::Default => 2,
        };
        let documented = matches!(docs, Docs::Keep) && !part.docs.is_empty();
        self.byte(kind | presence << 3 | (part.allow_js_integer as u8) << 5 | (documented as u8) << 6);
        if let Some(variant) = variant {
            self.byte(variant);
        }
        self.text(part.ident);
        self.run(part.names);
        self.number(part.node);
        if documented {
            self.text(part.docs);
        }
    }
}

/// Bytes that are read. After a failure it reads zeros.
struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
    failure: Option<Malformed>,
}

impl<'a> Decoder<'a> {
    const fn fail(&mut self, reason: &'static str) {
        if self.failure.is_none() {
            self.failure = Some(Malformed::new(reason));
        }
        self.at = self.bytes.len();
    }

    /// How many nodes, parts and names follow.
    const fn sizes(&mut self) -> [usize; 3] {
        if self.byte() != FORMAT {
            self.fail("it is in a format that this version of user-events does not know");
        }
        let sizes = [self.number() as usize, self.number() as usize, self.number() as usize];
        if sizes[0] > MAX_NODES || sizes[1] > MAX_PARTS || sizes[2] > MAX_NAMES {
            self.fail("it is too large");
            return [0; 3];
        }
        sizes
    }

    const fn tree(&mut self, [nodes, parts, names]: [usize; 3], room: &mut Room<'_, 'a>) {
        let mut at = 0;
        while at < nodes && self.failure.is_none() {
            let id = room.reserve_node();
            room.set_node(id, self.node());
            at += 1;
        }
        room.reserve_parts(parts);
        at = 0;
        while at < parts && self.failure.is_none() {
            room.set_part(at, self.part());
            at += 1;
        }
        at = 0;
        while at < names && self.failure.is_none() {
            room.push_name(self.text());
            at += 1;
        }
    }

    const fn finish(&self) -> Result<(), Malformed> {
        match self.failure {
            Some(malformed) => Err(malformed),
            None if self.at < self.bytes.len() => Err(Malformed::new("it goes on behind its end")),
            None => Ok(()),
        }
    }

    const fn byte(&mut self) -> u8 {
        if self.at == self.bytes.len() {
            self.fail("it ends too soon");
            return 0;
        }
        self.at += 1;
        self.bytes[self.at - 1]
    }

    const fn number(&mut self) -> u32 {
        let mut number = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte();
            // Of the fifth byte, four bits are left.
            if shift == 28 && byte > 0x0F {
                self.fail("a number in it is too large");
                return 0;
            }
            number |= (byte as u32 & 0x7F) << shift;
            if byte < 0x80 {
                return number;
            }
            shift += 7;
        }
    }

    const fn text(&mut self) -> &'a str {
        let len = self.number() as usize;
        if len > self.bytes.len() - self.at {
            self.fail("it ends too soon");
            return "";
        }
        let bytes = self.bytes.split_at(self.at).1.split_at(len).0;
        self.at += len;
        match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => {
                self.fail("a name in it is not UTF-8");
                ""
            }
        }
    }

    const fn run(&mut self) -> Run {
        Run { start: self.number(), len: self.number() }
    }

    const fn node(&mut self) -> Node<'a> {
        match self.byte() {
            1 => match Scalar::from_code(self.number()) {
                Some(scalar) => Node::Scalar(scalar),
                None => {
                    self.fail("it holds a scalar that this version of user-events does not know");
                    Node::Scalar(Scalar::Null)
                }
            },
            2 => Node::Opaque(self.text()),
            3 => Node::Refined { node: self.number(), by: self.text() },
            4 => Node::Nullable(self.number()),
            5 => Node::Seq { item: self.number(), unique: false },
            6 => Node::Seq { item: self.number(), unique: true },
            7 => Node::Array { item: self.number(), len: self.number() },
            8 => Node::Tuple(self.run()),
            9 => Node::Map { key: self.number(), value: self.number() },
            10 => Node::Text(self.text()),
            11 => Node::Object { name: self.text(), fields: self.run() },
            12 => {
                let name = self.text();
                let (representation, _) = self.representation();
                Node::OneOf { name, representation, variants: self.run() }
            }
            13 => Node::Struct { name: self.text(), fields: self.run(), deny_unknown_fields: false },
            14 => Node::Struct { name: self.text(), fields: self.run(), deny_unknown_fields: true },
            15 => {
                let name = self.text();
                let (representation, flags) = self.representation();
                Node::Enum {
                    name,
                    representation,
                    variants: self.run(),
                    deny_unknown_fields: flags & 4 != 0,
                    open: flags & 8 != 0,
                }
            }
            _ => {
                self.fail("it holds a value of an unknown kind");
                Node::Scalar(Scalar::Null)
            }
        }
    }

    const fn representation(&mut self) -> (Representation<'a>, u8) {
        let flags = self.byte();
        let representation = match flags & 3 {
            0 => Representation::External,
            1 => Representation::Internal { tag: self.text() },
            2 => Representation::Adjacent { tag: self.text(), content: self.text() },
            _ => Representation::Untagged,
        };
        (representation, flags)
    }

    const fn part(&mut self) -> Part<'a> {
        let flags = self.byte();
        let kind = match flags & 7 {
            0 => PartKind::Field,
            1 => PartKind::Flattened,
            2 => PartKind::Tag,
            3 => PartKind::Ignored,
            4 => self.variant(),
            _ => {
                self.fail("it holds a part of an unknown kind");
                PartKind::Field
            }
        };
        let presence = match flags >> 3 & 3 {
            0 => Presence::Required,
            1 => Presence::Optional,
            _ => Presence::Default,
        };
        let ident = self.text();
        let names = self.run();
        let node: NodeId = self.number();
        let docs = if flags & 64 != 0 { self.text() } else { "" };
        Part { ident, names, kind, node, presence, allow_js_integer: flags & 32 != 0, docs }
    }

    const fn variant(&mut self) -> PartKind {
        let flags = self.byte();
        let payload = match flags & 3 {
            0 => PayloadKind::Unit,
            1 => PayloadKind::Newtype,
            2 => PayloadKind::Tuple,
            _ => PayloadKind::Struct,
        };
        PartKind::Variant { payload, untagged: flags & 4 != 0, other: flags & 8 != 0 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lower;
    use crate::samples::{EVERYTHING, EXPRESSION, schema};
    use crate::{Format, Schema};

    const EVERY_SIDE: [(Schema, Side); 4] = [
        (schema(&EVERYTHING), Side::Writer),
        (schema(&EVERYTHING), Side::Reader),
        (schema(&EXPRESSION), Side::Writer),
        (schema(&EXPRESSION), Side::Reader),
    ];

    #[test]
    fn what_is_encoded_is_decoded() {
        for (schema, side) in EVERY_SIDE {
            let tree = lower::to_owned(schema, side);
            let bytes = to_vec(tree.tree(), Docs::Keep);
            assert_eq!(try_decode(&bytes, side).unwrap(), tree);
            let mut undocumented = tree.clone();
            undocumented.parts.iter_mut().for_each(|part| part.docs = "");
            let bytes = to_vec(tree.tree(), Docs::Drop);
            assert_eq!(try_decode(&bytes, side).unwrap(), undocumented);
        }
    }

    #[test]
    fn the_compiler_can_encode_and_decode() {
        const BYTES: ([u8; 2048], usize) = {
            let mut buffer = [0; 2048];
            let len = encode(lower::reader(schema(&EVERYTHING)).tree(), Docs::Keep, &mut buffer);
            (buffer, len)
        };
        const PARTS: usize = decode(BYTES.0.split_at(BYTES.1).0).tree().parts.len();
        let tree = lower::to_owned(schema(&EVERYTHING), Side::Reader);
        assert_eq!(BYTES.0[..BYTES.1], to_vec(tree.tree(), Docs::Keep));
        assert_eq!(PARTS, tree.parts.len());
    }

    /// Locks are encoded anew by each build, but the lines between versions of the macro and the command must hold.
    #[test]
    fn the_format_is_what_it_was() {
        const SMALL: Schema = schema(&crate::Descriptor::Struct(&crate::Struct::new(
            "S",
            1,
            0,
            &[crate::Field::new("a", &["b", "c"], crate::samples::OPTION).with_docs("d")],
        )));
        let [writer, reader] = [Side::Writer, Side::Reader].map(|side| lower::to_owned(SMALL, side));
        assert_eq!(
            to_vec(writer.tree(), Docs::Keep),
            b"\x01\x03\x01\x01\x0b\x01S\0\x01\x04\x02\x01\x05@\x01a\0\x01\x01\x01d\x01b"
        );
        assert_eq!(
            to_vec(reader.tree(), Docs::Drop),
            b"\x01\x03\x01\x02\x0d\x01S\0\x01\x04\x02\x01\x05\x08\x01a\0\x02\x01\x01b\x01c"
        );
    }

    #[test]
    fn hostile_bytes_are_refused() {
        let deep = [&[1, 2, 0, 0][..], &[4, 1, 4, 0]].concat();
        let flat_in_itself = b"\x01\x01\x01\0\x0d\x01S\0\x01\x01\x01f\0\0\0";
        for (bytes, reason) in [
            (&b""[..], "it ends too soon"),
            (b"\x02", "it is in a format that this version of user-events does not know"),
            (b"\x01\0\0\0", "it is empty"),
            (b"\x01\x01\0", "it ends too soon"),
            (b"\x01\x01\0\0", "it ends too soon"),
            (b"\x01\xff\xff\xff\xff\x0f\0\0", "it is too large"),
            (b"\x01\xff\xff\xff\xff\xff\x0f\0\0", "a number in it is too large"),
            (b"\x01\xff\xff\xff\xff\x1f\0\0", "a number in it is too large"),
            (b"\x01\x01\0\0\x01\x05more", "it goes on behind its end"),
            (b"\x01\x01\0\0\x01\x09", "it holds a scalar that this version of user-events does not know"),
            (b"\x01\x01\0\0\x01\x85\x80\x04", "it holds a scalar that this version of user-events does not know"),
            (b"\x01\x01\0\0\x63", "it holds a value of an unknown kind"),
            (b"\x01\x01\0\0\x02\x01\xff", "a name in it is not UTF-8"),
            (b"\x01\x01\0\0\x04\x01", "it refers to something that is not in it"),
            (b"\x01\x01\0\0\x08\0\x01", "it refers to something that is not in it"),
            (b"\x01\x01\0\0\x08\xff\xff\xff\xff\x0f\x01", "it refers to something that is not in it"),
            (b"\x01\x01\0\0\x0a\x01t", "something in it is not where it belongs"),
            (&deep, "a type in it contains itself without an object or an array between"),
            (flat_in_itself, "a type in it contains itself without an object or an array between"),
        ] {
            assert_eq!(try_decode(bytes, Side::Reader), Err(Malformed { reason }), "{bytes:02x?}");
        }
    }

    #[test]
    fn a_side_is_not_taken_for_the_other() {
        for (schema, side) in EVERY_SIDE {
            let bytes = to_vec(lower::to_owned(schema, side).tree(), Docs::Keep);
            let other = if side == Side::Writer { Side::Reader } else { Side::Writer };
            assert_eq!(try_decode(&bytes, other).unwrap_err().reason, "something in it is not where it belongs");
        }
    }

    #[test]
    fn every_scalar_has_a_number_of_its_own() {
        let mut scalars = vec![
            Scalar::Bool,
            Scalar::F32,
            Scalar::F64,
            Scalar::Char,
            Scalar::String,
            Scalar::Null,
            Scalar::Any,
            Scalar::Raw,
        ];
        scalars.extend(Format::ALL.iter().copied().map(Scalar::Format));
        for bits in [8, 16, 32, 64, 128] {
            for (signed, nonzero) in [(false, false), (false, true), (true, false), (true, true)] {
                scalars.push(Scalar::Int(crate::Int { signed, bits, nonzero }));
            }
        }
        for scalar in &scalars {
            assert_eq!(Scalar::from_code(scalar.code()), Some(*scalar));
        }
        let known = (0..=u32::from(u16::MAX)).filter(|&code| Scalar::from_code(code).is_some()).count();
        assert_eq!(known, scalars.len());
    }

    proptest! {
        #[test]
        fn no_bytes_are_beyond_us(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = try_decode(&bytes, Side::Writer);
        }

        /// Near the truth, more of the checks are reached.
        #[test]
        fn damaged_bytes_give_a_sound_tree_or_none(
            which in 0..EVERY_SIDE.len(),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        ) {
            let (schema, side) = EVERY_SIDE[which];
            let mut bytes = to_vec(lower::to_owned(schema, side).tree(), Docs::Keep);
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Ok(tree) = try_decode(&bytes, side) {
                prop_assert_eq!(tree.tree().check(side), Ok(()));
                let again = to_vec(tree.tree(), Docs::Keep);
                prop_assert_eq!(try_decode(&again, side).unwrap(), tree);
            }
        }
    }
}
