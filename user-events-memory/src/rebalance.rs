//! Who of a [`Group`] reads which lane, and how a lane goes from one member to another.
//!
//! A lane that moves is first revoked: its holder is told, gets nothing more of it, and may
//! settle what it has. When it has, or when its time is up, the heir goes on from the watermark.

use std::task::Waker;

use tokio::time::Instant;
use user_events_core::Lane;

use crate::connection::unique;
use crate::group::Group;
use crate::progress::{Drain, Holder};

impl Group {
    /// Notes that a member knows of the lanes it loses, and says until when it has time; none if
    /// its time is up.
    pub(crate) fn tell(&mut self, member: u64, lanes: &[Lane]) -> Option<Instant> {
        let holders = self.lanes.iter_mut().filter(|(lane, _)| lanes.contains(lane));
        let holders = holders.filter_map(|(_, progress)| progress.holder.as_mut());
        let drains = holders.filter(|holder| holder.member == member).filter_map(|holder| holder.drain.as_mut());
        drains
            .map(|drain| {
                drain.told = true;
                drain.by
            })
            .min()
    }

    /// Hands on every lane whose holder need not be waited for any longer.
    pub(crate) fn hand_over_drained(&mut self, now: Instant, wakes: &mut Vec<Waker>) {
        let drained: Vec<_> =
            self.lanes.iter().filter(|(_, progress)| progress.is_drained(now)).map(|(&lane, _)| lane).collect();
        for lane in drained {
            let Some(progress) = self.lanes.get_mut(&lane) else { continue };
            let heir = progress.release().and_then(|holder| holder.drain).map(|drain| drain.heir);
            self.assign(lane, heir, wakes);
        }
    }

    /// Gives a free lane to its heir, or to who has the fewest.
    fn assign(&mut self, lane: Lane, heir: Option<u64>, wakes: &mut Vec<Waker>) {
        let Some(topic) = self.lanes.get(&lane).map(|progress| progress.topic.clone()) else { return };
        let heir = self.members.iter().map(|member| member.id).find(|id| Some(*id) == heir);
        let Some(member) = heir.or_else(|| self.least_loaded(&topic)) else { return };
        if let Some(progress) = self.lanes.get_mut(&lane) {
            progress.holder = Some(Holder { member, generation: unique(), drain: None });
        }
        if let Some(member) = self.member(member) {
            // It may have had the lane before: what it was to hear, or said, of it then is over.
            member.revoked.retain(|revoked| *revoked != lane);
            member.paused.remove(&lane);
            wakes.extend(member.waker.take());
        }
    }

    /// Spreads the lanes over the members, moving as few as it takes.
    pub(crate) fn rebalance(&mut self, drain_by: Instant, wakes: &mut Vec<Waker>) {
        let free: Vec<_> =
            self.lanes.iter().filter(|(_, progress)| progress.holder.is_none()).map(|(&lane, _)| lane).collect();
        for lane in free {
            self.assign(lane, None, wakes);
        }
        while let Some((lane, heir)) = self.unfair() {
            let holder = self.lanes.get_mut(&lane).and_then(|progress| progress.holder.as_mut());
            let Some(holder) = holder else { return };
            holder.drain = Some(Drain { by: drain_by, told: false, heir });
            let loser = holder.member;
            if let Some(loser) = self.member(loser) {
                loser.revoked.push(lane);
                wakes.extend(loser.waker.take());
            }
        }
    }

    /// A lane whose holder has two more than another member has that could read it.
    fn unfair(&self) -> Option<(Lane, u64)> {
        self.lanes.iter().rev().filter(|(_, progress)| !progress.is_draining()).find_map(|(&lane, progress)| {
            let heir = self.least_loaded(&progress.topic)?;
            let holder = progress.holder.as_ref()?;
            (self.load(holder.member) > self.load(heir) + 1).then_some((lane, heir))
        })
    }

    fn least_loaded(&self, topic: &str) -> Option<u64> {
        let readers = self.members.iter().filter(|member| member.reads(topic));
        readers.min_by_key(|member| self.load(member.id)).map(|member| member.id)
    }

    /// How many lanes a member has, or will have when those that move have moved.
    fn load(&self, member: u64) -> usize {
        let owners = self.lanes.values().filter_map(|progress| progress.holder.as_ref());
        owners.filter(|holder| holder.drain.as_ref().map_or(holder.member, |drain| drain.heir) == member).count()
    }
}
