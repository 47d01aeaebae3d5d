//! No value of a body or header in an error, however it fails.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use user_events_core::time::millis;
use user_events_core::{DecodeError, DomainEvent, envelope};

use crate::support::{UserRegistered, inbound};

/// What must not be seen, as text and as a number.
const CANARIES: [&str; 2] = ["canary", "41114111"];

/// One of every kind of JSON value, each full of canaries, each wrong for some type.
const VALUES: [&str; 14] = [
    r#""canary-41114111""#,
    r#""canary at line 41114111 column 41114111""#,
    r#""41114111""#,
    "41114111",
    "-41114111",
    "4111411141114111411141114111411141114111411",
    "41114111.5",
    "41114111e300",
    r#"["canary",41114111]"#,
    r#"{"canary":"canary"}"#,
    r#"{"41114111":41114111}"#,
    r#"{"kind":"canary-41114111","text":41114111}"#,
    r#""canary\q41114111""#,
    "canary",
];

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is there to fail")]
struct Fields<T> {
    value: T,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is there to fail")]
struct Flattened<T> {
    #[serde(flatten)]
    fields: Fields<T>,
    #[serde(flatten)]
    rest: BTreeMap<String, T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {}

#[derive(Deserialize)]
enum External {
    Known,
    Text(Strict),
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
enum Internal {
    #[serde(rename = "canary-41114111")]
    Known {
        #[expect(dead_code, reason = "it is there to fail")]
        text: Strict,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is there to fail")]
enum Untagged {
    Flag(bool),
    Strict(Strict),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is there to fail")]
struct At(#[serde(with = "millis")] DateTime<Utc>);

/// Tells everything that it was given.
struct Loud;

impl<'de> Deserialize<'de> for Loud {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = serde_json::Value::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("canary {given} at line 41114111 column 41114111")))
    }
}

#[track_caller]
fn assert_silent(error: &DecodeError, body: &str) {
    let mut shown = format!("{error} {error:?} {error:#?} {} {}", error.path(), error.kind());
    let mut source = error.source();
    while let Some(cause) = source {
        shown += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    for canary in CANARIES {
        assert!(!shown.contains(canary), "{shown}\n{body}");
    }
}

/// How many of the bodies that have a canary somewhere failed, each in silence.
fn failures<T: DeserializeOwned>() -> usize {
    let mut failures = 0;
    for value in VALUES {
        for body in [
            format!(r#"{{"payload":{value}}}"#),
            format!(r#"{{"payload":{{"value":{value}}}}}"#),
            format!(r#"{{"payload":{{"canary":{value},"value":41114111}}}}"#),
            format!(r#"{{"canary":{value},"payload":{value},"messageId":{value}}}"#),
            format!(r#"{{"envelopeVersion":{value},"payload":{value}}}"#),
            format!(r#"{{"payload":{value}"#),
            format!(r#"{{"payload":{value}}} canary"#),
            format!("{value}{value}"),
        ] {
            let mut message = inbound(body.as_str());
            message.headers.append("token", "canary");
            for error in [
                envelope::decode::<T>(&message, UserRegistered::META).err(),
                envelope::decode::<Fields<T>>(&message, UserRegistered::META).err(),
                envelope::decode::<Flattened<T>>(&message, UserRegistered::META).err(),
                envelope::message_type(&message).err(),
            ]
            .into_iter()
            .flatten()
            {
                assert_silent(&error, &body);
                failures += 1;
            }
        }
    }
    failures
}

macro_rules! silent {
    ($($name:ident: $ty:ty;)*) => {$(
        #[test]
        fn $name() {
            let failures = failures::<$ty>();
            assert!(failures > 100, "only {failures} failures: the test has lost its teeth");
        }
    )*};
}

silent! {
    booleans: bool;
    small_integers: u8;
    large_integers: i128;
    floats: f32;
    characters: char;
    texts: String;
    bytes: Vec<u8>;
    units: ();
    tuples: (u8, u8, u8);
    options: Option<IpAddr>;
    maps_by_number: BTreeMap<u8, u8>;
    maps_by_enum: BTreeMap<bool, String>;
    structs: UserRegistered;
    structs_that_deny_unknown_fields: Strict;
    enums: External;
    internally_tagged_enums: Internal;
    untagged_enums: Untagged;
    times: At;
    types_that_tell_everything: Loud;
}
