//! Derive macros of user-events, documented for users where that crate re-exports them.

#![forbid(unsafe_code)]

mod adapter;
mod assertion;
mod attr;
mod case;
mod event;
mod fallback;
mod from_ref;
mod js_integer;
mod local_hash;
mod lock;
mod mistakes;
mod model;
mod partition_key;
mod private;
mod schema;
mod serde_attr;
mod set;
mod shape;
mod span;
mod suggest;
mod types;
mod upcasts;
mod valid;
mod view;

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
/// | `upcasts` | The struct of the version before. Its messages are consumed, too, as `impl Upcast` says, and so are those that it upcasts. | `upcasts = UserRegisteredV1` |
/// | `allow(js_integer)` | Integers over 2^53, which JavaScript reads wrong, are meant. Also before a field. | `allow(js_integer)` |
/// | `opaque` | The payload is compared by this name alone: for one that implements serde's traits by hand. | `opaque = "audit@1"` |
/// | `floor` | The oldest version that is still read: those before it are retired. On the newest version's struct. | `floor = 2` |
/// | `lock` | The file that says what was published, if not `events.lock/<type>/v<version>.json`. Relative to the crate's `Cargo.toml`. | `lock = "locks/user-registered.json"` |
/// | `sample` | A payload for the lock's samples, where none can be made up because a type accepts some values only. | `sample = r#"{"email": "ada@example.com"}"#` |
/// | `allow(…)` | Accepts what is warned of: `unlocked`, that the event is missing from the crate's locks; `js_integer`, that it has integers which JavaScript cannot read exactly. | `allow(unlocked)` |
/// | `crate` | Where the crate user-events is found, if not at `::user_events`. | `crate = platform::user_events` |
///
/// The type `UserRegistered` in version 1 is announced as `UserRegistered.v1` under the routing key
/// `user.registered.v1`. A run of capitals is one word (`MFAStatusChanged` gives `mfa.status.changed.v1`) and a digit
/// belongs to the word before it (`Oauth2LinkAdded` gives `oauth2.link.added.v1`).
///
/// What the payload looks like in JSON is read from serde's attributes. The types of its fields derive `EventSchema`;
/// the settings before a field that stand in for those that cannot are described there.
#[proc_macro_derive(DomainEvent, attributes(event))]
pub fn derive_domain_event(input: TokenStream) -> TokenStream {
    event::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Tells the compiler what a type looks like in JSON, so that a published event that contains it cannot change unseen.
///
/// It stands beside serde's `Serialize` and `Deserialize` and reads serde's attributes, all of them. An event itself needs
/// no such derive: `DomainEvent` includes it. The settings say what serde's attributes do not:
///
/// | Setting | Before | What it says | Example |
/// |---|---|---|---|
/// | `schema` | a field | It is written and read as this type is: for `#[serde(with = "…")]` and types of other crates. | `#[event(schema = String)]` |
/// | `opaque` | a field, a type | It is compared by this name alone: change the name when the JSON changes. Before a type it is for one that implements serde's traits by hand. | `#[event(opaque = "money@1")]` |
/// | `allow(js_integer)` | a field, a type | Integers over 2^53, which JavaScript reads wrong, are meant. | `#[event(allow(js_integer))]` |
/// | `allow(no_catch_all)` | an enum | It is `open`, and refuses what it does not know nevertheless. | `#[event(open, allow(no_catch_all))]` |
/// | `open` | an enum | Its readers expect variants that they do not know, by `#[serde(other)]`. | `#[event(open)]` |
/// | `crate` | a type | Where the crate user-events is found, if not at `::user_events`. | `#[event(crate = platform::user_events)]` |
///
/// A field with only `serialize_with`, or only `deserialize_with`, is compared as `schema` or `opaque` on that side, and
/// as its own type on the other. Types may have generic parameters and may contain themselves.
#[proc_macro_derive(EventSchema, attributes(event, serde))]
pub fn derive_event_schema(input: TokenStream) -> TokenStream {
    schema::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum of events one thing to consume: a handler takes whichever of them arrives.
///
/// Each variant holds one event, as in `Registered(UserRegistered)`, a view of one, or another set. Two events of a set
/// differ in type or version, and in every message type; an event stands for the versions that it upcasts, too. A `match`
/// on the set names every event: who adds one is told where it is not handled yet.
///
/// What is bound to the consumer's queue and of a type that none of its handlers takes is dead-lettered, as
/// `unknown_type`. A set with a variant for such messages takes them instead, one set in each consumer: what came through
/// a binding that an older deployment left behind, or under one event's routing key as another. A message that says no
/// type, or is no envelope, is dead-lettered in any case.
///
/// | Setting | What it says | Example |
/// |---|---|---|
/// | `other` | Before a variant: it takes messages of types that no handler of the consumer takes. It holds an `UnknownEvent`, or nothing. | `#[event(other)] Other(UnknownEvent)` |
/// | `crate` | Where the crate user-events is found, if not at `::user_events`. | `#[event(crate = platform::user_events)]` |
#[proc_macro_derive(EventSet, attributes(event))]
pub fn derive_event_set(input: TokenStream) -> TokenStream {
    set::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a consumer's own struct, with those fields of an event that it needs, a view of that event: a handler takes it
/// in place of the event.
///
/// The struct implements serde's `Deserialize`. The compiler holds it to everything that the producer has published: a
/// field that may be absent, is called otherwise or has another type does not compile, and neither does an optional
/// field that no producer writes. A view is consumed and not published.
///
/// | Setting | What it says | Example |
/// |---|---|---|
/// | `of` | The producer's struct, of this or another crate. | `of = UserRegistered` |
/// | `version` | The oldest version that the view reads: that of the struct, or one that it upcasts. Without it, all of these. A view reads older versions as they are, without upcasting. | `version = 1` |
/// | `lock` | In place of `of`, where there is no such struct: a lock of the producer's that was copied into this crate. It says type and version. | `lock = "vendor/UserRegistered/v1.json"` |
/// | `exchange` | With `lock`: where the event is published. | `exchange = "user.events"` |
/// | `routing_key` | With `lock`: the whole routing key, if not the words of the type and `.v<version>`. | `routing_key = "user.registered"` |
/// | `message_type` | With `lock`: the name in the envelope, if not `<type>.v<version>`. | `message_type = "UserRegisteredEvent"` |
/// | `alias(…)` | With `lock`: other names, as for `DomainEvent`. | `alias(message_type = "UserCreated")` |
/// | `dialect` | With `lock`: an envelope that it is read in beside the standard's. | `dialect = Dialect::EVENT_DATA` |
/// | `crate` | Where the crate user-events is found, if not at `::user_events`. | `crate = platform::user_events` |
///
/// Fields take the settings of `EventSchema`: `#[event(schema = String)]`, `#[event(opaque = "money@1")]`.
#[proc_macro_derive(EventView, attributes(view, event, serde))]
pub fn derive_event_view(input: TokenStream) -> TokenStream {
    view::derive(&parse_macro_input!(input as DeriveInput)).into()
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
