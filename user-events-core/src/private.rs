//! What generated code names. Not for people, and not held to any version's promise.

pub use core::clone::Clone;
pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};

use crate::event::text_eq;
pub use crate::{
    Alias, Consumable, DecodeError, Dialect, DomainEvent, EventMeta, FromRef, InboundMessage, Key, Matched,
    PartitionKey, Publishable, StandardMessage,
};

/// [`decode`](crate::envelope::decode) with a bound that explains itself.
pub fn decode_payload<T: crate::Payload>(
    message: &InboundMessage,
    matched: Matched<'_>,
) -> Result<StandardMessage<T>, DecodeError> {
    crate::envelope::decode(message, matched)
}

/// Fails the build when the event at `at` cannot be told from one before it in a set.
#[track_caller]
pub const fn assert_distinct(events: &[&EventMeta], at: usize) {
    let event = events[at];
    let mut before = 0;
    while before < at {
        let other = events[before];
        assert!(!event.same(other), "another event of this set has the same type and version");
        assert!(
            !share_message_type(event, other),
            "another event of this set has the same message type: a message could not be told apart"
        );
        before += 1;
    }
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
