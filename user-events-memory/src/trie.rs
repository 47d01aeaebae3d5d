//! [`Trie`]: the topic patterns of an exchange, matched all at once.

use std::collections::HashMap;

use user_events_core::{Text, pattern::words};

/// A set of (pattern, value) pairs that finds the values of all patterns that a key matches.
///
/// The patterns share their beginnings, as words in a tree. A key walks through it word by word
/// and is at several nodes at once: a literal word, `*` and `#` may all take it. So the cost
/// grows with the key and with the patterns that still match, never with the ways in which
/// several `#` could divide the words among them.
#[derive(Debug)]
pub(crate) struct Trie<V> {
    nodes: Vec<Node<V>>,
    free: Vec<usize>,
}

#[derive(Debug)]
struct Node<V> {
    literals: HashMap<Text, usize>,
    star: Option<usize>,
    hash: Option<usize>,
    /// Whether the node was reached by `#`, and so stays where it is with every further word.
    is_hash: bool,
    values: Vec<V>,
}

/// The nodes that a key is at, kept from one key to the next for their memory alone.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    at: Vec<usize>,
    next: Vec<usize>,
}

const ROOT: usize = 0;

impl<V: Copy + PartialEq> Trie<V> {
    pub(crate) fn new() -> Self {
        Self { nodes: vec![Node::new(false)], free: Vec::new() }
    }

    /// Adds a pair; false if it was there.
    pub(crate) fn insert(&mut self, pattern: &str, value: V) -> bool {
        let mut at = ROOT;
        for word in words(pattern) {
            at = match self.nodes[at].child(word) {
                Some(child) => child,
                None => self.grow(at, word),
            };
        }
        let values = &mut self.nodes[at].values;
        let new = !values.contains(&value);
        if new {
            values.push(value);
        }
        new
    }

    /// Takes a pair out, with the nodes that only it needed; false if it was not there.
    #[cfg_attr(not(test), expect(dead_code, reason = "the broker never unbinds; the tests hold that it could"))]
    pub(crate) fn remove(&mut self, pattern: &str, value: V) -> bool {
        let Some(path) = self.path(pattern) else { return false };
        let last = path.last().map_or(ROOT, |&(_, _, child)| child);
        let Some(place) = self.nodes[last].values.iter().position(|held| *held == value) else { return false };
        self.nodes[last].values.swap_remove(place);
        for (parent, word, child) in path.into_iter().rev() {
            if !self.nodes[child].is_bare() {
                break;
            }
            self.nodes[parent].cut(word);
            self.free.push(child);
        }
        true
    }

    /// Whether the pair is there.
    pub(crate) fn contains(&self, pattern: &str, value: V) -> bool {
        self.path(pattern)
            .map(|path| path.last().map_or(ROOT, |&(_, _, child)| child))
            .is_some_and(|last| self.nodes[last].values.contains(&value))
    }

    /// Appends the values of all patterns that match, each value once.
    pub(crate) fn matches(&self, key: &str, walk: &mut Walk, found: &mut Vec<V>) {
        walk.at.clear();
        self.enter(ROOT, &mut walk.at);
        for word in words(key) {
            walk.next.clear();
            for &at in &walk.at {
                let node = &self.nodes[at];
                let stays = node.is_hash.then_some(at);
                for child in [stays, node.literals.get(word).copied(), node.star].into_iter().flatten() {
                    self.enter(child, &mut walk.next);
                }
            }
            std::mem::swap(&mut walk.at, &mut walk.next);
        }
        for value in walk.at.iter().flat_map(|&at| &self.nodes[at].values) {
            if !found.contains(value) {
                found.push(*value);
            }
        }
    }

    /// Puts the key at a node, and at the `#` below it, which may take no word at all.
    fn enter(&self, node: usize, at: &mut Vec<usize>) {
        let mut entered = Some(node);
        while let Some(node) = entered.filter(|node| !at.contains(node)) {
            at.push(node);
            entered = self.nodes[node].hash;
        }
    }

    fn grow(&mut self, parent: usize, word: &str) -> usize {
        let node = Node::new(word == "#");
        let child = match self.free.pop() {
            Some(free) => {
                self.nodes[free] = node;
                free
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() - 1
            }
        };
        match word {
            "*" => self.nodes[parent].star = Some(child),
            "#" => self.nodes[parent].hash = Some(child),
            _ => {
                self.nodes[parent].literals.insert(word.into(), child);
            }
        }
        child
    }

    /// The steps (parent, word, child) to a pattern's node, if it is there.
    fn path<'p>(&self, pattern: &'p str) -> Option<Vec<(usize, &'p str, usize)>> {
        let mut at = ROOT;
        words(pattern)
            .map(|word| {
                let child = self.nodes[at].child(word)?;
                Some((std::mem::replace(&mut at, child), word, child))
            })
            .collect()
    }
}

impl<V> Node<V> {
    fn new(is_hash: bool) -> Self {
        Self { literals: HashMap::new(), star: None, hash: None, is_hash, values: Vec::new() }
    }

    fn child(&self, word: &str) -> Option<usize> {
        match word {
            "*" => self.star,
            "#" => self.hash,
            _ => self.literals.get(word).copied(),
        }
    }

    fn cut(&mut self, word: &str) {
        match word {
            "*" => self.star = None,
            "#" => self.hash = None,
            _ => {
                self.literals.remove(word);
            }
        }
    }

    fn is_bare(&self) -> bool {
        self.values.is_empty() && self.literals.is_empty() && self.star.is_none() && self.hash.is_none()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use user_events_core::TopicPattern;

    use super::*;

    /// What the wildcards mean, said as plainly as possible.
    fn naive(pattern: &[&str], key: &[&str]) -> bool {
        match (pattern.split_first(), key.split_first()) {
            (None, None) => true,
            (Some((&"#", rest)), None) => naive(rest, key),
            (Some((&"#", rest)), Some((_, fewer))) => naive(rest, key) || naive(pattern, fewer),
            (Some((&"*", rest)), Some((_, fewer))) => naive(rest, fewer),
            (Some((word, rest)), Some((found, fewer))) => word == found && naive(rest, fewer),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    fn matches(pattern: &str, key: &str) -> bool {
        naive(&words(pattern).collect::<Vec<_>>(), &words(key).collect::<Vec<_>>())
    }

    fn found(trie: &Trie<usize>, key: &str) -> Vec<usize> {
        let mut found = Vec::new();
        trie.matches(key, &mut Walk::default(), &mut found);
        found.sort_unstable();
        found
    }

    /// Few words, so that patterns and keys meet; the empty word is one of them.
    fn text(words: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(words), 0..7).prop_map(|words| words.join("."))
    }

    fn pattern() -> impl Strategy<Value = String> {
        text(&["a", "b", "", "*", "#", "*", "#", "a*"])
    }

    fn key() -> impl Strategy<Value = String> {
        text(&["a", "b", "", "a*", "ab"])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12_000))]

        #[test]
        fn finds_what_the_definition_and_the_contract_find(
            patterns in prop::collection::vec(pattern(), 1..6),
            key in key(),
        ) {
            let mut trie = Trie::new();
            for (value, pattern) in patterns.iter().enumerate() {
                trie.insert(pattern, value);
            }
            let expected: Vec<_> = (0..patterns.len()).filter(|&value| matches(&patterns[value], &key)).collect();
            prop_assert_eq!(&found(&trie, &key), &expected);
            for pattern in &patterns {
                prop_assert_eq!(TopicPattern::from(pattern.as_str()).matches(&key), matches(pattern, &key));
            }
        }

        #[test]
        fn removing_leaves_what_was_never_removed(
            kept in prop::collection::vec(pattern(), 0..5),
            removed in prop::collection::vec(pattern(), 1..5),
            key in key(),
        ) {
            let mut trie = Trie::new();
            // The removed ones have values of their own: equal patterns of both kinds must not be mixed up.
            for (value, pattern) in removed.iter().enumerate() {
                prop_assert!(trie.insert(pattern, 100 + value));
            }
            for (value, pattern) in kept.iter().enumerate() {
                prop_assert!(trie.insert(pattern, value));
                prop_assert!(!trie.insert(pattern, value));
            }
            for (value, pattern) in removed.iter().enumerate() {
                prop_assert!(trie.contains(pattern, 100 + value));
                prop_assert!(trie.remove(pattern, 100 + value));
                prop_assert!(!trie.remove(pattern, 100 + value));
            }
            let expected: Vec<_> = (0..kept.len()).filter(|&value| matches(&kept[value], &key)).collect();
            prop_assert_eq!(found(&trie, &key), expected);
            for (value, pattern) in kept.iter().enumerate() {
                trie.remove(pattern, value);
            }
            prop_assert_eq!(trie.free.len(), trie.nodes.len() - 1, "nodes are left over");
        }
    }

    #[test]
    fn two_patterns_of_one_value_find_it_once() {
        let mut trie = Trie::new();
        trie.insert("user.#", 7);
        trie.insert("#.v1", 7);
        assert_eq!(found(&trie, "user.registered.v1"), [7]);
    }

    #[test]
    fn many_hashes_cost_no_more_than_the_key_is_long() {
        let mut trie = Trie::new();
        trie.insert(&["#"; 40].join(".a."), 1);
        assert_eq!(found(&trie, &["a"; 120].join(".")), [1]);
    }
}
