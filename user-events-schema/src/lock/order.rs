//! [`as_lowered`], the order that the compiler puts the nodes of a tree into.

use crate::{Node, NodeId, OwnedTree, Run};

/// The same tree, its nodes in the order of their distance from the root, as [`lower`](crate::lower) makes them: so the
/// compiler compares two trees from their start to their end.
pub(super) fn as_lowered<'a>(tree: &OwnedTree<'a>) -> OwnedTree<'a> {
    let ordered = OwnedTree {
        nodes: Vec::with_capacity(tree.nodes.len()),
        parts: Vec::with_capacity(tree.parts.len()),
        names: Vec::with_capacity(tree.names.len()),
    };
    let mut order = Order { tree, places: vec![NodeId::MAX; tree.nodes.len()], queue: Vec::new(), ordered };
    order.place(0);
    let mut at = 0;
    while at < order.queue.len() {
        let node = order.node(&tree.nodes[order.queue[at] as usize]);
        order.ordered.nodes.push(node);
        at += 1;
    }
    order.ordered
}

struct Order<'t, 'a> {
    tree: &'t OwnedTree<'a>,
    /// Where each node comes to stand.
    places: Vec<NodeId>,
    /// The nodes in their order.
    queue: Vec<NodeId>,
    ordered: OwnedTree<'a>,
}

impl<'a> Order<'_, 'a> {
    fn node(&mut self, node: &Node<'a>) -> Node<'a> {
        match *node {
            Node::Scalar(_) | Node::Opaque(_) | Node::Text(_) => *node,
            Node::Refined { node, by } => Node::Refined { node: self.place(node), by },
            Node::Nullable(inner) => Node::Nullable(self.place(inner)),
            Node::Seq { item, unique } => Node::Seq { item: self.place(item), unique },
            Node::Array { item, len } => Node::Array { item: self.place(item), len },
            Node::Map { key, value } => {
                let key = self.place(key);
                Node::Map { key, value: self.place(value) }
            }
            Node::Tuple(places) => Node::Tuple(self.parts(places)),
            Node::Object { name, fields } => Node::Object { name, fields: self.parts(fields) },
            Node::OneOf { name, representation, variants } => {
                Node::OneOf { name, representation, variants: self.parts(variants) }
            }
            Node::Struct { name, fields, deny_unknown_fields } => {
                Node::Struct { name, fields: self.parts(fields), deny_unknown_fields }
            }
            Node::Enum { name, representation, variants, deny_unknown_fields, open } => {
                Node::Enum { name, representation, variants: self.parts(variants), deny_unknown_fields, open }
            }
        }
    }

    fn parts(&mut self, run: Run) -> Run {
        let start = self.ordered.parts.len() as u32;
        for at in run.start..run.start + run.len {
            let mut part = self.tree.parts[at as usize];
            let names = &self.tree.names[part.names.start as usize..(part.names.start + part.names.len) as usize];
            if !names.is_empty() {
                part.names.start = self.ordered.names.len() as u32;
                self.ordered.names.extend_from_slice(names);
            }
            part.node = self.place(part.node);
            self.ordered.parts.push(part);
        }
        Run { start, len: run.len }
    }

    fn place(&mut self, node: NodeId) -> NodeId {
        let place = &mut self.places[node as usize];
        if *place == NodeId::MAX {
            *place = self.queue.len() as NodeId;
            self.queue.push(node);
        }
        *place
    }
}
