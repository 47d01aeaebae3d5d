//! [`Record`], what is known of an event's versions where only its type is at hand: views are held to it.

use user_events_schema::{Revision, Schema};

use crate::{DecodeError, DomainEvent, EventMeta, InboundMessage, Matched, StandardMessage, Upcast};

/// One version of an event, and through it those before.
#[derive(Clone, Copy)]
pub struct Record {
    /// Its identity.
    pub event: &'static EventMeta,
    /// What its struct says; none where there is only a lock.
    pub schema: Option<Schema>,
    /// What was published, by its lock, the oldest first; nothing without one.
    pub revisions: &'static [Revision<'static>],
    /// The version that it upcasts.
    pub previous: Option<&'static Record>,
}

/// An event whose struct is known to the compiler: every one that is derived.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a domain event",
    label = "not a domain event",
    note = "derive it: `#[derive(Serialize, Deserialize, DomainEvent)]` with `#[event(type = \"…\", version = 1)]`"
)]
pub trait Recorded: DomainEvent {
    /// Its versions.
    const RECORD: &'static Record;

    /// Decodes a message of this version, or of an older one, and makes it one of the version after.
    ///
    /// # Errors
    ///
    /// As [`Consumable::decode`](crate::Consumable::decode).
    fn decode_older<New: Upcast<Self>>(
        message: &InboundMessage,
        matched: Matched<'_>,
    ) -> Result<StandardMessage<New>, DecodeError> {
        Ok(Self::decode(message, matched)?.map_payload(New::upcast))
    }
}
