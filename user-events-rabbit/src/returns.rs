//! [`Returns`]: which publish a returned message belongs to.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hash, RandomState};

use crate::unanswered::Publish;

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

/// The publishes in flight by name: at most one of each, with those that wait for it behind it.
#[derive(Default)]
pub(crate) struct Returns(HashMap<Name, InFlight, Hashed>);

#[derive(Default)]
struct InFlight {
    returned: bool,
    behind: VecDeque<Publish>,
}

impl Returns {
    /// Takes the publish's name for it and gives it back; or keeps it behind the one that has the name.
    pub(crate) fn begin(&mut self, publish: Publish) -> Option<Publish> {
        match self.0.entry(publish.name) {
            Entry::Vacant(vacant) => {
                vacant.insert(InFlight::default());
                Some(publish)
            }
            Entry::Occupied(mut first) => {
                first.get_mut().behind.push_back(publish);
                None
            }
        }
    }

    /// The broker returned a message of this name. Whether one is in flight.
    pub(crate) fn returned(&mut self, name: Name) -> bool {
        self.0.get_mut(&name).map(|publish| publish.returned = true).is_some()
    }

    /// The publish of this name has its answer. Whether it was returned, and the next of its
    /// name, which has the name now.
    pub(crate) fn end(&mut self, name: Name) -> (bool, Option<Publish>) {
        let Entry::Occupied(mut publish) = self.0.entry(name) else { return (false, None) };
        match publish.get_mut().behind.pop_front() {
            Some(next) => (std::mem::take(&mut publish.get_mut().returned), Some(next)),
            None => (publish.remove().returned, None),
        }
    }

    /// Those that wait behind others.
    pub(crate) fn behind(&mut self) -> impl Iterator<Item = &mut VecDeque<Publish>> {
        self.0.values_mut().map(|publish| &mut publish.behind).filter(|behind| !behind.is_empty())
    }

    /// The channel has ended, and with it what was in flight. What waited behind it.
    pub(crate) fn clear(&mut self) -> impl Iterator<Item = Publish> {
        self.0.drain().flat_map(|(_, publish)| publish.behind)
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
    use std::future::Future as _;
    use std::task::{Context, Poll, Waker};
    use std::time::Instant;

    use user_events_core::{Confirmation, InFlight, OutboundMessage};

    use super::{Name, Namer, Publish, Returns};

    #[test]
    fn a_name_is_all_three() {
        let namer = Namer::default();
        let name = namer.name("x", "k", "1");
        assert_eq!(name, namer.name("x", "k", "1"));
        for other in
            [namer.name("y", "k", "1"), namer.name("x", "l", "1"), namer.name("x", "k", "2"), namer.name("xk", "", "1")]
        {
            assert_ne!(name, other);
        }
    }

    fn publish(name: Name, body: &'static str) -> Publish {
        let message = OutboundMessage::new("x", "k", body);
        let mut reserve = std::pin::pin!(InFlight::new(10, 100).reserve(1));
        let Poll::Ready(Ok(slot)) = reserve.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("there is room")
        };
        let (confirmer, _) = Confirmation::pending(slot);
        Publish::new(message, name, Instant::now(), confirmer)
    }

    #[test]
    fn a_return_is_remembered_until_the_answer() {
        let namer = Namer::default();
        let (one, other) = (namer.name("x", "k", "1"), namer.name("x", "unbound", "1"));
        let mut returns = Returns::default();
        assert!(returns.begin(publish(one, "")).is_some());
        assert!(returns.begin(publish(other, "")).is_some());
        assert!(returns.returned(other));
        assert!(matches!(returns.end(one), (false, None)));
        assert!(matches!(returns.end(other), (true, None)));
        assert!(!returns.returned(other), "nothing of that name is in flight any more");
    }

    #[test]
    fn publishes_of_one_name_go_one_after_the_other_and_share_no_return() {
        let name = Namer::default().name("x", "k", "1");
        let mut returns = Returns::default();
        assert!(returns.begin(publish(name, "1")).is_some());
        assert!(returns.begin(publish(name, "2")).is_none());
        assert!(returns.begin(publish(name, "3")).is_none());
        returns.returned(name);
        assert!(matches!(returns.end(name), (true, Some(next)) if next.message.body == "2"));
        assert!(matches!(returns.end(name), (false, Some(next)) if next.message.body == "3"));
        returns.begin(publish(name, "4"));
        let left: Vec<_> = returns.clear().map(|publish| publish.message.body).collect();
        assert_eq!(left, ["4"]);
    }
}
