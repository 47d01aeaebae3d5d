//! What an event's type, version and settings become on the wire.

use serde::{Deserialize, Serialize};
use user_events::DomainEvent;

/// The message type and the routing key of an event with these settings.
macro_rules! names {
    ($($settings:tt)*) => {{
        #[derive(Serialize, Deserialize, DomainEvent)]
        #[event($($settings)*)]
        struct Event;

        (Event::META.message_type, Event::META.routing_key)
    }};
}

#[test]
fn words_of_the_type_are_joined_by_dots() {
    let names = names!(type = "UserProfileUpdated", version = 1);
    assert_eq!(names, ("UserProfileUpdated.v1", "user.profile.updated.v1"));
}

#[test]
fn an_acronym_is_one_word() {
    let names = names!(type = "MFAStatusChanged", version = 1);
    assert_eq!(names, ("MFAStatusChanged.v1", "mfa.status.changed.v1"));
}

#[test]
fn a_digit_belongs_to_the_word_before_it() {
    let names = names!(type = "Oauth2LinkAdded", version = 3);
    assert_eq!(names, ("Oauth2LinkAdded.v3", "oauth2.link.added.v3"));
}

#[test]
fn the_version_follows_a_routing_key_of_ones_own() {
    let names = names!(type = "UserLoggedIn", version = 2, routing_key = "user.auth.loggedin");
    assert_eq!(names, ("UserLoggedIn.v2", "user.auth.loggedin.v2"));
}

#[test]
fn a_message_type_of_ones_own_is_taken_whole() {
    let names = names!(type = "UserRegistered", version = 1, message_type = "UserRegisteredEventV1");
    assert_eq!(names, ("UserRegisteredEventV1", "user.registered.v1"));
}

#[test]
fn settings_may_be_spread_over_attributes_and_pass_through_macros() {
    macro_rules! event {
        ($name:ident, $type:literal, $version:literal, $key:ident) => {
            #[derive(Serialize, Deserialize, DomainEvent)]
            #[event(type = $type, version = $version)]
            #[event(partition_key = $key)]
            struct $name {
                $key: String,
            }
        };
    }
    event!(Renamed, "UserRenamed", 4, user_id);

    let renamed = Renamed { user_id: "u-1".to_owned() };
    assert_eq!(Renamed::META.routing_key, "user.renamed.v4");
    assert_eq!(renamed.partition_key().map(|key| key.to_string()).as_deref(), Some("u-1"));
}
