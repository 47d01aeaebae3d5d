//! [`mend`]: short strings are UTF-8.

/// What stands for a byte that cannot be read: ASCII's own character for that (SUB, "substitute").
/// No text that a person writes has it, so that a mended id is not another's, and it is one byte,
/// so that everything stays where it is.
pub(super) const SUBSTITUTE: u8 = 0x1a;

/// Replaces each byte that is not UTF-8. Says whether there was one.
pub(super) fn mend(text: &mut [u8]) -> bool {
    let mut good = 0;
    while let Err(error) = std::str::from_utf8(&text[good..]) {
        let bad = good + error.valid_up_to();
        let end = error.error_len().map_or(text.len(), |length| bad + length);
        text[bad..end].fill(SUBSTITUTE);
        good = end;
    }
    good > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf_8_is_replaced_byte_by_byte() {
        for (came, shown) in [
            (&b""[..], &b""[..]),
            ("grüße, 世界".as_bytes(), "grüße, 世界".as_bytes()),
            (b"\xff", b"\x1a"),
            (b"caf\xe9 au lait", b"caf\x1a au lait"),
            (b"\xc0\xaf\xed\xa0\x80!", b"\x1a\x1a\x1a\x1a\x1a!"),
            (b"cut \xe4\xb8", b"cut \x1a\x1a"),
        ] {
            let mut text = came.to_vec();
            assert_eq!(mend(&mut text), came != shown);
            assert_eq!(text, shown);
        }
    }
}
