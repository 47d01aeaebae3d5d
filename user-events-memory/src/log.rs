//! [`Topic`]: a partitioned log.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use user_events_core::{Lane, OutboundMessage, Position};

/// A partitioned log. A message's partition follows from its key; those without one take turns.
#[derive(Debug)]
pub(crate) struct Topic {
    partitions: Vec<Partition>,
    turn: usize,
}

/// Records in order. A record's offset is larger than that of the one before it, and no more is
/// promised.
#[derive(Debug)]
pub(crate) struct Partition {
    /// The lane by which consumers know it.
    pub(crate) lane: Lane,
    records: VecDeque<Record>,
    next_offset: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) offset: u64,
    pub(crate) message: Arc<OutboundMessage>,
}

impl Topic {
    /// A topic with a partition for each lane.
    pub(crate) fn new(lanes: impl Iterator<Item = Lane>) -> Self {
        let partitions = lanes.map(|lane| Partition { lane, records: VecDeque::new(), next_offset: 0 }).collect();
        Self { partitions, turn: 0 }
    }

    /// Appends a message, and says to which lane and where in it.
    pub(crate) fn append(&mut self, message: OutboundMessage, retention: Option<usize>) -> (Lane, Position) {
        let count = self.partitions.len();
        let number = match &message.partition_key {
            Some(key) => {
                let mut hasher = DefaultHasher::new();
                key.hash(&mut hasher);
                (hasher.finish() % count as u64) as usize
            }
            None => {
                self.turn = (self.turn + 1) % count;
                self.turn
            }
        };
        let partition = &mut self.partitions[number];
        let offset = partition.append(message, retention);
        (partition.lane, Position { partition: number as u32, offset })
    }

    /// The partition of this number. Partitions are never taken away.
    pub(crate) fn partition(&self, number: u32) -> &Partition {
        &self.partitions[number as usize]
    }

    pub(crate) fn partitions(&self) -> impl Iterator<Item = (u32, &Partition)> {
        (0..).zip(&self.partitions)
    }
}

impl Partition {
    /// A broker that keeps markers of its own in the log takes an offset now and then: here one
    /// in sixteen, so that nobody counts on the next offset being one more.
    const MARKER_EVERY: u64 = 16;

    fn append(&mut self, message: OutboundMessage, retention: Option<usize>) -> u64 {
        let offset = self.next_offset;
        self.next_offset += if offset % Self::MARKER_EVERY == Self::MARKER_EVERY - 2 { 2 } else { 1 };
        self.records.push_back(Record { offset, message: Arc::new(message) });
        while retention.is_some_and(|kept| self.records.len() > kept) {
            self.records.pop_front();
        }
        offset
    }

    /// The records from this offset on.
    pub(crate) fn from(&self, offset: u64) -> impl Iterator<Item = &Record> {
        let start = self.records.partition_point(|record| record.offset < offset);
        self.records.range(start..)
    }

    /// Where the log ends for now.
    pub(crate) fn end(&self) -> u64 {
        self.next_offset
    }

    /// The record at this offset, while the log keeps it.
    pub(crate) fn at(&self, offset: u64) -> Option<&Record> {
        self.from(offset).next().filter(|record| record.offset == offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic() -> Topic {
        Topic::new((0..3).map(Lane))
    }

    #[test]
    fn equal_keys_share_a_partition_and_messages_without_key_take_turns() {
        let mut topic = topic();
        let mut partition = |key: Option<&str>| {
            let mut message = OutboundMessage::new("x", "k", "");
            message.partition_key = key.map(Into::into);
            topic.append(message, None).1.partition
        };
        let of_key = partition(Some("user-1"));
        assert!((0..20).all(|_| partition(Some("user-1")) == of_key));
        let mut turns = [partition(None), partition(None), partition(None)];
        turns.sort_unstable();
        assert_eq!(turns, [0, 1, 2]);
    }

    #[test]
    fn offsets_grow_with_gaps_and_are_found_again() {
        let mut topic = Topic::new([Lane(0)].into_iter());
        let offsets: Vec<_> =
            (0..40).map(|_| topic.append(OutboundMessage::new("x", "k", ""), None).1.offset).collect();
        assert!(offsets.is_sorted_by(|one, next| one < next));
        assert!(*offsets.last().unwrap() > 39, "no gap");
        assert!(offsets.iter().all(|&offset| topic.partition(0).at(offset).is_some()));
        assert!(topic.partition(0).at(15).is_none());
    }

    #[test]
    fn retention_forgets_the_oldest() {
        let mut topic = Topic::new([Lane(0)].into_iter());
        for _ in 0..5 {
            topic.append(OutboundMessage::new("x", "k", ""), Some(2));
        }
        assert_eq!(topic.partition(0).from(0).map(|record| record.offset).collect::<Vec<_>>(), [3, 4]);
    }
}
