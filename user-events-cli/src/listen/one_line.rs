//! [`one_line`]: JSON on one line, harmless to a terminal.

use std::fmt::Write as _;

use user_events_core::Shown;

/// The same JSON without blanks between its parts, and with every character that a terminal would
/// act on, or not show, escaped.
pub(super) fn one_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    let (mut in_text, mut escaped) = (false, false);
    for c in json.chars() {
        if !in_text && c.is_ascii_whitespace() {
            continue;
        }
        in_text ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        push(&mut line, c);
    }
    line
}

/// Any other text, as a JSON text.
pub(super) fn quoted(text: &str) -> String {
    // A text always has a JSON text.
    one_line(&serde_json::to_string(text).unwrap_or_default())
}

fn push(line: &mut String, c: char) {
    if Shown::is_harmless(c) {
        line.push(c);
    } else {
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String does not fail.
            let _ = write!(line, "\\u{unit:04x}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blanks_between_the_parts_are_left_out() {
        let json = "{ \"a b\" : [ 1 ,\n\t\"c \\\" d\\\\\" , 123456789012345678901234567890 ] }";
        assert_eq!(one_line(json), r#"{"a b":[1,"c \" d\\",123456789012345678901234567890]}"#);
    }

    #[test]
    fn what_a_terminal_acts_on_is_escaped_and_stays_the_same_text() {
        let text = "\u{1b}[2J \u{9b}31m \u{7f} \u{202e}x \u{e0001} größe 🦀";
        let line = quoted(text);
        assert_eq!(line, r#""\u001b[2J \u009b31m \u007f \u202ex \udb40\udc01 größe 🦀""#);
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
        assert_eq!(one_line("\"\u{9b}\""), r#""\u009b""#);
    }
}
