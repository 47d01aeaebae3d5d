//! Envelopes other than the standard one: declared by a consumer, an event or a publisher, and undeclared.

#![allow(missing_docs)]
#![cfg(feature = "memory")]

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use user_events::core::{Headers, InboundMessage, Properties};
use user_events::prelude::*;
use user_events::testing::OutboundMessage;
use user_events::{DeadLetter, DomainEvent, ErrorKind, Fields, Reason};

const LEGACY_FIELDS: Fields =
    Fields::new("uid", "kind", "body").with_event_version("rev").with_timestamp("at").with_source("from");
const LEGACY: Dialect = Dialect::custom("our old ERP", LEGACY_FIELDS);

const ALL: [Dialect; 7] = [
    Dialect::STANDARD,
    Dialect::MESSAGE_VERSION,
    Dialect::SOURCE_VERSION,
    Dialect::EVENT_DATA,
    Dialect::CLOUD_EVENTS,
    Dialect::CLOUD_EVENTS_BINARY,
    LEGACY,
];

/// Declares no dialect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "OrderPlaced", version = 1, exchange = "shop", partition_key = order_id)]
struct OrderPlaced {
    order_id: String,
}

/// An event of another service: its name is what that service writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(
    type = "OrderCreated",
    version = 1,
    exchange = "shop",
    message_type = "OrderCreatedEvent",
    dialect = Dialect::MESSAGE_VERSION
)]
struct OrderCreated {
    order_id: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(type = "StockLevelChanged", version = 1, exchange = "shop", dialect = Dialect::SOURCE_VERSION)]
struct StockLevelChanged {
    sku: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(type = "ProductCreated", version = 1, exchange = "shop", dialect = Dialect::EVENT_DATA)]
struct ProductCreated {
    sku: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(type = "ProductCreated", version = 2, exchange = "shop", dialect = Dialect::EVENT_DATA)]
struct ProductCreatedV2 {
    sku: String,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(type = "InvoiceSent", version = 1, exchange = "shop", dialect = Dialect::CLOUD_EVENTS)]
struct InvoiceSent {
    invoice: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(type = "ParcelSent", version = 1, exchange = "shop", dialect = Dialect::CLOUD_EVENTS_BINARY)]
struct ParcelSent {
    parcel: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[event(type = "LedgerClosed", version = 1, exchange = "shop", dialect = self::LEGACY)]
struct LedgerClosed {
    year: u16,
}

/// What handlers note.
#[derive(Debug, Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

async fn note<E: DomainEvent + std::fmt::Debug>(event: E, State(seen): State<Seen>) -> Handled {
    seen.note(format!("{event:?}"));
    Ok(())
}

/// Publishes what another service has written, and waits until it was handled.
async fn deliver(bus: &TestBus, message: OutboundMessage) {
    assert_eq!(bus.publish_message(message).await.routed(), Routed::Yes);
    bus.settled().await;
}

/// The same, of a service that sets no properties.
async fn deliver_body(bus: &TestBus, routing_key: &'static str, body: &'static str) {
    deliver(bus, OutboundMessage::new("shop", routing_key, body)).await;
}

/// A message as other services write it: routing key, and body.
const ORDER_CREATED: (&str, &str) = (
    "order.created.v1",
    r#"{"messageId":"msg-1","messageType":"OrderCreatedEvent","messageVersion":"1.0","timestamp":"2023-10-28T12:05:00Z",
        "source":"OrderService","correlationId":"corr-1","partitionKey":"o-1","payload":{"orderId":"o-1"}}"#,
);
const STOCK_LEVEL_CHANGED: (&str, &str) = (
    "stock.level.changed.v1",
    r#"{"messageId":"msg-2","messageType":"StockLevelChanged","timestamp":"2023-10-28T12:05:00Z","source":"Inventory",
        "partitionKey":"s-1","correlationId":"corr-2","payload":{"sku":"s-1"},"version":"1.0"}"#,
);
const PRODUCT_CREATED: (&str, &str) = (
    "product.created.v1",
    r#"{"eventId":"msg-3","eventType":"ProductCreated","timestamp":"2023-10-28T12:05:00Z","version":"1.0",
        "source":"Catalogue","data":{"sku":"s-1"}}"#,
);

#[tokio::test]
async fn what_a_publisher_writes_in_a_dialect_is_read_where_it_is_accepted() {
    for dialect in ALL {
        let seen = Seen::default();
        let consumer = Consumer::new("billing").state(seen.clone()).accept(dialect).handle(
            async |event: OrderPlaced, State(seen): State<Seen>, cx: EventContext| {
                let shown = [cx.message_id(), cx.message_type(), cx.routing_key()].join(" ");
                let more = [cx.correlation_id(), cx.source_service(), cx.partition_key()];
                seen.note(format!("{} {shown} {more:?} {}", event.order_id, cx.timestamp().is_some()));
                Ok(())
            },
        );
        let bus = TestBus::start(consumer).await;
        let publisher = bus.bus().publisher("shop").with_dialect(dialect);
        let event = OrderPlaced { order_id: "o-1".into() };
        publisher.event(&event).message_id("m-1").correlation_id("c-1").publish().await.unwrap();
        bus.settled().await;
        assert_eq!(
            seen.lines(),
            [r#"o-1 m-1 OrderPlaced.v1 order.placed.v1 [Some("c-1"), Some("shop"), Some("o-1")] true"#],
            "in {dialect}: {:?}",
            bus.dead_letters()
        );
        assert_eq!(bus.published::<OrderPlaced>().assert_one(), event, "in {dialect}");
        bus.published::<OrderCreated>().assert_none();
    }
}

#[tokio::test]
async fn an_event_is_written_and_read_in_its_own_dialect_without_further_words() {
    let seen = Seen::default();
    let bus = TestBus::start(
        Consumer::new("audit")
            .state(seen.clone())
            .handle(note::<OrderPlaced>)
            .handle(note::<OrderCreated>)
            .handle(note::<StockLevelChanged>)
            .handle(note::<ProductCreated>)
            .handle(note::<ProductCreatedV2>)
            .handle(note::<InvoiceSent>)
            .handle(note::<ParcelSent>)
            .handle(note::<LedgerClosed>),
    )
    .await;
    bus.publish(&OrderPlaced { order_id: "o-1".into() }).await;
    bus.publish(&OrderCreated { order_id: "o-1".into() }).await;
    bus.publish(&StockLevelChanged { sku: "s-1".into() }).await;
    bus.publish(&ProductCreated { sku: "s-1".into() }).await;
    bus.publish(&ProductCreatedV2 { sku: "s-2".into(), name: "Lamp".into() }).await;
    bus.publish(&InvoiceSent { invoice: "i-1".into() }).await;
    bus.publish(&ParcelSent { parcel: "p-1".into() }).await;
    bus.publish(&LedgerClosed { year: 2023 }).await;
    bus.settled().await;
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
    assert_eq!(
        seen.lines(),
        [
            r#"OrderPlaced { order_id: "o-1" }"#,
            r#"OrderCreated { order_id: "o-1" }"#,
            r#"StockLevelChanged { sku: "s-1" }"#,
            r#"ProductCreated { sku: "s-1" }"#,
            r#"ProductCreatedV2 { sku: "s-2", name: "Lamp" }"#,
            r#"InvoiceSent { invoice: "i-1" }"#,
            r#"ParcelSent { parcel: "p-1" }"#,
            "LedgerClosed { year: 2023 }",
        ]
    );
    bus.published::<OrderCreated>().assert_one();
    bus.published::<StockLevelChanged>().assert_one();
    assert_eq!(bus.published::<ProductCreated>().assert_one().sku, "s-1");
    assert_eq!(bus.published::<ProductCreatedV2>().assert_one().sku, "s-2");
    bus.published::<InvoiceSent>().assert_one();
    bus.published::<ParcelSent>().assert_one();
    bus.published::<LedgerClosed>().assert_one();
}

#[tokio::test]
async fn what_was_published_in_a_dialect_that_nobody_declared_is_seen_by_the_test() {
    for dialect in Dialect::BUILT_IN {
        let bus = TestBus::start(Consumer::new("billing").handle(async |_: OrderPlaced| Ok(()))).await;
        let event = OrderPlaced { order_id: "o-1".into() };
        bus.bus().publisher("shop").with_dialect(*dialect).publish(&event).await.unwrap();
        bus.settled().await;
        assert_eq!(bus.published::<OrderPlaced>().assert_one(), event, "in {dialect}");
        bus.published::<OrderCreated>().assert_none();
    }
}

#[tokio::test]
async fn the_event_s_own_dialect_goes_before_the_publisher_s() {
    let bus = TestBus::start(Consumer::new("audit").handle(async |_: ProductCreated| Ok(()))).await;
    let publisher = bus.bus().publisher("shop").with_dialect(Dialect::CLOUD_EVENTS);
    publisher.publish(&ProductCreated { sku: "s-1".into() }).await.unwrap();
    bus.settled().await;
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
}

#[tokio::test]
async fn what_other_services_write_is_read_per_event_and_per_consumer() {
    let (own, accepted) = (Seen::default(), Seen::default());
    let audit = Consumer::new("audit")
        .state(own.clone())
        .handle(note::<OrderCreated>)
        .handle(note::<StockLevelChanged>)
        .handle(note::<ProductCreated>);

    // The same messages, by types that declare nothing, and a consumer that accepts all, before and after its handlers.
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "ProductCreated", version = 1, exchange = "shop")]
    struct PlainProduct {
        sku: String,
    }
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[serde(rename_all = "camelCase")]
    #[event(type = "OrderCreated", version = 1, exchange = "shop", alias(message_type = "OrderCreatedEvent"))]
    struct PlainOrder {
        order_id: String,
    }
    let search = Consumer::new("search")
        .accept(Dialect::EVENT_DATA)
        .state(accepted.clone())
        .handle(note::<PlainProduct>)
        .handle(note::<PlainOrder>)
        .accept(Dialect::MESSAGE_VERSION);

    let bus = TestBus::start(audit).await.and(search).await;
    for (routing_key, body) in [ORDER_CREATED, STOCK_LEVEL_CHANGED, PRODUCT_CREATED] {
        deliver_body(&bus, routing_key, body).await;
    }
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
    assert_eq!(
        own.lines(),
        [
            r#"OrderCreated { order_id: "o-1" }"#,
            r#"StockLevelChanged { sku: "s-1" }"#,
            r#"ProductCreated { sku: "s-1" }"#,
        ]
    );
    assert_eq!(accepted.lines(), [r#"PlainOrder { order_id: "o-1" }"#, r#"PlainProduct { sku: "s-1" }"#]);
}

#[tokio::test]
async fn another_service_s_routing_key_is_bound_where_an_alias_names_it() {
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[serde(rename_all = "camelCase")]
    #[event(
        type = "OrderCreated",
        version = 1,
        exchange = "shop",
        message_type = "OrderCreatedEvent",
        alias(routing_key = "order.created"),
        dialect = Dialect::MESSAGE_VERSION
    )]
    struct Aliased {
        order_id: String,
    }
    let (plain, aliased) = (Seen::default(), Seen::default());
    let bus = TestBus::start(Consumer::new("plain").state(plain.clone()).handle(note::<OrderCreated>)).await;
    let theirs = || OutboundMessage::new("shop", "order.created", ORDER_CREATED.1);
    assert_eq!(bus.publish_message(theirs()).await.routed(), Routed::No);

    let bus = bus.and(Consumer::new("aliased").state(aliased.clone()).handle(note::<Aliased>)).await;
    deliver(&bus, theirs()).await;
    // Its own key is bound beside it.
    deliver_body(&bus, ORDER_CREATED.0, ORDER_CREATED.1).await;
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
    assert_eq!(aliased.lines(), [r#"Aliased { order_id: "o-1" }"#, r#"Aliased { order_id: "o-1" }"#]);
    assert_eq!(plain.lines(), [r#"OrderCreated { order_id: "o-1" }"#]);
}

/// A CloudEvent in AMQP's binary mode.
fn binary(id: &'static str, message_type: &'static str, body: &'static str) -> OutboundMessage {
    let mut message = OutboundMessage::new("shop", "invoice.sent.v1", body);
    message.properties.content_type = Some("application/json".into());
    for (name, value) in [("specversion", "1.0"), ("id", id), ("source", "/invoices"), ("type", message_type)] {
        message.headers.append(format!("cloudEvents_{name}"), value);
    }
    message
}

/// A CloudEvent in structured mode.
fn structured(body: &'static str) -> OutboundMessage {
    let mut message = OutboundMessage::new("shop", "invoice.sent.v1", body);
    message.properties.content_type = Some("application/cloudevents+json".into());
    message
}

#[tokio::test]
async fn who_accepts_one_mode_of_cloudevents_accepts_the_other() {
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "InvoiceSent", version = 1, exchange = "shop")]
    struct Plain {
        invoice: String,
    }
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "InvoiceSent", version = 1, exchange = "shop", dialect = Dialect::CLOUD_EVENTS_BINARY)]
    struct Binary {
        invoice: String,
    }
    let seen = Seen::default();
    let consumers = [
        Consumer::new("a").accept(Dialect::CLOUD_EVENTS).state(seen.clone()).handle(note::<Plain>),
        Consumer::new("b").accept(Dialect::CLOUD_EVENTS_BINARY).state(seen.clone()).handle(note::<Plain>),
        Consumer::new("c").state(seen.clone()).handle(note::<InvoiceSent>),
        Consumer::new("d").state(seen.clone()).handle(note::<Binary>),
    ];
    let mut bus = TestBus::start(Consumer::new("e").handle(async |_: InvoiceSent| Ok(()))).await;
    for consumer in consumers {
        bus = bus.and(consumer).await;
    }
    deliver(&bus, binary("1", "InvoiceSent.v1", r#"{"invoice":"i-1"}"#)).await;
    let body =
        r#"{"specversion":"1.0","id":"2","source":"/invoices","type":"InvoiceSent.v1","data":{"invoice":"i-2"}}"#;
    deliver(&bus, structured(body)).await;
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
    assert_eq!(seen.lines().len(), 8, "{:?}", seen.lines());
}

#[tokio::test]
async fn an_undeclared_dialect_is_dead_lettered_with_the_line_that_would_accept_it() {
    let cloud = r#"{"specversion":"1.0","id":"1","source":"/shop","type":"OrderPlaced.v1","data":{"orderId":"o-1"}}"#;
    let cases: [(&str, &str, OutboundMessage); 5] = [
        ("message-version", "Dialect::MESSAGE_VERSION", OutboundMessage::new("", "", ORDER_CREATED.1)),
        ("source-version", "Dialect::SOURCE_VERSION", OutboundMessage::new("", "", STOCK_LEVEL_CHANGED.1)),
        ("event-data", "Dialect::EVENT_DATA", OutboundMessage::new("", "", PRODUCT_CREATED.1)),
        ("cloudevents", "Dialect::CLOUD_EVENTS", structured(cloud)),
        ("cloudevents", "Dialect::CLOUD_EVENTS", binary("1", "OrderPlaced.v1", r#"{"orderId":"o-1"}"#)),
    ];
    for (name, declaration, message) in cases {
        // A consumer that declares nothing, and one that declares something else; with and without a type property.
        for accepted in [None, Some(LEGACY)] {
            for message_type in [None, Some("OrderPlaced.v1")] {
                let consumer = Consumer::new("billing").handle(async |_: OrderPlaced| Ok(()));
                let bus = TestBus::start(accepted.into_iter().fold(consumer, Consumer::accept)).await;
                let mut message = message.clone();
                (message.exchange, message.routing_key) = ("shop".into(), "order.placed.v1".into());
                message.properties.message_type = message_type.map(Into::into);
                deliver(&bus, message).await;
                let letters = bus.dead_letters();
                let [letter] = &letters[..] else { panic!("{letters:?}") };
                assert_eq!(letter.reason(), Some(Reason::UndeclaredDialect), "{letter:?}");
                let error = letter.error();
                assert!(error.contains(name), "{error}");
                assert!(error.contains(&format!("accept({declaration}")), "{error}");
                assert!(error.contains("dialect = "), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn an_event_s_own_dialect_is_accepted_for_that_event_alone() {
    let bus = TestBus::start(
        Consumer::new("billing")
            .handle(async |_: ProductCreated| Ok(()))
            .handle(async |_: LedgerClosed| Ok(()))
            .handle(async |_: OrderPlaced| Ok(())),
    )
    .await;
    let order = OrderPlaced { order_id: "o-1".into() };
    for dialect in [Dialect::EVENT_DATA, LEGACY] {
        bus.bus().publisher("shop").with_dialect(dialect).publish(&order).await.unwrap();
    }
    bus.settled().await;
    let letters = bus.dead_letters();
    assert!(letters.iter().all(|letter| letter.reason() == Some(Reason::UndeclaredDialect)), "{letters:?}");
    let errors: Vec<_> = letters.iter().map(DeadLetter::error).collect();
    assert_eq!(
        errors,
        [
            "cannot decode `OrderPlaced` v1: the message looks like the `event-data` dialect, which neither the consumer nor \
             the event declares: write `.accept(Dialect::EVENT_DATA)` on the consumer, or \
             `dialect = Dialect::EVENT_DATA` in the event's `#[event(…)]`",
            "cannot decode `OrderPlaced` v1: the message looks like the `our old ERP` dialect, which neither the consumer \
             nor the event declares: accept the dialect of that name on the consumer, or give it to the event, with \
             `dialect` in its `#[event(…)]`",
        ]
    );
}

#[tokio::test]
async fn events_may_have_dialects_that_look_alike() {
    // Whichever was accepted first is the nearest for both.
    const TWIN: Dialect = Dialect::custom("twin", LEGACY_FIELDS);
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "LedgerOpened", version = 1, exchange = "shop", dialect = TWIN)]
    struct LedgerOpened {
        year: u16,
    }
    let seen = Seen::default();
    let bus = TestBus::start(
        Consumer::new("audit").state(seen.clone()).handle(note::<LedgerClosed>).handle(note::<LedgerOpened>),
    )
    .await;
    bus.publish(&LedgerClosed { year: 2022 }).await;
    bus.publish(&LedgerOpened { year: 2023 }).await;
    bus.settled().await;
    assert_eq!(
        seen.lines(),
        ["LedgerClosed { year: 2022 }", "LedgerOpened { year: 2023 }"],
        "{:?}",
        bus.dead_letters()
    );
}

/// A type property that nobody handles may be in a dialect, which writes types otherwise: that is the reason then.
#[tokio::test]
async fn a_type_that_nobody_handles_is_told_from_a_dialect_that_nobody_declared() {
    for (body, reason, says) in [
        (ORDER_CREATED.1, Reason::UndeclaredDialect, "accept(Dialect::MESSAGE_VERSION)"),
        (STOCK_LEVEL_CHANGED.1, Reason::UndeclaredDialect, "accept(Dialect::SOURCE_VERSION)"),
        (PRODUCT_CREATED.1, Reason::UndeclaredDialect, "accept(Dialect::EVENT_DATA)"),
        (r#"{"messageId":"1","payload":{}}"#, Reason::UnknownType, "no handler takes message type"),
        ("no JSON", Reason::UnknownType, "no handler takes message type"),
    ] {
        let bus = TestBus::start(Consumer::new("billing").handle(async |_: OrderPlaced| Ok(()))).await;
        let mut message = OutboundMessage::new("shop", "order.placed.v1", body);
        message.properties.message_type = Some("OrderPlaced".into());
        deliver(&bus, message).await;
        let letters = bus.dead_letters();
        let [letter] = &letters[..] else { panic!("{letters:?}") };
        assert_eq!(letter.reason(), Some(reason), "{letter:?}");
        assert!(letter.error().contains(says), "{}", letter.error());
    }
}

#[tokio::test]
async fn another_version_of_the_event_is_dead_lettered() {
    let bus = TestBus::start(
        Consumer::new("billing").handle(async |_: ProductCreated| Ok(())).handle(async |_: OrderCreated| Ok(())),
    )
    .await;
    // Nobody handles version 3 by its name.
    let product = r#"{"eventId":"1","eventType":"ProductCreated","version":"3.0","data":{"sku":"s"}}"#;
    deliver_body(&bus, "product.created.v1", product).await;
    // The name says no version, so that the field beside it decides.
    let order =
        r#"{"messageId":"2","messageType":"OrderCreatedEvent","messageVersion":"2.0","payload":{"orderId":"o"}}"#;
    deliver_body(&bus, "order.created.v1", order).await;
    let letters = bus.dead_letters();
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert_eq!(letters[0].reason(), Some(Reason::UnknownType), "{letters:?}");
    let says = "no handler takes message type `ProductCreated` in version 3; this consumer takes `ProductCreated.v1`, ";
    assert!(letters[0].error().starts_with(says), "{}", letters[0].error());
    assert_eq!(letters[1].reason(), Some(Reason::Decode), "{letters:?}");
    assert!(letters[1].error().contains("version 2"), "{}", letters[1].error());
}

#[tokio::test]
async fn the_standard_and_dialects_share_a_queue() {
    let seen = Seen::default();
    let bus = TestBus::start(
        Consumer::new("search")
            .accept(Dialect::SOURCE_VERSION)
            .accept(Dialect::CLOUD_EVENTS)
            .state(seen.clone())
            .handle(note::<OrderPlaced>)
            .handle(note::<ProductCreated>),
    )
    .await;
    let publisher = bus.bus().publisher("shop");
    for (number, dialect) in [
        Dialect::STANDARD,
        Dialect::SOURCE_VERSION,
        Dialect::CLOUD_EVENTS,
        Dialect::CLOUD_EVENTS_BINARY,
        Dialect::STANDARD,
    ]
    .into_iter()
    .enumerate()
    {
        let event = OrderPlaced { order_id: number.to_string() };
        publisher.clone().with_dialect(dialect).publish(&event).await.unwrap();
        publisher.publish(&ProductCreated { sku: number.to_string() }).await.unwrap();
    }
    bus.settled().await;
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
    let expected: Vec<_> = (0..5)
        .flat_map(|number| {
            [format!("OrderPlaced {{ order_id: \"{number}\" }}"), format!("ProductCreated {{ sku: \"{number}\" }}")]
        })
        .collect();
    assert_eq!(seen.lines(), expected);
    assert_eq!(bus.published::<OrderPlaced>().assert_count(5)[2].order_id, "2");
}

#[derive(Debug, EventSet)]
enum ShopEvent {
    Placed(OrderPlaced),
    Product(ProductCreated),
    ProductV2(ProductCreatedV2),
    Invoice(InvoiceSent),
    Ledger(LedgerClosed),
}

#[tokio::test]
async fn the_events_of_a_set_have_dialects_of_their_own() {
    let seen = Seen::default();
    let bus = TestBus::start(Consumer::new("audit").state(seen.clone()).handle(
        async |event: ShopEvent, State(seen): State<Seen>, cx: EventContext| {
            let what = match event {
                ShopEvent::Placed(event) => event.order_id,
                ShopEvent::Product(event) => event.sku,
                ShopEvent::ProductV2(event) => event.name,
                ShopEvent::Invoice(event) => event.invoice,
                ShopEvent::Ledger(event) => Err(format!("{} stays open", event.year))?,
            };
            seen.note(format!("{} {what}", cx.message_type()));
            Ok(())
        },
    ))
    .await;
    bus.publish(&OrderPlaced { order_id: "o-1".into() }).await;
    bus.publish(&ProductCreated { sku: "s-1".into() }).await;
    bus.publish(&ProductCreatedV2 { sku: "s-2".into(), name: "Lamp".into() }).await;
    bus.publish(&InvoiceSent { invoice: "i-1".into() }).await;
    bus.publish(&LedgerClosed { year: 2023 }).await;
    bus.settled().await;
    assert_eq!(
        seen.lines(),
        ["OrderPlaced.v1 o-1", "ProductCreated.v1 s-1", "ProductCreated.v2 Lamp", "InvoiceSent.v1 i-1"],
        "{:?}",
        bus.dead_letters()
    );
    let [letter] = &bus.dead_letters()[..] else { panic!("one was refused") };
    assert_eq!(letter.error(), "the handler failed: 2023 stays open");
}

#[tokio::test]
async fn a_letter_keeps_a_message_byte_for_byte_and_is_handled_when_moved_back() {
    let mut cloud = binary("1", "InvoiceSent.v1", r#"{ "invoice" : "i-1" }"#);
    cloud.properties.correlation_id = Some("c-1".into());
    cloud.properties.reply_to = Some("answers".into());
    let mut product = OutboundMessage::new("shop", "product.created.v1", PRODUCT_CREATED.1);
    product.properties.message_type = Some("ProductCreated".into());
    product.headers.append("tenant", "blue");
    for message in [cloud, product] {
        let seen = Seen::default();
        let bus = TestBus::start(
            Consumer::new("audit")
                .state(seen.clone())
                .handle(refuse_first::<InvoiceSent>)
                .handle(refuse_first::<ProductCreated>),
        )
        .await;
        deliver(&bus, message.clone()).await;
        let letters = bus.dead_letters();
        let [letter] = &letters[..] else { panic!("{letters:?}") };

        let InboundMessage { body, properties, headers, .. } = letter.message();
        assert_eq!(*body, message.body);
        assert_eq!(*properties, message.properties);
        let kept: Vec<_> = headers.iter().filter(|(name, _)| !name.starts_with("ue-")).collect();
        assert_eq!(kept, message.headers.iter().collect::<Vec<_>>());

        deliver(&bus, moved_back(letter.message(), "audit")).await;
        assert_eq!(bus.dead_letters().len(), 1, "{:?}", bus.dead_letters());
        assert_eq!(seen.lines().len(), 2);
    }
}

async fn refuse_first<E: DomainEvent + std::fmt::Debug>(event: E, State(seen): State<Seen>) -> Handled {
    seen.note(format!("{event:?}"));
    if seen.lines().len() == 1 { Err("not yet")? } else { Ok(()) }
}

/// What a shovel makes of a letter.
fn moved_back(letter: &InboundMessage, queue: &'static str) -> OutboundMessage {
    let mut message = OutboundMessage::new("", queue, letter.body.clone());
    message.properties = Properties::clone(&letter.properties);
    message.headers = Headers::clone(&letter.headers);
    message
}

#[tokio::test]
async fn causes_and_traces_come_out_of_the_envelope() {
    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let (seen, ids) = (Seen::default(), Seen::default());
    let audit = Consumer::new("audit").handle(async |event: InvoiceSent, cx: EventContext| {
        cx.publish(&OrderPlaced { order_id: event.invoice }).await?;
        Ok(())
    });
    let billing = Consumer::new("billing").state((seen.clone(), ids.clone())).handle(
        async |_: OrderPlaced, State((seen, ids)): State<(Seen, Seen)>, cx: EventContext| {
            let header = |name| String::from_utf8_lossy(cx.header(name).unwrap_or_default()).into_owned();
            let trace = [header("traceparent"), header("tracestate")].join(" ");
            seen.note(format!("{trace} {:?} {:?}", cx.causation_id(), cx.correlation_id()));
            ids.note(cx.message_id().to_owned());
            Ok(())
        },
    );
    let bus = TestBus::start(audit).await.and(billing).await;
    let body = r#"{"invoice":"i-1"}"#;
    let mut traced = binary("m-1", "InvoiceSent.v1", body);
    traced.headers.append("cloudEvents_traceparent", TRACE);
    traced.headers.append("cloudEvents_tracestate", "a=1");
    deliver(&bus, traced).await;
    deliver(&bus, binary("m-2", "InvoiceSent.v1", body)).await;
    let body = r#"{"specversion":"1.0","id":"m-3","source":"/invoices","type":"InvoiceSent.v1","correlationid":"c-3",
        "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","data":{"invoice":"i-3"}}"#;
    deliver(&bus, structured(body)).await;
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
    assert_eq!(
        seen.lines(),
        [
            format!(r#"{TRACE} a=1 Some("m-1") Some("m-1")"#),
            r#"  Some("m-2") Some("m-2")"#.to_owned(),
            format!(r#"{TRACE}  Some("m-3") Some("c-3")"#),
        ]
    );
    let [first, second, _] = &ids.lines()[..] else { panic!("{ids:?}") };
    assert_ne!(first, second, "two messages that differ only in a header have two effects");
}

#[tokio::test]
async fn events_that_a_dialect_cannot_tell_apart_are_refused_at_the_start() {
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "OrderCreated", version = 2, exchange = "shop", message_type = "OrderCreatedEvent")]
    struct SameName {}
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[event(type = "OrderTaken", version = 1, exchange = "shop", message_type = "OrderCreatedEvent.v1")]
    struct SameNameAndVersion {}

    let bus = Bus::memory();
    let consumer = Consumer::new("audit").handle(async |_: OrderCreated| Ok(())).handle(async |_: SameName| Ok(()));
    let error = consumer.spawn(&bus).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let expected = "consumer `audit` has two handlers for message type `OrderCreatedEvent`: ";
    assert!(error.to_string().starts_with(expected), "{error}");

    let consumer =
        Consumer::new("audit").handle(async |_: OrderCreated| Ok(())).handle(async |_: SameNameAndVersion| Ok(()));
    let error = consumer.spawn(&bus).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.to_string(),
        "consumer `audit` cannot tell `OrderCreated` v1 from `OrderTaken` v1 in a dialect that writes the version beside \
         the type: `OrderCreatedEvent` in version 1 is both; give one of them another message type, or to a consumer of \
         another name"
    );
}

/// What the handler of a message sees of its envelope.
async fn note_envelope(event: OrderPlaced, State(seen): State<Seen>, cx: EventContext) -> Handled {
    seen.note(format!("{} {} from {}", cx.message_id(), event.order_id, cx.source_service().unwrap_or("nobody")));
    Ok(())
}

#[tokio::test]
async fn a_standard_message_stays_standard_whatever_else_the_consumer_accepts() {
    // Each with what a handler sees of it; `more` is what standard messages of others have besides.
    let standard = |more: &str| {
        format!(r#"{{"messageId":"m","messageType":"OrderPlaced.v1",{more},"payload":{{"orderId":"o-1"}}}}"#)
    };
    let bodies = [
        (standard(r#""source":"X","version":"1.0","timestamp":"2023-10-28T12:05:00Z""#), "m o-1 from nobody"),
        (standard(r#""sourceService":"S","source":"X","version":"7""#), "m o-1 from S"),
        (standard(r#""sourceService":"S","source":"X","version":"1""#), "m o-1 from S"),
        (
            standard(r#""envelopeVersion":"1.0","eventId":"e","eventType":"E","data":{},"source":"X""#),
            "m o-1 from nobody",
        ),
        (
            standard(r#""id":"i","source":"X","time":"2023-10-28T12:05:00Z","type":"T","subject":"s""#),
            "m o-1 from nobody",
        ),
    ];
    let consumers: [fn(Consumer<Seen>) -> Consumer<Seen>; 4] = [
        |consumer| consumer,
        // Dialects of other events.
        |consumer| consumer.handle(note::<StockLevelChanged>),
        |consumer| consumer.handle(note::<ProductCreated>).handle(note::<LedgerClosed>),
        |consumer| consumer.accept(Dialect::CLOUD_EVENTS).accept(LEGACY),
    ];
    for (body, sees) in &bodies {
        for consumer in consumers {
            for message_type in [None, Some("OrderPlaced.v1")] {
                let seen = Seen::default();
                let others = consumer(Consumer::new("billing").state(seen.clone()).handle(note_envelope));
                let bus = TestBus::start(others).await;
                let mut message = OutboundMessage::new("shop", "order.placed.v1", body.clone());
                message.properties.message_type = message_type.map(Into::into);
                deliver(&bus, message).await;
                assert_eq!(seen.lines(), [*sees], "{body}: {:?}", bus.dead_letters());
            }
        }
    }
}

#[tokio::test]
async fn the_headers_of_a_cloud_event_that_were_passed_on_make_no_cloud_event() {
    let body = r#"{"messageId":"m","messageType":"OrderPlaced.v1","envelopeVersion":"1.0","sourceService":"S","payload":{"orderId":"o-1"}}"#;
    for content_type in [None, Some("application/cloudevents+json")] {
        let seen = Seen::default();
        let consumer = Consumer::new("billing").state(seen.clone()).accept(Dialect::CLOUD_EVENTS).handle(note_envelope);
        let bus = TestBus::start(consumer).await;
        let mut message = OutboundMessage::new("shop", "order.placed.v1", body);
        message.properties.content_type = content_type.map(Into::into);
        for (name, value) in [("specversion", "1.0"), ("id", "cause"), ("type", "Cause.v1"), ("source", "/s")] {
            message.headers.append(format!("cloudEvents_{name}"), value);
        }
        deliver(&bus, message).await;
        assert_eq!(seen.lines(), ["m o-1 from S"], "{:?}", bus.dead_letters());
    }
}

#[tokio::test]
async fn a_version_that_cannot_be_read_is_no_reason_to_read_the_message_as_standard() {
    for version in [r#""v2""#, r#""2.0-beta""#, r#""2024-05-01""#, r#"{"major":2}"#] {
        let body = format!(
            r#"{{"messageId":"m","messageType":"OrderPlaced","messageVersion":{version},"source":"X","payload":{{"orderId":"o-1"}}}}"#
        );
        for accepted in [None, Some(Dialect::MESSAGE_VERSION)] {
            let consumer = Consumer::new("billing").state(Seen::default()).handle(note_envelope);
            let bus = TestBus::start(accepted.into_iter().fold(consumer, Consumer::accept)).await;
            let mut message = OutboundMessage::new("shop", "order.placed.v1", body.clone());
            message.properties.message_type = Some("OrderPlaced.v1".into());
            deliver(&bus, message).await;
            let letters = bus.dead_letters();
            let [letter] = &letters[..] else { panic!("{letters:?}") };
            let reason = if accepted.is_some() { Reason::Decode } else { Reason::UndeclaredDialect };
            assert_eq!(letter.reason(), Some(reason), "{letter:?}");
        }
    }
}

#[tokio::test]
async fn a_binary_message_has_all_its_attributes_under_one_prefix() {
    let seen = Seen::default();
    let consumer = Consumer::new("billing").state(seen.clone()).accept(Dialect::CLOUD_EVENTS).handle(note_envelope);
    let bus = TestBus::start(consumer).await;
    let mut message = OutboundMessage::new("shop", "order.placed.v1", r#"{"orderId":"o-1"}"#);
    for (name, value) in [
        ("cloudEvents:specversion", "1.0"),
        ("cloudEvents:id", "i"),
        ("cloudEvents:type", "OrderPlaced.v1"),
        ("cloudEvents:source", "s"),
        ("cloudEvents_id", "of another"),
        ("cloudEvents_type", "Other.v1"),
    ] {
        message.headers.append(name, value);
    }
    deliver(&bus, message).await;
    assert_eq!(seen.lines(), ["i o-1 from s"], "{:?}", bus.dead_letters());
}
