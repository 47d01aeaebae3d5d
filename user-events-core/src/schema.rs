//! [`EventSchema`], the shape of a type in JSON, and the built-in impls.

pub mod adapter;
mod bytes;
mod chrono;
mod json;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
mod std;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "url")]
mod url;
mod uuid;

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
    note = "types of `time`, `rust_decimal` and `url` are behind features of user-events of these names, \
            `DateTime<Local>` behind `chrono`"
)]
pub trait EventSchema {
    /// What it writes and what it reads.
    const SCHEMA: Schema;
}

/// Types that are not generic, by their descriptor.
macro_rules! shape_is {
    ($($descriptor:expr => $($of:ty),+;)*) => {
        $($(
            impl $crate::EventSchema for $of {
                const SCHEMA: ::user_events_schema::Schema = {
                    static DESCRIPTOR: ::user_events_schema::Descriptor = $descriptor;
                    ::user_events_schema::Schema::built_in(&DESCRIPTOR)
                };
            }
        )+)*
    };
}
use shape_is;
