//! [`Arena`], where the compiler builds a [`Tree`]: room that is fixed, because constants cannot allocate.

use crate::{Node, NodeId, Part, PartKind, Presence, Run, Scalar, Tree};

/// How many nodes an [`Arena`] has room for.
pub(crate) const MAX_NODES: usize = 2048;
/// How many parts an [`Arena`] has room for.
pub(crate) const MAX_PARTS: usize = 2048;
/// How many names an [`Arena`] has room for.
pub(crate) const MAX_NAMES: usize = 3072;

/// A [`Tree`] that owns its nodes, in room for 2048 of them.
///
/// It is some 300 KiB large, which is much for a stack: programs use an [`OwnedTree`].
#[derive(Clone, Copy)]
pub struct Arena<'a> {
    nodes: [Node<'a>; MAX_NODES],
    parts: [Part<'a>; MAX_PARTS],
    names: [&'a str; MAX_NAMES],
    used: Used,
}

/// How much of an arena is used.
#[derive(Clone, Copy)]
struct Used {
    nodes: usize,
    parts: usize,
    names: usize,
}

const UNUSED: Used = Used { nodes: 0, parts: 0, names: 0 };

impl<'a> Arena<'a> {
    /// One without nodes.
    #[must_use]
    pub const fn new() -> Self {
        Self { nodes: [EMPTY_NODE; MAX_NODES], parts: [EMPTY_PART; MAX_PARTS], names: [""; MAX_NAMES], used: UNUSED }
    }

    /// What is in it.
    #[must_use]
    pub const fn tree(&self) -> Tree<'_> {
        Tree {
            nodes: self.nodes.split_at(self.used.nodes).0,
            parts: self.parts.split_at(self.used.parts).0,
            names: self.names.split_at(self.used.names).0,
        }
    }

    /// Where to put what shall be in it.
    pub(crate) const fn room(&mut self) -> Room<'_, 'a> {
        Room { nodes: &mut self.nodes, parts: &mut self.parts, names: &mut self.names, used: &mut self.used }
    }
}

impl Default for Arena<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// Room for a tree, and what is in it.
pub(crate) struct Room<'r, 'a> {
    nodes: &'r mut [Node<'a>],
    parts: &'r mut [Part<'a>],
    names: &'r mut [&'a str],
    used: &'r mut Used,
}

impl<'a> Room<'_, 'a> {
    pub(crate) const fn tree(&self) -> Tree<'_> {
        Tree {
            nodes: self.nodes.split_at(self.used.nodes).0,
            parts: self.parts.split_at(self.used.parts).0,
            names: self.names.split_at(self.used.names).0,
        }
    }

    /// How many nodes are in it.
    pub(crate) const fn len(&self) -> usize {
        self.used.nodes
    }

    /// Takes room for a node, which [`set_node`](Self::set_node) fills.
    pub(crate) const fn reserve_node(&mut self) -> NodeId {
        if self.used.nodes == self.nodes.len() {
            too_large();
        }
        self.used.nodes += 1;
        (self.used.nodes - 1) as NodeId
    }

    pub(crate) const fn set_node(&mut self, id: NodeId, node: Node<'a>) {
        self.nodes[id as usize] = node;
    }

    /// Takes room for as many parts, which [`set_part`](Self::set_part) fills.
    pub(crate) const fn reserve_parts(&mut self, len: usize) -> Run {
        if len > self.parts.len() - self.used.parts {
            too_large();
        }
        let run = Run { start: self.used.parts as u32, len: len as u32 };
        self.used.parts += len;
        run
    }

    pub(crate) const fn set_part(&mut self, at: usize, part: Part<'a>) {
        self.parts[at] = part;
    }

    pub(crate) const fn push_name(&mut self, name: &'a str) -> Run {
        if self.used.names == self.names.len() {
            too_large();
        }
        self.names[self.used.names] = name;
        self.used.names += 1;
        Run { start: (self.used.names - 1) as u32, len: 1 }
    }

    pub(crate) const fn push_names(&mut self, names: &[&'a str]) -> Run {
        let start = self.used.names as u32;
        let mut at = 0;
        while at < names.len() {
            self.push_name(names[at]);
            at += 1;
        }
        Run { start, len: names.len() as u32 }
    }
}

/// A [`Tree`] on the heap, for programs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnedTree<'a> {
    /// As [`Tree::nodes`].
    pub nodes: Vec<Node<'a>>,
    /// As [`Tree::parts`].
    pub parts: Vec<Part<'a>>,
    /// As [`Tree::names`].
    pub names: Vec<&'a str>,
}

impl<'a> OwnedTree<'a> {
    /// What is in it.
    #[must_use]
    pub fn tree(&self) -> Tree<'_> {
        Tree { nodes: &self.nodes, parts: &self.parts, names: &self.names }
    }

    /// One that is put into room for so many nodes, parts and names.
    pub(crate) fn try_fill<E>(
        [nodes, parts, names]: [usize; 3],
        fill: impl FnOnce(&mut Room<'_, 'a>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut tree = Self { nodes: vec![EMPTY_NODE; nodes], parts: vec![EMPTY_PART; parts], names: vec![""; names] };
        let mut used = UNUSED;
        let Self { nodes, parts, names } = &mut tree;
        fill(&mut Room { nodes, parts, names, used: &mut used })?;
        tree.nodes.truncate(used.nodes);
        tree.parts.truncate(used.parts);
        tree.names.truncate(used.names);
        Ok(tree)
    }
}

const EMPTY_NODE: Node<'static> = Node::Scalar(Scalar::Null);

const EMPTY_PART: Part<'static> = Part {
    ident: "",
    names: Run { start: 0, len: 0 },
    kind: PartKind::Field,
    node: 0,
    presence: Presence::Required,
    allow_js_integer: false,
    docs: "",
};

pub(crate) const fn too_large() -> ! {
    panic!(
        "this type is too large to be checked: with all that it holds, each use counted, it has more than 2048 values or \
         fields; if it is not that large, it is a tuple or a newtype that contains itself: give it named fields"
    )
}
