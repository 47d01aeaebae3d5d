//! What generated code names. Not for people, and not held to any version's promise.

pub use core::clone::Clone;
pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};

pub use crate::envelope::decode as decode_payload;
pub use crate::{
    Alias, Consumable, DecodeError, DomainEvent, EventMeta, FromRef, InboundMessage, Key, PartitionKey, Publishable,
    StandardMessage,
};

/// Fails the build when two events of a set could not be told apart.
#[track_caller]
pub const fn assert_distinct(events: &[&EventMeta]) {
    let mut first = 0;
    while first < events.len() {
        let mut second = first + 1;
        while second < events.len() {
            let (one, other) = (events[first], events[second]);
            assert!(!one.same(other), "two events of this set have the same type and version");
            assert!(
                !crate::event::text_eq(one.message_type, other.message_type),
                "two events of this set share a message type: a message could not be told apart"
            );
            second += 1;
        }
        first += 1;
    }
}
