//! What generated code names. Not for people, and not held to any version's promise.

pub use core::clone::Clone;
pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};

use serde::de::DeserializeOwned;

pub use user_events_schema::check::{Check, broken_field, refuse};
pub use user_events_schema::dump::Dump;
pub use user_events_schema::{
    Absent, Descriptor, Element, Enum, Field, Omitted, Payload, Representation, Revision, Scalar, Schema, Struct,
    Variant, type_id,
};

use crate::envelope::Recognised;
use crate::event::text_eq;
pub use crate::golden::assert_golden;
pub use crate::record::{Record, Recorded};
pub use crate::schema::adapter;
pub use crate::view::{assert_view, assert_view_version, count_writers};
pub use crate::{
    Alias, Consumable, DecodeError, Dialect, DomainEvent, EventMeta, EventSchema, FromRef, InboundMessage, Key,
    Matched, PartitionKey, Publishable, ReadOther, StandardMessage, UnknownEvent, Upcast,
};

/// Makes the compiler say what an event is.
///
/// # Panics
///
/// Always: the text is the error's.
#[track_caller]
pub const fn dump(dump: &Dump<'_>) {
    let text = dump.text();
    panic!("{}", text.as_str())
}

/// [`decode`](crate::envelope::decode) with a bound that explains itself.
pub fn decode_payload<T: crate::Payload>(
    message: &InboundMessage,
    matched: Matched<'_>,
) -> Result<StandardMessage<T>, DecodeError> {
    crate::envelope::decode(message, matched)
}

/// [`decode_payload`] for who only reads.
pub fn decode_view<T: View>(message: &InboundMessage, matched: Matched<'_>) -> Result<StandardMessage<T>, DecodeError> {
    crate::envelope::decode(message, matched)
}

/// What serde can read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from JSON",
    label = "serde's `Deserialize` is missing",
    note = "write `#[derive(Deserialize, EventView)]`"
)]
pub trait View: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> View for T {}

/// What a set's variant for messages of other types holds.
#[diagnostic::on_unimplemented(
    message = "a variant for messages of other types holds an `UnknownEvent`, not `{Self}`",
    label = "expected `UnknownEvent`"
)]
pub trait OtherPayload: Sized {
    /// Reads it.
    fn read(message: &InboundMessage, recognised: &Recognised<'_>) -> Result<StandardMessage<Self>, DecodeError>;
}

impl OtherPayload for UnknownEvent {
    fn read(message: &InboundMessage, recognised: &Recognised<'_>) -> Result<StandardMessage<Self>, DecodeError> {
        Self::read(message, recognised)
    }
}

/// How many versions a consumer of `newest` reads, if none before `oldest`.
pub const fn count_versions(newest: &'static EventMeta, oldest: u32) -> usize {
    let mut count = 1;
    let mut event = newest;
    while let Some(older) = event.older(oldest) {
        event = older;
        count += 1;
    }
    count
}

/// These versions, newest first.
pub const fn versions<const N: usize>(newest: &'static EventMeta, oldest: u32) -> [&'static EventMeta; N] {
    let mut versions = [newest; N];
    let mut at = 1;
    while at < N {
        if let Some(older) = versions[at - 1].older(oldest) {
            versions[at] = older;
        }
        at += 1;
    }
    versions
}

/// How many events these are.
pub const fn count(members: &[&'static [&'static EventMeta]]) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at < members.len() {
        count += members[at].len();
        at += 1;
    }
    count
}

/// All of these events.
pub const fn concat<const N: usize>(members: &[&'static [&'static EventMeta]]) -> [&'static EventMeta; N] {
    const NONE: &EventMeta = &EventMeta::new("", 0, "", "");
    let mut all = [NONE; N];
    let mut filled = 0;
    let mut at = 0;
    while at < members.len() {
        let mut event = 0;
        while event < members[at].len() {
            all[filled] = members[at][event];
            filled += 1;
            event += 1;
        }
        at += 1;
    }
    all
}

/// Whether this is one of the events.
pub fn accepts(events: &[&EventMeta], event: &EventMeta) -> bool {
    events.iter().any(|accepted| accepted.same(event))
}

/// Fails the build when the member at `at` of a set accepts an event that cannot be told from one that a member before
/// it accepts.
#[track_caller]
pub const fn assert_member(members: &[&[&EventMeta]], at: usize, takes_others: bool) {
    assert!(
        !takes_others,
        "a set inside a set has no variant for messages of other types: move `#[event(other)]` to this set"
    );
    let mut event = 0;
    while event < members[at].len() {
        let mut before = 0;
        while before < at {
            let mut other = 0;
            while other < members[before].len() {
                assert_events_distinct(members[at][event], members[before][other]);
                other += 1;
            }
            before += 1;
        }
        event += 1;
    }
}

#[track_caller]
const fn assert_events_distinct(event: &EventMeta, other: &EventMeta) {
    assert!(
        !event.same(other),
        "another event of this set has the same type and version, or upcasts it: one of them is enough"
    );
    assert!(
        !share_message_type(event, other),
        "another event of this set has the same message type: a message could not be told apart"
    );
}

/// The version that `newest` upcasts, held to what such a version must be: one of these texts is the error.
#[track_caller]
pub const fn assert_previous(newest: &'static EventMeta, older: &'static EventMeta, wrong: PreviousErrors) {
    if older.version == 0 {
        // Its own derive has reported a mistake.
        return;
    }
    assert!(text_eq(newest.event_type, older.event_type), "{}", wrong.event_type);
    assert!(newest.version == older.version.wrapping_add(1), "{}", wrong.version);
    assert!(older.superseded, "{}", wrong.superseded);
    let mut event = newest;
    while let Some(older) = event.older(newest.floor) {
        assert!(!share_message_type(newest, older), "{}", wrong.message_type);
        event = older;
    }
}

/// What is said of a version that is no version to upcast.
#[derive(Clone, Copy)]
pub struct PreviousErrors {
    /// It has another type.
    pub event_type: &'static str,
    /// It is not the version before.
    pub version: &'static str,
    /// It is not marked as superseded.
    pub superseded: &'static str,
    /// It has a message type of the newer version.
    pub message_type: &'static str,
}

const fn share_message_type(one: &EventMeta, other: &EventMeta) -> bool {
    let mut first = 0;
    while first <= one.aliases.len() {
        let mut second = 0;
        while second <= other.aliases.len() {
            if let (Some(one), Some(other)) = (message_type(one, first), message_type(other, second)) {
                if text_eq(one, other) {
                    return true;
                }
            }
            second += 1;
        }
        first += 1;
    }
    false
}

/// The event's own message type, then those of its aliases.
const fn message_type(event: &EventMeta, at: usize) -> Option<&'static str> {
    if at == 0 { Some(event.message_type) } else { event.aliases[at - 1].message_type }
}
