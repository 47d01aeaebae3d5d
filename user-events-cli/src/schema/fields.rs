//! [`fields`], what a type has, by path.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use user_events_schema::lock::scalar_word;
use user_events_schema::{Node, NodeId, Part, PartKind, Presence, Representation, Run, Tree};

/// What stands under each path of one side of a type, without what stands below it: `address.zip` is `string`.
///
/// The paths are made of the names in Rust, as those of the verdict are.
pub(super) fn fields(tree: Tree<'_>) -> BTreeMap<String, String> {
    let mut walk = Walk { tree, path: Vec::new(), entered: vec![false; tree.nodes.len()], fields: BTreeMap::new() };
    walk.below(0);
    walk.fields
}

/// A way through a tree, which may lead back.
struct Walk<'a> {
    tree: Tree<'a>,
    path: Vec<String>,
    entered: Vec<bool>,
    fields: BTreeMap<String, String>,
}

impl<'a> Walk<'a> {
    /// Takes what is below a node.
    fn below(&mut self, id: NodeId) {
        let Some(node) = self.node(id) else { return };
        if std::mem::replace(&mut self.entered[id as usize], true) {
            return;
        }
        match node {
            Node::Scalar(_) | Node::Opaque(_) | Node::Text(_) => {}
            Node::Map { value: node, .. }
            | Node::Seq { item: node, .. }
            | Node::Array { item: node, .. }
            | Node::Refined { node, .. }
            | Node::Nullable(node) => self.below(node),
            Node::Tuple(places) => {
                for (place, part) in self.parts(places).iter().enumerate() {
                    self.named(&place.to_string(), part);
                }
            }
            Node::Object { fields: parts, .. }
            | Node::Struct { fields: parts, .. }
            | Node::OneOf { variants: parts, .. }
            | Node::Enum { variants: parts, .. } => {
                for part in self.parts(parts) {
                    match part.kind {
                        PartKind::Tag | PartKind::Ignored => {}
                        PartKind::Flattened => self.below(part.node),
                        PartKind::Field | PartKind::Variant { .. } => self.named(part.ident, part),
                    }
                }
            }
        }
        self.entered[id as usize] = false;
    }

    fn named(&mut self, name: &str, part: &Part<'a>) {
        // What holds a variant in an object of its own.
        if name.is_empty() {
            return self.below(part.node);
        }
        self.path.push(name.to_owned());
        let described = self.part(part);
        self.fields.insert(self.path.join("."), described);
        self.below(part.node);
        self.path.pop();
    }

    /// A part in words, without what is below it.
    fn part(&self, part: &Part<'a>) -> String {
        let mut text = self.describe(part.node);
        let run = part.names.start as usize..(part.names.start + part.names.len) as usize;
        let names = self.tree.names.get(run).unwrap_or_default();
        let mut say = |word: &str| {
            // Writing to a String does not fail.
            let _ = write!(text, ", {word}");
        };
        match part.presence {
            Presence::Required => {}
            Presence::Optional => say("optional"),
            Presence::Default => say("defaulted"),
        }
        if let PartKind::Variant { untagged, other, .. } = part.kind {
            if untagged {
                say("untagged");
            }
            if other {
                say("other");
            }
        }
        if names.first().is_some_and(|name| *name != part.ident) || names.len() > 1 {
            say(&format!("as {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")));
        }
        text
    }

    fn describe(&self, id: NodeId) -> String {
        match self.node(id) {
            None => "nothing".to_owned(),
            Some(Node::Scalar(scalar)) => scalar_word(scalar).to_owned(),
            Some(Node::Opaque(name)) => format!("opaque {name}"),
            Some(Node::Text(text)) => format!("{text:?}"),
            Some(Node::Refined { node, by }) => format!("{by} of {}", self.describe(node)),
            Some(Node::Nullable(node)) => format!("{} or null", self.describe(node)),
            Some(Node::Seq { item, unique: false }) => format!("list of {}", self.describe(item)),
            Some(Node::Seq { item, unique: true }) => format!("set of {}", self.describe(item)),
            Some(Node::Array { item, len }) => format!("{len} of {}", self.describe(item)),
            Some(Node::Tuple(places)) => format!("tuple of {}", places.len),
            Some(Node::Map { key, value }) => format!("map from {} to {}", self.describe(key), self.describe(value)),
            // The names of types are in no message.
            Some(Node::Object { .. }) => "object".to_owned(),
            Some(Node::Struct { deny_unknown_fields, .. }) => {
                format!("object{}", if deny_unknown_fields { " without other fields" } else { "" })
            }
            Some(Node::OneOf { representation, .. }) => format!("enum{}", tagged(representation)),
            Some(Node::Enum { representation, deny_unknown_fields, open, .. }) => format!(
                "{}enum{}{}",
                if open { "open " } else { "" },
                tagged(representation),
                if deny_unknown_fields { " without other fields" } else { "" },
            ),
        }
    }

    fn node(&self, id: NodeId) -> Option<Node<'a>> {
        self.tree.nodes.get(id as usize).copied()
    }

    fn parts(&self, run: Run) -> &'a [Part<'a>] {
        self.tree.parts.get(run.start as usize..(run.start + run.len) as usize).unwrap_or_default()
    }
}

fn tagged(representation: Representation<'_>) -> String {
    match representation {
        Representation::External => String::new(),
        Representation::Untagged => ", untagged".to_owned(),
        Representation::Internal { tag } => format!(", tagged `{tag}`"),
        Representation::Adjacent { tag, content } => format!(", tagged `{tag}`, content `{content}`"),
    }
}
