//! Views: a consumer's own struct in place of the producer's.

#![allow(missing_docs, unreachable_pub)]
#![cfg(feature = "memory")]

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use user_events::prelude::*;
use user_events::testing::OutboundMessage;
use user_events::{Consumable, EventMeta, Reason};

/// What the producer's crate has.
mod producer {
    use serde::{Deserialize, Serialize};
    use user_events::{DomainEvent, EventSchema, Upcast};

    #[derive(Debug, Serialize, Deserialize, EventSchema)]
    pub struct Address {
        pub city: String,
        pub zip: Option<String>,
    }

    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[serde(rename_all = "camelCase")]
    #[event(type = "UserRegistered", version = 1, exchange = "user.events", superseded(still_published))]
    pub struct UserRegisteredV1 {
        pub user_id: String,
        pub email: String,
    }

    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[serde(rename_all = "camelCase")]
    #[event(
        type = "UserRegistered",
        version = 2,
        exchange = "user.events",
        alias(message_type = "UserCreated"),
        upcasts = UserRegisteredV1
    )]
    pub struct UserRegistered {
        pub user_id: String,
        pub email: String,
        pub address: Option<Address>,
        pub visits: u32,
    }

    /// Once it had an optional `phone`, and no `city`.
    #[derive(Debug, Serialize, Deserialize, DomainEvent)]
    #[serde(rename_all = "camelCase")]
    #[event(type = "UserMoved", version = 1, exchange = "user.events", lock = "tests/vendor/UserMoved/v1.json")]
    pub struct UserMoved {
        pub user_id: String,
        pub city: Option<String>,
    }

    impl Upcast<UserRegisteredV1> for UserRegistered {
        fn upcast(UserRegisteredV1 { user_id, email }: UserRegisteredV1) -> Self {
            Self { user_id, email, address: None, visits: 0 }
        }
    }
}

use producer::{Address, UserRegistered, UserRegisteredV1};

/// Of every version.
#[derive(Debug, PartialEq, Deserialize, EventView)]
#[serde(rename_all = "camelCase")]
#[view(of = UserRegistered)]
struct UserCity {
    user_id: String,
    address: Option<City>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, EventSchema)]
struct City {
    city: String,
}

/// `visits` is not there before.
#[derive(Debug, PartialEq, Deserialize, EventView)]
#[view(of = producer::UserRegistered, version = 2)]
struct UserVisits {
    visits: u64,
}

/// Of an older version alone.
#[derive(Debug, PartialEq, Deserialize, EventView)]
#[view(of = UserRegisteredV1)]
struct UserEmail {
    email: String,
}

/// Stored events still tell the phone: the view is held to every published revision.
#[derive(Debug, PartialEq, Deserialize, EventView)]
#[view(of = producer::UserMoved)]
struct UserPhone {
    phone: Option<String>,
}

/// Of an event of a service that is not written in Rust.
#[derive(Debug, PartialEq, Deserialize, EventView)]
#[view(
    lock = "tests/vendor/ProductCreated/v3.json",
    exchange = "shop",
    routing_key = "product.created",
    message_type = "ProductCreated",
    alias(routing_key = "product.new"),
    dialect = Dialect::EVENT_DATA
)]
struct ProductName {
    name: String,
}

#[derive(EventSet)]
enum Seen {
    User(UserCity),
    Product(ProductName),
}

fn versions(metas: &[&EventMeta]) -> Vec<u32> {
    metas.iter().map(|meta| meta.version).collect()
}

fn v1() -> UserRegisteredV1 {
    UserRegisteredV1 { user_id: "u-1".to_owned(), email: "ada@example.com".to_owned() }
}

fn v2() -> UserRegistered {
    let address = Address { city: "London".to_owned(), zip: None };
    UserRegistered {
        user_id: "u-2".to_owned(),
        email: "grace@example.com".to_owned(),
        address: Some(address),
        visits: 3,
    }
}

#[test]
fn a_view_has_the_names_of_its_event_and_the_versions_that_it_says() {
    assert_eq!(UserCity::ACCEPTS, UserRegistered::ACCEPTS);
    assert_eq!(versions(UserCity::ACCEPTS), [2, 1]);
    assert_eq!(versions(UserVisits::ACCEPTS), [2]);
    assert_eq!(UserEmail::ACCEPTS, [UserRegisteredV1::META]);
    assert_eq!(UserPhone::ACCEPTS, [producer::UserMoved::META]);
}

#[test]
fn a_view_of_a_lock_has_the_names_that_it_gives() {
    let [product] = ProductName::ACCEPTS else { panic!("one version") };
    assert_eq!((product.event_type, product.version), ("ProductCreated", 3));
    assert_eq!(product.message_types().collect::<Vec<_>>(), ["ProductCreated"]);
    let bindings = [(Some("shop"), "product.created"), (Some("shop"), "product.new")];
    assert_eq!(product.bindings().collect::<Vec<_>>(), bindings);
    assert_eq!(product.dialect, Some(&Dialect::EVENT_DATA));
}

#[tokio::test]
async fn views_are_handled_in_place_of_their_events() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let consumer = Consumer::new("notification-service").handle(move |event: Seen, cx: EventContext| {
        log.lock().unwrap().push(match event {
            Seen::User(user) => (cx.version(), user.user_id, user.address.map(|address| address.city)),
            Seen::Product(product) => (cx.version(), product.name, None),
        });
        async { Ok(()) }
    });
    let bus = TestBus::start(consumer).await;
    assert_eq!(bus.publish(&v1()).await.routed(), Routed::Yes);
    assert_eq!(bus.publish(&v2()).await.routed(), Routed::Yes);
    let product = r#"{"eventId":"e","eventType":"ProductCreated","version":"3.0","source":"shop","timestamp":null,
        "data":{"sku":"s-1","name":"Tea","price":2.5}}"#;
    let message = OutboundMessage::new("shop", "product.new", product);
    assert_eq!(bus.publish_message(message).await.routed(), Routed::Yes);
    bus.settled().await;
    assert!(bus.dead_letters().is_empty(), "{:?}", bus.dead_letters());
    assert_eq!(
        *seen.lock().unwrap(),
        [
            (Some(1), "u-1".to_owned(), None),
            (Some(2), "u-2".to_owned(), Some("London".to_owned())),
            (Some(3), "Tea".to_owned(), None),
        ]
    );
}

#[tokio::test]
async fn what_a_view_cannot_read_names_the_event() {
    let bus = TestBus::start(Consumer::new("notification-service").handle(async |_: UserVisits| Ok(()))).await;
    let broken = r#"{"messageType":"UserCreated","payload":{"visits":-1}}"#;
    let message = OutboundMessage::new("user.events", "user.registered.v2", broken);
    assert_eq!(bus.publish_message(message).await.routed(), Routed::Yes);
    bus.settled().await;
    let letters = bus.dead_letters();
    assert_eq!(letters.iter().map(|letter| letter.reason()).collect::<Vec<_>>(), [Some(Reason::Decode)]);
    let error = letters[0].error();
    assert!(error.starts_with("cannot decode `UserRegistered` v2: field `payload.visits`"), "{error}");
}
