//! No message that anyone publishes ends a consumer.

use rabbit::{bound, client, delivery, node, ready, soon, subscribe, unique};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::timeout;
use user_events::prelude::*;
use user_events_rabbit::{RabbitConfig, RabbitTransport};

use crate::raw::{FRAME_MAX, Raw, Reply, entry, long, short};

mod raw;

/// The flags of properties.
const CONTENT_TYPE: u16 = 1 << 15;
const CONTENT_ENCODING: u16 = 1 << 14;
const HEADERS: u16 = 1 << 13;
const CORRELATION_ID: u16 = 1 << 10;
const REPLY_TO: u16 = 1 << 9;
const EXPIRATION: u16 = 1 << 8;
const MESSAGE_ID: u16 = 1 << 7;
const TYPE: u16 = 1 << 5;
const USER_ID: u16 = 1 << 4;
const APP_ID: u16 = 1 << 3;
const CLUSTER_ID: u16 = 1 << 2;

/// The routing key of the event below.
const KEY: &[u8] = b"thing.happened.v1";

#[derive(Debug, Serialize, Deserialize, DomainEvent)]
#[event(type = "ThingHappened", version = 1, exchange = "hostile")]
struct ThingHappened {
    number: u32,
}

fn body(number: u32) -> Vec<u8> {
    format!(r#"{{"messageType":"ThingHappened.v1","payload":{{"number":{number}}}}}"#).into_bytes()
}

/// What becomes of a hostile message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The broker does not take it, and answers with this code.
    Refused(u16),
    Handled,
    DeadLettered,
}

/// A table with one entry, below it as many tables or arrays.
fn nested(depth: usize, tag: u8) -> Vec<u8> {
    let name = if tag == b'F' { &b"\x01n"[..] } else { b"" };
    let mut value = vec![b'V'];
    for _ in 0..depth {
        value = [&[tag][..], &long(&[name, &value].concat())].concat();
    }
    long(&[&short(b"h")[..], &value].concat())
}

/// Properties whose frame has so many bytes, in one header.
fn filling(frame: usize) -> Vec<u8> {
    let header = long(&entry(b"large", b'S', &long(b"")));
    let rest = frame - (7 + 12 + 2 + header.len() + 1);
    long(&entry(b"large", b'S', &long(&vec![b'l'; rest])))
}

/// A message that no client library would send, its body apart.
struct Hostile {
    what: String,
    routing_key: &'static [u8],
    flags: u16,
    properties: Vec<u8>,
    fate: Fate,
}

/// Each hostile message, with what becomes of it.
fn hostile() -> Vec<Hostile> {
    use Fate::{DeadLettered, Handled, Refused};
    let mut all = Vec::new();
    let mut add = |what: String, routing_key: &'static [u8], flags: u16, properties: Vec<u8>, fate: Fate| {
        all.push(Hostile { what, routing_key, flags, properties, fate });
    };
    let bad = b"caf\xe9 \xff\xfe";
    for (what, flags, fate) in [
        // Neither JSON nor UTF-8.
        ("content type", CONTENT_TYPE, DeadLettered),
        ("content encoding", CONTENT_ENCODING, DeadLettered),
        ("correlation id", CORRELATION_ID, Handled),
        ("reply address", REPLY_TO, Handled),
        // No number, and not the publisher's name.
        ("expiration", EXPIRATION, Refused(406)),
        ("message id", MESSAGE_ID, Handled),
        // No handler's.
        ("type", TYPE, DeadLettered),
        ("user id", USER_ID, Refused(406)),
        ("app id", APP_ID, Handled),
        ("cluster id", CLUSTER_ID, Handled),
    ] {
        add(format!("a {what} that is not UTF-8"), KEY, flags, short(bad), fate);
    }
    add("a routing key that is not UTF-8".into(), b"odd.\xff.\xfe", 0, Vec::new(), Handled);
    let inner = entry(bad, b'V', b"");
    add("a header name that is not UTF-8".into(), KEY, HEADERS, long(&inner), Handled);
    add("one in a table".into(), KEY, HEADERS, long(&entry(b"t", b'F', &long(&inner))), Handled);
    let array = long(&[&b"F"[..], &long(&inner)].concat());
    add("one in a table in an array".into(), KEY, HEADERS, long(&entry(b"a", b'A', &array)), Handled);
    add("a long string that is not UTF-8".into(), KEY, HEADERS, long(&entry(b"s", b'S', &long(bad))), Handled);

    for depth in [31, 32, 33, 1_000] {
        add(format!("{depth} nested tables"), KEY, HEADERS, nested(depth, b'F'), Handled);
    }
    // As many as fit into a frame.
    add("18,000 nested tables".into(), KEY, HEADERS, nested(18_000, b'F'), Handled);
    add("20,000 nested arrays".into(), KEY, HEADERS, nested(20_000, b'A'), Handled);

    add("a frame that is full".into(), KEY, HEADERS, filling(FRAME_MAX), Handled);
    let many = (0..10_000_u32).flat_map(|number| entry(&number.to_be_bytes(), b'V', b"")).collect::<Vec<_>>();
    add("ten thousand headers".into(), KEY, HEADERS, long(&many), Handled);
    let twice = entry(b"twice", b't', &[1]).repeat(2);
    add("a header that comes twice".into(), KEY, HEADERS, long(&twice), Handled);

    for tag in 0..=u8::MAX {
        let (value, fate) = match tag {
            b'V' => (0, Handled),
            b't' | b'b' | b'B' => (1, Handled),
            b's' | b'u' => (2, Handled),
            b'I' | b'i' | b'f' => (4, Handled),
            b'D' => (5, Handled),
            b'L' | b'l' | b'd' | b'T' => (8, Handled),
            b'S' | b'x' | b'A' | b'F' => (4, Handled),
            // One in so many is enough of what the broker refuses.
            tag if tag % 32 == 31 => (0, Refused(541)),
            _ => continue,
        };
        let value = entry(b"h", tag, &vec![0; value]);
        add(format!("a value of type {:?}", char::from(tag)), KEY, HEADERS, long(&value), fate);
    }
    add("bytes behind the properties".into(), KEY, HEADERS, [long(b""), vec![0; 4]].concat(), Refused(541));
    add("a table that is cut off".into(), KEY, HEADERS, [0, 0, 0, 9].to_vec(), Refused(541));
    add("properties that are cut off".into(), KEY, HEADERS | MESSAGE_ID, long(b""), Refused(541));
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_outlives_every_message() -> Result<(), user_events::Error> {
    const QUEUE: &str = "hostile.consumer";
    let node = node().await;
    let bus = Bus::connect(node.uri()).await?;
    let (sender, mut handled) = mpsc::unbounded_channel();
    let consumer = Consumer::new(QUEUE)
        .handle(move |event: ThingHappened| {
            let sent = sender.send(event.number);
            async move { Ok(sent?) }
        })
        .spawn(&bus)
        .await?;
    let client = client(node).await;
    let (mut mallory, mut alice) = (Raw::connect(node).await, Raw::connect(node).await);
    mallory.bind(QUEUE, "hostile", b"odd.#").await;

    let mut letters = 0;
    for (number, Hostile { what, routing_key, flags, properties, fate }) in (0..).step_by(2).zip(hostile()) {
        let reply = mallory.publish(("hostile", routing_key), (flags, &properties), &body(number)).await;
        if let Fate::Refused(code) = fate {
            assert_eq!(reply, Reply::Refused(code), "{what}");
            mallory = Raw::connect(node).await;
        } else {
            assert_eq!(reply, Reply::Stored, "{what}");
        }
        let good = number + 1;
        let reply = alice.publish(("hostile", KEY), (0, b""), &body(good)).await;
        assert_eq!(reply, Reply::Stored, "{what}");
        let mut seen = Vec::new();
        while seen.last() != Some(&good) {
            let next = timeout(rabbit::SOON, handled.recv()).await.expect("the consumer goes on");
            seen.push(next.unwrap_or_else(|| panic!("{what}: the consumer has ended")));
        }
        let expected = if fate == Fate::Handled { vec![number, good] } else { vec![good] };
        assert_eq!(seen, expected, "{what}: each once");
        letters += u32::from(fate == Fate::DeadLettered);
        assert_eq!(ready(&client, &format!("{QUEUE}.dlq")).await, letters, "{what}");
    }
    consumer.stop().await?;
    assert_eq!(ready(&client, QUEUE).await, 0, "nothing comes back");
    Ok(())
}

/// A transport with a queue, to which a frame that is full was published.
async fn full_frame(config: RabbitConfig) -> (RabbitTransport, String) {
    let node = node().await;
    let transport = RabbitTransport::connect(config).await.expect("the node takes connections");
    let (exchange, queue) = (unique("full"), unique("full-queue"));
    bound(&transport, &queue, &exchange, &["#"]).await;
    let mut raw = Raw::connect(node).await;
    let reply = raw.publish((&exchange, b"key"), (HEADERS, &filling(FRAME_MAX)), b"large").await;
    assert_eq!(reply, Reply::Stored);
    let properties = [long(&entry(b"small", b'S', &long(b"s"))), short(b"id-\xff")].concat();
    let reply = raw.publish((&exchange, b"k\xff"), (HEADERS | MESSAGE_ID, &properties), b"small").await;
    assert_eq!(reply, Reply::Stored);
    (transport, queue)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_frame_that_comes_back_larger_is_shown_without_its_largest_header() {
    let (transport, queue) = full_frame(rabbit::config(node().await)).await;
    let mut subscription = subscribe(&transport, &queue, 1).await;
    let first = delivery(&mut *subscription).await;
    assert!(first.message.headers.get("large").is_some_and(|large| large.len() > 130_000));
    // The broker counts this, in a header.
    first.ticket.requeue();
    let back = delivery(&mut *subscription).await;
    assert_eq!((&back.message.body[..], back.message.redelivered), (&b"large"[..], true));
    assert!(back.message.headers.is_empty());
    assert_eq!(back.message.delivery_count, Some(1), "what the broker counts is kept");
    back.ticket.done();

    let small = delivery(&mut *subscription).await;
    assert_eq!(small.message.headers.get_str("small"), Some("s"));
    assert_eq!(small.message.properties.message_id.as_deref(), Some("id-\u{1a}"));
    assert_eq!(small.message.routing_key, "k\u{1a}");
    small.ticket.done();
    subscription.close(soon()).await.expect("closed in order");
    assert_eq!(ready(&client(node().await).await, &queue).await, 0, "nothing comes back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_with_small_frames_is_sent_large_ones_and_lives() {
    let config = RabbitConfig::from_uri(&format!("{}?frame_max=4096", node().await.uri())).expect("a URI");
    let (transport, queue) = full_frame(config).await;
    let mut subscription = subscribe(&transport, &queue, 1).await;
    for (body, headers) in [(&b"large"[..], 0), (b"small", 1)] {
        let delivery = delivery(&mut *subscription).await;
        assert_eq!((&delivery.message.body[..], delivery.message.headers.len()), (body, headers));
        delivery.ticket.done();
    }
    subscription.close(soon()).await.expect("closed in order");
}
