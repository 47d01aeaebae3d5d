//! [`EventSchema`], the shape of a type in JSON, and the built-in impls.

mod std;

use user_events_schema::Schema;

/// A type whose shape in JSON is known to the compiler, so that a published event cannot change it unseen.
///
/// Derived, beside serde's `Serialize` and `Deserialize`, for the types that events are made of; for an event itself
/// `DomainEvent` includes it.
#[diagnostic::on_unimplemented(
    message = "the shape of `{Self}` in JSON is not known",
    label = "a part of an event needs a known shape",
    note = "if the type is yours, add `EventSchema` to its derives: `#[derive(Serialize, Deserialize, EventSchema)]`",
    note = "if it is not, say what it is written as, `#[event(schema = String)]`, or name it, `#[event(opaque = \"money@1\")]`, \
            before the field",
    note = "well-known crates are behind features of user-events: `uuid`, `chrono`, `time`, `rust_decimal`, `url`, `bytes`"
)]
pub trait EventSchema {
    /// What it writes and what it reads.
    const SCHEMA: Schema;
}
