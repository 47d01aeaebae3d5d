//! Maps, and their keys, which are text in JSON whatever they are in Rust.

use super::effects::Effects;
use super::finding::What;
use super::formats;
use super::members::Span;
use super::numbers;
use super::reading::{Context, Met, Reading, Value, describe, text_as};
use crate::{Node, NodeId, PartKind, Presence, Scalar};

impl<'a> Reading<'a> {
    pub(super) const fn read_map(
        &mut self,
        key: NodeId,
        value: NodeId,
        read_key: NodeId,
        read_value: NodeId,
        context: Context,
    ) -> Effects {
        let key = self.read_key(key, read_key, context.inside());
        let value = self.read(Value::Node(value), read_value, context.inside());
        key.and(value).repeated()
    }

    /// The fields of a struct as the entries of a map.
    pub(super) const fn read_members_as_map(
        &mut self,
        span: Span,
        key: NodeId,
        value: NodeId,
        context: Context,
    ) -> Effects {
        let mut effects = Effects::SAME;
        let mut at = span.start;
        while at < span.end {
            if !self.member(at).consumed {
                effects = effects.and(self.read_member_as_entry(at, key, value, context.inside()));
            }
            at += 1;
        }
        effects
    }

    /// One member as an entry of a map.
    pub(super) const fn read_member_as_entry(
        &mut self,
        at: usize,
        key: NodeId,
        value: NodeId,
        context: Context,
    ) -> Effects {
        let member = *self.member(at);
        if !member.is_written() {
            return Effects::SAME;
        }
        self.member_mut(at).seen = true;
        if !member.is_named() {
            return match self.writer_node(member.node) {
                Node::Map { key: written_key, value: written } => {
                    self.read_map(written_key, written, key, value, context)
                }
                _ => match self.reader_node(value) {
                    Node::Scalar(Scalar::Any) => Effects::SAME,
                    _ => Effects::SOME,
                },
            };
        }
        let ident = self.writer_part(member.part).ident;
        self.path.push(ident);
        let name = self.member_name(&member);
        let name = self.read_name(name, key, context);
        let effects = name.and(self.read(Value::Node(member.node), value, context));
        self.path.pop();
        if member.optional { effects.or(Effects::SAME) } else { effects }
    }

    /// A known name as a key.
    const fn read_name(&mut self, name: &'a str, key: NodeId, context: Context) -> Effects {
        match self.reader_node(key) {
            Node::Refined { node, .. } => self.read_name(name, node, context).and(Effects::SOME),
            Node::Nullable(inner) => self.read_name(name, inner, context),
            Node::Enum { .. } => self.read_enum_name(name, key, context),
            Node::Scalar(Scalar::Int(_)) if is_digits(name) && !context.buffered => Effects::SAME,
            Node::Scalar(scalar) if is_text(scalar) => text_as(name, scalar, context.buffered),
            node => {
                self.find(What::Kind { written: "the name of a field", read: describe(&node) });
                Effects::REFUSED
            }
        }
    }

    /// A key as another.
    const fn read_key(&mut self, writer: NodeId, reader: NodeId, context: Context) -> Effects {
        let (written, read) = (self.writer_node(writer), self.reader_node(reader));
        match (written, read) {
            (Node::Refined { node, by }, Node::Refined { node: inner, by: other }) if crate::text::same(by, other) => {
                self.read_key(node, inner, context)
            }
            (Node::Refined { node, .. }, _) | (Node::Nullable(node), _) => self.read_key(node, reader, context),
            (_, Node::Refined { node, .. }) => {
                let effects = self.read_key(writer, node, context).and(Effects::SOME);
                self.mismatch(writer, reader, effects)
            }
            (_, Node::Nullable(inner)) => self.read_key(writer, inner, context),
            (Node::Opaque(written), Node::Opaque(read)) if crate::text::same(written, read) => Effects::SAME,
            (Node::OneOf { .. }, Node::Enum { .. }) => self.read(Value::Node(writer), reader, context),
            (Node::OneOf { variants, .. }, _) => {
                let mut effects = Effects::NONE;
                let mut at = 0;
                while at < variants.len {
                    let node = self.writer_part(variants.start + at).node;
                    effects = effects.or(self.read_key(node, reader, context));
                    at += 1;
                }
                effects
            }
            (Node::Text(name), _) => self.read_name(name, reader, context),
            (Node::Scalar(_), Node::Enum { .. }) => {
                // Whatever the key was, it is text.
                let effects = self.read_enum_text(reader);
                self.mismatch(writer, reader, effects)
            }
            (Node::Scalar(written), Node::Scalar(read)) => {
                let effects = key(written, read, context.buffered);
                self.mismatch(writer, reader, effects)
            }
            _ => self.mismatch(writer, reader, Effects::REFUSED),
        }
    }

    /// A map as a struct: what matters is data to the writer.
    pub(super) const fn read_map_as_struct(&mut self, writer: NodeId, reader: NodeId) -> Effects {
        let Node::Struct { fields, .. } = self.reader_node(reader) else { return Effects::REFUSED };
        let mut requires = false;
        let mut at = fields.start;
        while at < fields.start + fields.len {
            let part = self.reader_part(at);
            requires =
                requires || (matches!(part.kind, PartKind::Field) && matches!(part.presence, Presence::Required));
            if matches!(self.met[at as usize], Met::Never) {
                self.met[at as usize] = Met::Empty;
            }
            at += 1;
        }
        self.mismatch(writer, reader, if requires { Effects::SOME } else { Effects::LOSSY })
    }
}

/// A key that is a scalar as another. JSON has it as text.
const fn key(written: Scalar, read: Scalar, buffered: bool) -> Effects {
    // What was read before the type was known stays text.
    if buffered && !is_text(read) {
        return Effects::REFUSED;
    }
    match (written, read) {
        (_, Scalar::String) => Effects::SAME,
        (Scalar::Int(written), Scalar::Int(read)) => numbers::int(written, read),
        (Scalar::Int(written), Scalar::F64) => numbers::int_to_float(written, 53),
        (Scalar::Int(written), Scalar::F32) => numbers::int_to_float(written, 24),
        (Scalar::F64, Scalar::F32) => Effects::LOSSY,
        (Scalar::F32 | Scalar::F64, Scalar::F32 | Scalar::F64) | (Scalar::Bool, Scalar::Bool) => Effects::SAME,
        (Scalar::Char, Scalar::Char) => Effects::SAME,
        (Scalar::Int(_), Scalar::Char) => Effects::SOME,
        (Scalar::String | Scalar::Char, Scalar::Int(_) | Scalar::F32 | Scalar::F64) => Effects::SOME,
        (Scalar::String, Scalar::Bool | Scalar::Char) => Effects::SOME,
        (Scalar::String, Scalar::Format(_)) => Effects::SOME,
        (Scalar::Format(written), Scalar::Format(read)) => formats::from(Scalar::Format(written), read, buffered),
        _ => Effects::REFUSED,
    }
}

/// Whether the scalar is text in JSON.
const fn is_text(scalar: Scalar) -> bool {
    match scalar {
        Scalar::String | Scalar::Char => true,
        Scalar::Format(format) => formats::is_text(format),
        _ => false,
    }
}

const fn is_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty()
}
