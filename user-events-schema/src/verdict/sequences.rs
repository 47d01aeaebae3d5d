//! Arrays: lists, sets, tuples, arrays of fixed length, and structs, which are read from arrays too.

use super::effects::Effects;
use super::finding::What;
use super::reading::{Context, Reading, Value};
use crate::{Node, NodeId, PartKind, Presence, Run, Tree};

/// How many elements there are.
#[derive(Clone, Copy)]
enum Length {
    Exactly(u32),
    Any,
}

impl<'a> Reading<'a> {
    pub(super) const fn read_sequence(&mut self, writer: NodeId, reader: NodeId, context: Context) -> Effects {
        let inside = context.inside();
        match self.reader_node(reader) {
            Node::Seq { item, unique } => {
                let effects = match element(&self.writer, writer, 0) {
                    Some(_) => self.read_items(writer, item, inside),
                    None => Effects::SAME,
                };
                let written_unique = matches!(self.writer_node(writer), Node::Seq { unique: true, .. });
                let may_repeat = !matches!(length(&self.writer, writer), Length::Exactly(0 | 1));
                if unique && !written_unique && may_repeat {
                    return effects.and(self.mismatch(writer, reader, Effects::LOSSY));
                }
                effects
            }
            Node::Array { item, len } => match length(&self.writer, writer) {
                Length::Exactly(written) if written == len && len == 0 => Effects::SAME,
                Length::Exactly(written) if written == len => self.read_items(writer, item, inside),
                Length::Exactly(_) => self.refuse_length(),
                Length::Any if len == 0 => self.mismatch(writer, reader, Effects::SOME),
                Length::Any => {
                    let effects = self.read_items(writer, item, inside).accepted().or(Effects::REFUSED);
                    self.mismatch(writer, reader, effects)
                }
            },
            Node::Tuple(places) => self.read_places(writer, reader, places, inside),
            Node::Struct { fields, .. } if !context.named && !self.has_flattened(fields) => {
                self.read_places(writer, reader, fields, inside)
            }
            _ => self.mismatch(writer, reader, Effects::REFUSED),
        }
    }

    const fn refuse_length(&mut self) -> Effects {
        self.find(What::Length);
        Effects::REFUSED
    }

    /// Every element, as the same item.
    const fn read_items(&mut self, writer: NodeId, item: NodeId, context: Context) -> Effects {
        match self.writer_node(writer) {
            Node::Seq { item: written, .. } => self.read(Value::Node(written), item, context).repeated(),
            Node::Array { item: written, .. } => self.read(Value::Node(written), item, context),
            Node::Tuple(places) => {
                let mut effects = Effects::SAME;
                let mut at = 0;
                while at < places.len {
                    let node = self.writer_part(places.start + at).node;
                    effects = effects.and(self.read(Value::Node(node), item, context));
                    at += 1;
                }
                effects
            }
            _ => Effects::REFUSED,
        }
    }

    /// Every element at its own place: of a tuple, or of a struct, whose fields stand in order.
    const fn read_places(&mut self, writer: NodeId, reader: NodeId, places: Run, context: Context) -> Effects {
        let length = length(&self.writer, writer);
        let mut effects = Effects::SAME;
        let mut read = 0;
        let mut at = 0;
        while at < places.len {
            let place = *self.reader_part(places.start + at);
            at += 1;
            if matches!(place.kind, PartKind::Ignored) {
                continue;
            }
            self.path.push(if place.ident.is_empty() { ordinal(read) } else { place.ident });
            let here = match (length, element(&self.writer, writer, read)) {
                (Length::Exactly(_), Some(node)) => self.read(Value::Node(node), place.node, context),
                (Length::Any, Some(node)) => {
                    let there = self.read(Value::Node(node), place.node, context);
                    if matches!(place.presence, Presence::Default) { there.repeated() } else { there }
                }
                (_, None) if matches!(place.presence, Presence::Default) => Effects::SAME,
                (_, None) => self.refuse_length(),
            };
            self.path.pop();
            effects = effects.and(here);
            read += 1;
        }
        match length {
            Length::Exactly(written) if written > read => effects.and(self.refuse_length()),
            Length::Exactly(_) => effects,
            // Some have another length.
            Length::Any => {
                let effects = effects.or(Effects::REFUSED);
                self.mismatch(writer, reader, effects)
            }
        }
    }
}

/// The name of a place of a tuple in paths.
pub(super) const fn ordinal(place: u32) -> &'static str {
    const NAMES: [&str; 16] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"];
    if (place as usize) < NAMES.len() { NAMES[place as usize] } else { "16…" }
}

const fn length(writer: &Tree<'_>, node: NodeId) -> Length {
    match writer.nodes[node as usize] {
        Node::Array { len, .. } => Length::Exactly(len),
        Node::Tuple(places) => Length::Exactly(places.len),
        _ => Length::Any,
    }
}

/// The node of the element at this place, if one can be there.
const fn element(writer: &Tree<'_>, node: NodeId, at: u32) -> Option<NodeId> {
    match writer.nodes[node as usize] {
        Node::Seq { item, .. } => Some(item),
        Node::Array { item, len } if at < len => Some(item),
        Node::Tuple(places) if at < places.len => Some(writer.parts[(places.start + at) as usize].node),
        _ => None,
    }
}
