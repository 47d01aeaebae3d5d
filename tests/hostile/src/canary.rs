//! Values that nothing may show, and the search for them in every form in which they could leak.

use std::sync::LazyLock;

/// A text in payloads.
pub const PAYLOAD: &str = "CanaryPayload";
/// A number in payloads.
pub const NUMBER: &str = "41114111";
/// A header's value.
pub const HEADER: &str = "CanaryHeader";
/// A partition key, in bodies and in the header.
pub const KEY: &str = "CanaryKey";

/// The canary that the text shows, and the form in which it does.
#[must_use]
pub fn found_in(text: &str) -> Option<(&'static str, &'static str)> {
    static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| [PAYLOAD, NUMBER, HEADER, KEY].map(forms).concat());
    let lower = text.to_ascii_lowercase();
    let found =
        FORMS.iter().find(|form| if form.exact { text.contains(&form.shown) } else { lower.contains(&form.shown) });
    found.map(|form| (form.canary, form.name))
}

/// One way to show a canary.
#[derive(Clone)]
struct Form {
    canary: &'static str,
    name: &'static str,
    shown: String,
    /// Whether upper and lower case are told apart.
    exact: bool,
}

fn forms(canary: &'static str) -> Vec<Form> {
    let bytes = |separator: &str, show: fn(u8) -> String| canary.bytes().map(show).collect::<Vec<_>>().join(separator);
    let mut shown = vec![
        ("text", canary.to_ascii_lowercase()),
        ("backwards", canary.to_ascii_lowercase().chars().rev().collect()),
        ("hexadecimal", bytes("", |byte| format!("{byte:02x}"))),
        ("hexadecimal", bytes(" ", |byte| format!("{byte:02x}"))),
        ("hexadecimal", bytes(", ", |byte| format!("{byte:02x}"))),
        ("hexadecimal", bytes(", ", |byte| format!("0x{byte:02x}"))),
        ("escaped as in Rust", bytes("", |byte| format!("\\u{{{byte:x}}}"))),
        ("escaped as bytes", bytes("", |byte| format!("\\x{byte:02x}"))),
        ("escaped as in JSON", bytes("", |byte| format!("\\u{byte:04x}"))),
        ("percent-encoded", bytes("", |byte| format!("%{byte:02x}"))),
        ("decimal", bytes(", ", |byte| byte.to_string())),
        ("decimal", bytes(",", |byte| byte.to_string())),
        ("decimal", bytes(" ", |byte| byte.to_string())),
    ];
    // What stands before it decides which of three forms base64 gives it.
    shown.extend((0..3).map(|before| (BASE64, base64(canary.as_bytes(), before))));
    shown.into_iter().map(|(name, shown)| Form { canary, name, shown, exact: name == BASE64 }).collect()
}

const BASE64: &str = "base64";

/// What base64 makes of these bytes behind `before` others, without the ends that hold others' bits.
fn base64(bytes: &[u8], before: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let skipped = (6 - before * 8 % 6) % 6;
    bits[skipped..]
        .chunks_exact(6)
        .map(|digit| DIGITS[usize::from(digit.iter().fold(0, |digit, bit| digit << 1 | bit))] as char)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found() {
        for shown in [
            "a CanaryPayload b",
            "canarypayload",
            "[67, 97, 110, 97, 114, 121, 75, 101, 121]",
            "43616E617279486561646572",
            r"\u0043\u0061\u006e\u0061\u0072\u0079\u004b\u0065\u0079",
            "amount 41114111.5",
            // `CanaryPayload` behind nothing, `x`, `xy`.
            "Q2FuYXJ5UGF5bG9hZA==",
            "eENhbmFyeVBheWxvYWQ=",
            "eHlDYW5hcnlQYXlsb2Fk",
        ] {
            assert!(found_in(shown).is_some(), "{shown}");
        }
        assert_eq!(found_in("a Canary in a mine, 4111 4111"), None);
    }
}
