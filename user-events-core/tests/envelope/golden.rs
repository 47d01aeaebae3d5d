//! Bodies byte for byte. A golden file is one body: no newline at its end.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use user_events_core::time::millis;
use user_events_core::{Metadata, Publishable};

use crate::event::event;
use crate::support::{UserRegistered, correlated, decode, encoder, time};

const USER_REGISTERED: &str = include_str!("../golden/user_registered.v1.json");
const WITHOUT_CORRELATION: &str = include_str!("../golden/user_registered.v1.without_correlation.json");
const WITHOUT_KEY: &str = include_str!("../golden/note_taken.v2.without_key.json");

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct NoteTaken {
    text: String,
    #[serde(with = "millis")]
    at: DateTime<Utc>,
}

event!(NoteTaken, "NoteTaken", 2);

fn note() -> NoteTaken {
    NoteTaken {
        text: "\"quoted\" \\ / \u{8}\u{c}\n\r\t\0 é 漢 😀 \u{1f}".to_owned(),
        at: time("2023-10-28T14:05:00+02:00"),
    }
}

#[track_caller]
fn assert_written<E: Publishable>(event: &E, metadata: Metadata, golden: &str) {
    let message = encoder().encode(event, metadata).unwrap();
    assert_eq!(std::str::from_utf8(&message.body).unwrap(), golden);
}

#[test]
fn with_correlation_id_and_partition_key() {
    let metadata = correlated("f47ac10b-58cc-4372-a567-0e02b2c3d479");
    assert_written(&UserRegistered::example(), metadata, USER_REGISTERED);
}

#[test]
fn without_correlation_id() {
    assert_written(&UserRegistered::example(), Metadata::default(), WITHOUT_CORRELATION);
}

#[test]
fn without_partition_key_and_with_characters_that_are_escaped() {
    assert_written(&note(), correlated("msg-\"é\""), WITHOUT_KEY);
}

#[test]
fn what_is_written_is_read() {
    let message = decode::<UserRegistered>(USER_REGISTERED).unwrap();
    assert_eq!(message.payload, UserRegistered::example());
    assert_eq!(message.envelope.timestamp, Some(time("2023-10-28T12:05:00.123Z")));
    assert_eq!(decode::<NoteTaken>(WITHOUT_KEY).unwrap().payload, note());
}
