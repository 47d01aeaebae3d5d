//! Topology on a real broker: what differs is named, and what is missing as well.

use std::io;
use std::sync::{Arc, Mutex};

use lapin::ExchangeKind;
use lapin::options::{ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use rabbit::{bound, client, config, node, publish, transport, unique};
use tracing_subscriber::util::SubscriberInitExt;
use user_events_core::{
    Action, Binding, Difference, Object, OutboundMessage, PublishErrorKind, QueueKind, QueueSpec, Routed,
    SubscriptionSpec, Topology, TopologyMode, Transport as _, TransportErrorKind,
};
use user_events_rabbit::{RabbitConfig, RabbitTransport};

#[tokio::test]
async fn declaring_says_what_it_did_and_can_be_repeated() {
    let transport = transport(node().await).await;
    let (exchange, queue) = (unique("declared"), unique("declared-queue"));
    let queue_spec = QueueSpec::new(queue.clone()).bind(Binding::new(exchange.clone(), "user.#"));
    let topology = Topology::new().with_queue(queue_spec);
    for _ in 0..2 {
        let plan = transport.apply(&topology, TopologyMode::Declare).await.expect("it is declared");
        assert!(plan.steps.iter().all(|step| step.action == Action::Declared), "{plan}");
        assert_eq!(plan.steps.len(), 4, "exchange, dead letter queue, queue, binding: {plan}");
    }
    let plan = transport.apply(&topology, TopologyMode::Verify).await.expect("it exists");
    assert_eq!(plan.steps.iter().filter(|step| step.action == Action::Exists).count(), 3, "{plan}");
    let plan = transport.apply(&topology, TopologyMode::Assume).await.expect("it is assumed");
    assert!(plan.steps.iter().all(|step| step.action == Action::NotChecked), "{plan}");
}

#[tokio::test]
async fn an_argument_that_differs_is_named_with_both_values() {
    let node = node().await;
    let transport = transport(node).await;
    let queue = unique("differs");
    let text = |value: &str| AMQPValue::LongString(value.into());
    let mut arguments = FieldTable::default();
    arguments
        .insert("x-queue-type".into(), text("quorum"))
        .insert("x-dead-letter-exchange".into(), text(""))
        .insert("x-dead-letter-routing-key".into(), text(&format!("{queue}.dlq")))
        .insert("x-dead-letter-strategy".into(), text("at-least-once"))
        .insert("x-overflow".into(), text("reject-publish"))
        .insert("x-delivery-limit".into(), AMQPValue::LongInt(7));
    let options = QueueDeclareOptions { durable: true, ..Default::default() };
    client(node).await.queue_declare(queue.as_str().into(), options, arguments).await.expect("a queue");

    let topology = Topology::new().with_queue(QueueSpec::new(queue.clone()));
    // Declaring makes the dead letter queue, which verifying would miss first.
    for mode in [TopologyMode::Declare, TopologyMode::Verify] {
        let error = transport.apply(&topology, mode).await.expect_err("it differs");
        assert_eq!(error.kind(), TransportErrorKind::Topology);
        let sentence = error.to_string();
        for part in [&format!("queue `{queue}`"), "`x-delivery-limit`", "'1000'", "'7'", "use assume mode"] {
            assert!(sentence.contains(part), "{mode:?}: {part}: {sentence}");
        }
    }
    let plan = transport.plan(&topology).await.expect("that it differs is an answer");
    let differs = Action::Differs(Difference::new("x-delivery-limit", "7", "1000"));
    assert_eq!(plan.action(&Object::Queue(queue.into())), Some(&differs), "{plan}");
    transport.apply(&topology, TopologyMode::Assume).await.expect("assuming leaves it as it is");
}

/// Found by review: it consumed from the classic queue.
#[tokio::test]
async fn a_consumer_that_verifies_does_not_start_over_a_queue_of_another_kind() {
    let node = node().await;
    let (queue, exchange) = (unique("other-kind"), unique("other-kind-exchange"));
    let classic = QueueSpec::new(queue.clone()).with_kind(QueueKind::Classic).bind(Binding::new(exchange, "#"));
    let transport = transport(node).await;
    let topology = Topology::new().with_queue(classic.clone());
    transport.apply(&topology, TopologyMode::Declare).await.expect("it is declared");
    transport.apply(&topology, TopologyMode::Verify).await.expect("it is the same");
    let quorum = Topology::new().with_queue(classic.with_kind(QueueKind::Quorum));
    let error = transport.apply(&quorum, TopologyMode::Verify).await.expect_err("it differs");
    assert_eq!(error.kind(), TransportErrorKind::Topology);
    for part in [&format!("queue `{queue}.dlq`"), "`x-queue-type`", "classic", "quorum"] {
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
}

#[tokio::test]
async fn a_user_who_may_declare_nothing_verifies_what_exists_and_consumes() {
    let node = node().await;
    let (user, queue, exchange) = (unique("consumer"), unique("closed-queue"), unique("closed-exchange"));
    node.ctl(["add_user", &user, "secret"]).await.expect("a user");
    node.ctl(["set_permissions", &user, "^$", "^amq\\.default$", &format!("^{queue}$")]).await.expect("permissions");
    let spec = QueueSpec::new(queue.clone()).bind(Binding::new(exchange.clone(), "#"));
    let topology = Topology::new().with_queue(spec.clone());
    let uri = format!("amqp://{user}:secret@127.0.0.1:{}", node.port());
    let closed = RabbitTransport::connect(RabbitConfig::from_uri(&uri).expect("an URI")).await.expect("connected");
    let error = closed.apply(&topology, TopologyMode::Verify).await.expect_err("it is missing");
    assert_eq!(error.kind(), TransportErrorKind::Topology, "{error}");

    transport(node).await.apply(&topology, TopologyMode::Declare).await.expect("it is declared");
    let log = Log::default();
    let recorded = log.subscriber().set_default();
    let verified = closed.apply(&topology, TopologyMode::Verify).await.expect("it exists");
    drop(recorded);
    let planned = closed.plan(&topology).await.expect("it exists");
    assert_eq!(verified, planned);
    let queues = [spec.dead_letter_queue(), spec.name].map(Object::Queue);
    for object in queues.into_iter().chain([Object::Exchange(exchange.into())]) {
        assert_eq!(verified.action(&object), Some(&Action::NotCompared), "{object}\n{verified}");
        assert!(log.says(&format!("object={object}")), "{object}: {log:?}");
    }
    closed.subscribe(SubscriptionSpec::new(queue)).await.expect("it may consume");
}

#[tokio::test]
async fn an_exchange_of_another_type_is_verified_for_those_who_bind_and_enough_for_those_who_publish() {
    let node = node().await;
    let exchange = unique("fanout");
    let options = ExchangeDeclareOptions { durable: true, ..Default::default() };
    let client = client(node).await;
    let made = client.exchange_declare(exchange.as_str().into(), ExchangeKind::Fanout, options, Default::default());
    made.await.expect("an exchange");
    let verifying =
        RabbitTransport::connect(config(node).with_topology(TopologyMode::Verify)).await.expect("connected");
    let topology = Topology::new().with_exchange(exchange.clone());
    let error = verifying.apply(&topology, TopologyMode::Verify).await.expect_err("it differs");
    for part in [&format!("exchange `{exchange}`"), "`type`", "fanout", "topic"] {
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
    let message = OutboundMessage::new(exchange, "key", "body");
    let receipt = publish(&verifying, message).await.await.expect("it is published");
    assert_eq!(receipt.routed(), Routed::No);
}

#[tokio::test]
async fn classic_queues_are_possible() {
    let transport = transport(node().await).await;
    let queue = QueueSpec::new(unique("classic")).with_kind(QueueKind::Classic);
    let topology = Topology::new().with_queue(queue.clone());
    transport.apply(&topology, TopologyMode::Declare).await.expect("it is declared");
    let other = Topology::new().with_queue(queue.with_kind(QueueKind::Quorum));
    let error = transport.apply(&other, TopologyMode::Declare).await.expect_err("it differs");
    assert!(error.to_string().contains("x-queue-type"), "{error}");
}

#[tokio::test]
async fn a_queue_without_dead_letter_queue_is_not_consumed() {
    let node = node().await;
    let transport = transport(node).await;
    let queue = unique("no-letters");
    let options = QueueDeclareOptions { durable: true, ..Default::default() };
    client(node).await.queue_declare(queue.as_str().into(), options, Default::default()).await.expect("a queue");
    let Err(error) = transport.subscribe(SubscriptionSpec::new(queue.clone())).await else { panic!("it is consumed") };
    assert_eq!(error.kind(), TransportErrorKind::Topology);
    assert!(error.to_string().contains(&format!("`{queue}.dlq`")), "{error}");
}

#[tokio::test]
async fn a_publish_declares_its_exchange_or_says_that_it_is_missing() {
    let node = node().await;
    let message = |exchange: &str| OutboundMessage::new(exchange.to_owned(), "key", "body");

    let declaring = transport(node).await;
    let receipt = publish(&declaring, message(&unique("fresh"))).await.await.expect("the exchange is declared");
    assert_eq!(receipt.routed(), Routed::No);

    let verifying =
        RabbitTransport::connect(config(node).with_topology(TopologyMode::Verify)).await.expect("connected");
    let missing = unique("missing");
    let error = publish(&verifying, message(&missing)).await.await.expect_err("it is missing");
    assert_eq!(error.kind(), PublishErrorKind::NotSent);
    assert!(error.to_string().contains(&format!("exchange `{missing}` does not exist")), "{error}");
}

#[tokio::test]
async fn a_publish_to_a_closed_exchange_names_it_and_the_right() {
    let node = node().await;
    let (user, open) = (unique("writer"), unique("open"));
    node.ctl(["add_user", &user, "secret"]).await.expect("a user");
    node.ctl(["set_permissions", &user, "^$", &format!("^{open}$"), "^$"]).await.expect("permissions");
    let declaring = transport(node).await;
    bound(&declaring, &unique("open-queue"), &open, &["#"]).await;
    let uri = format!("amqp://{user}:secret@127.0.0.1:{}", node.port());
    let transport = RabbitTransport::connect(RabbitConfig::from_uri(&uri).expect("an URI")).await.expect("connected");

    let closed = unique("closed");
    let message = |exchange: &str| OutboundMessage::new(exchange.to_owned(), "key", "body");
    let error = publish(&transport, message(&closed)).await.await.expect_err("it may not");
    assert_eq!(error.kind(), PublishErrorKind::NotSent);
    assert!(error.to_string().contains(&format!("exchange `{closed}`")), "{error}");
    assert!(error.to_string().contains("right to configure"), "{error}");
    assert!(!error.to_string().contains(&user), "{error}");
    let receipt = publish(&transport, message(&open)).await.await.expect("it may write there");
    assert_eq!(receipt.routed(), Routed::Yes);
}

/// Assuming that exchanges exist is a matter of trust: the broker closes the channel on the first that does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_exchange_fails_its_own_publishes_and_no_other() {
    let node = node().await;
    let (exchange, queue, missing) = (unique("there"), unique("there-queue"), unique("missing"));
    bound(&transport(node).await, &queue, &exchange, &["#"]).await;
    let transport =
        RabbitTransport::connect(config(node).with_topology(TopologyMode::Assume)).await.expect("connected");
    let mut answers = Vec::new();
    for number in 0..500 {
        let exchange = if number == 300 { &missing } else { &exchange };
        let message = OutboundMessage::new(exchange.clone(), "key", number.to_string());
        answers.push((number, publish(&transport, message.with_message_id(number.to_string())).await));
    }
    for (number, answer) in answers {
        match answer.await {
            Ok(receipt) => assert_eq!((receipt.routed(), number == 300), (Routed::Yes, false), "{number}"),
            Err(error) => {
                assert_eq!(number, 300, "{error}");
                assert_eq!(error.kind(), PublishErrorKind::Refused);
                assert!(error.to_string().contains(&format!("no exchange `{missing}`")), "{error}");
            }
        }
    }
}

/// The log lines of one thread.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn subscriber(&self) -> impl SubscriberInitExt + use<> {
        let log = self.clone();
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_env_filter("user_events_rabbit=info")
            .with_writer(move || log.clone())
    }

    fn says(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.0.lock().unwrap()).contains(text)
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
