//! [`Check`], what the compiler and the command ask of an event: may it be what it is now?

use crate::{Schema, Tree};

/// An event as the code has it, and everything that was published under its name and version.
#[derive(Clone, Copy)]
pub struct Check<'a> {
    /// The event's type.
    pub event_type: &'a str,
    /// Its version.
    pub version: u32,
    /// What the code says.
    pub schema: Schema,
    /// What was published, the oldest first.
    pub revisions: &'a [Revision<'a>],
    /// The fields that were removed on purpose, as paths: `address.zip`.
    pub tombstones: &'a [&'a str],
}

/// What an event was once.
#[derive(Clone, Copy, Debug)]
pub struct Revision<'a> {
    /// Its number in the lock, from 1.
    pub number: u32,
    /// Whether it is published: drafts bind nobody.
    pub published: bool,
    /// The [fingerprint](crate::fingerprint) of the descriptor that it was made from.
    pub fingerprint: u64,
    /// What it writes, [encoded](crate::codec).
    pub writer: &'a [u8],
    /// What it reads, [encoded](crate::codec).
    pub reader: &'a [u8],
}

/// The same question about trees, as the command asks it.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// What it writes.
    pub writer: Tree<'a>,
    /// What it reads.
    pub reader: Tree<'a>,
}
