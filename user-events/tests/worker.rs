//! What the runtime tells its transport, and when: against a transport that does what a test says.

#![allow(missing_docs)]
#![cfg(feature = "runtime")]

mod common;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use common::{UserDeleted, user_deleted};
use tokio::sync::{Notify, mpsc};
use user_events::core::{
    Address, Arrival, Capabilities, Confirmation, CopyTarget, Delivery, EventEncoder, Health, InFlight, InboundMessage,
    Lane, Link, Metadata, OutboundMessage, Plan, PublishError, PublishErrorKind, Receipt, Settle, Settlement, Slot,
    Subscription, SubscriptionSpec, Ticket, Token, Topology, TopologyMode, Transport, TransportError,
};
use user_events::prelude::*;
use user_events::{Error, ErrorKind};

/// What the transport was told, in order, and what the handlers note beside it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>, Arc<Notify>);

impl Log {
    fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
        self.1.notify_waiters();
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// Waits until a line is there.
    async fn until(&self, line: &str) {
        let noted = async {
            loop {
                let changed = self.1.notified();
                if self.lines().iter().any(|noted| noted == line) {
                    return;
                }
                changed.await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(60), noted).await.is_err() {
            panic!("`{line}` does not come after {:?}", self.lines());
        }
    }
}

/// A transport that answers as it was told, yields what it is given, and notes everything.
struct Scripted {
    log: Log,
    answers: Mutex<VecDeque<Result<Receipt, PublishError>>>,
    arrivals: Mutex<Option<mpsc::UnboundedReceiver<Arrival>>>,
    applied: Mutex<Vec<TopologyMode>>,
    published: Mutex<Vec<OutboundMessage>>,
    in_flight: InFlight,
    mode: TopologyMode,
}

#[async_trait]
impl Transport for Scripted {
    fn system(&self) -> &'static str {
        "scripted"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::queue()
    }

    fn topology_mode(&self) -> TopologyMode {
        self.mode
    }

    fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    fn publish(&self, slot: Slot, message: OutboundMessage, _: Instant) -> Confirmation {
        self.log.note(format!("published {} copy={}", message.routing_key, slot.is_copy()));
        self.published.lock().unwrap().push(message);
        Confirmation::ready(self.answers.lock().unwrap().pop_front().unwrap_or(Ok(Receipt::new(Routed::Yes))))
    }

    async fn plan(&self, _: &Topology) -> Result<Plan, TransportError> {
        Ok(Plan::new())
    }

    async fn apply(&self, _: &Topology, mode: TopologyMode) -> Result<Plan, TransportError> {
        self.applied.lock().unwrap().push(mode);
        Ok(Plan::new())
    }

    async fn subscribe(&self, _: SubscriptionSpec) -> Result<Box<dyn Subscription>, TransportError> {
        let arrivals = self.arrivals.lock().unwrap().take().expect("one subscription");
        Ok(Box::new(ScriptedSubscription { log: self.log.clone(), arrivals, closed: false }))
    }

    fn health(&self) -> Health {
        Health::new(Link::Connected)
    }

    async fn close(&self, _: Instant) -> Result<(), TransportError> {
        Ok(())
    }
}

struct ScriptedSubscription {
    log: Log,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    closed: bool,
}

#[async_trait]
impl Subscription for ScriptedSubscription {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival>> {
        if self.closed { Poll::Ready(None) } else { self.arrivals.poll_recv(cx) }
    }

    fn pause(&mut self, lanes: &[Lane]) {
        self.log.note(format!("paused {}", lanes.len()));
    }

    fn resume(&mut self, lanes: &[Lane]) {
        self.log.note(format!("resumed {}", lanes.len()));
    }

    fn address(&self, copy: CopyTarget) -> Option<Address> {
        (copy == CopyTarget::DeadLetter).then(|| Address { exchange: "".into(), routing_key: "billing.dlq".into() })
    }

    async fn close(&mut self, _: Instant) -> Result<(), TransportError> {
        self.log.note("closed");
        self.closed = true;
        Ok(())
    }
}

impl Settle for Log {
    fn settle(&self, token: Token, settlement: Settlement) {
        self.note(format!("{settlement:?} {}", token.tag));
    }
}

/// A transport, what it yields, and what it was told.
struct Stage {
    transport: Arc<Scripted>,
    arrivals: mpsc::UnboundedSender<Arrival>,
    log: Log,
}

impl Stage {
    fn new(answers: impl IntoIterator<Item = Result<Receipt, PublishError>>) -> Self {
        Self::with(answers, InFlight::new(16, 1 << 20), TopologyMode::Declare)
    }

    fn with(
        answers: impl IntoIterator<Item = Result<Receipt, PublishError>>,
        in_flight: InFlight,
        mode: TopologyMode,
    ) -> Self {
        let (arrivals, receiver) = mpsc::unbounded_channel();
        let log = Log::default();
        let transport = Arc::new(Scripted {
            log: log.clone(),
            answers: Mutex::new(answers.into_iter().collect()),
            arrivals: Mutex::new(Some(receiver)),
            applied: Mutex::default(),
            published: Mutex::default(),
            in_flight,
            mode,
        });
        Self { transport, arrivals, log }
    }

    fn bus(&self) -> Bus {
        Bus::new(self.transport.clone())
    }

    /// Delivers the deletion of user `tag`, by a lane.
    fn deliver(&self, tag: u32, lane: u32) {
        let message = EventEncoder::new("UserService").encode(&user_deleted(tag), Metadata::default()).unwrap();
        let token = Token { generation: 1, lane: Lane(lane), tag: tag.into() };
        let ticket = Ticket::new(Arc::new(self.log.clone()), token);
        let delivery = Delivery::new(InboundMessage::of(message), Lane(lane), ticket);
        self.arrivals.send(Arrival::Delivery(delivery)).expect("somebody consumes");
    }

    /// A consumer whose handler notes what it handles, and fails user 1.
    fn consumer(&self) -> Consumer {
        let log = self.log.clone();
        Consumer::new("billing").handle(move |event: UserDeleted| {
            log.note(format!("handled {}", event.user_id));
            async move { if event.user_id == "u-1" { Err("no")? } else { Ok(()) } }
        })
    }
}

fn refused() -> Result<Receipt, PublishError> {
    Err(PublishError::new(PublishErrorKind::Refused, "full"))
}

fn unknown() -> Result<Receipt, PublishError> {
    Err(PublishError::new(PublishErrorKind::Indeterminate, "no answer"))
}

#[tokio::test(start_paused = true)]
async fn a_letter_is_stored_only_when_routed_and_until_then_nothing_new_is_handled() -> Result<(), Error> {
    let stage = Stage::new([Ok(Receipt::new(Routed::No)), refused(), unknown()]);
    let consumer = stage.consumer().spawn(&stage.bus()).await?;
    stage.deliver(1, 0);
    stage.deliver(2, 0);
    stage.log.until("Done 2").await;
    let letter = "published billing.dlq copy=true";
    assert_eq!(
        stage.log.lines(),
        ["handled u-1", letter, "paused 1", letter, letter, letter, "Done 1", "resumed 1", "handled u-2", "Done 2"]
    );
    consumer.stop().await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_letter_that_is_too_large_all_the_same_is_stored_without_application_headers() -> Result<(), Error> {
    let too_large = || Err(PublishError::too_large("properties and headers have 9 bytes; the broker takes 8"));
    let stage = Stage::new([too_large(), too_large(), too_large()]);
    let consumer = stage.consumer().spawn(&stage.bus()).await?;
    let mut message = EventEncoder::new("UserService").encode(&user_deleted(1), Metadata::default()).unwrap();
    message.headers.append("tenant", "blue");
    let ticket = Ticket::new(Arc::new(stage.log.clone()), Token { generation: 1, lane: Lane(0), tag: 1 });
    let _ = stage.arrivals.send(Arrival::Delivery(Delivery::new(InboundMessage::of(message), Lane(0), ticket)));
    stage.log.until("Done 1").await;
    let letters = std::mem::take(&mut *stage.transport.published.lock().unwrap());
    let tenants: Vec<_> = letters.iter().map(|letter| letter.headers.get_str("tenant")).collect();
    // The smaller one goes out at once, and is the one that is held.
    assert_eq!(tenants, [Some("blue"), None, None, None]);
    assert_eq!(letters[1].headers.get_str("ue-error"), Some("the handler failed: no"));
    let published = "published billing.dlq copy=true";
    assert_eq!(
        stage.log.lines(),
        ["handled u-1", published, published, "paused 1", published, published, "Done 1", "resumed 1"]
    );
    consumer.stop().await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_waits_of_a_revoked_lane_is_given_back_and_not_handled() -> Result<(), Error> {
    let stage = Stage::new([]);
    let (started, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (log, handler) = (stage.log.clone(), (started.clone(), go_on.clone()));
    let consumer = Consumer::new("billing")
        .handle(move |event: UserDeleted| {
            let (log, (started, go_on)) = (log.clone(), handler.clone());
            async move {
                started.notify_one();
                go_on.notified().await;
                log.note(format!("handled {}", event.user_id));
                Ok(())
            }
        })
        .spawn(&stage.bus())
        .await?;
    stage.deliver(1, 0);
    stage.deliver(2, 1);
    stage.deliver(3, 0);
    started.notified().await;
    let drain_by = tokio::time::Instant::now().into_std() + Duration::from_secs(5);
    let _ = stage.arrivals.send(Arrival::Revoked { lanes: vec![Lane(1)], drain_by });
    stage.log.until("Requeue 2").await;
    go_on.notify_one();
    started.notified().await;
    go_on.notify_one();
    stage.log.until("Done 3").await;
    assert_eq!(stage.log.lines(), ["Requeue 2", "handled u-1", "Done 1", "handled u-3", "Done 3"]);
    consumer.stop().await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_end_in_time_has_ended_before_its_message_is_given_back() -> Result<(), Error> {
    struct Dropped(Log);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.note("handler dropped");
        }
    }
    for parallel in [1, 4] {
        let stage = Stage::new([]);
        let started = Arc::new(Notify::new());
        let (log, entered) = (stage.log.clone(), started.clone());
        let consumer = Consumer::new("billing")
            .concurrency(parallel)
            .drain_timeout(Duration::from_secs(5))
            .handle(move |_: UserDeleted| {
                let (dropped, entered) = (Dropped(log.clone()), entered.clone());
                async move {
                    let _dropped = dropped;
                    entered.notify_one();
                    std::future::pending().await
                }
            })
            .spawn(&stage.bus())
            .await?;
        stage.deliver(1, 0);
        started.notified().await;
        assert_eq!(consumer.stop().await?.given_back, 1);
        stage.log.until("handler dropped").await;
        let lines = stage.log.lines();
        assert!(!lines.iter().any(|line| line.starts_with("Done")), "{lines:?}");
        let at = |line: &str| lines.iter().position(|noted| noted == line);
        assert!(at("handler dropped") < at("closed") || parallel > 1, "{lines:?}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_lost_subscription_is_reported_and_what_waits_is_not_handled() -> Result<(), Error> {
    let stage = Stage::new([]);
    let mut consumer = stage.consumer().spawn(&stage.bus()).await?;
    let lost = TransportError::new(user_events::core::TransportErrorKind::Connection, "the connection broke");
    let _ = stage.arrivals.send(Arrival::Lost(lost));
    let error = consumer.ended().await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Connection, "the connection broke"));
    assert_eq!(consumer.ended().await.unwrap_err().kind(), ErrorKind::Closed);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_publish_that_finds_no_room_is_not_sent_and_says_so_at_its_deadline() {
    let stage = Stage::with([], InFlight::new(1, 1 << 20), TopologyMode::Declare);
    let _held = stage.transport.in_flight.reserve(1).await.unwrap();
    let bus = stage.bus().with_publish_timeout(Duration::from_secs(5));
    let started = tokio::time::Instant::now();
    let error = bus.publisher("UserService").publish(&user_deleted(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
    // By the paused clock, which only moves to the next timer.
    assert_eq!(started.elapsed(), Duration::from_secs(5));
    assert!(stage.log.lines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_consumer_s_topology_is_applied_as_the_transport_is_set_to() -> Result<(), Error> {
    for mode in [TopologyMode::Declare, TopologyMode::Verify, TopologyMode::Assume] {
        let stage = Stage::with([], InFlight::new(1, 1 << 20), mode);
        stage.consumer().spawn(&stage.bus()).await?.stop().await?;
        assert_eq!(*stage.transport.applied.lock().unwrap(), [mode]);
    }
    Ok(())
}

#[tokio::test]
#[should_panic(expected = "polled after it was ready")]
async fn a_publish_that_is_polled_again_panics_and_does_not_hang() {
    let stage = Stage::new([]);
    let mut publish = stage.bus().publisher("UserService").publish(&user_deleted(1));
    assert!((&mut publish).await.is_ok());
    let _ = publish.await;
}

#[tokio::test]
async fn a_header_that_is_not_free_is_refused_before_it_is_sent() {
    let stage = Stage::new([]);
    for name in ["ue-partition-key", "x-death", "CC", "BCC"] {
        let publisher = stage.bus().publisher("UserService");
        let error = publisher.event(&user_deleted(1)).header(name, "v").publish().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(name), "{error}");
    }
    assert!(stage.log.lines().is_empty());
}

#[tokio::test]
async fn what_a_handler_publishes_has_the_same_id_whenever_it_runs() -> Result<(), Error> {
    let ids = Arc::new(Mutex::new(Vec::new()));
    let stage = Stage::new([]);
    let noted = ids.clone();
    let consumer = Consumer::new("billing")
        .handle(move |_: UserDeleted, cx: EventContext| {
            let ids = noted.clone();
            async move {
                let first = cx.publish(&user_deleted(7));
                let second = cx.event(&user_deleted(7)).header("tenant", "blue").publish();
                let published = [&first, &second].map(|publish| publish.message_id().unwrap().to_owned());
                ids.lock().unwrap().push(published);
                first.await?;
                second.await?;
                Ok(())
            }
        })
        .spawn(&stage.bus())
        .await?;
    // The same message twice, under two tags.
    let message = EventEncoder::new("UserService").encode(&user_deleted(1), Metadata::default()).unwrap();
    for tag in [1, 2] {
        let ticket = Ticket::new(Arc::new(stage.log.clone()), Token { generation: 1, lane: Lane(0), tag });
        let delivery = Delivery::new(InboundMessage::of(message.clone()), Lane(0), ticket);
        let _ = stage.arrivals.send(Arrival::Delivery(delivery));
    }
    stage.log.until("Done 2").await;
    let ids = ids.lock().unwrap().clone();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0][0], ids[0][1]);
    consumer.stop().await?;
    Ok(())
}
