//! What the fuzz targets name. Not for people, and not held to any version's promise.

use user_events_core::InboundMessage;

use crate::link::{Incoming, wire};
use crate::properties::decode;

pub use crate::guard::guarded;

/// The message that the payload of a content header shows when it was guarded, parsed as lapin does
/// and decoded.
///
/// None where it would end the connection, which only one can that is too short for any properties.
#[must_use]
pub fn message(content_header: &[u8], frame_max: usize) -> Option<InboundMessage> {
    let size = u32::try_from(content_header.len()).ok()?;
    let frame = [&[2, 0, 1][..], &size.to_be_bytes(), content_header, &[0xce]].concat();
    let shown = guarded(&frame, frame_max);
    let (_, payload) = shown.split_at_checked(7)?;
    let properties = wire::properties(payload.get(12..payload.len().checked_sub(1)?)?)?;
    Some(decode(Incoming {
        tag: 1,
        exchange: wire::ShortString::default(),
        routing_key: wire::ShortString::default(),
        redelivered: true,
        properties,
        body: Vec::new(),
    }))
}
