//! CloudEvents, judged and written by an implementation that is not ours: the CNCF's SDK for JavaScript.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use interop::script::{self, Letter};
use interop::{broker, examples, in_time};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use user_events::Error;
use user_events::prelude::*;
use user_service::UserEvent;

use crate::dialects::assert_undeclared;
use crate::events::partition_key;
use crate::order::{OrderPlaced, time};
use crate::seen::Seen;

const MODES: [Dialect; 2] = [Dialect::CLOUD_EVENTS, Dialect::CLOUD_EVENTS_BINARY];
/// In how many ways `node/cloudevents.js` writes an event: in structured mode, then in binary mode as the SDK has it for HTTP,
/// the same with a colon, for Kafka and for MQTT.
const WAYS: usize = 5;
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const TRACESTATE: &str = "congo=t61rcWkgMzE";

/// Attributes and data of the messages in a queue, as all readers of the SDK have found them, strictly.
async fn judged(uri: &str, queue: &str, count: usize) -> Vec<Value> {
    let printed = script::run(uri, &["read-cloudevents.js", queue, &count.to_string()]).await;
    printed.lines().map(|line| serde_json::from_str(line).expect("attributes and data")).collect()
}

#[tokio::test]
async fn the_sdk_reads_every_event_in_both_modes() -> Result<(), Error> {
    let uri = broker::vhost("cloudevents-written").await;
    let bus = broker::bus(&uri).await;
    Consumer::new("kept").handle(async |_: UserEvent| Ok(())).spawn(&bus).await?.stop().await?;
    let events = examples::all();
    let mut expected = Vec::new();
    for mode in MODES {
        let publisher = bus.publisher("UserService").with_dialect(mode).with_clock(|| time("2023-10-28T12:05:00.007Z"));
        for (number, event) in events.iter().enumerate() {
            let (id, correlation) = (format!("{mode}-{number}"), format!("correlation-{number}"));
            let (meta, publish) = examples::publish(&publisher, event, &id, &correlation);
            publish.await?;
            let data = serde_json::to_value(event).expect("an event is JSON")["example"].take();
            let mut told = json!({
                "specversion": "1.0",
                "id": id,
                "source": "UserService",
                "type": meta.message_type,
                "time": "2023-10-28T12:05:00.007Z",
                "datacontenttype": "application/json",
                "correlationid": correlation,
                "data": data,
            });
            if let Some(key) = partition_key(&told["data"], meta.event_type) {
                told["partitionkey"] = key.into();
            }
            expected.push(told);
        }
    }
    assert_eq!(expected.len(), 54);
    assert_eq!(judged(&uri, "kept", expected.len()).await, expected);
    Ok(())
}

#[tokio::test]
async fn the_sdk_finds_odd_names_and_ids_valid() -> Result<(), Error> {
    let uri = broker::vhost("cloudevents-odd").await;
    let bus = broker::bus(&uri).await;
    Consumer::new("kept").handle(async |_: OrderPlaced| Ok(())).spawn(&bus).await?.stop().await?;
    let sources = [
        ("Bestellungen für Größen", "Bestellungen%20f%C3%BCr%20Gr%C3%B6%C3%9Fen"),
        ("100% <orders> [eu]", "100%25%20%3Corders%3E%20%5Beu%5D"),
        ("1:orders", "1%3Aorders"),
        ("urn:orders:eu", "urn:orders:eu"),
        ("/orders/7#part", "/orders/7#part"),
    ];
    let mut expected = Vec::new();
    for mode in MODES {
        for (source, written) in sources {
            let publisher = bus.publisher(source).with_dialect(mode).with_clock(|| time("2023-10-28T12:05:00.999Z"));
            let odd = OrderPlaced { note: Some("\u{1f980} \u{2028} \0 \"\\".to_owned()), ..OrderPlaced::usual("ü/1") };
            let all = publisher.event(&odd).message_id("ß \u{1f980} \"1\"").correlation_id("Körbchen\n7");
            // A trace is in headers of its own, and so is what the application adds: neither is an attribute.
            all.header("traceparent", TRACEPARENT).header("tenant", "blue").publish().await?;
            // No attribute may be empty; what is absent is left out.
            let bare = OrderPlaced::usual("");
            publisher.event(&bare).message_id("bare").correlation_id("").publish().await?;
            let common = |id, data: &OrderPlaced| {
                json!({
                    "specversion": "1.0",
                    "id": id,
                    "source": written,
                    "type": "OrderPlaced.v1",
                    "time": "2023-10-28T12:05:00.999Z",
                    "datacontenttype": "application/json",
                    "data": data,
                })
            };
            let mut all = common("ß \u{1f980} \"1\"", &odd);
            all["correlationid"] = "Körbchen\n7".into();
            all["partitionkey"] = "ü/1".into();
            expected.extend([all, common("bare", &bare)]);
        }
    }
    assert_eq!(judged(&uri, "kept", expected.len()).await, expected);
    Ok(())
}

/// What a handler publishes because of an order.
#[derive(Debug, Serialize, Deserialize, DomainEvent)]
#[event(type = "OrderConfirmed", version = 1, exchange = "order.events")]
struct OrderConfirmed {
    order: String,
}

/// What belongs together, as it stands on a message that was published because of another.
#[derive(Debug, PartialEq)]
struct PassedOn {
    correlation_id: Option<String>,
    causation_id: Option<String>,
    trace: [Option<String>; 2],
}

#[derive(Clone, FromRef)]
struct Told {
    orders: mpsc::UnboundedSender<(Seen, OrderPlaced)>,
    passed_on: mpsc::UnboundedSender<PassedOn>,
}

async fn confirm(event: OrderPlaced, State(told): State<Told>, cx: EventContext) -> Handled {
    cx.publish(&OrderConfirmed { order: event.order.clone() }).await?;
    told.orders.send((Seen::of(&event.order, &cx), event))?;
    Ok(())
}

async fn confirmed(_: OrderConfirmed, State(told): State<Told>, cx: EventContext) -> Handled {
    let header = |name| cx.header(name).map(|value| String::from_utf8_lossy(value).into_owned());
    told.passed_on.send(PassedOn {
        correlation_id: cx.correlation_id().map(str::to_owned),
        causation_id: cx.causation_id().map(str::to_owned),
        trace: [header("traceparent"), header("tracestate")],
    })?;
    Ok(())
}

/// What is expected of an order that says nothing beside what it must.
fn order(name: &str) -> (Seen, PassedOn) {
    let id = format!("id-of-{name}");
    let passed_on = PassedOn { correlation_id: Some(id.clone()), causation_id: Some(id.clone()), trace: [None, None] };
    let seen = Seen {
        event: format!("{name:?}"),
        message_id: id,
        message_type: "OrderPlaced.v1".to_owned(),
        source: Some("/orders".to_owned()),
        timestamp: Some(time("2023-10-28T12:05:00Z")),
        correlation_id: None,
        partition_key: None,
    };
    (seen, passed_on)
}

/// What is expected of each event in `node/cloudevents.js`, and in how many ways it is written.
fn orders() -> [((Seen, PassedOn), usize); 8] {
    let (mut extensions, mut chain) = order("extensions");
    extensions.correlation_id = Some("basket-7".to_owned());
    extensions.partition_key = Some("customer-3".to_owned());
    chain.correlation_id = Some("basket-7".to_owned());
    chain.trace = [Some(TRACEPARENT.to_owned()), Some(TRACESTATE.to_owned())];

    let (mut texts, mut named) = order("texts");
    texts.message_id = "ü/1 \u{1f980}".to_owned();
    texts.source = Some("urn:orders:%C3%BC".to_owned());
    texts.correlation_id = Some("Körbchen \"7\"".to_owned());
    texts.partition_key = Some("ß".to_owned());
    named.correlation_id = texts.correlation_id.clone();
    named.causation_id = Some(texts.message_id.clone());
    [
        (order("usual"), WAYS),
        ((extensions, chain), WAYS),
        (order("other-attributes"), WAYS),
        (order("media-type"), WAYS),
        ((texts, named), WAYS),
        (order("time-without-fraction"), WAYS),
        (order("time-with-offset"), WAYS),
        (order("types-of-amqp"), 1),
    ]
}

#[tokio::test]
async fn a_typed_handler_receives_what_the_sdk_writes() -> Result<(), Error> {
    let uri = broker::vhost("cloudevents-read").await;
    let (told_orders, mut seen) = mpsc::unbounded_channel();
    let (told_passed_on, mut passed_on) = mpsc::unbounded_channel();
    let consumer = Consumer::new("orders")
        .accept(Dialect::CLOUD_EVENTS)
        .state(Told { orders: told_orders, passed_on: told_passed_on })
        .handle(confirm)
        .handle(confirmed);
    let consumer = consumer.spawn(&broker::bus(&uri).await).await?;
    script::publish(&uri, "plain", "cloudevents").await;
    for ((expected, chain), ways) in orders() {
        for way in 0..ways {
            let health = || format!("{} in way {way}: {:?}", expected.event, consumer.health());
            let (seen, event) = in_time(&health(), seen.recv()).await.expect("the consumer runs");
            assert_eq!(seen, expected, "in way {way}");
            assert_eq!(event, OrderPlaced::usual(&event.order));
            let passed_on = in_time(&health(), passed_on.recv()).await.expect("the consumer runs");
            assert_eq!(passed_on, chain, "{} in way {way}", expected.event);
        }
    }

    // Id and time are the SDK's own: the same in every way, whatever they are.
    let before = Utc::now();
    script::publish(&uri, "plain", "cloudevents-defaults").await;
    let after = Utc::now();
    let mut made_up: Option<(String, Option<DateTime<Utc>>)> = None;
    for way in 0..WAYS {
        let health = || format!("defaults in way {way}: {:?}", consumer.health());
        let (seen, _) = in_time(&health(), seen.recv()).await.expect("the consumer runs");
        let id = seen.message_id.as_bytes();
        assert_eq!((id.len(), id.get(14)), (36, Some(&b'4')), "a UUID of version 4: {seen:?}");
        let at = seen.timestamp.expect("a time");
        assert!(before.timestamp_millis() <= at.timestamp_millis() && at <= after, "{before} {at} {after}");
        let found = (seen.message_id, seen.timestamp);
        assert_eq!(*made_up.get_or_insert_with(|| found.clone()), found, "in way {way}");
    }
    let stopped = consumer.stop().await?;
    assert_eq!(stopped.dead_lettered, 0);
    Ok(())
}

/// What is said of an `OrderPainted.v1`.
const PAINTED: &str = "no handler takes message type `OrderPainted.v1`; this consumer takes `OrderPlaced.v1`: if it is one \
    of these under another name, set `message_type = …` in its `#[event(…)]`, or add an `alias`";

/// What becomes of each message in `node/cloudevents-refused.js`: the reason, and the error up to the place in the body.
const LETTERS: [(&str, &str); 19] = [
    ("decode", "cannot decode `OrderPlaced` v1: field `datacontenttype` declares something else than JSON in UTF-8"),
    ("decode", "cannot decode `OrderPlaced` v1: property `content_type` declares something else than JSON in UTF-8"),
    ("decode", "cannot decode `OrderPlaced` v1: field `data_base64` declares something else than JSON in UTF-8"),
    // In binary mode these bytes are JSON as any other.
    ("decode", "cannot decode `OrderPlaced` v1: field `data.order` is missing"),
    ("decode", "cannot decode `OrderPlaced` v1: field `datacontenttype` declares something else than JSON in UTF-8"),
    ("decode", "cannot decode the message: property `content_type` declares something else than JSON in UTF-8"),
    ("decode", "cannot decode `OrderPlaced` v1: field `data` is missing"),
    ("decode", "cannot decode `OrderPlaced` v1: the body ends in the middle of field `data`"),
    ("decode", "cannot decode `OrderPlaced` v1: field `data.quantity` has a value that its type does not accept"),
    ("decode", "cannot decode `OrderPlaced` v1: field `data.quantity` has a value that its type does not accept"),
    ("decode", "cannot decode the message: the envelope's major version is not 1"),
    ("decode", "cannot decode the message: the envelope's major version is not 1"),
    ("unknown_type", PAINTED),
    ("unknown_type", PAINTED),
    ("decode", "cannot decode the message: property `content_type` declares something else than JSON in UTF-8"),
    ("decode", "cannot decode the message: field `specversion` is missing"),
    ("decode", "cannot decode the message: property `cloudEvents_specversion` is missing"),
    ("no_type", "the message says no message type, neither as a property nor in its body"),
    ("no_type", "the message says no message type, neither as a property nor in its body"),
];

#[tokio::test]
async fn what_is_no_event_of_ours_is_dead_lettered_with_what_is_wrong() -> Result<(), Error> {
    let uri = broker::vhost("cloudevents-refused").await;
    let consumer = Consumer::new("orders").accept(Dialect::CLOUD_EVENTS_BINARY).handle(async |_: OrderPlaced| Ok(()));
    let consumer = consumer.spawn(&broker::bus(&uri).await).await?;
    script::publish(&uri, "plain", "cloudevents-refused").await;
    let letters = script::letters(&uri, "orders.dlq", "cloudevents-refused").await;
    let told = letters.iter().map(|Letter { reason, error }| {
        (reason.as_str(), error.split_once(" (line ").map_or(error.as_str(), |(error, _)| error))
    });
    assert_eq!(told.collect::<Vec<_>>(), LETTERS);
    let stopped = consumer.stop().await?;
    assert_eq!((stopped.handled, stopped.dead_lettered), (0, 19));
    Ok(())
}

#[tokio::test]
async fn cloudevents_that_nobody_accepts_are_dead_lettered_as_they_were_with_the_line_that_would() -> Result<(), Error>
{
    let uri = broker::vhost("cloudevents-undeclared").await;
    let consumer = Consumer::new("closed").handle(async |_: OrderPlaced| Ok(()));
    let consumer = consumer.spawn(&broker::bus(&uri).await).await?;
    script::publish(&uri, "plain", "cloudevents").await;
    let letters = script::letters(&uri, "closed.dlq", "cloudevents").await;
    assert_eq!(letters.len(), 36);
    for (index, letter) in letters.iter().enumerate() {
        // The last event is in binary mode only.
        if index % WAYS == 0 && index < 35 {
            assert_undeclared(letter, "cloudevents", "CLOUD_EVENTS");
        } else {
            assert_undeclared(letter, "cloudevents-binary", "CLOUD_EVENTS_BINARY");
        }
    }
    assert_eq!(consumer.stop().await?.dead_lettered, 36);
    Ok(())
}

/// An event of the CloudEvents project's test vectors.
#[derive(Debug, Serialize, Deserialize, DomainEvent)]
#[event(type = "Vector", version = 1, exchange = "conformance", message_type = "io.cloudevents.test")]
struct Vector {}

/// What a handler sees of the vector that all others are made of.
const MINIMAL: &str = "minimal of https://cloudevents.io at no time";

/// Each vector of `node/conformance.js`: its name, whether the SDK accepts it, and what a handler sees of it or its letter says.
const VECTORS: [(&str, bool, &str); 25] = [
    // Both refuse it, or have nothing to read.
    ("invalidNoType", false, "the message says no message type, neither as a property nor in its body"),
    ("invalidEmptyType", false, "no handler takes message type `` (it says no version)"),
    ("invalidUnknownSpecVersion", false, "the envelope's major version is not 1"),
    ("invalidEmptyDataContentType", false, "field `datacontenttype` declares something else than JSON in UTF-8"),
    ("invalidObjectId", false, "field `id` has another type than expected"),
    // The SDK makes up what is missing, or does not look.
    ("invalidNoSpecVersion", true, "field `specversion` is missing"),
    ("invalidEmptySpecVersion", true, "the envelope's major version is not 1"),
    ("invalidNonRfc2046DataContentType", true, "field `datacontenttype` declares something else than JSON in UTF-8"),
    ("invalidBothDataAndDataBase64", true, "field `data_base64` declares something else than JSON in UTF-8"),
    // We read ids, sources and times as tolerantly as in every other envelope, and ignore all other attributes.
    ("invalidNoId", true, " of https://cloudevents.io at no time"),
    ("invalidEmptyId", true, " of https://cloudevents.io at no time"),
    ("invalidNumericId", false, "25 of https://cloudevents.io at no time"),
    ("invalidNoSource", false, "minimal of nobody at no time"),
    ("invalidEmptySource", false, "minimal of  at no time"),
    ("invalidTimeGarbage", false, MINIMAL),
    ("invalidTimeOffsetHourOnly", true, MINIMAL),
    ("invalidEmptySubject", false, MINIMAL),
    ("invalidCapitalizedExtension", false, MINIMAL),
    // Valid, but no JSON.
    ("validSimpleTextData", true, "field `datacontenttype` declares something else than JSON in UTF-8"),
    // Both read it.
    ("validMinimal", true, MINIMAL),
    ("validMinimalWithNullForOptional", true, MINIMAL),
    ("validMinimalWithTimeToNanosecondsUtc", true, "minimal of https://cloudevents.io at 2018-04-05T17:31:00+00:00"),
    ("validMinimalWithTimeUsingNegativeOffset", true, "minimal of https://cloudevents.io at 2018-04-05T17:31:00+00:00"),
    ("validRelativeSource", true, "minimal of #fragment at no time"),
    ("validAllExtensionTypes", true, MINIMAL),
];

#[tokio::test]
async fn the_project_s_vectors_are_handled_or_dead_lettered() -> Result<(), Error> {
    type Handled = mpsc::UnboundedSender<(String, bool, String)>;
    let uri = broker::vhost("cloudevents-vectors").await;
    let (sender, mut handled) = mpsc::unbounded_channel();
    let handler = async |_: Vector, State(handled): State<Handled>, cx: EventContext| {
        let header = |name| String::from_utf8_lossy(cx.header(name).unwrap_or_default()).into_owned();
        let time = cx.timestamp().map_or("no time".to_owned(), |time| time.to_rfc3339());
        let seen = format!("{} of {} at {time}", cx.message_id(), cx.source_service().unwrap_or("nobody"));
        handled.send((header("vector"), header("sdk") == "true", seen))?;
        Ok(())
    };
    let consumer = Consumer::new("vectors").accept(Dialect::CLOUD_EVENTS).state(sender).handle(handler);
    let consumer = consumer.spawn(&broker::bus(&uri).await).await?;
    script::publish(&uri, "plain", "conformance").await;

    let mut outcomes = BTreeMap::new();
    let [.., (last, ..)] = VECTORS;
    while !outcomes.contains_key(last) {
        let (vector, accepted, seen) = in_time("a vector", handled.recv()).await.expect("the consumer runs");
        outcomes.insert(vector, (accepted, seen));
    }
    for letter in script::read(&uri, "vectors.dlq", VECTORS.len() - outcomes.len()).await {
        let headers = &letter.properties["headers"];
        let error = headers["ue-error"].as_str().expect("an error");
        let (error, _) = error.split_once(" (line ").or_else(|| error.split_once("; ")).unwrap_or((error, ""));
        let (_, error) = error.split_once(": ").unwrap_or(("", error));
        let vector = headers["vector"].as_str().expect("a name");
        let accepted = headers["sdk"].as_bool().expect("a verdict");
        outcomes.insert(vector.to_owned(), (accepted, error.to_owned()));
    }
    let outcomes = outcomes.iter().map(|(vector, (accepted, said))| (vector.as_str(), (*accepted, said.as_str())));
    let expected = VECTORS.into_iter().map(|(vector, accepted, said)| (vector, (accepted, said)));
    assert_eq!(outcomes.collect::<BTreeMap<_, _>>(), expected.collect());
    consumer.stop().await?;
    Ok(())
}
