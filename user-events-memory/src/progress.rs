//! [`Progress`]: how far a group has come with one partition.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;
use user_events_core::Text;

use crate::log::{Partition, Record};

/// How far a group has come with one partition, and who reads it.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(crate) topic: Text,
    pub(crate) partition: u32,
    pub(crate) holder: Option<Holder>,
    /// Where reading goes on.
    pub(crate) position: u64,
    /// What lies below may have been delivered before.
    seen: u64,
    /// Given out, and since when.
    given: BTreeMap<u64, Instant>,
    /// To be given out again.
    back: BTreeSet<u64>,
}

/// A member that reads a partition.
#[derive(Debug)]
pub(crate) struct Holder {
    pub(crate) member: u64,
    /// What its tokens carry, so that those of an earlier holder are known to be stale.
    pub(crate) generation: u64,
    pub(crate) drain: Option<Drain>,
}

/// The end of a holder's time.
#[derive(Debug)]
pub(crate) struct Drain {
    /// When the partition is taken away at the latest.
    pub(crate) by: Instant,
    /// Whether the holder has been told.
    pub(crate) told: bool,
    /// Who is to have it next.
    pub(crate) heir: u64,
}

impl Progress {
    pub(crate) fn new(topic: Text, partition: u32) -> Self {
        Self { topic, partition, holder: None, position: 0, seen: 0, given: BTreeMap::new(), back: BTreeSet::new() }
    }

    /// The watermark: the lowest offset that is not settled. A holder's successor starts here.
    pub(crate) fn committed(&self) -> u64 {
        let open = self.given.keys().next().into_iter().chain(self.back.first());
        open.copied().fold(self.position, u64::min)
    }

    pub(crate) fn is_held_by(&self, member: u64) -> bool {
        self.holder.as_ref().is_some_and(|holder| holder.member == member)
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.holder.as_ref().is_some_and(|holder| holder.drain.is_some())
    }

    /// Finds the next record to give out: what is to be given out again, else the next one that is
    /// wanted. What nobody wants is passed over for good.
    pub(crate) fn next<'p>(
        &mut self,
        partition: &'p Partition,
        wanted: impl Fn(&Record) -> bool,
    ) -> Option<&'p Record> {
        while let Some(&offset) = self.back.first() {
            match partition.at(offset) {
                Some(record) => return Some(record),
                // The log no longer keeps it.
                None => self.back.remove(&offset),
            };
        }
        let record = partition.from(self.position).find(|record| wanted(record));
        self.position = record.map_or(partition.end(), |record| record.offset);
        record
    }

    /// Gives the record at this offset out; true if it may have been delivered before.
    pub(crate) fn give(&mut self, offset: u64, now: Instant) -> bool {
        let again = self.back.remove(&offset);
        self.position = self.position.max(offset + 1);
        self.given.insert(offset, now);
        again || offset < self.seen
    }

    /// All offsets to be given out again.
    pub(crate) fn back(&self) -> impl Iterator<Item = u64> {
        self.back.iter().copied()
    }

    pub(crate) fn finish(&mut self, offset: u64) -> bool {
        self.given.remove(&offset).is_some()
    }

    pub(crate) fn take_back(&mut self, offset: u64) -> bool {
        let was_given = self.finish(offset);
        if was_given {
            self.back.insert(offset);
        }
        was_given
    }

    pub(crate) fn is_given(&self, offset: u64) -> bool {
        self.given.contains_key(&offset)
    }

    pub(crate) fn given(&self) -> impl ExactSizeIterator<Item = (u64, Instant)> {
        self.given.iter().map(|(&offset, &since)| (offset, since))
    }

    pub(crate) fn has_open(&self) -> bool {
        !self.given.is_empty() || !self.back.is_empty()
    }

    /// Whether the holder need not be waited for any longer.
    pub(crate) fn is_drained(&self, now: Instant) -> bool {
        let drain = self.holder.as_ref().and_then(|holder| holder.drain.as_ref());
        drain.is_some_and(|drain| drain.by <= now || (drain.told && self.given.is_empty()))
    }

    /// Takes the partition from its holder; reading will go on at the watermark.
    pub(crate) fn release(&mut self) -> Option<Holder> {
        self.seen = self.seen.max(self.position);
        self.position = self.committed();
        self.given.clear();
        self.back.clear();
        self.holder.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watermark_is_the_lowest_open_offset() {
        let mut progress = Progress::new("t".into(), 0);
        for offset in [3, 5, 8] {
            assert!(!progress.give(offset, Instant::now()));
        }
        progress.finish(5);
        progress.finish(8);
        assert_eq!(progress.committed(), 3);
        progress.take_back(3);
        assert_eq!(progress.committed(), 3);
        assert!(progress.give(3, Instant::now()), "it came back");
        progress.finish(3);
        assert_eq!(progress.committed(), 9);
    }

    #[test]
    fn a_successor_starts_at_the_watermark_and_sees_what_is_repeated() {
        let mut progress = Progress::new("t".into(), 0);
        progress.give(1, Instant::now());
        progress.give(2, Instant::now());
        progress.finish(2);
        progress.release();
        assert_eq!(progress.position, 1);
        assert!(progress.give(1, Instant::now()));
        assert!(progress.give(2, Instant::now()));
        assert!(!progress.give(3, Instant::now()));
    }
}
