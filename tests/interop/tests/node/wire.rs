//! Every property and header on the wire, read by amqplib: those that are due, with their values, and no others.

use chrono::{DateTime, SecondsFormat, Utc};
use interop::script::{self, RawMessage};
use interop::{PATIENCE, Program, broker, examples, in_time};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use user_events::prelude::*;
use user_events::{Error, Publisher};

use crate::order::{OrderPlaced, time};

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The properties of an order that was published at 12:05:00.999, with these headers.
fn properties(message_id: &str, correlation_id: Option<&str>, source: &str, headers: &Value) -> Value {
    json!({
        "contentType": "application/json",
        "contentEncoding": "UTF-8",
        "headers": headers,
        "deliveryMode": 2,
        "priority": null,
        "correlationId": correlation_id,
        "replyTo": null,
        "expiration": null,
        "messageId": message_id,
        "timestamp": 1_698_494_700,
        "type": "OrderPlaced.v1",
        "userId": null,
        "appId": source,
        "clusterId": null,
    })
}

fn publisher(bus: &Bus) -> Publisher {
    bus.publisher("OrderService").with_clock(|| time("2023-10-28T12:05:00.999Z"))
}

/// A queue that keeps what is published to it, until it is read: that of a consumer which has stopped.
async fn keep<E: user_events::Consumable>(bus: &Bus, queue: &'static str) -> Result<(), Error> {
    Consumer::new(queue).handle(async |_: E| Ok(())).spawn(bus).await?.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_published_event_has_every_property_of_the_contract_and_no_other() -> Result<(), Error> {
    let uri = broker::vhost("wire").await;
    let bus = broker::bus(&uri).await;
    keep::<OrderPlaced>(&bus, "kept").await?;
    let publisher = publisher(&bus);

    let (bare, full) = (OrderPlaced::usual("o-1"), OrderPlaced::usual("o-2"));
    publisher.event(&bare).message_id("order-1").publish().await?;
    let all = publisher.event(&full).message_id("order-2").correlation_id("basket-7");
    all.header("traceparent", TRACEPARENT).header("tracestate", "congo=t61").header("tenant", "blue").publish().await?;

    let read = script::read(&uri, "kept", 2).await;
    let message = |properties, body: &str| RawMessage {
        exchange: "order.events".to_owned(),
        routing_key: "order.placed.v1".to_owned(),
        redelivered: false,
        properties,
        bytes: body.bytes().map(|byte| format!("{byte:02x}")).collect(),
    };
    let envelope = r#""messageType":"OrderPlaced.v1","envelopeVersion":"1.0","timestamp":"2023-10-28T12:05:00.999Z","sourceService":"OrderService""#;
    let payload = r#""quantity":1,"price":9.5,"discount":null,"note":null,"placedAt":"2023-10-28T12:05:00.250Z""#;
    let expected = [
        message(
            properties("order-1", None, "OrderService", &json!({"ue-partition-key": "o-1"})),
            &format!(
                r#"{{"messageId":"order-1",{envelope},"payload":{{"order":"o-1",{payload}}},"partitionKey":"o-1"}}"#
            ),
        ),
        message(
            properties(
                "order-2",
                Some("basket-7"),
                "OrderService",
                &json!({
                    "traceparent": TRACEPARENT,
                    "tracestate": "congo=t61",
                    "tenant": "blue",
                    "ue-partition-key": "o-2",
                }),
            ),
            &format!(
                r#"{{"messageId":"order-2",{envelope},"correlationId":"basket-7","payload":{{"order":"o-2",{payload}}},"partitionKey":"o-2"}}"#
            ),
        ),
    ];
    assert_eq!(read, expected);
    Ok(())
}

#[tokio::test]
async fn what_a_handler_publishes_names_its_cause() -> Result<(), Error> {
    #[derive(Debug, serde::Serialize, serde::Deserialize, DomainEvent)]
    #[event(type = "OrderPaid", version = 1, exchange = "payment.events")]
    struct OrderPaid {
        order: String,
    }
    let uri = broker::vhost("wire-cause").await;
    let bus = broker::bus(&uri).await;
    keep::<OrderPaid>(&bus, "kept").await?;
    let pay = async |event: OrderPlaced, State(ids): State<mpsc::UnboundedSender<Option<String>>>, cx: EventContext| {
        let receipt = cx.publish(&OrderPaid { order: event.order });
        ids.send(receipt.message_id().map(str::to_owned))?;
        receipt.await?;
        Ok(())
    };
    let (sender, mut ids) = mpsc::unbounded_channel();
    let payments = Consumer::new("payments").state(sender).handle(pay).spawn(&bus).await?;
    let placed = publisher(&bus);
    let order = OrderPlaced::usual("o-1");
    let before = Utc::now().timestamp();
    let first = placed.event(&order).message_id("order-1").correlation_id("basket-7");
    first
        .header("traceparent", TRACEPARENT)
        .header("tracestate", "congo=t61")
        .header("tenant", "blue")
        .publish()
        .await?;

    let [paid] = script::read(&uri, "kept", 1).await.try_into().expect("one message");
    let after = Utc::now().timestamp();
    let id = in_time("an id", ids.recv()).await.flatten();
    assert!(id.is_some());
    let headers = json!({"traceparent": TRACEPARENT, "tracestate": "congo=t61", "ue-causation-id": "order-1"});
    let mut expected = properties(id.as_deref().unwrap_or_default(), Some("basket-7"), "payments", &headers);
    expected["type"] = "OrderPaid.v1".into();
    // Its own time, in seconds.
    let seconds = paid.properties["timestamp"].as_i64().expect("whole seconds");
    assert!((before..=after).contains(&seconds), "{before} {seconds} {after}");
    expected["timestamp"] = seconds.into();
    assert_eq!(paid.properties, expected);
    assert_eq!((paid.exchange.as_str(), paid.routing_key.as_str()), ("payment.events", "order.paid.v1"));
    payments.stop().await?;
    Ok(())
}

/// The time in a header, which is written as RFC 3339 with milliseconds, in UTC.
fn header_time(headers: &Value, name: &str) -> DateTime<Utc> {
    let text = headers[name].as_str().unwrap_or_else(|| panic!("{name} is a text in {headers}"));
    let found = time(text);
    assert_eq!(found.to_rfc3339_opts(SecondsFormat::Millis, true), text);
    found
}

#[tokio::test]
async fn a_dead_letter_has_every_property_of_the_message_and_every_header_of_the_table() -> Result<(), Error> {
    let uri = broker::vhost("wire-letter").await;
    let bus = broker::bus(&uri).await;
    let refuse = async |event: OrderPlaced, cx: EventContext| match event.order.as_str() {
        "fails" => Err(std::io::Error::new(std::io::ErrorKind::NotFound, format!("attempt {}", cx.attempt())))?,
        _ => panic!("no such order"),
    };
    let consumer = Consumer::new("orders").handle(refuse).spawn(&bus).await?;
    let publisher = publisher(&bus);
    let before = Utc::now();
    let (fails, panics) = (OrderPlaced::usual("fails"), OrderPlaced::usual("panics"));
    let first = publisher.event(&fails).message_id("order-1").correlation_id("basket-7");
    first.header("traceparent", TRACEPARENT).header("tenant", "blue").publish().await?;
    let full = publisher.event(&panics).message_id("order-2").header("tenant", "blue");
    full.header("huge", vec![b'h'; 70_000]).header("large", vec![b'l'; 40_000]).publish().await?;

    let letters = script::read(&uri, "orders.dlq", 2).await;
    let after = Utc::now();
    let texts = [("failed", "the handler failed: attempt 1"), ("panicked", "the handler panicked: no such order")];
    let own = [
        json!({"traceparent": TRACEPARENT, "tenant": "blue", "ue-partition-key": "fails"}),
        // One of the two found no room.
        json!({"tenant": "blue", "large": "l".repeat(40_000), "ue-partition-key": "panics", "ue-dropped-headers": "1"}),
    ];
    let sent = [("order-1", Some("basket-7")), ("order-2", None)];
    for (((letter, (reason, error)), mut headers), (id, correlation)) in letters.iter().zip(texts).zip(own).zip(sent) {
        let found = &letter.properties["headers"];
        let failed = header_time(found, "ue-first-failed-at");
        let millisecond = chrono::TimeDelta::milliseconds(1);
        assert!(before - millisecond <= failed && failed <= after, "{before} {failed} {after}");
        for (name, value) in [
            ("ue-reason", reason),
            ("ue-error", error),
            ("ue-queue", "orders"),
            ("ue-attempt", "1"),
            ("ue-first-failed-at", found["ue-first-failed-at"].as_str().unwrap_or_default()),
            // Nothing was retried.
            ("ue-last-failed-at", found["ue-first-failed-at"].as_str().unwrap_or_default()),
            ("ue-original-exchange", "order.events"),
            ("ue-original-routing-key", "order.placed.v1"),
        ] {
            headers[name] = value.into();
        }
        assert_eq!(letter.properties, properties(id, correlation, "OrderService", &headers));
        assert_eq!((letter.exchange.as_str(), letter.routing_key.as_str()), ("", "orders.dlq"));
        let body: Value = serde_json::from_slice(&letter.body()).expect("the body as it was");
        assert_eq!(body["messageId"], id);
    }
    assert_eq!(consumer.stop().await?.dead_lettered, 2);
    bus.close(PATIENCE).await
}

#[tokio::test]
async fn a_dead_letter_keeps_the_headers_of_a_message_from_node_with_their_types() -> Result<(), Error> {
    let uri = broker::vhost("wire-headers").await;
    let bus = broker::bus(&uri).await;
    let consumer = Consumer::new("orders").handle(async |_: OrderPlaced| Err("never")?).spawn(&bus).await?;
    script::publish(&uri, "plain", "headers").await;
    let [letter] = script::read(&uri, "orders.dlq", 1).await.try_into().expect("one letter");
    let mut headers = letter.properties["headers"].clone();
    headers.as_object_mut().expect("a table").retain(|name, _| !name.starts_with("ue-"));
    assert_eq!(
        headers,
        json!({
            "x-request-id": "request-1",
            "byte": 7,
            "short": -300,
            "int": 70000,
            "long": 1_698_494_700_000_i64,
            "double": 1.5,
            "yes": true,
            "nothing": null,
            "text": "blue",
            "bytes": {"type": "Buffer", "data": b"bytes"},
            "time": {"!": "timestamp", "value": 1_698_494_700},
            "list": ["a", 2],
            "table": {"a": 1},
        })
    );
    assert_eq!(consumer.stop().await?.dead_lettered, 1);
    Ok(())
}

#[tokio::test]
async fn what_node_publishes_has_the_same_properties() -> Result<(), Error> {
    let uri = broker::vhost("wire-node").await;
    let bus = broker::bus(&uri).await;
    keep::<interop::ActivityRecorded>(&bus, "kept").await?;
    let (_nest, _plain) = tokio::join!(Program::nest(&uri), Program::plain(&uri));
    let registered = examples::registered();
    let before = Utc::now().timestamp();
    let publisher = bus.publisher("UserService");
    let event = publisher.event(&registered).message_id("registration-1").correlation_id("sign-up-7");
    event.header("traceparent", TRACEPARENT).publish().await?;

    let mut read = script::read(&uri, "kept", 2).await;
    let after = Utc::now().timestamp();
    read.sort_by_key(|message| message.properties["appId"].to_string());
    for (message, source) in read.iter().zip(["NestService", "PlainService"]) {
        let body: Value = serde_json::from_slice(&message.body()).expect("JSON");
        let id = body["messageId"].as_str().expect("an id");
        let headers = json!({
            "traceparent": TRACEPARENT,
            "ue-causation-id": "registration-1",
            "ue-partition-key": registered.user_id.to_string(),
        });
        let mut expected = properties(id, Some("sign-up-7"), source, &headers);
        expected["type"] = "ActivityRecorded.v1".into();
        let seconds = message.properties["timestamp"].as_i64().expect("whole seconds");
        assert!((before..=after).contains(&seconds), "{before} {seconds} {after}");
        expected["timestamp"] = seconds.into();
        assert_eq!(message.properties, expected);
        assert_eq!(time(body["timestamp"].as_str().expect("a time")).timestamp(), seconds);
        assert_eq!(body["correlationId"], "sign-up-7");
        assert_eq!(body["sourceService"], source);
    }
    Ok(())
}
