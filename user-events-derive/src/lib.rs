//! Derive macros of user-events, documented for users where that crate re-exports them.

mod attr;
mod event;
mod fallback;
mod from_ref;
mod mistakes;
mod model;
mod partition_key;
mod private;
mod set;
mod span;
mod suggest;
mod valid;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Gives a struct its identity on the wire, so that it can be published and consumed.
///
/// The struct has no generics and implements serde's `Serialize` and `Deserialize`. Its attribute `#[event(…)]` knows
/// these settings; `type` and `version` are required:
///
/// | Setting | What it says | Example |
/// |---|---|---|
/// | `type` | The event's name, in PascalCase. | `type = "UserRegistered"` |
/// | `version` | The version of its payload, from 1. | `version = 1` |
/// | `exchange` | Where it is published. Without it the bus's default exchange is used. | `exchange = "user.events"` |
/// | `partition_key` | The field by which events keep their order. Its type implements `PartitionKey`. | `partition_key = user_id` |
/// | `routing_key` | The routing key's stem, if not the words of the type. `.v<version>` is appended. | `routing_key = "user.auth.loggedin"` |
/// | `message_type` | The name in the envelope, if not `<type>.v<version>`. | `message_type = "UserRegisteredEventV1"` |
/// | `alias(…)` | What an older publisher, or another service, uses instead: `message_type`, the whole `routing_key`, `exchange`. Consumers accept and bind it too. May be repeated. | `alias(message_type = "UserCreated")` |
/// | `must_route` | A publish that reaches no queue is an error. | `must_route` |
/// | `dialect` | The envelope that it is published in, and read in beside the standard's: the path of a constant `Dialect`. | `dialect = Dialect::EVENT_DATA` |
/// | `superseded` | A newer version exists: this one is consumed, and publishing it does not compile. | `superseded` |
/// | `superseded(still_published)` | A newer version exists, and this one is published beside it. | `superseded(still_published)` |
/// | `crate` | Where the crate user-events is found, if not at `::user_events`. | `crate = platform::user_events` |
///
/// The type `UserRegistered` in version 1 is announced as `UserRegistered.v1` under the routing key
/// `user.registered.v1`. A run of capitals is one word (`MFAStatusChanged` gives `mfa.status.changed.v1`) and a digit
/// belongs to the word before it (`Oauth2LinkAdded` gives `oauth2.link.added.v1`).
#[proc_macro_derive(DomainEvent, attributes(event))]
pub fn derive_domain_event(input: TokenStream) -> TokenStream {
    event::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum of events one thing to consume: a handler takes whichever of them arrives.
///
/// Each variant holds one event, as in `Registered(UserRegistered)`. Two events of a set differ in type or version,
/// and in every message type.
///
/// | Setting | What it says | Example |
/// |---|---|---|
/// | `crate` | Where the crate user-events is found, if not at `::user_events`. | `#[event(crate = platform::user_events)]` |
#[proc_macro_derive(EventSet, attributes(event))]
pub fn derive_event_set(input: TokenStream) -> TokenStream {
    set::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Lets a newtype, such as `struct UserId(String)`, be a partition key as its one field is.
///
/// | Setting | What it says | Example |
/// |---|---|---|
/// | `crate` | Where the crate user-events is found, if not at `::user_events`. | `#[partition_key(crate = platform::user_events)]` |
#[proc_macro_derive(PartitionKey, attributes(partition_key))]
pub fn derive_partition_key(input: TokenStream) -> TokenStream {
    partition_key::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Lets handlers take each field of a consumer's state on its own, as a clone: `State(mailer): State<Mailer>`.
///
/// The fields' types differ from each other.
///
/// | Setting | What it says | Example |
/// |---|---|---|
/// | `skip` | Before a field: handlers cannot take it. | `#[from_ref(skip)]` |
/// | `crate` | Before the struct: where the crate user-events is found, if not at `::user_events`. | `#[from_ref(crate = platform::user_events)]` |
#[proc_macro_derive(FromRef, attributes(from_ref))]
pub fn derive_from_ref(input: TokenStream) -> TokenStream {
    from_ref::derive(&parse_macro_input!(input as DeriveInput)).into()
}
