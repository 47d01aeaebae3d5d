//! The samples that are made up for a lock, held to what serde really reads and writes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::ops::Range;
use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use user_events_core::EventSchema;
use user_events_core::private::adapter;
use user_events_schema::{Schema, lower, sample};

/// Every sample of the type is read, and written again as it was.
fn survive<T: Serialize + DeserializeOwned>(schema: Schema) {
    let samples = sample::synthesize(&lower::writer(schema).tree());
    assert!(!samples.is_empty());
    for sample in samples {
        let read: T = serde_json::from_str(sample.as_str()).unwrap_or_else(|error| panic!("{sample}: {error}"));
        let (sample, written) = (sample.to_string(), serde_json::to_string(&read).unwrap());
        assert_eq!(value(&written), value(&sample), "{written} and {sample}");
    }
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

macro_rules! survive {
    ($($ty:ty),* $(,)?) => { $(survive::<$ty>(<$ty as EventSchema>::SCHEMA);)* };
}

/// `with` modules, in a newtype each.
macro_rules! survive_with {
    ($($module:literal: $inner:ty = $schema:ident),* $(,)?) => {
        $({
            #[derive(Serialize, Deserialize)]
            struct With(#[serde(with = $module)] $inner);
            survive::<With>(adapter::$schema);
        })*
    };
}

#[test]
fn of_the_standard_library() {
    survive![bool, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64, char, String, ()];
    survive![NonZero<u8>, NonZero<i64>, NonZero<u128>, Duration, SystemTime, Range<u32>];
    survive![Ipv4Addr, Ipv6Addr, IpAddr, SocketAddrV4, SocketAddrV6, SocketAddr];
    survive![Option<u8>, Vec<f32>, BTreeSet<i8>, [u16; 3], (u8, String), Result<u8, String>];
    survive![BTreeMap<String, u8>, HashMap<u64, Vec<()>>, BTreeMap<bool, char>, BTreeMap<Ipv4Addr, u8>, BTreeMap<char, u8>];
    survive![Value, Map<String, Value>, Number];
}

#[test]
fn of_chrono_and_uuid() {
    use chrono::{DateTime, FixedOffset, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
    survive![DateTime<Utc>, DateTime<FixedOffset>, NaiveDateTime, NaiveDate, NaiveTime, Month, Weekday, TimeDelta];
    survive![uuid::Uuid, BTreeMap<uuid::Uuid, u8>, bytes::Bytes];
    survive_with! {
        "chrono::serde::ts_seconds": DateTime<Utc> = EPOCH_SECONDS,
        "chrono::serde::ts_milliseconds": DateTime<Utc> = EPOCH_MILLIS,
        "chrono::serde::ts_microseconds": DateTime<Utc> = EPOCH_MICROS,
        "chrono::serde::ts_nanoseconds": DateTime<Utc> = EPOCH_NANOS,
        "user_events_core::time::millis": DateTime<Utc> = MILLIS,
        "uuid::serde::simple": uuid::Uuid = UUID_SIMPLE,
        "uuid::serde::braced": uuid::Uuid = UUID_BRACED,
        "uuid::serde::urn": uuid::Uuid = UUID_URN,
        "uuid::serde::compact": uuid::Uuid = UUID_COMPACT,
    }
}

#[cfg(feature = "time")]
#[test]
fn of_time() {
    use time::OffsetDateTime;
    survive![OffsetDateTime, time::PrimitiveDateTime, time::Date, time::Time];
    survive_with! {
        "time::serde::rfc3339": OffsetDateTime = TIME_RFC3339,
        "time::serde::rfc2822": OffsetDateTime = TIME_RFC2822,
        "time::serde::iso8601": OffsetDateTime = TIME_ISO8601,
        "time::serde::timestamp": OffsetDateTime = EPOCH_SECONDS,
        "time::serde::timestamp::milliseconds": OffsetDateTime = TIME_EPOCH_MILLIS,
        "time::serde::timestamp::microseconds": OffsetDateTime = TIME_EPOCH_MICROS,
        "time::serde::timestamp::nanoseconds": OffsetDateTime = TIME_EPOCH_NANOS,
    }
}

#[cfg(feature = "rust_decimal")]
#[test]
fn of_rust_decimal() {
    use rust_decimal::Decimal;
    survive![Decimal];
    survive_with! {
        "rust_decimal::serde::str": Decimal = DECIMAL_STR,
        "rust_decimal::serde::float": Decimal = DECIMAL_FLOAT,
    }
}

#[cfg(feature = "url")]
#[test]
fn of_url() {
    survive![url::Url];
}
