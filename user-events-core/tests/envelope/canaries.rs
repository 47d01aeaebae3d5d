//! No value of a body or header in an error, however it fails.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use user_events_core::envelope::{decode, recognise};
use user_events_core::time::millis;
use user_events_core::{DecodeError, Dialect, DomainEvent, InboundMessage, Matched};

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

const DIALECTS: [Dialect; 6] = [
    Dialect::STANDARD,
    Dialect::MESSAGE_VERSION,
    Dialect::SOURCE_VERSION,
    Dialect::EVENT_DATA,
    Dialect::CLOUD_EVENTS,
    Dialect::CLOUD_EVENTS_BINARY,
];

/// The errors of every way to read this message.
fn errors<T: DeserializeOwned>(message: &InboundMessage, dialect: &Dialect) -> impl Iterator<Item = DecodeError> {
    let matched = Matched::standard(UserRegistered::META).in_dialect(dialect);
    [
        decode::<T>(message, matched).err(),
        decode::<Fields<T>>(message, matched).err(),
        decode::<Flattened<T>>(message, matched).err(),
        recognise(message, &[]).err(),
        recognise(message, std::slice::from_ref(dialect)).err(),
        recognise(message, &[]).ok().and_then(|found| found.second_look(message)),
    ]
    .into_iter()
    .flatten()
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
            for error in errors::<T>(&message, &Dialect::STANDARD) {
                assert_silent(&error, &body);
                failures += 1;
            }
        }
    }
    failures
}

#[test]
fn every_field_of_every_dialect() {
    let mut failures = 0;
    for dialect in DIALECTS {
        for value in VALUES {
            for body in [
                format!(r#"{{"messageId":{value},"messageType":{value},"messageVersion":{value},"payload":{value}}}"#),
                format!(r#"{{"messageType":"T","source":"canary","version":{value},"payload":{value}}}"#),
                format!(r#"{{"eventId":{value},"eventType":{value},"version":{value},"data":{value}}}"#),
                format!(r#"{{"version":{value},"data":{{"value":{value},"canary":{value}}}}}"#),
                format!(r#"{{"specversion":{value},"id":{value},"source":{value},"type":{value},"data":{value}}}"#),
                format!(r#"{{"specversion":"1.0","datacontenttype":{value},"data":{value}}}"#),
                format!(r#"{{"specversion":"1.0","data_base64":{value},"correlationid":{value}}}"#),
                format!(r#"{{"specversion":"1.0","traceparent":{value},"data":{{"value":{value}}}}}"#),
            ] {
                let mut message = inbound(body.as_str());
                message.properties.message_type = Some("canary".into());
                for error in errors::<u8>(&message, &dialect) {
                    assert_silent(&error, &body);
                    failures += 1;
                }
            }
        }
    }
    assert!(failures > 2000, "only {failures} failures: the test has lost its teeth");
}

#[test]
fn properties_and_headers() {
    let mut failures = 0;
    for dialect in DIALECTS {
        for canary in ["canary", "41114111", "application/canary", "41114111.0"] {
            let with = |put: fn(&mut InboundMessage, &str)| {
                let mut message = inbound(r#"{"canary":"41114111"}"#);
                put(&mut message, canary);
                message
            };
            for message in [
                with(|message, canary| message.properties.content_type = Some(canary.into())),
                with(|message, canary| message.properties.content_encoding = Some(canary.into())),
                with(|message, canary| message.headers.append("cloudEvents_specversion", canary.to_owned())),
                with(|message, canary| message.headers.append("cloudEvents:specversion", canary.to_owned())),
                with(|message, canary| {
                    message.headers.append("cloudEvents_specversion", "1.0");
                    message.headers.append("cloudEvents_type", canary.to_owned());
                    message.headers.append("cloudEvents_time", canary.to_owned());
                }),
            ] {
                for error in errors::<u8>(&message, &dialect) {
                    assert_silent(&error, canary);
                    failures += 1;
                }
            }
        }
    }
    assert!(failures > 400, "only {failures} failures: the test has lost its teeth");
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
