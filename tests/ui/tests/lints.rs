//! Generated code under a user's strictest lints, with the names of the standard library taken by others.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused_lifetimes, unused_qualifications, clippy::pedantic)]

/// A crate's own names for what the macros must not mean.
pub mod shadowed {
    #![allow(dead_code)]

    use ::serde::{Deserialize, Serialize};
    use user_events::{DomainEvent, EventSchema, EventSet, EventView, FromRef, PartitionKey};

    struct Option;
    struct Result;
    struct String;
    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct Key;
    struct Alias;
    struct Dialect;
    struct EventMeta;
    struct Schema;
    struct Descriptor;
    struct Field;
    struct Variant;
    struct StandardMessage;
    trait Send {}
    trait Sized {}
    trait Clone {}
    trait Consumable {}
    trait Publishable {}
    mod std {}
    mod core {}
    mod serde {}

    /// A dialect.
    pub const DIALECT: user_events::Dialect =
        user_events::Dialect::custom("ours", user_events::Fields::new("id", "kind", "body"));

    /// A newtype.
    #[derive(Serialize, Deserialize, EventSchema, PartitionKey)]
    pub struct UserId(pub u64);

    /// A type that contains itself.
    #[derive(Serialize, Deserialize, EventSchema)]
    #[serde(rename_all = "camelCase")]
    #[event(allow(js_integer), crate = user_events)]
    #[deprecated]
    pub struct Folder {
        /// Within.
        pub sub_folders: ::std::vec::Vec<Self>,
        /// How much.
        pub size: Size<u64>,
    }

    /// A type with parameters that contains itself.
    #[derive(Serialize, Deserialize, EventSchema)]
    #[event(open)]
    pub enum Size<T> {
        /// One.
        Known(T),
        /// Several.
        Sum {
            /// Each.
            parts: ::std::vec::Vec<Size<T>>,
        },
        /// None.
        #[serde(other)]
        Unknown,
    }

    /// An event with every setting.
    #[derive(Serialize, Deserialize, DomainEvent)]
    #[event(
        type = "UserRegistered",
        version = 2,
        exchange = "user.events",
        partition_key = user_id,
        routing_key = "user.signed-up",
        message_type = "UserRegisteredEventV2",
        alias(message_type = "UserCreated"),
        alias(routing_key = "UserCreated", exchange = "users"),
        must_route,
        dialect = DIALECT,
        crate = user_events,
    )]
    pub struct UserRegistered {
        /// Who.
        pub user_id: UserId,
    }

    /// Its past.
    #[derive(Serialize, Deserialize, DomainEvent)]
    #[event(type = "UserRegistered", version = 1, partition_key = 0, superseded)]
    pub struct UserRegisteredV1(pub u64);

    /// Its past, of which some producers are not yet rid.
    #[derive(Serialize, Deserialize, DomainEvent)]
    #[event(type = "UserRenamed", version = 1, partition_key = r#type, superseded(still_published))]
    #[deprecated]
    pub struct UserRenamed {
        /// A keyword.
        pub r#type: u64,
    }

    /// What became of it.
    #[derive(Serialize, Deserialize, DomainEvent)]
    #[event(type = "UserRenamed", version = 2, upcasts = self::UserRenamed, floor = 1, crate = user_events)]
    pub struct UserRenamedV2 {
        /// A number.
        pub name: u64,
    }

    #[allow(deprecated)]
    impl ::user_events::Upcast<UserRenamed> for UserRenamedV2 {
        fn upcast(old: UserRenamed) -> Self {
            Self { name: old.r#type }
        }
    }

    /// What a consumer needs of it.
    #[derive(Deserialize, EventView)]
    #[view(of = UserRenamedV2, version = 2, crate = user_events)]
    #[deprecated]
    pub struct UserName {
        /// A number.
        pub name: u64,
    }

    /// An event without a payload.
    #[derive(Serialize, Deserialize, DomainEvent)]
    #[event(type = "Heartbeat", version = 1)]
    pub struct Heartbeat;

    /// A set.
    #[derive(EventSet)]
    pub enum UserEvent {
        /// The newest version.
        Registered(UserRegistered),
        /// The one before.
        RegisteredV1(UserRegisteredV1),
        /// Another event.
        Alive(Heartbeat),
    }

    /// A set of one.
    #[derive(EventSet)]
    #[event(crate = user_events)]
    pub enum Heartbeats {
        /// The one.
        Heartbeat(Heartbeat),
        /// Any other.
        #[event(other)]
        Other(::user_events::UnknownEvent),
    }

    /// A part of the state.
    #[derive(::core::clone::Clone)]
    pub struct Mailer;

    /// A consumer's state.
    #[derive(FromRef)]
    pub struct App {
        /// A part.
        pub mailer: Mailer,
        /// A part that is `Copy`.
        pub limit: u32,
        /// No part.
        #[from_ref(skip)]
        pub spare: Mailer,
    }
}

mod inside_a_function {
    use serde::{Deserialize, Serialize};
    use user_events::{DomainEvent, EventSet};

    #[test]
    fn an_event_can_be_local() {
        #[derive(Serialize, Deserialize, DomainEvent)]
        #[event(type = "Pinged", version = 1, superseded)]
        struct Pinged;

        #[derive(EventSet)]
        enum Pings {
            Pinged(Pinged),
        }

        assert_eq!(<Pings as user_events::Consumable>::ACCEPTS, [Pinged::META]);
    }
}

use shadowed::{App, Heartbeat, Heartbeats, Mailer, UserEvent, UserId, UserRegistered, UserRegisteredV1};
use user_events::{Consumable, DomainEvent, FromRef, PartitionKey, Publishable};

#[test]
fn every_setting_arrives() {
    let meta = UserRegistered::META;
    assert_eq!(meta.event_type, "UserRegistered");
    assert_eq!(meta.version, 2);
    assert_eq!(meta.message_type, "UserRegisteredEventV2");
    assert_eq!(meta.routing_key, "user.signed-up.v2");
    assert_eq!(meta.exchange, Some("user.events"));
    assert!(meta.must_route);
    assert_eq!(meta.dialect, Some(&shadowed::DIALECT));

    let [message_type, place] = meta.aliases else { panic!("two aliases were written") };
    assert_eq!(message_type.message_type, Some("UserCreated"));
    assert_eq!((message_type.routing_key, message_type.exchange), (None, None));
    assert_eq!((place.routing_key, place.exchange), (Some("UserCreated"), Some("users")));
    assert_eq!(place.message_type, None);
}

#[test]
fn what_is_not_written_is_derived_or_absent() {
    let meta = Heartbeat::META;
    assert_eq!(meta.message_type, "Heartbeat.v1");
    assert_eq!(meta.routing_key, "heartbeat.v1");
    assert_eq!(meta.exchange, None);
    assert!(meta.aliases.is_empty());
    assert!(!meta.must_route);
    assert_eq!(meta.dialect, None);
    assert_eq!(Heartbeat.partition_key(), None);
}

#[test]
fn a_field_gives_the_partition_key() {
    assert_eq!(UserRegistered { user_id: UserId(7) }.partition_key(), 7_u64.key());
    assert_eq!(UserRegisteredV1(7).partition_key(), 7_u64.key());
}

#[test]
#[expect(deprecated, reason = "the macros must not add to what users deprecate")]
fn what_is_still_published_is_publishable() {
    fn publishable<E: Publishable>() {}
    publishable::<shadowed::UserRenamed>();
}

#[test]
fn a_set_accepts_its_events() {
    assert_eq!(UserEvent::ACCEPTS, [UserRegistered::META, UserRegisteredV1::META, Heartbeat::META]);
    assert_eq!(Heartbeats::ACCEPTS, [Heartbeat::META]);
}

#[test]
fn a_state_gives_its_parts() {
    let app = App { mailer: Mailer, limit: 3, spare: Mailer };
    let _: Mailer = Mailer::from_ref(&app);
    assert_eq!(u32::from_ref(&app), 3);
}
