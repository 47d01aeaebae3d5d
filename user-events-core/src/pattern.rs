//! [`TopicPattern`]: which routing keys a binding matches.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Text;

/// A topic pattern: words joined by dots, where `*` stands for one word and `#` for any number
/// of words, none included, anywhere in the pattern.
///
/// The rule is RabbitMQ's ([topic exchanges](https://www.rabbitmq.com/tutorials/tutorial-five-python)),
/// down to its corners: the empty key has no word, and between two dots there is an empty one.
///
/// ```
/// use user_events_core::TopicPattern;
///
/// let pattern = TopicPattern::from("user.#.v1");
/// assert!(pattern.matches("user.v1"));
/// assert!(pattern.matches("user.profile.updated.v1"));
/// assert!(!pattern.matches("user.registered.v2"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TopicPattern(Text);

impl TopicPattern {
    /// The pattern as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the routing key matches.
    #[must_use]
    pub fn matches(&self, routing_key: &str) -> bool {
        // The classic walk with one way back: on a mismatch the last `#` takes one word more.
        let mut pattern = words(&self.0);
        let mut key = words(routing_key);
        let mut last_hash = None;
        loop {
            let from = key.clone();
            match (pattern.next(), key.next()) {
                (Some("#"), _) => {
                    key = from.clone();
                    last_hash = Some((pattern.clone(), from));
                    continue;
                }
                (None, None) => return true,
                (Some("*"), Some(_)) => continue,
                (Some(expected), Some(found)) if expected == found => continue,
                _ => {}
            }
            let Some((after_hash, from)) = &mut last_hash else { return false };
            if from.next().is_none() {
                return false;
            }
            (pattern, key) = (after_hash.clone(), from.clone());
        }
    }
}

/// The words of a pattern or routing key, as RabbitMQ splits them: none in an empty text.
pub fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split('.').take(if text.is_empty() { 0 } else { usize::MAX })
}

impl From<&str> for TopicPattern {
    fn from(pattern: &str) -> Self {
        Self(pattern.into())
    }
}

impl From<Text> for TopicPattern {
    fn from(pattern: Text) -> Self {
        Self(pattern)
    }
}

impl fmt::Display for TopicPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners() {
        for (pattern, key, expected) in [
            ("", "", true),
            ("#", "", true),
            ("*", "", false),
            ("*", "a", true),
            ("*.*", ".", true),
            ("#.#", "a", true),
            ("a.#.b", "a.b", true),
            ("a.#.b", "a.x.b.y.b", true),
            ("a.#.b", "a.x.b.y", false),
            ("#.*.#", "", false),
            ("a.*.#", "a.", true),
            ("a*", "ab", false),
        ] {
            assert_eq!(TopicPattern::from(pattern).matches(key), expected, "{pattern} / {key}");
        }
    }
}
