//! What services in Node write, with all that is strange in it, as a handler in Rust receives it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use interop::{broker, in_time, script};
use tokio::sync::mpsc;
use user_events::prelude::*;

use crate::order::{OrderPlaced, time};

/// Headers that are asked for.
const HEADERS: [&str; 13] = [
    "x-request-id",
    "byte",
    "short",
    "int",
    "long",
    "double",
    "yes",
    "nothing",
    "text",
    "bytes",
    "time",
    "list",
    "table",
];

/// A message as a handler saw it.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    event: OrderPlaced,
    message_id: String,
    message_type: String,
    correlation_id: Option<String>,
    source: Option<String>,
    partition_key: Option<String>,
    timestamp: Option<DateTime<Utc>>,
    headers: BTreeMap<&'static str, String>,
}

impl Seen {
    fn of(event: OrderPlaced, cx: &EventContext) -> Self {
        let header =
            |name| cx.header(name).map(|value| (name, String::from_utf8(value.to_vec()).expect("a text in UTF-8")));
        Self {
            event,
            message_id: cx.message_id().to_owned(),
            message_type: cx.message_type().to_owned(),
            correlation_id: cx.correlation_id().map(str::to_owned),
            source: cx.source_service().map(str::to_owned),
            partition_key: cx.partition_key().map(str::to_owned),
            timestamp: cx.timestamp(),
            headers: HEADERS.into_iter().filter_map(header).collect(),
        }
    }

    /// What is expected of an order with nothing strange in it.
    fn usual(order: &str) -> Self {
        Self {
            event: OrderPlaced::usual(order),
            message_id: format!("id-of-{order}"),
            message_type: "OrderPlaced.v1".to_owned(),
            correlation_id: Some(format!("correlation-of-{order}")),
            source: Some("OrderService".to_owned()),
            partition_key: Some(format!("key-of-{order}")),
            timestamp: Some(time("2023-10-28T12:05:00Z")),
            headers: BTreeMap::new(),
        }
    }
}

/// What is expected of each message in `node/strays.js`, in its order.
fn expected() -> Vec<Seen> {
    let usual = |order| {
        move |change: fn(&mut Seen)| {
            let mut seen = Seen::usual(order);
            change(&mut seen);
            seen
        }
    };
    vec![
        usual("usual")(|_| {}),
        usual("ids-of-all-kinds")(|seen| {
            seen.message_id = "msg-f47ac".to_owned();
            seen.correlation_id = Some("user-uuid-abc".to_owned());
            seen.partition_key = Some("ü/1".to_owned());
        }),
        usual("ids-are-numbers")(|seen| {
            seen.message_id = "42".to_owned();
            seen.correlation_id = Some("9007199254740991".to_owned());
            seen.partition_key = Some("-7".to_owned());
        }),
        usual("nulls")(|seen| {
            seen.correlation_id = None;
            seen.source = None;
            seen.partition_key = None;
        }),
        usual("unknown-fields")(|_| {}),
        usual("version-is-a-number")(|_| {}),
        usual("version-is-higher")(|_| {}),
        usual("without-version")(|_| {}),
        usual("without-properties")(|_| {}),
        usual("without-content-type")(|_| {}),
        usual("without-a-type-in-the-body")(|_| {}),
        usual("envelope-in-the-properties")(|_| {}),
        usual("time-without-fraction")(|_| {}),
        usual("time-with-offset")(|_| {}),
        usual("time-with-microseconds")(|seen| seen.timestamp = Some(time("2023-10-28T12:05:00.123456Z"))),
        usual("time-is-a-date")(|_| {}),
        usual("time-is-a-number")(|seen| seen.timestamp = None),
        usual("time-for-people")(|seen| seen.timestamp = None),
        usual("time-in-milliseconds")(|_| {}),
        usual("whole-price")(|seen| seen.event.price = 10.0),
        usual("sum")(|seen| seen.event.price = 0.1 + 0.2),
        usual("huge-price")(|seen| seen.event.price = 1e21),
        usual("tiny-price")(|seen| seen.event.price = 5e-324),
        usual("largest-integer")(|seen| seen.event.quantity = (1 << 53) - 1),
        usual("not-a-number")(|_| {}),
        usual("null-and-undefined")(|_| {}),
        usual("texts")(|seen| seen.event.note = Some("Ünïcödé \u{1f980} \u{2028} \0 \"\\".to_owned())),
        usual("indented")(|_| {}),
        usual("headers")(|seen| {
            seen.headers = BTreeMap::from(
                [
                    ("x-request-id", "request-1"),
                    ("byte", "7"),
                    ("short", "-300"),
                    ("int", "70000"),
                    ("long", "1698494700000"),
                    ("double", "1.5"),
                    ("yes", "true"),
                    ("text", "blue"),
                    ("bytes", "bytes"),
                    ("time", "1698494700"),
                    // The first of several; neither nothing nor a table is a text.
                    ("list", "a"),
                ]
                .map(|(name, value)| (name, value.to_owned())),
            );
        }),
    ]
}

async fn strays_from(library: &str) -> Result<(), user_events::Error> {
    let uri = broker::vhost(&format!("strays-{library}")).await;
    let bus = broker::bus(&uri).await;
    let (sender, mut received) = mpsc::unbounded_channel();
    let handler = async |event: OrderPlaced, State(seen): State<mpsc::UnboundedSender<Seen>>, cx: EventContext| {
        seen.send(Seen::of(event, &cx))?;
        Ok(())
    };
    let consumer = Consumer::new("orders").state(sender).handle(handler).spawn(&bus).await?;
    script::publish(&uri, library, "strays").await;

    for expected in expected() {
        let order = &expected.event.order;
        let health = || format!("{order} from {library}: {:?}", consumer.health());
        let seen = in_time(&health(), received.recv()).await.expect("the consumer runs");
        assert_eq!(seen, expected, "from {library}");
    }
    let stopped = consumer.stop().await?;
    assert_eq!((stopped.handled, stopped.dead_lettered), (expected().len() as u64, 0));
    Ok(())
}

#[tokio::test]
async fn a_typed_handler_receives_what_nest_publishes() -> Result<(), user_events::Error> {
    strays_from("nest").await
}

#[tokio::test]
async fn a_typed_handler_receives_what_amqplib_publishes() -> Result<(), user_events::Error> {
    strays_from("plain").await
}
