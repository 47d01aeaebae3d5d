//! [`assert_golden`], the test that holds an event to the samples in its lock.

use std::fmt::Write as _;
use std::marker::PhantomData;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use user_events_schema::fingerprint;

use crate::envelope::path;
use crate::{DomainEvent, EventSchema};

/// As much of a lock as is needed: this is compiled with every event.
#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow)]
    revisions: Vec<Revision<'a>>,
}

#[derive(Deserialize)]
struct Revision<'a> {
    revision: u32,
    state: &'a str,
    fingerprint: &'a str,
    #[serde(borrow)]
    samples: Vec<&'a RawValue>,
}

/// Reads every sample of the published revisions, and writes those of the newest again.
///
/// # Panics
///
/// If one cannot be read, or if the event is what its newest revision says and does not write a sample again as it was.
pub fn assert_golden<T: DomainEvent + EventSchema>(lock: &str) {
    let failures = failures::<T>(lock, fingerprint::of(T::SCHEMA));
    assert!(failures.is_empty(), "{} does not hold to its golden samples:\n{failures}", T::META);
}

fn failures<T: DomainEvent>(lock: &str, fingerprint: u64) -> String {
    let lock: Lock<'_> = serde_json::from_str(lock).expect("the derive has read the lock");
    let mut failures = String::new();
    let newest = lock.revisions.last().map(|newest| newest.revision);
    for Revision { revision, state, fingerprint: recorded, samples } in &lock.revisions {
        if *state != "published" {
            continue;
        }
        let is_written = Some(*revision) == newest && *recorded == format!("{fingerprint:016x}");
        for (number, sample) in (1..).zip(samples) {
            if let Err(reason) = holds::<T>(sample.get(), is_written) {
                writeln!(failures, "  revision {revision}, sample {number}: {reason}")
                    .expect("a string takes everything");
            }
        }
    }
    failures
}

fn holds<T: DomainEvent>(sample: &str, is_written: bool) -> Result<(), String> {
    let event: T = serde_json::from_str(sample).map_err(|error| {
        // Samples are made up: serde's text, which repeats values, gives nothing away.
        let path = path::read(sample.as_bytes(), [].into_iter(), PhantomData::<T>).err();
        let path = path.map_or_else(String::new, |error| error.path().to_owned());
        format!(
            "{}cannot be read: {error}; if its type accepts some values only, record a sample that it accepts: \
             `#[event(…, sample = \"…\")]`, then `user-events accept`",
            field(&path)
        )
    })?;
    if !is_written {
        return Ok(());
    }
    let text = serde_json::to_string(&event).map_err(|error| format!("cannot be written again: {error}"))?;
    let value = |text| serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"));
    same(&value(sample)?, &value(&text)?, &mut String::new())
}

/// Whether what was written says the same as the sample, which leaves open how what is absent is written.
fn same(sample: &Value, written: &Value, path: &mut String) -> Result<(), String> {
    match (sample, written) {
        (Value::Null, _) => Ok(()),
        (Value::Object(sample), Value::Object(written)) => sample.iter().try_for_each(|(name, sample)| {
            let length = path.len();
            let dot = if path.is_empty() { "" } else { "." };
            write!(path, "{dot}{name}").expect("a string takes everything");
            match written.get(name) {
                Some(written) => same(sample, written, path)?,
                None if sample.is_null() => {}
                None => return Err(format!("{}{sample} is not written again", field(path))),
            }
            path.truncate(length);
            Ok(())
        }),
        (Value::Array(sample), Value::Array(written)) if sample.len() == written.len() => {
            sample.iter().zip(written).enumerate().try_for_each(|(at, (sample, written))| {
                let length = path.len();
                write!(path, "[{at}]").expect("a string takes everything");
                same(sample, written, path)?;
                path.truncate(length);
                Ok(())
            })
        }
        (Value::String(sample), Value::String(written)) if is_same_instant(sample, written) => Ok(()),
        _ if sample == written => Ok(()),
        _ => Err(format!("{}{sample} is written again as {written}", field(path))),
    }
}

/// Local time is written as the machine's time zone has it.
fn is_same_instant(one: &str, other: &str) -> bool {
    let parse = chrono::DateTime::parse_from_rfc3339;
    matches!((parse(one), parse(other)), (Ok(one), Ok(other)) if one == other)
}

fn field(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("field `{path}`: ") }
}

#[cfg(test)]
mod tests {
    use serde::{Deserializer, Serialize, Serializer};

    use super::*;
    use crate::{Consumable, DecodeError, EventMeta, InboundMessage, Matched, StandardMessage};

    #[derive(Serialize, Deserialize)]
    struct Event {
        id: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default, with = "drifting")]
        price: Option<String>,
        at: Option<chrono::DateTime<chrono::FixedOffset>>,
    }

    /// A `with` module whose halves do not fit.
    mod drifting {
        use super::*;

        pub(super) fn serialize<S: Serializer>(price: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
            price.as_ref().map(|price| price.to_uppercase()).serialize(serializer)
        }

        pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
            let price = Option::<String>::deserialize(deserializer)?;
            Ok(price.filter(|price| price != "lost"))
        }
    }

    const META: EventMeta = EventMeta::new("PriceSet", 1, "PriceSet.v1", "price.set.v1");

    impl Consumable for Event {
        const ACCEPTS: &'static [&'static EventMeta] = &[&META];

        fn decode(message: &InboundMessage, matched: Matched<'_>) -> Result<StandardMessage<Self>, DecodeError> {
            crate::envelope::decode(message, matched)
        }
    }

    impl DomainEvent for Event {
        const META: &'static EventMeta = &META;
    }

    fn revision(number: u32, state: &str, fingerprint: &str, sample: &str) -> String {
        format!(
            r#"{{"fingerprint":"{fingerprint:0>16}","revision":{number},"samples":[{sample}],"state":"{state}","writer":{{}}}}"#
        )
    }

    fn failures_of(revisions: &[String]) -> String {
        failures::<Event>(&format!(r#"{{"event":"PriceSet","revisions":[{}]}}"#, revisions.join(",")), 0xa)
    }

    #[test]
    fn what_is_absent_may_be_written_in_any_way() {
        for sample in [
            r#"{"id":7}"#,
            r#"{"id":7,"note":null,"at":null}"#,
            r#"{"id":7,"tags":[],"price":null}"#,
            r#"{"id":7,"note":"text","tags":["text"],"price":"12","at":"2023-10-28T12:05:00Z"}"#,
        ] {
            assert_eq!(failures_of(&[revision(1, "published", "a", sample)]), "", "{sample}");
        }
    }

    #[test]
    fn a_failure_says_where_it_is() {
        for (sample, expected) in [
            (r#"{"id":700}"#, "field `id`: cannot be read: invalid value: integer `700`, expected u8"),
            (r#"{"id":7,"tags":["a",1]}"#, "field `tags[1]`: cannot be read: invalid type: integer `1`"),
            (r#"{"id":7,"price":"eur"}"#, r#"field `price`: "eur" is written again as "EUR""#),
            (r#"{"id":7,"price":"lost"}"#, r#"field `price`: "lost" is written again as null"#),
            (r#"{"id":7,"gone":{"a":1}}"#, r#"field `gone`: {"a":1} is not written again"#),
        ] {
            let failures = failures_of(&[revision(3, "published", "a", sample)]);
            assert!(failures.starts_with(&format!("  revision 3, sample 1: {expected}")), "{failures}");
        }
    }

    #[test]
    fn drafts_bind_nobody_and_only_what_is_newest_is_written_again() {
        let drifted = r#"{"id":7,"price":"eur"}"#;
        let fine = r#"{"id":7}"#;
        for revisions in [
            [revision(1, "published", "a", drifted), revision(2, "published", "a", fine)],
            [revision(1, "published", "a", drifted), revision(2, "draft", "a", r#"{"id":"text"}"#)],
            // The code is not what the newest revision says.
            [revision(1, "published", "b", fine), revision(2, "published", "b", drifted)],
        ] {
            assert_eq!(failures_of(&revisions), "");
        }
        let failures = failures_of(&[revision(1, "published", "b", "{}"), revision(2, "draft", "b", fine)]);
        assert!(
            failures.starts_with("  revision 1, sample 1: field `id`: cannot be read: missing field"),
            "{failures}"
        );
    }
}
