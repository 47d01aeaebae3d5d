//! [`unknown_type`]: what is said of a message type that no handler takes.

use std::cmp::Reverse;

use user_events_core::{Shown, identity};

/// So many of the types that are taken are named.
const NAMED: usize = 5;

/// A longer number is rather somebody's date or id than a version: it is not repeated.
const LARGEST_VERSION_SHOWN: u32 = 9999;

/// The type that was looked for, those that the consumer takes, and what to do where it is one of these.
pub(crate) fn unknown_type(
    written: &str,
    event_version: Option<u32>,
    taken: impl Iterator<Item = &'static str>,
) -> String {
    let version = match event_version {
        Some(version) if version <= LARGEST_VERSION_SHOWN => format!(" in version {version}"),
        None if identity::split(written).is_none() => " (it says no version)".to_owned(),
        _ => String::new(),
    };
    let mut taken: Vec<_> = taken.collect();
    // The likeliest first.
    taken.sort_by_key(|taken| Reverse(beginning(taken, written)));
    let named: Vec<_> = taken.iter().take(NAMED).map(|taken| format!("`{taken}`")).collect();
    let more = match taken.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "no handler takes message type `{}`{version}; this consumer takes {}{more}: if it is one of these under another \
         name, set `message_type = …` in its `#[event(…)]`, or add an `alias`",
        Shown::new(written),
        named.join(", ")
    )
}

/// How many characters both begin with.
fn beginning(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_looked_for_and_what_there_is() {
        let taken = || ["OrderCreatedEvent", "ProductCreated.v1"].into_iter();
        assert_eq!(
            unknown_type("ProductCreated", None, taken()),
            "no handler takes message type `ProductCreated` (it says no version); this consumer takes \
             `ProductCreated.v1`, `OrderCreatedEvent`: if it is one of these under another name, set `message_type = …` \
             in its `#[event(…)]`, or add an `alias`"
        );
        for (written, version, says) in [
            ("ProductCreated", Some(3), "type `ProductCreated` in version 3; "),
            ("ProductCreated", Some(20_231_028), "type `ProductCreated`; "),
            ("ProductCreated.v2", None, "type `ProductCreated.v2`; "),
            ("\u{1b}[2J\n", None, r"type `\u{1b}[2J\n` (it says no version); "),
        ] {
            let text = unknown_type(written, version, taken());
            assert!(text.contains(says), "{text}");
        }
    }

    #[test]
    fn neither_a_long_type_nor_many_types_make_it_long() {
        let taken = ["A.v1", "B.v1", "C.v1", "D.v1", "E.v1", "F.v1", "Order.v1"];
        let text = unknown_type(&"Order".repeat(100_000), None, taken.into_iter());
        assert!(text.contains("this consumer takes `Order.v1`, `A.v1`, `B.v1`, `C.v1`, `D.v1` and 2 more: "), "{text}");
        assert!(text.len() < 1024, "{}", text.len());
    }
}
