//! [`Shown`]: a text that somebody else chose, as it may stand in a log line.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// A longer text is cut here: the names and ids of AMQP have at most 255 bytes.
const MAX: usize = 256;
/// What says that a text was cut.
const CUT: char = '…';

/// A text that somebody else chose, as it may stand in a log line or an error: an id, a name, a reason.
///
/// Line breaks, control characters (a terminal's escape sequences begin with one), characters
/// that are not seen or turn the direction of writing, and the backslash are written as Rust
/// writes them in a literal, so that a message cannot forge a line or drive a terminal. What is
/// longer than the bound ends in `…`. A text that needs neither is borrowed as it is.
///
/// ```
/// use user_events_core::Shown;
///
/// assert_eq!(&*Shown::new("msg-f47ac10b"), "msg-f47ac10b");
/// assert_eq!(&*Shown::new("1\n2023-10-28 INFO all is well"), "1\\n2023-10-28 INFO all is well");
/// assert_eq!(&*Shown::new("\u{1b}[2J"), "\\u{1b}[2J");
/// assert_eq!(&*Shown::up_to("a long story", 6), "a long…");
/// ```
#[derive(Clone)]
pub struct Shown<'a>(Cow<'a, str>);

impl<'a> Shown<'a> {
    /// At most 256 bytes of the text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self::up_to(text, MAX)
    }

    /// At most `max` bytes of the text, counted as they are shown.
    #[must_use]
    pub fn up_to(text: &'a str, max: usize) -> Self {
        if text.len() <= max && text.chars().all(stands_for_itself) {
            return Self(Cow::Borrowed(text));
        }
        let mut shown = String::with_capacity(text.len().min(max) + CUT.len_utf8());
        for c in text.chars() {
            let before = shown.len();
            if stands_for_itself(c) {
                shown.push(c);
            } else {
                shown.extend(c.escape_debug());
            }
            if shown.len() > max {
                shown.truncate(before);
                shown.push(CUT);
                break;
            }
        }
        Self(Cow::Owned(shown))
    }

    /// Whether a character is seen where it is printed, and nothing else happens: it breaks no line, no terminal
    /// acts on it, and it does not turn the direction of writing. For those who escape in another way than `Shown`.
    ///
    /// ```
    /// use user_events_core::Shown;
    ///
    /// assert!("größer \\ 質問 🦀".chars().all(Shown::is_harmless));
    /// assert!(!"\n\t\u{1b}\u{9b}\u{202e}\u{200b}".chars().any(Shown::is_harmless));
    /// ```
    #[must_use]
    pub fn is_harmless(c: char) -> bool {
        // Rust escapes what is not seen, or turns the direction of writing; beyond ASCII, nothing else.
        matches!(c, ' '..='~') || c >= '\u{a0}' && c.escape_debug().len() == 1
    }
}

/// Whether a character is shown as it is. Quotes are: who quotes a text escapes them. The backslash is not, so that
/// an escape that came is told from one that was made here.
fn stands_for_itself(c: char) -> bool {
    c != '\\' && Shown::is_harmless(c)
}

impl Deref for Shown<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_harmless_is_borrowed() {
        for text in ["", "msg-1", "user.registered.v1", "a 'quoted' \"text\"", "größer 質問 🦀", &"x".repeat(MAX)]
        {
            let shown = Shown::new(text);
            assert!(matches!(shown.0, Cow::Borrowed(_)), "{shown}");
            assert_eq!(&*shown, text);
        }
    }

    #[test]
    fn nothing_is_left_that_breaks_a_line_or_drives_a_terminal() {
        for (text, shown) in [
            ("a\nb\r\n", r"a\nb\r\n"),
            ("\0\t\u{7f}", r"\0\t\u{7f}"),
            ("\u{1b}]0;title\u{7}", r"\u{1b}]0;title\u{7}"),
            // One character that begins a sequence, where a terminal reads eight bits.
            ("\u{9b}31m", r"\u{9b}31m"),
            ("\u{85}\u{2028}\u{2029}", r"\u{85}\u{2028}\u{2029}"),
            ("\u{202e}gpj\u{2066}", r"\u{202e}gpj\u{2066}"),
            ("a\u{200b}b\u{feff}", r"a\u{200b}b\u{feff}"),
            // An escape that was sent is told from one that was made here.
            (r"a\nb", r"a\\nb"),
        ] {
            assert_eq!(&*Shown::new(text), shown);
        }
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters_as_they_are_shown() {
        assert_eq!(&*Shown::new(&"x".repeat(10_000_000)), "x".repeat(MAX) + "…");
        assert_eq!(&*Shown::up_to("ééé", 5), "éé…");
        assert_eq!(&*Shown::up_to("a\u{1}b", 3), "a…");
        assert_eq!(&*Shown::up_to("a", 0), "…");
        let escapes = "\u{1}".repeat(MAX);
        assert!(Shown::new(&escapes).len() <= MAX + CUT.len_utf8());
    }
}
