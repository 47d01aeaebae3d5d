//! [`mend`]: the properties of a message.

use super::Mended;
use super::table::{self, Rewrite};

/// Class, weight and body size, which come before the properties.
pub(super) const FIXED: usize = 2 + 2 + 8;

/// The bits that say which properties follow.
pub(super) const FLAGS: usize = 2;

/// What a property consists of.
#[derive(Clone, Copy)]
enum Property {
    Text,
    Table,
    Octets(usize),
}

/// The properties of class `basic`, from the highest flag on.
const PROPERTIES: [Property; 14] = {
    use Property::{Octets, Table, Text};
    [
        Text,      // content-type
        Text,      // content-encoding
        Table,     // headers
        Octets(1), // delivery-mode
        Octets(1), // priority
        Text,      // correlation-id
        Text,      // reply-to
        Text,      // expiration
        Text,      // message-id
        Octets(8), // timestamp
        Text,      // type
        Text,      // user-id
        Text,      // app-id
        Text,      // cluster-id
    ]
};

/// Changes the payload of a content header to what can be read, within `room` bytes. Says how long
/// it is now.
///
/// - A byte of a text that is not UTF-8 becomes a [substitute](super::text::SUBSTITUTE).
/// - A table or array below [the deepest level](table::DEEPEST) becomes a byte array.
/// - An entry that cannot be read is left out with the rest of its table or array, a property with
///   those behind it.
/// - Where that is still too large, the largest headers are left out.
pub(super) fn mend(payload: &mut [u8], room: usize) -> (usize, Mended) {
    let Some(&[high, low]) = payload.get(FIXED..).and_then(<[u8]>::first_chunk::<FLAGS>) else {
        return (payload.len(), Mended::default());
    };
    let mut flags = u16::from_be_bytes([high, low]);
    let mut headers = None;
    let mut is_cut = false;
    let mut rewrite = Rewrite::new(&mut payload[FIXED + FLAGS..]);
    for (property, flag) in PROPERTIES.into_iter().zip((0..16).rev().map(|bit| 1 << bit)) {
        if flags & flag == 0 {
            continue;
        }
        let start = rewrite.written();
        let kept = match property {
            Property::Text => rewrite.text(),
            Property::Octets(count) => rewrite.keep(count),
            Property::Table => rewrite.table().inspect(|()| headers = Some(start..rewrite.written())),
        };
        if kept.is_none() {
            // With all behind it.
            flags &= !(flag | (flag - 1));
            is_cut = true;
            break;
        }
    }
    if is_cut || !rewrite.is_read() {
        rewrite.mended.unreadable += 1;
    }
    let (mut length, mut mended) = (FIXED + FLAGS + rewrite.written(), rewrite.mended);
    payload[FIXED..FIXED + FLAGS].copy_from_slice(&flags.to_be_bytes());
    if let Some(headers) = headers.filter(|_| length > room) {
        let (start, end) = (FIXED + FLAGS + headers.start, FIXED + FLAGS + headers.end);
        let (shrunk, left_out) = table::shrink(&mut payload[start..end], length - room);
        payload.copy_within(end..length, start + shrunk);
        length -= end - start - shrunk;
        mended.left_out = left_out;
    }
    (length, mended)
}
