//! [`LogBroker`]: topics and consumer groups, as Kafka has them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use user_events_core::{
    Action, Health, InboundMessage, Lane, Object, OutboundMessage, Plan, Position, PublishError, PublishErrorKind,
    QueueKind, Receipt, Routed, Settlement, Subscription, SubscriptionSpec, Text, Token, Topology, TopologyMode,
    TransportError, TransportErrorKind, dead_letter_queue, is_dead_letter_queue,
};

use crate::apply::{Objects, apply, plan, topology_error};
use crate::broker::{Broker, Common, wake};
use crate::builder::Settings;
use crate::connection::{Connection, unique};
use crate::group::{Group, Topics};
use crate::log::{Record, Topic};
use crate::log_subscription::LogSubscription;
use crate::member::Member;

/// Topics and consumer groups under one lock.
///
/// An exchange is a topic. A queue is a consumer group with a topic for its dead letters; a new
/// group begins at the beginning of its topics.
#[derive(Debug)]
pub(crate) struct LogBroker {
    common: Common,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    topics: Topics,
    groups: BTreeMap<Text, Group>,
    lanes: u32,
    /// How many a new topic gets.
    partitions: u32,
}

impl LogBroker {
    pub(crate) fn new(settings: Settings) -> Self {
        let state = State { partitions: settings.partitions, ..State::default() };
        Self { common: Common::new(settings), state: Mutex::new(state) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until when a member keeps what is taken from it now.
    pub(crate) fn drain_by(&self) -> Instant {
        Instant::now() + self.common.settings.drain
    }

    /// Settles a delivery; false if the settlement is stale.
    pub(crate) fn settle(&self, group: &str, token: Token, settlement: Settlement) -> bool {
        let settlement = match settlement {
            Settlement::Done if self.common.faults.duplicates() => Settlement::Requeue,
            settlement => settlement,
        };
        let mut wakes = Vec::new();
        let taken = self.lock().groups.get_mut(group).is_some_and(|group| group.settle(token, settlement, &mut wakes));
        wake(wakes);
        if taken && settlement == Settlement::Done {
            self.common.progress.notify_waiters();
        }
        taken
    }

    /// Ends a member; false if it was none.
    pub(crate) fn leave(&self, group: &str, member: u64) -> bool {
        let mut wakes = Vec::new();
        let drain_by = self.drain_by();
        let left = self.lock().groups.get_mut(group).is_some_and(|group| group.leave(member, drain_by, &mut wakes));
        wake(wakes);
        left
    }
}

impl Broker for LogBroker {
    fn store(&self, message: OutboundMessage) -> Result<Receipt, PublishError> {
        if message.exchange.is_empty() {
            let reason = "a log has no default exchange: publish to the address that the subscription gives";
            return Err(PublishError::new(PublishErrorKind::NotSent, reason));
        }
        let mut wakes = Vec::new();
        let position = {
            let mut state = self.lock();
            self.common.record.note(&message);
            state.create_topic(&message.exchange);
            let State { topics, groups, .. } = &mut *state;
            let Some(topic) = topics.get_mut(&message.exchange) else {
                return Err(PublishError::new(PublishErrorKind::NotSent, "the topic does not exist"));
            };
            let (lane, position) = topic.append(message, self.common.settings.retention);
            groups.values_mut().for_each(|group| group.wake(lane, &mut wakes));
            position
        };
        wake(wakes);
        Ok(Receipt::new(Routed::Unknown).at(position))
    }

    fn plan(&self, topology: &Topology) -> Plan {
        plan(&*self.lock(), topology)
    }

    fn apply(&self, topology: &Topology, mode: TopologyMode) -> Result<Plan, TransportError> {
        apply(&mut *self.lock(), topology, mode)
    }

    fn subscribe(
        self: Arc<Self>,
        spec: SubscriptionSpec,
        connection: Arc<Connection>,
    ) -> Result<Box<dyn Subscription>, TransportError> {
        if spec.bindings.is_empty() {
            return Err(TransportError::new(
                TransportErrorKind::Configuration,
                format!("the subscription of `{}` names no bindings: a log delivers by them", spec.queue),
            ));
        }
        let id = unique();
        let drain_by = self.drain_by();
        let mut wakes = Vec::new();
        {
            let mut state = self.lock();
            let dead_letters = (!is_dead_letter_queue(&spec.queue)).then(|| dead_letter_queue(&spec.queue));
            for topic in spec.bindings.iter().map(|binding| &binding.exchange).chain(&dead_letters) {
                if !state.topics.contains_key(topic) {
                    return Err(topology_error(format!("topic `{topic}` does not exist")));
                }
            }
            let State { topics, groups, .. } = &mut *state;
            let member = Member::new(id, connection.id, spec.bindings, spec.prefetch);
            groups.entry(spec.queue.clone()).or_default().join(member, drain_by, topics, &mut wakes);
        }
        wake(wakes);
        Ok(Box::new(LogSubscription::new(self, connection, spec.queue, id)))
    }

    fn messages(&self, name: &str) -> Vec<InboundMessage> {
        let state = self.lock();
        if let Some(topic) = state.topics.get(name) {
            let records = topic.partitions().flat_map(|(number, partition)| {
                partition.from(0).map(move |record| (Position { partition: number, offset: record.offset }, record))
            });
            return records.map(|(position, record)| record.inbound(position, false)).collect();
        }
        let group = state.groups.get(name).into_iter();
        let open = group.flat_map(|group| group.open(&state.topics));
        open.map(|(position, record)| record.inbound(position, false)).collect()
    }

    fn is_idle(&self) -> bool {
        let state = self.lock();
        let mut groups = state.groups.iter().filter(|(name, _)| !is_dead_letter_queue(name));
        groups.all(|(_, group)| group.is_idle(&state.topics))
    }

    fn observe(&self, connection: u64, health: &mut Health) {
        let now = Instant::now();
        let state = self.lock();
        for group in state.groups.values() {
            for member in group.members.iter().filter(|member| member.connection == connection) {
                health.consumers += 1;
                for since in group.unsettled(member.id) {
                    health.unsettled += 1;
                    health.oldest_unsettled = health.oldest_unsettled.max(Some(now - since));
                }
                health.last_polled = health.last_polled.max(Some(now - member.last_polled));
            }
        }
    }

    fn disconnect(&self, connection: u64) {
        let drain_by = self.drain_by();
        let mut wakes = Vec::new();
        for group in self.lock().groups.values_mut() {
            let leaving = group.members.iter().filter(|member| member.connection == connection);
            for member in leaving.map(|member| member.id).collect::<Vec<_>>() {
                group.leave(member, drain_by, &mut wakes);
            }
        }
        wake(wakes);
    }

    fn crash(&self, queue: &str) -> bool {
        let oldest = self.lock().groups.get(queue).and_then(|group| group.members.first().map(|member| member.id));
        oldest.is_some_and(|member| self.leave(queue, member))
    }

    fn common(&self) -> &Common {
        &self.common
    }
}

impl State {
    /// A group, and the topics that it reads.
    pub(crate) fn group(&mut self, name: &str) -> Option<(&mut Group, &Topics)> {
        self.groups.get_mut(name).map(|group| (group, &self.topics))
    }

    /// Makes a topic if there is none. Dead letters have one partition: a person reads them in order.
    fn create_topic(&mut self, name: &Text) {
        if self.topics.contains_key(name) {
            return;
        }
        let first = self.lanes;
        self.lanes += if is_dead_letter_queue(name) { 1 } else { self.partitions };
        self.topics.insert(name.clone(), Topic::new((first..self.lanes).map(Lane)));
    }
}

/// An exchange is a topic, a queue a group; a dead letter queue is a topic.
impl Objects for State {
    fn find(&self, object: &Object, _: QueueKind) -> Action {
        let exists = match object {
            Object::Exchange(topic) => self.topics.contains_key(topic),
            Object::Queue(name) if is_dead_letter_queue(name) => self.topics.contains_key(name),
            Object::Queue(group) => self.groups.contains_key(group),
            // A log has none: each member of a group says what it wants.
            Object::Binding { .. } => return Action::NotChecked,
        };
        if exists { Action::Exists } else { Action::Missing }
    }

    fn declare(&mut self, object: &Object, _: QueueKind) {
        match object {
            Object::Exchange(topic) => self.create_topic(topic),
            Object::Queue(name) if is_dead_letter_queue(name) => self.create_topic(name),
            Object::Queue(group) => {
                self.groups.insert(group.clone(), Group::default());
            }
            // Noted for [`Broker::is_idle`].
            Object::Binding { queue, binding } => {
                if let Some(group) = self.groups.get_mut(queue) {
                    group.bind(binding, &self.topics);
                }
            }
        }
    }
}

impl Record {
    /// The record as a delivery shows it.
    pub(crate) fn inbound(&self, position: Position, redelivered: bool) -> InboundMessage {
        let mut message = InboundMessage::of(OutboundMessage::clone(&self.message));
        message.redelivered = redelivered;
        message.position = Some(position);
        message
    }
}
