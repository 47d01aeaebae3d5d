//! [`Returns`]: which publish a returned message belongs to.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

/// What a returned message is recognised by: exchange, routing key and message id, hashed.
///
/// Two names that collide are taken for one, which only makes the second publish wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Name(u64);

/// Names publishes. One for each connection's life, since names of two namers have nothing in common.
#[derive(Clone, Default)]
pub(crate) struct Namer(RandomState);

impl Namer {
    pub(crate) fn name(&self, exchange: &str, routing_key: &str, message_id: &str) -> Name {
        Name(self.0.hash_one((exchange, routing_key, message_id)))
    }
}

/// The publishes in flight by name, at most one of each.
#[derive(Default)]
pub(crate) struct Returns(HashMap<Name, InFlight, Hashed>);

struct InFlight {
    returned: bool,
}

impl Returns {
    /// Whether a publish of this name is in flight.
    pub(crate) fn holds(&self, name: Name) -> bool {
        self.0.contains_key(&name)
    }

    /// A publish of this name is handed over.
    pub(crate) fn begin(&mut self, name: Name) {
        let before = self.0.insert(name, InFlight { returned: false });
        debug_assert!(before.is_none(), "two publishes of one name are in flight");
    }

    /// The broker returned a message of this name. Whether one was in flight.
    pub(crate) fn returned(&mut self, name: Name) -> bool {
        self.0.get_mut(&name).map(|publish| publish.returned = true).is_some()
    }

    /// The publish of this name has its answer. Whether it was returned.
    pub(crate) fn end(&mut self, name: Name) -> bool {
        self.0.remove(&name).is_some_and(|publish| publish.returned)
    }

    /// The channel has ended, and with it what was in flight.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Takes names, which are hashes, as they are.
#[derive(Default, Clone, Copy)]
struct Hashed;

impl BuildHasher for Hashed {
    type Hasher = Is;

    fn build_hasher(&self) -> Is {
        Is(0)
    }
}

struct Is(u64);

impl std::hash::Hasher for Is {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_all_three() {
        let namer = Namer::default();
        let name = namer.name("x", "k", "1");
        assert_eq!(name, namer.name("x", "k", "1"));
        for other in [namer.name("y", "k", "1"), namer.name("x", "l", "1"), namer.name("x", "k", "2"), namer.name("xk", "", "1")] {
            assert_ne!(name, other);
        }
    }

    #[test]
    fn a_return_is_remembered_until_the_answer() {
        let namer = Namer::default();
        let (one, other) = (namer.name("x", "k", "1"), namer.name("x", "unbound", "1"));
        let mut returns = Returns::default();
        returns.begin(one);
        returns.begin(other);
        assert!(returns.returned(other));
        assert!(returns.holds(one) && returns.holds(other));
        assert!(!returns.end(one));
        assert!(returns.end(other));
        assert!(!returns.returned(other), "nothing of that name is in flight any more");
    }
}
