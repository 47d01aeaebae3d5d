//! Whether a [`Tree`] that came from outside is one that [`lower`](crate::lower) could have made.

use crate::arena::MAX_NODES;
use crate::codec::Malformed;
use crate::{Node, NodeId, Part, PartKind, Representation, Run, Side, Tree};

/// [`Tree::check`]
pub(crate) const fn check(tree: &Tree<'_>, side: Side) -> Result<(), Malformed> {
    if tree.nodes.is_empty() {
        return Err(Malformed::new("it is empty"));
    }
    if tree.nodes.len() > MAX_NODES {
        return Err(Malformed::new("it is too large"));
    }
    let mut at = 0;
    while at < tree.parts.len() {
        let part = &tree.parts[at];
        if part.node as usize >= tree.nodes.len() || !is_within(part.names, tree.names.len()) {
            return Err(OUT_OF_RANGE);
        }
        at += 1;
    }
    at = 0;
    while at < tree.nodes.len() {
        if let Err(malformed) = check_node(tree, &tree.nodes[at], side) {
            return Err(malformed);
        }
        at += 1;
    }
    if has_loop(tree) {
        return Err(Malformed::new("a type in it contains itself without an object or an array between"));
    }
    Ok(())
}

const OUT_OF_RANGE: Malformed = Malformed::new("it refers to something that is not in it");
const MISPLACED: Malformed = Malformed::new("something in it is not where it belongs");

const fn is_within(run: Run, len: usize) -> bool {
    run.start as usize <= len && run.len as usize <= len - run.start as usize
}

const fn check_node(tree: &Tree<'_>, node: &Node<'_>, side: Side) -> Result<(), Malformed> {
    let (first, second, run) = match *node {
        Node::Scalar(_) | Node::Opaque(_) => (0, 0, NO_PARTS),
        Node::Refined { node, .. } | Node::Nullable(node) => (node, 0, NO_PARTS),
        Node::Seq { item, .. } | Node::Array { item, .. } => (item, 0, NO_PARTS),
        Node::Map { key, value } => (key, value, NO_PARTS),
        Node::Tuple(run) => (0, 0, run),
        Node::Text(_) => match side {
            Side::Writer => (0, 0, NO_PARTS),
            Side::Reader => return Err(MISPLACED),
        },
        Node::Object { fields: run, .. } | Node::OneOf { variants: run, .. } => match side {
            Side::Writer => (0, 0, run),
            Side::Reader => return Err(MISPLACED),
        },
        Node::Struct { fields: run, .. } | Node::Enum { variants: run, .. } => match side {
            Side::Writer => return Err(MISPLACED),
            Side::Reader => (0, 0, run),
        },
    };
    let nodes = tree.nodes.len();
    if first as usize >= nodes || second as usize >= nodes || !is_within(run, tree.parts.len()) {
        return Err(OUT_OF_RANGE);
    }
    let mut at = run.start as usize;
    while at < run.start as usize + run.len as usize {
        if !belongs(tree, node, &tree.parts[at], side) {
            return Err(MISPLACED);
        }
        at += 1;
    }
    Ok(())
}

/// Whether the part has the kind and the names of a part of the node.
const fn belongs(tree: &Tree<'_>, node: &Node<'_>, part: &Part<'_>, side: Side) -> bool {
    let names = part.names.len;
    match (node, part.kind) {
        (Node::Tuple(_), PartKind::Field) => names == 0,
        (Node::Object { .. }, PartKind::Tag) => names == 1 && matches!(tree.nodes[part.node as usize], Node::Text(_)),
        (Node::Object { .. }, PartKind::Field) => names == 1,
        (Node::Struct { .. }, PartKind::Field) => names >= 1,
        (Node::Object { .. } | Node::Struct { .. }, PartKind::Flattened) => names == 0,
        (Node::Object { .. } | Node::Struct { .. }, PartKind::Ignored) => true,
        (Node::OneOf { representation, .. } | Node::Enum { representation, .. }, kind) => match (kind, side) {
            (PartKind::Variant { untagged: true, .. }, _) => names == 0,
            (PartKind::Variant { untagged: false, .. }, _) if matches!(representation, Representation::Untagged) => {
                false
            }
            (PartKind::Variant { other: true, .. }, Side::Writer) => false,
            (PartKind::Variant { .. }, Side::Writer) => names == 1,
            (PartKind::Variant { other, .. }, Side::Reader) => names >= 1 || other,
            _ => false,
        },
        _ => false,
    }
}

/// Whether a value can consist of itself: there is a way from a node to itself on which no step goes into an array or
/// the field of an object.
pub(crate) const fn has_loop(tree: &Tree<'_>) -> bool {
    let mut walk = Walk { states: [State::New; MAX_NODES], path: [(0, 0); MAX_NODES] };
    let mut root = 0;
    while root < tree.nodes.len() {
        if walk.finds_loop(tree, root as NodeId) {
            return true;
        }
        root += 1;
    }
    false
}

struct Walk {
    states: [State; MAX_NODES],
    /// The nodes on the way, and which step comes next from each.
    path: [(NodeId, u32); MAX_NODES],
}

#[derive(Clone, Copy)]
enum State {
    New,
    OnPath,
    Left,
}

impl Walk {
    const fn finds_loop(&mut self, tree: &Tree<'_>, root: NodeId) -> bool {
        if !matches!(self.states[root as usize], State::New) {
            return false;
        }
        self.states[root as usize] = State::OnPath;
        self.path[0] = (root, 0);
        let mut len = 1;
        while len > 0 {
            let (node, step) = self.path[len - 1];
            self.path[len - 1].1 += 1;
            match steps_into(tree, node, step) {
                Step::To(next) => match self.states[next as usize] {
                    State::New => {
                        self.states[next as usize] = State::OnPath;
                        self.path[len] = (next, 0);
                        len += 1;
                    }
                    State::OnPath => return true,
                    State::Left => {}
                },
                Step::Aside => {}
                Step::End => {
                    self.states[node as usize] = State::Left;
                    len -= 1;
                }
            }
        }
        false
    }
}

enum Step {
    /// The value at this node is the value itself, or stands in the same object.
    To(NodeId),
    /// It goes into an array or a field.
    Aside,
    /// There are no more steps.
    End,
}

const fn steps_into(tree: &Tree<'_>, node: NodeId, step: u32) -> Step {
    match tree.nodes[node as usize] {
        Node::Refined { node, .. } | Node::Nullable(node) if step == 0 => Step::To(node),
        Node::Object { fields: run, .. } | Node::Struct { fields: run, .. } if step < run.len => {
            let part = &tree.parts[(run.start + step) as usize];
            match part.kind {
                PartKind::Flattened => Step::To(part.node),
                _ => Step::Aside,
            }
        }
        Node::OneOf { variants, .. } if step < variants.len => {
            Step::To(tree.parts[(variants.start + step) as usize].node)
        }
        Node::Enum { variants, representation, .. } if step < variants.len => {
            let part = &tree.parts[(variants.start + step) as usize];
            match (part.kind, representation) {
                (PartKind::Variant { untagged: true, .. }, _) | (_, Representation::Internal { .. }) => {
                    Step::To(part.node)
                }
                _ => Step::Aside,
            }
        }
        _ => Step::End,
    }
}

const NO_PARTS: Run = Run { start: 0, len: 0 };
