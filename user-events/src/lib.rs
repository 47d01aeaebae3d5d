//! Typed domain events for Rust services.

#[doc(hidden)]
pub use user_events_core::private as __private;
pub use user_events_core::{Consumable, DomainEvent, Publishable};
pub use user_events_derive::{DomainEvent, EventSet, FromRef, PartitionKey};
