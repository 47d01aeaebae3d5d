//! Whatever consumers do, a message is handled or still there.

use std::collections::BTreeSet;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::advance;
use user_events_core::{Arrival, Delivery, Subscription, Ticket, Transport};
use user_events_memory::MemoryTransport;

use crate::support::{body, declare, keyed, publish, soon, subscribe};

/// One step of a schedule. Consumers and deliveries are named by numbers that are taken modulo
/// how many there are.
#[derive(Debug, Clone)]
enum Step {
    Publish { key: u8 },
    Subscribe { prefetch: u16 },
    Poll { consumer: usize },
    Done { delivery: usize },
    Requeue { delivery: usize },
    Drop { delivery: usize },
    Pause { consumer: usize, delivery: usize },
    Resume { consumer: usize, delivery: usize },
    Close { consumer: usize },
    Crash,
    Wait { millis: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let any = 0..64_usize;
    prop_oneof![
        8 => (0..5_u8).prop_map(|key| Step::Publish { key }),
        1 => (1..5_u16).prop_map(|prefetch| Step::Subscribe { prefetch }),
        12 => any.clone().prop_map(|consumer| Step::Poll { consumer }),
        6 => any.clone().prop_map(|delivery| Step::Done { delivery }),
        2 => any.clone().prop_map(|delivery| Step::Requeue { delivery }),
        1 => any.clone().prop_map(|delivery| Step::Drop { delivery }),
        1 => (any.clone(), any.clone()).prop_map(|(consumer, delivery)| Step::Pause { consumer, delivery }),
        1 => (any.clone(), any.clone()).prop_map(|(consumer, delivery)| Step::Resume { consumer, delivery }),
        1 => any.prop_map(|consumer| Step::Close { consumer }),
        1 => Just(Step::Crash),
        1 => (1..3000_u64).prop_map(|millis| Step::Wait { millis }),
    ]
}

struct Play {
    transport: MemoryTransport,
    published: u32,
    consumers: Vec<Box<dyn Subscription>>,
    held: Vec<(String, Delivery)>,
    /// Bodies that were settled while their ticket was not stale.
    done: BTreeSet<String>,
}

impl Play {
    async fn step(&mut self, step: Step) {
        match step {
            Step::Publish { key } => {
                let body = format!("{:04}", self.published);
                publish(&self.transport, keyed(&key.to_string(), &body)).await.unwrap();
                self.published += 1;
            }
            Step::Subscribe { prefetch } => self.consumers.push(subscribe(&self.transport, "q", prefetch).await),
            Step::Poll { consumer } => {
                let Some(consumer) = pick(&mut self.consumers, consumer) else { return };
                if let Some(delivery) = poll(&mut **consumer) {
                    self.held.push((body(&delivery).to_owned(), delivery));
                }
            }
            Step::Done { delivery } => self.settle(delivery, Ticket::done, true),
            Step::Requeue { delivery } => self.settle(delivery, Ticket::requeue, false),
            Step::Drop { delivery } => self.settle(delivery, drop, false),
            Step::Pause { consumer, delivery } => {
                let lanes: Vec<_> = pick(&mut self.held, delivery).map(|(_, held)| held.lane).into_iter().collect();
                pick(&mut self.consumers, consumer).into_iter().for_each(|consumer| consumer.pause(&lanes));
            }
            Step::Resume { consumer, delivery } => {
                let lanes: Vec<_> = pick(&mut self.held, delivery).map(|(_, held)| held.lane).into_iter().collect();
                pick(&mut self.consumers, consumer).into_iter().for_each(|consumer| consumer.resume(&lanes));
            }
            Step::Close { consumer } => {
                if !self.consumers.is_empty() {
                    let nth = consumer % self.consumers.len();
                    self.consumers.swap_remove(nth).close(soon()).await.unwrap();
                }
            }
            Step::Crash => {
                self.transport.faults().crash("q");
            }
            Step::Wait { millis } => advance(Duration::from_millis(millis)).await,
        }
    }

    fn settle(&mut self, delivery: usize, how: impl FnOnce(Ticket), finishes: bool) {
        if self.held.is_empty() {
            return;
        }
        let (body, delivery) = self.held.swap_remove(delivery % self.held.len());
        let before = self.transport.health().stale_settlements;
        how(delivery.ticket);
        let stale = self.transport.health().stale_settlements > before;
        if finishes && !stale {
            self.done.insert(body);
        }
    }

    /// Ends all consumers and reads what is left.
    async fn rest(&mut self) -> Vec<String> {
        for mut consumer in self.consumers.drain(..) {
            consumer.close(soon()).await.unwrap();
        }
        self.held.clear();
        let mut rest = Vec::new();
        let mut last = subscribe(&self.transport, "q", 7).await;
        while let Some(delivery) = poll(&mut *last) {
            rest.push(body(&delivery).to_owned());
            delivery.ticket.done();
        }
        rest
    }
}

fn pick<T>(all: &mut [T], nth: usize) -> Option<&mut T> {
    let count = all.len().max(1);
    all.get_mut(nth % count)
}

fn poll(subscription: &mut dyn Subscription) -> Option<Delivery> {
    loop {
        match subscription.poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(Arrival::Delivery(delivery))) => return Some(delivery),
            Poll::Ready(Some(_)) => {}
            Poll::Ready(None) | Poll::Pending => return None,
        }
    }
}

fn play(transport: MemoryTransport, steps: Vec<Step>) -> (u32, BTreeSet<String>, Vec<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        declare(&transport, "q").await;
        let mut play = Play { transport, published: 0, consumers: Vec::new(), held: Vec::new(), done: BTreeSet::new() };
        for step in steps {
            play.step(step).await;
        }
        let rest = play.rest().await;
        play.transport.idle().await;
        assert_eq!(play.transport.health().unsettled, 0);
        (play.published, play.done, rest)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_queue_gives_every_message_until_it_is_done_and_not_after(steps in prop::collection::vec(step(), 1..120)) {
        let (published, done, rest) = play(MemoryTransport::queue(), steps);
        let mut all: Vec<_> = done.into_iter().chain(rest).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..published).map(|number| format!("{number:04}")).collect::<Vec<_>>());
    }

    #[test]
    fn a_log_gives_every_message_until_it_is_done(steps in prop::collection::vec(step(), 1..120)) {
        let (published, done, rest) = play(MemoryTransport::builder().partitions(3).log(), steps);
        let once: BTreeSet<_> = rest.iter().cloned().collect();
        prop_assert_eq!(once.len(), rest.len(), "one reader was given a message twice");
        let all: BTreeSet<_> = done.into_iter().chain(rest).collect();
        prop_assert_eq!(all, (0..published).map(|number| format!("{number:04}")).collect::<BTreeSet<_>>());
    }
}
