//! Older versions of an event, from the queue and from its dead letters.

use std::time::Duration;

use lapin::BasicProperties;
use lapin::options::{BasicAckOptions, BasicGetOptions, BasicPublishOptions};
use rabbit::{client, node};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use user_events::Error;
use user_events::prelude::*;

/// Long enough for a slow machine; reached only by a hang.
const PATIENCE: Duration = Duration::from_secs(60);

const QUEUE: &str = "versions.mailing";

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "NameChanged", version = 1, exchange = "versions.old", superseded(still_published))]
struct NameChangedV1 {
    name: String,
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(
    type = "NameChanged",
    version = 2,
    exchange = "versions.old",
    upcasts = NameChangedV1,
    superseded(still_published)
)]
struct NameChangedV2 {
    names: Vec<String>,
}

impl Upcast<NameChangedV1> for NameChangedV2 {
    fn upcast(old: NameChangedV1) -> Self {
        Self { names: old.name.split(' ').map(ToOwned::to_owned).collect() }
    }
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "NameChanged", version = 3, exchange = "versions.new", upcasts = NameChangedV2)]
struct NameChanged {
    initials: String,
}

impl Upcast<NameChangedV2> for NameChanged {
    fn upcast(old: NameChangedV2) -> Self {
        Self { initials: old.names.iter().filter_map(|name| name.chars().next()).collect() }
    }
}

type Seen = (Option<u32>, String, bool);

/// What comes from an exchange fails, what was moved back does not.
async fn once_moved_back(
    event: NameChanged,
    State(seen): State<mpsc::UnboundedSender<Seen>>,
    cx: EventContext,
) -> Handled {
    let is_moved_back = cx.exchange().is_empty();
    seen.send((cx.version(), event.initials, is_moved_back))?;
    if is_moved_back { Ok(()) } else { Err("not yet")? }
}

async fn next(seen: &mut mpsc::UnboundedReceiver<Seen>) -> Seen {
    timeout(PATIENCE, seen.recv()).await.expect("handled in time").expect("the consumer lives")
}

#[tokio::test]
async fn the_newest_version_takes_the_older_ones_from_the_queue_and_from_its_dead_letters() -> Result<(), Error> {
    let bus = Bus::connect(node().await.uri()).await?;
    let (sender, mut seen) = mpsc::unbounded_channel();
    let consumer = Consumer::new(QUEUE).state(sender).handle(once_moved_back).spawn(&bus).await?;
    let publisher = bus.publisher("UserService");
    publisher.publish(&NameChangedV1 { name: "Ada Lovelace".to_owned() }).await?;
    publisher.publish(&NameChangedV2 { names: vec!["Grace".to_owned(), "Hopper".to_owned()] }).await?;
    publisher.publish(&NameChanged { initials: "ET".to_owned() }).await?;

    let expected = [(Some(1), "AL"), (Some(2), "GH"), (Some(3), "ET")];
    for (version, initials) in expected {
        assert_eq!(next(&mut seen).await, (version, initials.to_owned(), false));
    }

    let channel = client(node().await).await;
    for (version, initials) in expected {
        let letter = timeout(PATIENCE, async {
            loop {
                let letter = channel.basic_get(format!("{QUEUE}.dlq").into(), BasicGetOptions::default()).await;
                match letter.expect("the queue exists") {
                    Some(letter) => break letter.delivery,
                    None => sleep(Duration::from_millis(20)).await,
                }
            }
        })
        .await
        .expect("a letter");
        let properties: BasicProperties = letter.properties.clone();
        channel
            .basic_publish("".into(), QUEUE.into(), BasicPublishOptions::default(), &letter.data, properties)
            .await
            .expect("published");
        letter.ack(BasicAckOptions::default()).await.expect("acked");
        assert_eq!(next(&mut seen).await, (version, initials.to_owned(), true));
    }
    assert_eq!(consumer.stop().await?.handled, 3);
    Ok(())
}
