//! [`QueueBroker`]: exchanges and queues, as RabbitMQ has them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use tokio::time::Instant;
use user_events_core::{
    Action, Difference, Health, InboundMessage, Object, OutboundMessage, Plan, PublishError, PublishErrorKind,
    QueueKind, Receipt, Routed, Settlement, Subscription, SubscriptionSpec, Text, Topology, TopologyMode,
    TransportError, dead_letter_queue, is_dead_letter_queue,
};

use crate::apply::{Objects, apply, plan, topology_error};
use crate::broker::{Broker, Common, wake};
use crate::builder::Settings;
use crate::connection::{Connection, unique};
use crate::consumer::Consumer;
use crate::exchange::Exchange;
use crate::queue::{Queue, Settled};
use crate::queue_subscription::QueueSubscription;

/// A queue's place among the broker's. Queues are never deleted.
pub(crate) type QueueId = usize;

/// Exchanges and queues under one lock.
#[derive(Debug)]
pub(crate) struct QueueBroker {
    common: Common,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    exchanges: HashMap<Text, Exchange>,
    queues: Vec<Queue>,
    names: HashMap<Text, QueueId>,
    /// Where the message at hand goes, kept for its memory alone.
    targets: Vec<QueueId>,
    /// Messages in queues that somebody is to handle: in all but those of dead letters.
    open: usize,
}

impl QueueBroker {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { common: Common::new(settings), state: Mutex::default() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Settles a delivery; false if the settlement is stale.
    pub(crate) fn settle(&self, queue: QueueId, generation: u64, tag: u64, settlement: Settlement) -> bool {
        let settlement = match settlement {
            Settlement::Done if self.common.faults.duplicates() => Settlement::Requeue,
            settlement => settlement,
        };
        let mut wakes = Vec::new();
        let settled = {
            let mut state = self.lock();
            let settled = state.queues[queue].settle(generation, tag, settlement, &mut wakes);
            if settled == Settled::Gone && !is_dead_letter_queue(&state.queues[queue].name) {
                state.open -= 1;
            }
            settled
        };
        wake(wakes);
        if settled == Settled::Gone {
            self.common.progress.notify_waiters();
        }
        settled != Settled::Stale
    }
}

impl Broker for QueueBroker {
    fn store(&self, message: OutboundMessage) -> Result<Receipt, PublishError> {
        if let Some(what) = longer_than_amqp_allows(&message) {
            return Err(PublishError::new(PublishErrorKind::NotSent, format!("the {what} is longer than 255 bytes")));
        }
        let mut wakes = Vec::new();
        let outcome = {
            let mut state = self.lock();
            self.common.record.note(&message);
            state.store(message, self.common.settings.max_queue_len, &mut wakes)
        };
        wake(wakes);
        outcome
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
        let generation = unique();
        let mut wakes = Vec::new();
        let queue = {
            let mut state = self.lock();
            let missing = |name: &str| topology_error(format!("queue `{name}` does not exist"));
            let queue = *state.names.get(&spec.queue).ok_or_else(|| missing(&spec.queue))?;
            if !is_dead_letter_queue(&spec.queue) {
                let dead_letters = dead_letter_queue(&spec.queue);
                state.names.get(&dead_letters).ok_or_else(|| missing(&dead_letters))?;
            }
            state.queues[queue].attach(Consumer::new(generation, connection.id, spec.prefetch), &mut wakes);
            queue
        };
        wake(wakes);
        Ok(Box::new(QueueSubscription::new(self, connection, queue, spec.queue, generation)))
    }

    fn messages(&self, name: &str) -> Vec<InboundMessage> {
        let state = self.lock();
        state.names.get(name).map(|&id| state.queues[id].messages()).unwrap_or_default()
    }

    fn is_idle(&self) -> bool {
        self.lock().open == 0
    }

    fn observe(&self, connection: u64, health: &mut Health) {
        let now = Instant::now();
        let state = self.lock();
        let consumers = state.queues.iter().flat_map(Queue::consumers);
        for consumer in consumers.filter(|consumer| consumer.connection == connection) {
            health.consumers += 1;
            health.unsettled += consumer.unsettled_len();
            let oldest = consumer.oldest_yielded_at().map(|at| now - at);
            health.oldest_unsettled = health.oldest_unsettled.max(oldest);
            health.last_polled = health.last_polled.max(Some(now - consumer.last_polled()));
        }
    }

    fn disconnect(&self, connection: u64) {
        let mut wakes = Vec::new();
        {
            let mut state = self.lock();
            for queue in &mut state.queues {
                let ending = queue.consumers().iter().filter(|consumer| consumer.connection == connection);
                for generation in ending.map(|consumer| consumer.generation).collect::<Vec<_>>() {
                    queue.detach(generation, &mut wakes);
                }
            }
        }
        wake(wakes);
    }

    fn crash(&self, queue: &str) -> bool {
        let mut wakes = Vec::new();
        let crashed = {
            let mut state = self.lock();
            let Some(&id) = state.names.get(queue) else { return false };
            let queue = &mut state.queues[id];
            let oldest = queue.consumers().first().map(|consumer| consumer.generation);
            oldest.is_some_and(|generation| queue.detach(generation, &mut wakes))
        };
        wake(wakes);
        crashed
    }

    fn common(&self) -> &Common {
        &self.common
    }
}

impl State {
    pub(crate) fn queue(&mut self, id: QueueId) -> &mut Queue {
        &mut self.queues[id]
    }

    /// Puts a message into every queue that it is routed to.
    fn store(
        &mut self,
        message: OutboundMessage,
        max_len: Option<usize>,
        wakes: &mut Vec<Waker>,
    ) -> Result<Receipt, PublishError> {
        self.targets.clear();
        if message.exchange.is_empty() {
            self.targets.extend(self.names.get(&message.routing_key));
        } else if let Some(exchange) = self.exchanges.get_mut(&message.exchange) {
            exchange.route(&message.routing_key, &mut self.targets);
        } else {
            // As with a publisher that declares the exchange it publishes to.
            self.exchanges.insert(message.exchange.clone(), Exchange::new());
        }
        if self.targets.is_empty() {
            return Ok(Receipt::new(Routed::No));
        }
        let content = Arc::new(message);
        let mut full = None;
        for &id in &self.targets {
            let queue = &mut self.queues[id];
            if max_len.is_some_and(|max| queue.ready() >= max) {
                full = Some(queue.name.clone());
                continue;
            }
            queue.push(content.clone(), wakes);
            self.open += usize::from(!is_dead_letter_queue(&queue.name));
        }
        match full {
            None => Ok(Receipt::new(Routed::Yes)),
            Some(queue) => {
                Err(PublishError::new(PublishErrorKind::Refused, format!("queue `{queue}` has reached its limit")))
            }
        }
    }
}

impl Objects for State {
    fn find(&self, object: &Object, kind: QueueKind) -> Action {
        let exists = match object {
            Object::Exchange(name) => self.exchanges.contains_key(name),
            Object::Queue(name) => match self.names.get(name).map(|&id| self.queues[id].kind) {
                Some(found) if found != kind => {
                    return Action::Differs(Difference::new("x-queue-type", kind_name(found), kind_name(kind)));
                }
                found => found.is_some(),
            },
            Object::Binding { queue, binding } => {
                let ends = self.exchanges.get(&binding.exchange).zip(self.names.get(queue));
                ends.is_some_and(|(exchange, &id)| exchange.is_bound(binding.pattern.as_str(), id))
            }
        };
        if exists { Action::Exists } else { Action::Missing }
    }

    fn declare(&mut self, object: &Object, kind: QueueKind) {
        match object {
            Object::Exchange(name) => {
                self.exchanges.insert(name.clone(), Exchange::new());
            }
            Object::Queue(name) => {
                self.names.insert(name.clone(), self.queues.len());
                self.queues.push(Queue::new(name.clone(), kind));
            }
            Object::Binding { queue, binding } => {
                if let Some(&id) = self.names.get(queue) {
                    let exchange = self.exchanges.entry(binding.exchange.clone()).or_insert_with(Exchange::new);
                    exchange.bind(binding.pattern.as_str(), id);
                }
            }
        }
    }
}

fn kind_name(kind: QueueKind) -> &'static str {
    match kind {
        QueueKind::Classic => "classic",
        _ => "quorum",
    }
}

/// Names the first text that does not fit into AMQP's short strings.
fn longer_than_amqp_allows(message: &OutboundMessage) -> Option<&'static str> {
    let addressed = [("exchange", &message.exchange), ("routing key", &message.routing_key)];
    let mut texts = addressed.into_iter().chain(message.properties.texts());
    let too_long = |text: &str| text.len() > 255;
    if message.headers.iter().any(|(name, _)| too_long(name)) {
        return Some("name of a header");
    }
    texts.find(|(_, text)| too_long(text)).map(|(what, _)| what)
}
