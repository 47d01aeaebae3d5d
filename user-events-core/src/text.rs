//! [`Text`]: the short immutable string that ids, keys and names travel in.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// How many bytes are kept without an allocation: a UUID in text form has 36.
const INLINE: usize = 38;
/// Debug output shows so many bytes: a text from a message can have any length.
const DEBUG: usize = 256;

/// A short immutable string: a message id, an exchange, a routing key.
///
/// Names written in the source cost nothing, up to 38 bytes (a UUID has 36) lie inline, and
/// anything longer is shared, so that cloning never copies more than that. A publish
/// therefore needs no allocation for its ids and names.
///
/// Debug output is escaped and cut. Display gives the text as it is: in a log line or an error, a
/// text that came with a message is written as [`Shown`](crate::Shown).
///
/// ```
/// use user_events_core::Text;
///
/// let exchange = Text::from_static("user.events");
/// let id = Text::from("7f1c4e0a-9f63-4c6b-8a43-0e6f1f0a2b11");
/// assert_eq!(exchange, "user.events");
/// assert_eq!(id.len(), 36);
/// ```
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Static(&'static str),
    Inline { len: u8, bytes: [u8; INLINE] },
    Shared(Arc<str>),
}

impl Text {
    /// A text that lives as long as the program.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(Repr::Static(text))
    }

    /// Its length in bytes.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Static(text) => text.len(),
            Repr::Inline { len, .. } => usize::from(*len),
            Repr::Shared(text) => text.len(),
        }
    }

    /// Whether it is empty.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Without the check of UTF-8 that a `&str` takes.
    #[inline]
    fn bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Static(text) => text.as_bytes(),
            Repr::Inline { len, bytes } => &bytes[..usize::from(*len)],
            Repr::Shared(text) => text.as_bytes(),
        }
    }

    /// The text itself.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Static(text) => text,
            Repr::Inline { len, bytes } => std::str::from_utf8(&bytes[..usize::from(*len)]).unwrap_or_default(),
            Repr::Shared(text) => text,
        }
    }

    /// The text of anything that can be displayed, without an allocation when it is short.
    #[must_use]
    pub fn display(value: impl fmt::Display) -> Self {
        use fmt::Write as _;
        let mut writer = InlineWriter { len: 0, bytes: [0; INLINE], overflow: String::new() };
        // Writing into memory fails only if the value's own Display does; what was written by then is kept.
        let _ = write!(writer, "{value}");
        if writer.overflow.is_empty() {
            Self(Repr::Inline { len: writer.len, bytes: writer.bytes })
        } else {
            Self(Repr::Shared(writer.overflow.into()))
        }
    }
}

/// Fills the inline bytes and moves to the heap with the first byte too many.
struct InlineWriter {
    len: u8,
    bytes: [u8; INLINE],
    overflow: String,
}

impl fmt::Write for InlineWriter {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let start = usize::from(self.len);
        if self.overflow.is_empty() {
            if let Some(free) = self.bytes.get_mut(start..start + part.len()) {
                free.copy_from_slice(part.as_bytes());
                self.len += part.len() as u8;
                return Ok(());
            }
            let written = std::str::from_utf8(&self.bytes[..start]).unwrap_or_default();
            self.overflow.push_str(written);
        }
        self.overflow.push_str(part);
        Ok(())
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from_static("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut bytes = [0; INLINE];
        match bytes.get_mut(..text.len()) {
            Some(start) => {
                start.copy_from_slice(text.as_bytes());
                Self(Repr::Inline { len: text.len() as u8, bytes })
            }
            None => Self(Repr::Shared(text.into())),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        if text.len() <= INLINE { Self::from(text.as_str()) } else { Self(Repr::Shared(text.into())) }
    }
}

impl From<uuid::Uuid> for Text {
    fn from(id: uuid::Uuid) -> Self {
        Self::from(&*id.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.bytes() == other.as_bytes()
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.as_str();
        if text.len() <= DEBUG {
            return fmt::Debug::fmt(text, f);
        }
        let end = (0..=DEBUG).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        write!(f, "{:?}…", &text[..end])
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl Visitor<'_> for TextVisitor {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(text.into())
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Text, E> {
                Ok(text.into())
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_text_however_it_is_kept() {
        for length in [0, 1, 36, INLINE, INLINE + 1, 300] {
            let text = "é".repeat(length / 2) + &"x".repeat(length % 2);
            assert_eq!(Text::from(text.as_str()), text.as_str());
            assert_eq!(Text::display(&text), text.as_str());
            assert_eq!(Text::from(text.clone()), Text::from(text.as_str()));
        }
        assert_eq!(Text::from_static("a"), Text::from("a"));
    }

    #[test]
    fn debug_output_is_escaped_and_cut() {
        assert_eq!(format!("{:?}", Text::from("a\n\u{1b}")), r#""a\n\u{1b}""#);
        assert_eq!(format!("{:?}", Text::from("x".repeat(DEBUG))), format!("{:?}", "x".repeat(DEBUG)));
        assert_eq!(format!("{:?}", Text::from("é".repeat(DEBUG))), format!("{:?}…", "é".repeat(DEBUG / 2)));
    }

    #[test]
    fn moves_to_the_heap_between_two_parts() {
        let text = Text::display(format_args!("{}{}", "a".repeat(30), "b".repeat(30)));
        assert_eq!(text, Text::from("a".repeat(30) + &"b".repeat(30)));
    }
}
