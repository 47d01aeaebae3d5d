//! From a [`Lock`] to text.

use std::fmt::Write as _;

use super::sample::Value;
use super::{FORMAT, Lock, Revision, parse, word};
use crate::{Node, NodeId, Part, PartKind, Presence, Representation, Run, Tree};

pub(super) fn lock(lock: &Lock) -> String {
    let mut out = Out::default();
    out.object(|out| {
        out.field("event").text(&lock.event_type);
        out.field("format").number(FORMAT);
        out.field("revisions").array(&lock.revisions, revision);
        out.field("version").number(lock.version);
    });
    out.text.push('\n');
    out.text
}

/// The tree alone.
pub(super) fn tree(tree: Tree<'_>) -> String {
    let mut out = Out::default();
    node(&mut out, Around { tree, nodes: &[] }, 0);
    out.text
}

fn revision(out: &mut Out, revision: &Revision) {
    let mut alone = Out::default();
    alone.object(|out| revision_fields(out, revision));
    let checksum = parse::checksum(&alone.text).expect("what is written here can be read");
    out.object(|out| {
        out.field("checksum").text(&format!("{checksum:016x}"));
        revision_fields(out, revision);
    });
}

fn revision_fields(out: &mut Out, revision: &Revision) {
    let Revision { number, state, fingerprint, writer, reader, tombstones, samples, reason } = revision;
    out.field("fingerprint").text(&format!("{fingerprint:016x}"));
    let tree = reader.tree();
    node(out.field("reader"), Around { tree: tree.tree(), nodes: &[] }, 0);
    if let Some(reason) = reason {
        out.field("reason").text(reason);
    }
    out.field("revision").number(*number);
    out.field("samples").array(samples, |out, sample| value(out, &sample.value()));
    out.field("state").text(state.word());
    out.field("tombstones").array(tombstones, |out, path| out.text(path));
    let tree = writer.tree();
    node(out.field("writer"), Around { tree: tree.tree(), nodes: &[] }, 0);
}

/// A tree, and the nodes around a node in it, the outermost first.
#[derive(Clone, Copy)]
struct Around<'a> {
    tree: Tree<'a>,
    nodes: &'a [NodeId],
}

fn node(out: &mut Out, around: Around<'_>, id: NodeId) {
    let Around { tree, nodes } = around;
    if nodes.contains(&id) {
        return reference(out, around, id);
    }
    let inside = [nodes, &[id]].concat();
    let around = Around { tree, nodes: &inside };
    let node_at = |out: &mut Out, id| node(out, around, id);
    let parts_at = |out: &mut Out, run| parts(out, around, run);
    match tree.nodes[id as usize] {
        Node::Scalar(scalar) => out.text(word::of(scalar)),
        Node::Opaque(name) => out.object(|out| out.field("opaque").text(name)),
        Node::Text(text) => out.object(|out| out.field("text").text(text)),
        Node::Refined { node, by } => out.object(|out| {
            out.field("by").text(by);
            node_at(out.field("refined"), node);
        }),
        Node::Nullable(inner) => out.object(|out| node_at(out.field("nullable"), inner)),
        Node::Seq { item, unique } => {
            out.object(|out| node_at(out.field(if unique { "set" } else { "list" }), item));
        }
        Node::Array { item, len } => out.object(|out| {
            node_at(out.field("array"), item);
            out.field("length").number(len);
        }),
        Node::Tuple(places) => out.object(|out| parts_at(out.field("tuple"), places)),
        Node::Map { key, value } => out.object(|out| {
            node_at(out.field("key"), key);
            node_at(out.field("map"), value);
        }),
        Node::Object { name, fields } => out.object(|out| {
            out.field("name").text(name);
            parts_at(out.field("object"), fields);
        }),
        Node::Struct { name, fields, deny_unknown_fields } => out.object(|out| {
            out.flag("deny_unknown_fields", deny_unknown_fields);
            out.field("name").text(name);
            parts_at(out.field("struct"), fields);
        }),
        Node::OneOf { name, representation: by, variants } => out.object(|out| {
            out.field("name").text(name);
            parts_at(out.field("one_of"), variants);
            representation(out.field("representation"), by);
        }),
        Node::Enum { name, representation: by, variants, deny_unknown_fields, open } => out.object(|out| {
            out.flag("deny_unknown_fields", deny_unknown_fields);
            out.field("name").text(name);
            out.flag("open", open);
            representation(out.field("representation"), by);
            parts_at(out.field("variants"), variants);
        }),
    }
}

/// A node that stands around itself: the nearest type of its name, but for so many of the same name.
fn reference(out: &mut Out, Around { tree, nodes }: Around<'_>, id: NodeId) {
    let name = type_name(&tree, id);
    let nearer = nodes.iter().rev().take_while(|around| **around != id);
    let up = nearer.filter(|around| type_name(&tree, **around) == name).count();
    out.object(|out| {
        out.field("recursion").text(name);
        if up > 0 {
            out.field("up").number(up as u32);
        }
    });
}

fn type_name<'a>(tree: &Tree<'a>, id: NodeId) -> &'a str {
    match tree.nodes[id as usize] {
        Node::Object { name, .. } | Node::Struct { name, .. } | Node::OneOf { name, .. } | Node::Enum { name, .. } => {
            name
        }
        _ => "",
    }
}

fn parts(out: &mut Out, around: Around<'_>, run: Run) {
    let parts = &around.tree.parts[run.start as usize..(run.start + run.len) as usize];
    out.array(parts, |out, part| out.object(|out| part_fields(out, around, part)));
}

fn part_fields(out: &mut Out, around: Around<'_>, part: &Part<'_>) {
    let Part { ident, names, kind, node: id, presence, allow_js_integer, docs } = *part;
    let names = &around.tree.names[names.start as usize..(names.start + names.len) as usize];
    if names.len() > 1 {
        out.field("aliases").array(&names[1..], |out, name| out.text(name));
    }
    out.flag("allow_js_integer", allow_js_integer);
    if !docs.is_empty() {
        out.field("docs").text(docs);
    }
    if !ident.is_empty() {
        out.field("ident").text(ident);
    }
    if let PartKind::Flattened | PartKind::Tag | PartKind::Ignored = kind {
        out.field("kind").text(parse::kind_word(kind));
    }
    if let Some(name) = names.first() {
        out.field("name").text(name);
    }
    match kind {
        PartKind::Variant { payload, untagged, other } => {
            out.flag("other", other);
            out.field("payload").text(parse::payload_word(payload));
            if presence != Presence::Required {
                out.field("presence").text(parse::presence_word(presence));
            }
            node(out.field("type"), around, id);
            out.flag("untagged", untagged);
        }
        _ => {
            out.field("presence").text(parse::presence_word(presence));
            node(out.field("type"), around, id);
        }
    }
}

fn representation(out: &mut Out, representation: Representation<'_>) {
    match representation {
        Representation::External => out.text("external"),
        Representation::Untagged => out.text("untagged"),
        Representation::Internal { tag } => out.object(|out| out.field("tag").text(tag)),
        Representation::Adjacent { tag, content } => out.object(|out| {
            out.field("content").text(content);
            out.field("tag").text(tag);
        }),
    }
}

fn value(out: &mut Out, of: &Value<'_>) {
    match of {
        Value::Leaf(leaf) => out.text.push_str(leaf),
        Value::Array(items) => out.array(items, value),
        Value::Object(fields) => out.object(|out| fields.iter().for_each(|(name, of)| value(out.field(name), of))),
    }
}

/// Text in the making: each value in a line of its own.
#[derive(Default)]
struct Out {
    text: String,
    depth: usize,
}

impl Out {
    fn object(&mut self, fields: impl FnOnce(&mut Self)) {
        self.enclosed('{', '}', fields);
    }

    fn array<T>(&mut self, items: &[T], item: impl Fn(&mut Self, &T)) {
        self.enclosed('[', ']', |out| {
            for of in items {
                out.next_line();
                item(out, of);
            }
        });
    }

    /// Starts a field, whose value is written next.
    fn field(&mut self, name: &str) -> &mut Self {
        self.next_line();
        self.text(name);
        self.text.push_str(": ");
        self
    }

    fn flag(&mut self, name: &str, value: bool) {
        if value {
            self.field(name).text.push_str("true");
        }
    }

    fn number(&mut self, number: u32) {
        write!(self.text, "{number}").expect("a string takes everything");
    }

    fn text(&mut self, text: &str) {
        quote(&mut self.text, text);
    }

    fn enclosed(&mut self, open: char, close: char, inside: impl FnOnce(&mut Self)) {
        self.text.push(open);
        self.depth += 1;
        let empty = self.text.len();
        inside(self);
        self.depth -= 1;
        if self.text.len() > empty {
            self.line();
        }
        self.text.push(close);
    }

    fn next_line(&mut self) {
        // A text ends with its quotation mark: this is the bracket itself.
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
        self.line();
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }
}

/// Appends a text in quotes.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..' ' => write!(out, "\\u{:04x}", u32::from(char)).expect("a string takes everything"),
            _ => out.push(char),
        }
    }
    out.push('"');
}
