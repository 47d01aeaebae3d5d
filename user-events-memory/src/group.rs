//! [`Group`]: the members that share the partitions of some topics.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::task::Waker;

use tokio::time::Instant;
use user_events_core::{Binding, Lane, Position, Settlement, Text, Token};

use crate::log::{Record, Topic};
use crate::member::Member;
use crate::progress::Progress;
use crate::timer::ABANDONED_RETURN_AFTER;

pub(crate) type Topics = HashMap<Text, Topic>;

/// A consumer group: its progress in each partition, and its members.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// What the group is known to want: as declared, and as its members say.
    bindings: Vec<Binding>,
    pub(crate) lanes: BTreeMap<Lane, Progress>,
    pub(crate) members: Vec<Member>,
}

/// What there is for a member.
#[derive(Debug)]
pub(crate) enum Next {
    /// It is no member any more.
    Gone,
    /// Lanes that go to another.
    Revoked {
        lanes: Vec<Lane>,
        drain_by: Instant,
    },
    Delivery {
        record: Record,
        token: Token,
        position: Position,
        redelivered: bool,
    },
    /// Nothing, and nothing will change by itself before this time.
    Nothing {
        until: Option<Instant>,
    },
}

/// Whether one of the bindings wants this record of `topic`.
fn wanted(bindings: &[Binding], topic: &str, record: &Record) -> bool {
    bindings.iter().any(|binding| binding.exchange == *topic && binding.pattern.matches(&record.message.routing_key))
}

impl Group {
    /// Adds a binding; false if it was there.
    pub(crate) fn bind(&mut self, binding: &Binding, topics: &Topics) -> bool {
        if let Some(topic) = topics.get(&binding.exchange) {
            for (number, partition) in topic.partitions() {
                self.lanes.entry(partition.lane).or_insert_with(|| Progress::new(binding.exchange.clone(), number));
            }
        }
        let new = !self.bindings.contains(binding);
        if new {
            self.bindings.push(binding.clone());
        }
        new
    }

    pub(crate) fn join(&mut self, member: Member, drain_by: Instant, topics: &Topics, wakes: &mut Vec<Waker>) {
        for binding in &member.bindings {
            self.bind(binding, topics);
        }
        self.members.push(member);
        self.rebalance(drain_by, wakes);
    }

    /// Ends a member; its partitions go on from their watermarks. False if it was none.
    pub(crate) fn leave(&mut self, member: u64, drain_by: Instant, wakes: &mut Vec<Waker>) -> bool {
        let Some(at) = self.members.iter().position(|held| held.id == member) else { return false };
        wakes.extend(self.members.remove(at).waker);
        for progress in self.lanes.values_mut().filter(|progress| progress.is_held_by(member)) {
            progress.release();
        }
        self.rebalance(drain_by, wakes);
        true
    }

    pub(crate) fn member(&mut self, id: u64) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.id == id)
    }

    /// Since when each of a member's deliveries is unsettled.
    pub(crate) fn unsettled(&self, member: u64) -> impl Iterator<Item = Instant> {
        let held = self.lanes.values().filter(move |progress| progress.is_held_by(member));
        held.flat_map(|progress| progress.given().map(|(_, since)| since))
    }

    /// Wakes who reads this lane.
    pub(crate) fn wake(&mut self, lane: Lane, wakes: &mut Vec<Waker>) {
        let holder = self.lanes.get(&lane).and_then(|progress| progress.holder.as_ref());
        if let Some(member) = holder.map(|holder| holder.member).and_then(|id| self.member(id)) {
            wakes.extend(member.waker.take());
        }
    }

    pub(crate) fn set_paused(&mut self, member: u64, lanes: &[Lane], paused: bool, wakes: &mut Vec<Waker>) {
        let Some(member) = self.member(member) else { return };
        if paused {
            member.paused.extend(lanes);
        } else {
            member.paused.retain(|lane| !lanes.contains(lane));
            wakes.extend(member.waker.take());
        }
    }

    /// What a member gets now. If it is nothing, the waker is kept.
    pub(crate) fn next(&mut self, member: u64, topics: &Topics, now: Instant, wakes: &mut Vec<Waker>) -> Next {
        self.return_abandoned(member, now);
        self.hand_over_drained(now, wakes);
        let Some(this) = self.member(member) else { return Next::Gone };
        this.last_polled = now;
        let lanes = std::mem::take(&mut this.revoked);
        if !lanes.is_empty() {
            let drain_by = self.tell(member, &lanes).unwrap_or(now);
            self.hand_over_drained(now, wakes);
            return Next::Revoked { lanes, drain_by };
        }
        if let Some(delivery) = self.deliver(member, topics, now) {
            return delivery;
        }
        let draining = self.lanes.values().filter_map(|progress| Some(progress.holder.as_ref()?.drain.as_ref()?.by));
        let returning = self.members.iter().filter(|held| held.id == member).filter_map(|held| held.abandoned.front());
        Next::Nothing { until: draining.chain(returning.map(|&(due, _)| due)).min() }
    }

    pub(crate) fn wait(&mut self, member: u64, waker: &Waker) {
        if let Some(member) = self.member(member) {
            member.waker = Some(waker.clone());
        }
    }

    /// Settles a delivery; false if the settlement is stale.
    pub(crate) fn settle(&mut self, token: Token, settlement: Settlement, wakes: &mut Vec<Waker>) -> bool {
        let Some(progress) = self.lanes.get_mut(&token.lane) else { return false };
        let Some(holder) = progress.holder.as_ref().filter(|holder| holder.generation == token.generation) else {
            return false;
        };
        let member = holder.member;
        let open = match settlement {
            Settlement::Done => progress.finish(token.tag),
            Settlement::Requeue => progress.take_back(token.tag),
            Settlement::Abandoned => progress.is_given(token.tag),
        };
        if !open {
            return false;
        }
        let draining = progress.is_draining();
        if let Some(member) = self.member(member) {
            if settlement == Settlement::Abandoned {
                member.abandoned.push_back((Instant::now() + ABANDONED_RETURN_AFTER, token));
            }
            wakes.extend(member.waker.take());
        }
        if draining {
            self.hand_over_drained(Instant::now(), wakes);
        }
        true
    }

    /// Whether nothing is open and nothing is left to read.
    pub(crate) fn is_idle(&self, topics: &Topics) -> bool {
        self.lanes.values().all(|progress| !progress.has_open() && self.unread(progress, topics).next().is_none())
    }

    /// What is not settled, lane by lane.
    pub(crate) fn open<'a>(&'a self, topics: &'a Topics) -> impl Iterator<Item = (Position, &'a Record)> {
        self.lanes.values().flat_map(move |progress| {
            let given = progress.given().map(|(offset, _)| offset);
            let open: HashSet<_> = given.chain(progress.back()).collect();
            let from = progress.committed();
            let read = progress.position;
            self.records(progress, from, topics)
                .filter(move |record| record.offset >= read || open.contains(&record.offset))
                .map(|record| (Position { partition: progress.partition, offset: record.offset }, record))
        })
    }

    fn unread<'a>(&'a self, progress: &'a Progress, topics: &'a Topics) -> impl Iterator<Item = &'a Record> {
        self.records(progress, progress.position, topics)
    }

    fn records<'a>(
        &'a self,
        progress: &'a Progress,
        from: u64,
        topics: &'a Topics,
    ) -> impl Iterator<Item = &'a Record> {
        let topic = topics.get(&progress.topic).into_iter();
        let records = topic.flat_map(move |topic| topic.partition(progress.partition).from(from));
        records.filter(|record| wanted(&self.bindings, &progress.topic, record))
    }

    /// A delivery for a member that has room, from its lanes in turn.
    fn deliver(&mut self, member: u64, topics: &Topics, now: Instant) -> Option<Next> {
        let mine = self.lanes.values().filter(|progress| progress.is_held_by(member));
        let given: usize = mine.map(|progress| progress.given().len()).sum();
        let this = self.member(member).filter(|this| given < this.prefetch)?;
        let served = this.served;
        let after = (Bound::Excluded(served), Bound::Unbounded);
        let before = (Bound::Unbounded, Bound::Included(served));
        self.deliver_from(after, member, topics, now).or_else(|| self.deliver_from(before, member, topics, now))
    }

    fn deliver_from(
        &mut self,
        lanes: (Bound<Lane>, Bound<Lane>),
        member: u64,
        topics: &Topics,
        now: Instant,
    ) -> Option<Next> {
        let this = self.members.iter_mut().find(|held| held.id == member)?;
        for (&lane, progress) in self.lanes.range_mut(lanes) {
            let Some(holder) = progress.holder.as_ref().filter(|holder| holder.member == member) else { continue };
            if holder.drain.is_some() || this.paused.contains(&lane) {
                continue;
            }
            let generation = holder.generation;
            let topic = progress.topic.clone();
            let partition = topics.get(&topic)?.partition(progress.partition);
            let Some(record) = progress.next(partition, |record| wanted(&this.bindings, &topic, record)) else {
                continue;
            };
            this.served = lane;
            return Some(Next::Delivery {
                record: record.clone(),
                token: Token { generation, lane, tag: record.offset },
                position: Position { partition: progress.partition, offset: record.offset },
                redelivered: progress.give(record.offset, now),
            });
        }
        None
    }

    fn return_abandoned(&mut self, member: u64, now: Instant) {
        let Some(this) = self.members.iter_mut().find(|held| held.id == member) else { return };
        while let Some(&(due, token)) = this.abandoned.front() {
            if due > now {
                return;
            }
            this.abandoned.pop_front();
            let progress = self.lanes.get_mut(&token.lane);
            let still_its = |progress: &&mut Progress| {
                progress.holder.as_ref().is_some_and(|holder| holder.generation == token.generation)
            };
            if let Some(progress) = progress.filter(still_its) {
                progress.take_back(token.tag);
            }
        }
    }
}
