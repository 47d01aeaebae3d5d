//! The platform's envelopes beside the standard one: `node/dialects.js` has them as other services write them.

use interop::script::{self, Letter};
use interop::{broker, in_time};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use user_events::Error;
use user_events::prelude::*;

use crate::order::time;
use crate::seen::{Seen, tell};

/// Events that declare their dialect.
mod declared {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[serde(rename_all = "camelCase")]
    #[event(
        type = "OrderCreated",
        version = 1,
        exchange = "order.events",
        partition_key = order_id,
        message_type = "OrderCreatedEvent",
        dialect = Dialect::MESSAGE_VERSION
    )]
    pub(super) struct OrderCreated {
        pub(super) order_id: String,
        pub(super) total: f64,
    }

    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(
        type = "StockLevelChanged",
        version = 1,
        exchange = "inventory.events",
        partition_key = sku,
        dialect = Dialect::SOURCE_VERSION
    )]
    pub(super) struct StockLevelChanged {
        pub(super) sku: String,
        pub(super) level: i64,
    }

    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(
        type = "ProductCreated",
        version = 1,
        exchange = "product.events",
        partition_key = sku,
        dialect = Dialect::EVENT_DATA
    )]
    pub(super) struct ProductCreated {
        pub(super) sku: String,
        pub(super) name: String,
    }
}

/// The same events, which leave it to the consumer.
mod undeclared {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[serde(rename_all = "camelCase")]
    #[event(type = "OrderCreated", version = 1, exchange = "order.events", message_type = "OrderCreatedEvent")]
    pub(super) struct OrderCreated {
        order_id: String,
        total: f64,
    }

    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "StockLevelChanged", version = 1, exchange = "inventory.events")]
    pub(super) struct StockLevelChanged {
        sku: String,
        level: i64,
    }

    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "ProductCreated", version = 1, exchange = "product.events")]
    pub(super) struct ProductCreated {
        sku: String,
        name: String,
    }
}

/// What is expected of each message in `node/dialects.js`.
fn expected() -> [Seen; 3] {
    let seen = |event: &str, id: &str, message_type: &str, source: &str, at: &str| Seen {
        event: event.to_owned(),
        message_id: id.to_owned(),
        message_type: message_type.to_owned(),
        source: Some(source.to_owned()),
        timestamp: Some(time(at)),
        correlation_id: None,
        partition_key: None,
    };
    let order = r#"OrderCreated { order_id: "o-1", total: 9.5 }"#;
    let stock = r#"StockLevelChanged { sku: "s-1", level: -3 }"#;
    let product = r#"ProductCreated { sku: "s-1", name: "Stehlampe, weiß" }"#;
    [
        Seen {
            correlation_id: Some("basket-7".to_owned()),
            partition_key: Some("o-1".to_owned()),
            ..seen(order, "msg-1", "OrderCreatedEvent", "OrderService", "2023-10-28T12:05:00.000Z")
        },
        Seen {
            correlation_id: Some("basket-8".to_owned()),
            partition_key: Some("s-1".to_owned()),
            ..seen(stock, "msg-2", "StockLevelChanged.v1", "InventoryService", "2023-10-28T12:05:00.001Z")
        },
        seen(product, "msg-3", "ProductCreated.v1", "Katalog für Größen", "2023-10-28T12:05:00.002Z"),
    ]
}

/// The messages of both files, as this consumer's handlers see them.
async fn sees_all(
    consumer: Consumer<mpsc::UnboundedSender<Seen>>,
    seen: &mut mpsc::UnboundedReceiver<Seen>,
) -> Result<(), Error> {
    let uri = broker::vhost(consumer.name()).await;
    let consumer = consumer.spawn(&broker::bus(&uri).await).await?;
    for file in ["dialects", "dialects-typed"] {
        script::publish(&uri, "plain", file).await;
        for expected in expected() {
            let health = format!("{} of {file}: {:?}", expected.message_id, consumer.health());
            assert_eq!(in_time(&health, seen.recv()).await.expect("the consumer runs"), expected, "{file}");
        }
    }
    let stopped = consumer.stop().await?;
    assert_eq!((stopped.handled, stopped.dead_lettered), (6, 0));
    Ok(())
}

#[tokio::test]
async fn a_consumer_handles_the_dialects_that_it_accepts() -> Result<(), Error> {
    let (sender, mut seen) = mpsc::unbounded_channel();
    let consumer = Consumer::new("dialects-accepted")
        .state(sender)
        .accept(Dialect::MESSAGE_VERSION)
        .accept(Dialect::SOURCE_VERSION)
        .accept(Dialect::EVENT_DATA)
        .handle(tell::<undeclared::OrderCreated>)
        .handle(tell::<undeclared::StockLevelChanged>)
        .handle(tell::<undeclared::ProductCreated>);
    sees_all(consumer, &mut seen).await
}

#[tokio::test]
async fn a_consumer_handles_the_dialects_that_its_events_declare() -> Result<(), Error> {
    let (sender, mut seen) = mpsc::unbounded_channel();
    let consumer = Consumer::new("dialects-declared")
        .state(sender)
        .handle(tell::<declared::OrderCreated>)
        .handle(tell::<declared::StockLevelChanged>)
        .handle(tell::<declared::ProductCreated>);
    sees_all(consumer, &mut seen).await
}

/// The letter says which dialect its message is in, and the line that would accept it.
pub(crate) fn assert_undeclared(letter: &Letter, name: &str, declaration: &str) {
    assert_eq!(letter.reason, "undeclared_dialect", "{letter:?}");
    let (_, error) = letter.error.split_once(": ").expect("what cannot be decoded, and why");
    assert_eq!(
        error,
        format!(
            "the message looks like the `{name}` dialect, which neither the consumer nor the event declares: write \
             `.accept(Dialect::{declaration})` on the consumer, or `dialect = Dialect::{declaration}` in the event's \
             `#[event(…)]`"
        )
    );
}

#[tokio::test]
async fn an_undeclared_dialect_is_dead_lettered_as_it_was_with_the_line_that_would_accept_it() -> Result<(), Error> {
    let uri = broker::vhost("dialects-undeclared").await;
    let consumer = Consumer::new("closed")
        .handle(async |_: undeclared::OrderCreated| Ok(()))
        .handle(async |_: undeclared::StockLevelChanged| Ok(()))
        .handle(async |_: undeclared::ProductCreated| Ok(()));
    let consumer = consumer.spawn(&broker::bus(&uri).await).await?;
    for file in ["dialects", "dialects-typed"] {
        script::publish(&uri, "plain", file).await;
        let letters = script::letters(&uri, "closed.dlq", file).await;
        let declarations = ["MESSAGE_VERSION", "SOURCE_VERSION", "EVENT_DATA"];
        for ((letter, name), declaration) in
            letters.iter().zip(["message-version", "source-version", "event-data"]).zip(declarations)
        {
            assert_undeclared(letter, name, declaration);
        }
    }
    assert_eq!(consumer.stop().await?.dead_lettered, 6);
    Ok(())
}

#[tokio::test]
async fn a_dialect_is_written_as_other_services_write_it() -> Result<(), Error> {
    let uri = broker::vhost("dialects-written").await;
    let bus = broker::bus(&uri).await;
    let consumer = Consumer::new("kept")
        .handle(async |_: declared::OrderCreated| Ok(()))
        .handle(async |_: declared::StockLevelChanged| Ok(()))
        .handle(async |_: declared::ProductCreated| Ok(()));
    consumer.spawn(&bus).await?.stop().await?;

    let publisher = |source, at| bus.publisher(source).with_clock(move || time(at));
    let order = declared::OrderCreated { order_id: "o-1".to_owned(), total: 9.5 };
    let orders = publisher("OrderService", "2023-10-28T12:05:00.000Z");
    orders.event(&order).message_id("msg-1").correlation_id("basket-7").publish().await?;
    let stock = declared::StockLevelChanged { sku: "s-1".to_owned(), level: -3 };
    let inventory = publisher("InventoryService", "2023-10-28T12:05:00.001Z");
    inventory.event(&stock).message_id("msg-2").correlation_id("basket-8").publish().await?;
    let product = declared::ProductCreated { sku: "s-1".to_owned(), name: "Stehlampe, weiß".to_owned() };
    let catalogue = publisher("Katalog für Größen", "2023-10-28T12:05:00.002Z");
    // This envelope has no place for the two: they are beside it only.
    catalogue.event(&product).message_id("msg-3").correlation_id("basket-9").publish().await?;

    script::run(&uri, &["same.js", "kept", "dialects"]).await;
    Ok(())
}
