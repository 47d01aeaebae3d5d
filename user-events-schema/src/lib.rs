//! Names and rules that the derive macros and the command line of user-events share.
//!
//! Applications do not use this crate: they write `#[event(…)]` and read what follows from it in the event's `META`.

pub mod identity;
