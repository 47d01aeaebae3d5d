//! The shapes of events, and the verdict on a change to one, which the macros, the compiler and the command line of
//! user-events share.
//!
//! Applications do not use this crate: they write `#[derive(DomainEvent)]`, and the build fails where an event no
//! longer is what was published.

pub mod check;
mod descriptor;
pub mod identity;
mod scalar;
mod tree;

pub use check::{Check, Revision, Sides};
pub use descriptor::{
    Absent, Descriptor, Element, Enum, Field, Omitted, Payload, Representation, Schema, Struct, Variant,
};
pub use scalar::{Format, Int, Scalar};
pub use tree::{Node, NodeId, Part, PartKind, PayloadKind, Presence, Run, Tree};
