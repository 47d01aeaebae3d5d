//! What cannot be read, on either side, ends in a dead letter queue, and the next message is handled.

use interop::{ActivityRecorded, Program, broker, examples, in_time, script};
use tokio::sync::mpsc;
use user_events::prelude::*;

use crate::order::OrderPlaced;

/// What is said of an `OrderPainted.v1`.
const PAINTED: &str = "no handler takes message type `OrderPainted.v1`; this consumer takes `OrderPlaced.v1`: if it is one \
    of these under another name, set `message_type = …` in its `#[event(…)]`, or add an `alias`";

/// What becomes of each message in `node/rubbish.js` but the last, which is an order: the reason, and the error up to the
/// place in the body.
const LETTERS: [(&str, &str); 9] = [
    ("decode", "cannot decode `OrderPlaced` v1: not JSON, in the envelope"),
    ("decode", "cannot decode `OrderPlaced` v1: not JSON, in the envelope"),
    ("decode", "cannot decode `OrderPlaced` v1: the body ends in the middle of the envelope"),
    ("decode", "cannot decode `OrderPlaced` v1: the envelope has another type than expected"),
    ("decode", "cannot decode `OrderPlaced` v1: the envelope's major version is not 1"),
    ("decode", "cannot decode `OrderPlaced` v1: field `payload` is missing"),
    ("decode", "cannot decode `OrderPlaced` v1: field `payload.quantity` has a value that its type does not accept"),
    ("unknown_type", PAINTED),
    ("no_type", "the message says no message type, neither as a property nor in its body"),
];

#[tokio::test]
async fn rubbish_from_node_is_dead_lettered_with_its_reason_and_the_consumer_goes_on() -> Result<(), user_events::Error>
{
    let uri = broker::vhost("rubbish").await;
    let bus = broker::bus(&uri).await;
    let (sender, mut handled) = mpsc::unbounded_channel();
    let handler = async |event: OrderPlaced, State(handled): State<mpsc::UnboundedSender<OrderPlaced>>| {
        handled.send(event)?;
        Ok(())
    };
    let consumer = Consumer::new("orders").state(sender).handle(handler).spawn(&bus).await?;
    for library in ["plain", "nest"] {
        script::publish(&uri, library, "rubbish").await;
        let event = in_time("the order behind the rubbish", handled.recv()).await.expect("the consumer runs");
        assert_eq!(event, OrderPlaced::usual("usual"));

        let letters = script::read(&uri, "orders.dlq", LETTERS.len()).await;
        for (letter, (reason, error)) in letters.iter().zip(LETTERS) {
            let headers = &letter.properties["headers"];
            let said = headers["ue-error"].as_str().and_then(|said| said.split(" (line ").next());
            assert_eq!((headers["ue-reason"].as_str(), said), (Some(reason), Some(error)), "{letter:?}");
            assert_eq!(headers["ue-original-exchange"], "order.events");
        }
        assert_eq!(letters[0].body(), b"certainly, this is not JSON");
        assert_eq!(letters[1].body(), [0xff, 0x00, 0xfe, 0x7b, 0x22]);
        assert_eq!(letters[2].bytes, "");
    }
    let stopped = consumer.stop().await?;
    assert_eq!((stopped.handled, stopped.dead_lettered), (2, 18));
    Ok(())
}

#[tokio::test]
async fn what_node_cannot_read_is_dead_lettered_once_and_the_services_go_on() -> Result<(), user_events::Error> {
    let uri = broker::vhost("node-rubbish").await;
    let (mut nest, mut plain) = tokio::join!(Program::nest(&uri), Program::plain(&uri));
    let bus = broker::bus(&uri).await;
    let (sender, mut reports) = mpsc::unbounded_channel();
    let handler = async |event: ActivityRecorded, State(reports): State<mpsc::UnboundedSender<ActivityRecorded>>| {
        reports.send(event)?;
        Ok(())
    };
    let consumer = Consumer::new("reports").state(sender).handle(handler).spawn(&bus).await?;

    script::publish(&uri, "plain", "user-rubbish").await;
    for queue in ["activity-nest.dlq", "activity-plain.dlq"] {
        let letters = script::read(&uri, queue, 3).await;
        for letter in &letters {
            // The broker's own account: given up once, by the consumer.
            let death = &letter.properties["headers"]["x-death"];
            assert_eq!(death.as_array().map(Vec::len), Some(1), "{letter:?}");
            assert_eq!((&death[0]["reason"], &death[0]["count"]), (&"rejected".into(), &1.into()), "{letter:?}");
        }
        assert_eq!(letters[0].body(), b"canary, this is not JSON");
    }
    for program in [&mut nest, &mut plain] {
        program.until("the envelope has a major version other than 1").await;
    }

    let registered = examples::registered();
    bus.publisher("UserService").publish(&registered).await?;
    for _ in ["NestService", "PlainService"] {
        let report = in_time("a report", reports.recv()).await.expect("the consumer runs");
        assert_eq!(report.message_type.as_deref(), Some("UserRegistered.v1"));
    }
    for program in [nest, plain] {
        let (_, said) = program.stop().await;
        assert!(!said.contains("canary"), "{said}");
    }
    consumer.stop().await?;
    Ok(())
}
