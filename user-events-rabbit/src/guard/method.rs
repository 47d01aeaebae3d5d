//! [`mend`]: the methods in which a text of somebody else's choice comes.

use super::{Mended, text};

/// The longest method that is looked at: `basic.deliver`, all its texts as long as they can be.
pub(super) const LONGEST: usize = 4 + 256 + 9 + 256 + 256;

/// What a method consists of.
enum Field {
    /// So many bytes of numbers and bits.
    Octets(usize),
    Text,
}

/// The fields of the methods that carry a publisher's exchange and routing key, or a text of the
/// broker that may quote anything, or be cut within a character.
const fn fields(class: u16, method: u16) -> &'static [Field] {
    use Field::{Octets, Text};
    match (class, method) {
        // connection.close, channel.close
        (10, 50) | (20, 40) => &[Octets(2), Text],
        // basic.return
        (60, 50) => &[Octets(2), Text, Text, Text],
        // basic.deliver
        (60, 60) => &[Text, Octets(8 + 1), Text, Text],
        // basic.get-ok
        (60, 71) => &[Octets(8 + 1), Text, Text],
        _ => &[],
    }
}

/// Makes the texts of a method's payload UTF-8.
pub(super) fn mend(payload: &mut [u8]) -> Mended {
    let mut mended = Mended::default();
    let Some((&mut [class, class2, method, method2], mut rest)) = payload.split_first_chunk_mut() else {
        return mended;
    };
    for field in fields(u16::from_be_bytes([class, class2]), u16::from_be_bytes([method, method2])) {
        let length = match field {
            Field::Octets(length) => *length,
            Field::Text => 1 + rest.first().map_or(0, |length| usize::from(*length)),
        };
        let Some((value, after)) = rest.split_at_mut_checked(length) else { break };
        if matches!(field, Field::Text) && text::mend(&mut value[1..]) {
            mended.texts += 1;
        }
        rest = after;
    }
    mended
}
