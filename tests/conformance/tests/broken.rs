//! The suite must be able to fail: transports that break one promise each fail exactly the cases
//! of that promise, and a false claim is seen.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use user_events_core::{
    Action, Address, Arrival, Capabilities, Confirmation, CopyTarget, Delivery, Health, InFlight, Lane,
    OutboundMessage, Plan, Receipt, Routed, Settle, Settlement, Slot, Subscription, SubscriptionSpec, Ticket, Token,
    Topology, TopologyMode, Transport, TransportError,
};
use user_events_memory::MemoryTransport;
use user_events_testkit::conformance::{self, Claim, Harness, Report};

/// What is wrong with the transport.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Defect {
    /// Of two deliveries that are there, the second comes first.
    Reorders,
    /// A requeued message is gone.
    LosesRequeued,
    /// Every message that was taken is said to be routed.
    SaysRouted,
    /// To plan is to declare.
    DeclaresThePlan,
    /// What exists is verified, whatever it is.
    VerifiesNames,
    /// It says that it revokes lanes and counts returns, and does neither.
    ClaimsTooMuch,
}

/// A transport in memory with one defect.
struct Broken {
    sound: MemoryTransport,
    defect: Defect,
}

#[async_trait::async_trait]
impl Harness for Broken {
    fn name(&self) -> &str {
        "broken"
    }

    async fn connect(&self) -> Arc<dyn Transport> {
        Arc::new(Self { sound: self.sound.connect(), defect: self.defect })
    }
}

#[async_trait::async_trait]
impl Transport for Broken {
    fn system(&self) -> &'static str {
        "broken"
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = self.sound.capabilities();
        capabilities.revokes = self.defect == Defect::ClaimsTooMuch;
        capabilities.max_message_bytes = (self.defect == Defect::ClaimsTooMuch).then_some(100);
        capabilities
    }

    fn in_flight(&self) -> &InFlight {
        self.sound.in_flight()
    }

    fn publish(&self, slot: Slot, message: OutboundMessage, deadline: Instant) -> Confirmation {
        let mut confirmation = self.sound.publish(slot, message, deadline);
        if self.defect != Defect::SaysRouted {
            return confirmation;
        }
        match Pin::new(&mut confirmation).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => Confirmation::ready(outcome.map(|_| Receipt::new(Routed::Yes))),
            Poll::Pending => confirmation,
        }
    }

    async fn plan(&self, topology: &Topology) -> Result<Plan, TransportError> {
        let plan = self.sound.plan(topology).await;
        if self.defect == Defect::DeclaresThePlan {
            self.sound.apply(topology, TopologyMode::Declare).await?;
        }
        plan
    }

    async fn apply(&self, topology: &Topology, mode: TopologyMode) -> Result<Plan, TransportError> {
        if self.defect == Defect::VerifiesNames && mode == TopologyMode::Verify {
            let plan = self.sound.plan(topology).await?;
            if !plan.steps.iter().any(|step| step.action == Action::Missing) {
                return Ok(plan);
            }
        }
        self.sound.apply(topology, mode).await
    }

    async fn subscribe(&self, spec: SubscriptionSpec) -> Result<Box<dyn Subscription>, TransportError> {
        let sound = self.sound.subscribe(spec).await?;
        Ok(match self.defect {
            Defect::Reorders => Box::new(Reordering { sound, held: None }),
            Defect::LosesRequeued => Box::new(Losing { sound }),
            _ => sound,
        })
    }

    fn health(&self) -> Health {
        self.sound.health()
    }

    async fn close(&self, deadline: Instant) -> Result<(), TransportError> {
        self.sound.close(deadline).await
    }
}

struct Reordering {
    sound: Box<dyn Subscription>,
    held: Option<Arrival>,
}

#[async_trait::async_trait]
impl Subscription for Reordering {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival>> {
        if let Some(held) = self.held.take() {
            return Poll::Ready(Some(held));
        }
        let first = self.sound.poll_next(cx);
        if !matches!(first, Poll::Ready(Some(Arrival::Delivery(_)))) {
            return first;
        }
        match self.sound.poll_next(cx) {
            second @ Poll::Ready(Some(_)) => {
                if let Poll::Ready(first) = first {
                    self.held = first;
                }
                second
            }
            Poll::Ready(None) | Poll::Pending => first,
        }
    }

    fn pause(&mut self, lanes: &[Lane]) {
        self.sound.pause(lanes);
    }

    fn resume(&mut self, lanes: &[Lane]) {
        self.sound.resume(lanes);
    }

    fn address(&self, copy: CopyTarget) -> Option<Address> {
        self.sound.address(copy)
    }

    async fn close(&mut self, deadline: Instant) -> Result<(), TransportError> {
        self.held = None;
        self.sound.close(deadline).await
    }
}

struct Losing {
    sound: Box<dyn Subscription>,
}

#[async_trait::async_trait]
impl Subscription for Losing {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival>> {
        self.sound.poll_next(cx).map(|arrival| {
            arrival.map(|arrival| match arrival {
                Arrival::Delivery(Delivery { message, lane, ticket, .. }) => {
                    let owner = Arc::new(DoneInsteadOfRequeue(std::sync::Mutex::new(Some(ticket))));
                    let ticket = Ticket::new(owner, Token { generation: 0, lane, tag: 0 });
                    Arrival::Delivery(Delivery::new(message, lane, ticket))
                }
                other => other,
            })
        })
    }

    fn pause(&mut self, lanes: &[Lane]) {
        self.sound.pause(lanes);
    }

    fn resume(&mut self, lanes: &[Lane]) {
        self.sound.resume(lanes);
    }

    fn address(&self, copy: CopyTarget) -> Option<Address> {
        self.sound.address(copy)
    }

    async fn close(&mut self, deadline: Instant) -> Result<(), TransportError> {
        self.sound.close(deadline).await
    }
}

struct DoneInsteadOfRequeue(std::sync::Mutex<Option<Ticket>>);

impl Settle for DoneInsteadOfRequeue {
    fn settle(&self, _token: Token, settlement: Settlement) {
        let ticket = self.0.lock().expect("nothing panics under the lock").take();
        match settlement {
            Settlement::Done | Settlement::Requeue => ticket.expect("settled once").done(),
            Settlement::Abandoned => drop(ticket),
        }
    }
}

async fn run(defect: Defect) -> Report {
    let report = conformance::run(Broken { sound: MemoryTransport::queue(), defect }).await;
    println!("{report}");
    report
}

fn failed(report: &Report) -> Vec<&'static str> {
    report.failures().into_iter().map(|failure| failure.case).collect()
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_reorders_fails_the_cases_of_order() {
    let report = run(Defect::Reorders).await;
    assert_eq!(
        failed(&report),
        [
            "messages_of_one_key_keep_the_order_of_the_calls",
            "messages_of_one_queue_keep_the_order_of_the_calls",
            "work_in_flight_comes_back_in_order",
        ]
    );
    let unshown = [("broken", Claim::OrdersPerKey), ("broken", Claim::OrdersPerQueue)];
    assert_eq!(report.unexercised_claims(), unshown);
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_loses_what_is_requeued_fails_the_cases_of_requeue() {
    let report = run(Defect::LosesRequeued).await;
    assert_eq!(failed(&report), ["what_is_requeued_comes_back", "several_requeued_come_back_once_each"]);
    assert_eq!(report.unexercised_claims(), [("broken", Claim::RequeuesAtBroker)]);
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_says_routed_to_everything_fails_the_cases_of_routing() {
    let report = run(Defect::SaysRouted).await;
    assert_eq!(failed(&report), ["an_unroutable_publish_says_so", "an_outcome_belongs_to_its_own_copy"]);
    assert_eq!(report.unexercised_claims(), [("broken", Claim::SeesUnroutable)]);
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_declares_what_it_plans_fails_the_case_of_the_plan() {
    let report = run(Defect::DeclaresThePlan).await;
    assert_eq!(failed(&report), ["planning_changes_nothing_and_says_what_declaring_would_find"]);
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_verifies_names_alone_fails_the_case_of_what_differs() {
    let report = run(Defect::VerifiesNames).await;
    assert_eq!(failed(&report), ["verifying_finds_what_differs"]);
}

#[tokio::test(start_paused = true)]
async fn a_false_claim_is_a_failure() {
    let report = run(Defect::ClaimsTooMuch).await;
    assert_eq!(
        failed(&report),
        [
            "a_body_above_the_limit_is_not_sent",
            "revoked_lanes_move_when_they_are_drained",
            "what_is_not_drained_in_time_moves_and_its_tickets_are_stale",
        ]
    );
    assert_eq!(report.unexercised_claims(), [("broken", Claim::Revokes), ("broken", Claim::LimitsSize)]);
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_no_case_has_shown_is_a_failure() {
    let harness = Broken { sound: MemoryTransport::queue(), defect: Defect::ClaimsTooMuch };
    let report = conformance::run_some(harness, |case| case == "what_is_done_is_gone").await;
    assert!(report.failures().is_empty());
    assert!(report.unexercised_claims().contains(&("broken", Claim::Revokes)));
    assert!(std::panic::catch_unwind(|| report.assert_passed()).is_err());
}
