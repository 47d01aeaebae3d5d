//! [`warnings`], what breaks no build and deserves a look.

use user_events_schema::{Node, NodeId, Part, PartKind, Run, Scalar, Tree};

/// A part of an event that deserves a look.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Warning {
    /// Where it is.
    pub(super) path: String,
    pub(super) kind: WarningKind,
}

/// What deserves a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WarningKind {
    /// An integer that can be larger than JavaScript reads it.
    JsInteger,
    /// An enum that expects strangers, and has no variant for them.
    NoCatchAll,
}

impl WarningKind {
    /// What it is called in JSON.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::JsInteger => "js-integer",
            Self::NoCatchAll => "no-catch-all",
        }
    }

    /// What it means, and what to do.
    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::JsInteger => {
                "JavaScript reads integers over 2^53 wrong: write it as text, use a smaller integer, or accept it with \
                 `#[event(allow(js_integer))]`"
            }
            Self::NoCatchAll => {
                "the enum is open and refuses variants that it does not know: give it one with `#[serde(other)]`, or \
                 take `#[event(open)]` away"
            }
        }
    }
}

/// What deserves a look in what a type writes and in what it reads.
pub(super) fn warnings(writer: Tree<'_>, reader: Tree<'_>) -> Vec<Warning> {
    let mut found = Vec::new();
    Walk::new(writer, WarningKind::JsInteger, &mut found).node(0, "");
    Walk::new(reader, WarningKind::NoCatchAll, &mut found).node(0, "");
    found
}

/// A way through a tree, which may lead back.
struct Walk<'t, 'a> {
    tree: Tree<'a>,
    looking_for: WarningKind,
    found: &'t mut Vec<Warning>,
    entered: Vec<bool>,
}

impl<'t, 'a> Walk<'t, 'a> {
    fn new(tree: Tree<'a>, looking_for: WarningKind, found: &'t mut Vec<Warning>) -> Self {
        Self { tree, looking_for, found, entered: vec![false; tree.nodes.len()] }
    }

    fn node(&mut self, id: NodeId, path: &str) {
        let Some(node) = self.tree.nodes.get(id as usize).copied() else { return };
        // A type that contains itself; what is met twice on other ways is told by each.
        if std::mem::replace(&mut self.entered[id as usize], true) {
            return;
        }
        match node {
            Node::Scalar(Scalar::Int(int)) if int.bits > 32 => self.finds(WarningKind::JsInteger, path),
            Node::Scalar(_) | Node::Opaque(_) | Node::Text(_) => {}
            // Names are text.
            Node::Map { value, .. } => self.node(value, path),
            Node::Seq { item, .. } | Node::Array { item, .. } => self.node(item, path),
            Node::Refined { node, .. } | Node::Nullable(node) => self.node(node, path),
            Node::Tuple(places) => {
                for (place, part) in self.parts(places).iter().enumerate() {
                    self.part(part, &below(path, &place.to_string()));
                }
            }
            Node::Object { fields: parts, .. }
            | Node::Struct { fields: parts, .. }
            | Node::OneOf { variants: parts, .. } => self.all(parts, path),
            Node::Enum { variants, open, .. } => {
                if open && !self.parts(variants).iter().any(|variant| self.catches_all(variant)) {
                    self.finds(WarningKind::NoCatchAll, path);
                }
                self.all(variants, path);
            }
        }
        self.entered[id as usize] = false;
    }

    fn all(&mut self, parts: Run, path: &str) {
        for part in self.parts(parts) {
            match part.kind {
                PartKind::Tag | PartKind::Ignored => {}
                PartKind::Flattened => self.part(part, path),
                PartKind::Field | PartKind::Variant { .. } => self.part(part, &below(path, part.ident)),
            }
        }
    }

    fn part(&mut self, part: &Part<'a>, path: &str) {
        if !(part.allow_js_integer && self.looking_for == WarningKind::JsInteger) {
            self.node(part.node, path);
        }
    }

    fn finds(&mut self, kind: WarningKind, path: &str) {
        if kind == self.looking_for && !self.found.iter().any(|known| known.kind == kind && known.path == path) {
            self.found.push(Warning { path: path.to_owned(), kind });
        }
    }

    fn catches_all(&self, variant: &Part<'a>) -> bool {
        let PartKind::Variant { untagged, other, .. } = variant.kind else { return false };
        let holds_anything =
            || matches!(self.tree.nodes.get(variant.node as usize), Some(Node::Scalar(Scalar::Any | Scalar::Raw)));
        other || untagged && holds_anything()
    }

    fn parts(&self, run: Run) -> &'a [Part<'a>] {
        self.tree.parts.get(run.start as usize..(run.start + run.len) as usize).unwrap_or_default()
    }
}

fn below(path: &str, name: &str) -> String {
    match (path, name) {
        ("", name) => name.to_owned(),
        (path, "") => path.to_owned(),
        (path, name) => format!("{path}.{name}"),
    }
}
