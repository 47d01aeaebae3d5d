//! Topic patterns, against the shortest matcher that can be written.

use user_events_core::{TopicPattern, pattern::words};

pub(crate) fn run(data: &[u8]) {
    // Longer ones exist nowhere: both are short strings.
    let (pattern, key) = data.split_at(data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len()));
    let text = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(255)]).into_owned();
    let (pattern, key) = (text(pattern), text(key.strip_prefix(b"\n").unwrap_or_default()));
    let words = |text| words(text).collect::<Vec<_>>();
    let expected = naive(&words(&pattern), &words(&key));
    assert_eq!(TopicPattern::from(pattern.as_str()).matches(&key), expected, "`{pattern}` and `{key}`");
}

/// Which ends of the key each part of the pattern can reach.
fn naive(pattern: &[&str], key: &[&str]) -> bool {
    let mut reached = vec![false; key.len() + 1];
    reached[0] = true;
    for word in pattern {
        let mut next = vec![false; key.len() + 1];
        for at in 0..=key.len() {
            if !reached[at] {
                continue;
            }
            match *word {
                "#" => next[at..].fill(true),
                "*" if at < key.len() => next[at + 1] = true,
                word if key.get(at) == Some(&word) => next[at + 1] = true,
                _ => {}
            }
        }
        reached = next;
    }
    reached[key.len()]
}
