//! [`Shape`], one side of a type, as a lock keeps it.

use super::{parse, write};
use crate::codec::{self, Docs, Malformed};
use crate::{OwnedTree, Side, Tree};

/// A [`Tree`] that borrows nothing. Equal trees make equal shapes, in whatever order their nodes were.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    side: Side,
    bytes: Vec<u8>,
}

impl Shape {
    /// Encodes a tree of this side.
    ///
    /// # Errors
    ///
    /// If no type has it.
    pub fn new(side: Side, tree: Tree<'_>) -> Result<Self, Malformed> {
        tree.check(side)?;
        // As it will be read from the file: then equal types have equal bytes.
        parse::shape(side, &write::tree(tree)).map_err(|_| Malformed::new("it is nested too deeply"))
    }

    /// Takes an encoded tree of this side.
    ///
    /// # Errors
    ///
    /// If the bytes are no tree, or one that no type has.
    pub fn decode(side: Side, bytes: &[u8]) -> Result<Self, Malformed> {
        Self::new(side, codec::try_decode(bytes, side)?.tree())
    }

    pub(super) fn of_checked(side: Side, tree: Tree<'_>, docs: Docs) -> Self {
        Self { side, bytes: codec::to_vec(tree, docs) }
    }

    /// Which side it is.
    #[must_use]
    pub fn side(&self) -> Side {
        self.side
    }

    /// The encoded tree.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> OwnedTree<'_> {
        codec::try_decode(&self.bytes, self.side).expect("it was checked before")
    }
}
