//! The shapes of events, and the verdict on a change to one, which the macros, the compiler and the command line of
//! user-events share.
//!
//! Applications do not use this crate: they write `#[derive(DomainEvent)]`, and the build fails where an event no
//! longer is what was published.

mod arena;
pub mod check;
pub mod codec;
mod descriptor;
pub mod dump;
pub mod fingerprint;
pub mod identity;
#[cfg(feature = "lock")]
pub mod lock;
pub mod lower;
mod refusal;
#[cfg(feature = "lock")]
pub mod sample;
#[cfg(test)]
mod samples;
mod scalar;
mod text;
mod tree;
pub mod verdict;
mod well_formed;

pub use arena::{Arena, OwnedTree};
pub use check::{Check, Revision, Sides};
pub use descriptor::{
    Absent, Descriptor, Element, Enum, Field, Omitted, Payload, Representation, Schema, Struct, Variant, type_id,
};
pub use refusal::Refusal;
pub use scalar::{Format, Int, Scalar};
pub use tree::{Node, NodeId, Part, PartKind, PayloadKind, Presence, Run, Side, Tree};
