//! The JSON of every event equals its example byte for byte.

use serde::Deserialize;
use serde_json::value::RawValue;
use user_service::UserEvent;

/// As the platform documents them.
const DOCUMENTED: &str = include_str!("../data/user-service-events.json");
/// For the events that the platform documents without an example.
const MADE: &str = include_str!("../data/made-examples.json");

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    events: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    event: &'a str,
    /// As it is written, since its bytes count.
    #[serde(borrow)]
    example: Option<&'a RawValue>,
}

fn entries(data: &str) -> Vec<Entry<'_>> {
    serde_json::from_str::<Data<'_>>(data).unwrap().events
}

#[test]
fn every_example_survives_decoding_and_encoding_byte_for_byte() {
    let mut count = 0;
    for Entry { event, example } in [entries(DOCUMENTED), entries(MADE)].into_iter().flatten() {
        let Some(example) = example else { continue };
        count += 1;
        let written = format!(r#"{{"event":"{event}","example":{}}}"#, minified(example.get()));

        let decoded: UserEvent = serde_json::from_str(&written).unwrap_or_else(|error| panic!("{event}: {error}"));

        assert_eq!(serde_json::to_string(&decoded).unwrap(), written);
    }
    assert_eq!(count, 27);
}

#[test]
fn an_example_was_made_for_every_event_that_had_none_and_no_other() {
    let without: Vec<_> = entries(DOCUMENTED).into_iter().filter(|entry| entry.example.is_none()).collect();
    let made = entries(MADE);
    assert_eq!(names(&made), names(&without));
    assert!(made.iter().all(|entry| entry.example.is_some()));
}

#[test]
fn a_value_that_an_enum_does_not_know_is_kept() {
    let stray = r#"{"event":"UserPasswordChanged","example":{"userId":"u-1","changeTimestamp":"2023-10-29T09:15:00.000Z","changeType":"by carrier pigeon"}}"#;
    let decoded: UserEvent = serde_json::from_str(stray).unwrap();
    assert_eq!(serde_json::to_string(&decoded).unwrap(), stray);
}

#[test]
fn no_default_address_is_written_as_null() {
    let none = r#"{"event":"UserProfileDefaultAddressChanged","example":{"userId":"u-1","profileId":"p-1","defaultShippingAddressId":null,"defaultBillingAddressId":null,"changeTimestamp":"2023-10-29T17:30:00.000Z"}}"#;
    let decoded: UserEvent = serde_json::from_str(none).unwrap();
    assert_eq!(serde_json::to_string(&decoded).unwrap(), none);
}

fn names<'a>(entries: &[Entry<'a>]) -> Vec<&'a str> {
    entries.iter().map(|entry| entry.event).collect()
}

/// JSON without the space between its tokens, everything else as it was.
fn minified(json: &str) -> String {
    let (mut in_text, mut escaped) = (false, false);
    let kept = |c: &char| {
        let is_space = !in_text && c.is_ascii_whitespace();
        in_text ^= *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        !is_space
    };
    json.chars().filter(kept).collect()
}
