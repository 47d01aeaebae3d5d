//! The built-in schemas, held to what serde really writes and reads.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{NonZero, Wrapping};
use std::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicI16, AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value, json};
use user_events_core::EventSchema;
use user_events_core::private::adapter;
use user_events_schema::{
    Format, Node, NodeId, Part, PartKind, PayloadKind, Presence, Scalar, Schema, Sides, Tree, lower, verdict,
};

/// A type writes JSON that its writer's tree has, and reads it back as it was.
fn holds<T: EventSchema + Serialize + DeserializeOwned>(samples: impl IntoIterator<Item = T>) {
    let mut count = 0;
    for sample in samples {
        let text = writes(&sample);
        let read: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        count += 1;
    }
    assert!(count > 0);
    assert!(const { reads_itself(T::SCHEMA) }, "the verdict says that it does not read what it writes");
}

/// Asked by the compiler, as of an event.
const fn reads_itself(schema: Schema) -> bool {
    let (writer, reader) = (lower::writer(schema), lower::reader(schema));
    verdict::own(Sides { writer: writer.tree(), reader: reader.tree() }).outcome.is_ok()
}

fn writes<T: EventSchema + Serialize + ?Sized>(sample: &T) -> String {
    let text = serde_json::to_string(sample).unwrap();
    assert_has(T::SCHEMA, &text);
    text
}

fn assert_has(schema: Schema, text: &str) {
    let arena = lower::writer(schema);
    let value = serde_json::from_str(text).unwrap();
    assert!(Has(arena.tree()).node(0, &value), "{text} is not what {:?} says", arena.tree().nodes);
}

/// A reader's tree says that it takes the JSON, and serde does; or neither.
fn reads<T: EventSchema + DeserializeOwned>(json: Value, taken: bool) {
    let arena = lower::reader(T::SCHEMA);
    let said = Has(arena.tree()).node(0, &json);
    assert_eq!(said, taken, "{json}, by the tree: {:?}", arena.tree().nodes);
    assert_eq!(serde_json::from_value::<T>(json.clone()).is_ok(), taken, "{json}, by serde");
}

/// Which JSON a tree has: of a writer what it can write, of a reader what it takes.
struct Has<'a>(Tree<'a>);

impl Has<'_> {
    fn node(&self, node: NodeId, value: &Value) -> bool {
        let items = || value.as_array();
        match self.0.nodes[node as usize] {
            Node::Scalar(scalar) => scalar_has(scalar, value),
            Node::Opaque(_) => false,
            Node::Refined { node, .. } => self.node(node, value),
            Node::Nullable(inner) => value.is_null() || self.node(inner, value),
            Node::Seq { item, .. } => items().is_some_and(|items| items.iter().all(|value| self.node(item, value))),
            Node::Array { item, len } => items()
                .is_some_and(|items| items.len() == len as usize && items.iter().all(|value| self.node(item, value))),
            Node::Tuple(run) => {
                let parts = self.parts(run);
                items().is_some_and(|items| {
                    items.len() == parts.len()
                        && parts.iter().zip(items).all(|(part, value)| self.node(part.node, value))
                })
            }
            Node::Map { key, value: of } => value.as_object().is_some_and(|map| {
                map.iter().all(|(name, value)| {
                    let number = serde_json::from_str::<Value>(name).ok();
                    let name = Value::from(name.as_str());
                    let named = self.node(key, &name) || number.is_some_and(|number| self.node(key, &number));
                    named && self.node(of, value)
                })
            }),
            Node::Text(text) => value == text,
            Node::Object { fields, .. } => self.fields(fields, true, value),
            Node::Struct { fields, deny_unknown_fields, .. } => match value {
                Value::Array(items) => {
                    let parts = self.parts(fields);
                    items.len() == parts.len()
                        && parts.iter().zip(items).all(|(part, value)| self.node(part.node, value))
                }
                _ => self.fields(fields, deny_unknown_fields, value),
            },
            Node::OneOf { variants, .. } => self.parts(variants).iter().any(|variant| self.node(variant.node, value)),
            Node::Enum { variants, .. } => self.parts(variants).iter().any(|variant| self.variant(variant, value)),
        }
    }

    fn variant(&self, variant: &Part<'_>, value: &Value) -> bool {
        let PartKind::Variant { payload, untagged, .. } = variant.kind else { return false };
        if untagged {
            return self.node(variant.node, value);
        }
        let name = self.names(variant)[0];
        match payload {
            PayloadKind::Unit => value == name,
            _ => value.get(name).is_some_and(|value| self.node(variant.node, value)),
        }
    }

    fn fields(&self, fields: user_events_schema::Run, closed: bool, value: &Value) -> bool {
        let Some(map) = value.as_object() else { return false };
        let fields = self.parts(fields);
        let known = |name: &str| fields.iter().any(|field| self.names(field).contains(&name));
        let there = |field: &Part<'_>| match self.names(field).iter().find_map(|name| map.get(*name)) {
            Some(value) => self.node(field.node, value),
            None => field.presence != Presence::Required,
        };
        fields.iter().all(there) && (!closed || map.keys().all(|name| known(name)))
    }

    fn parts(&self, run: user_events_schema::Run) -> &[Part<'_>] {
        &self.0.parts[run.start as usize..][..run.len as usize]
    }

    fn names(&self, part: &Part<'_>) -> &[&str] {
        &self.0.names[part.names.start as usize..][..part.names.len as usize]
    }
}

fn scalar_has(scalar: Scalar, value: &Value) -> bool {
    match scalar {
        Scalar::Bool => value.is_boolean(),
        Scalar::Int(int) => {
            let Some(number) = value.as_i64().map(i128::from).or(value.as_u64().map(i128::from)) else { return false };
            let (min, max) = match (int.signed, int.bits) {
                (true, 128) => (i128::MIN, i128::MAX),
                (true, bits) => (-1 << (bits - 1), (1 << (bits - 1)) - 1),
                (false, 128) => (0, i128::MAX),
                (false, bits) => (0, (1 << bits) - 1),
            };
            (min..=max).contains(&number) && !(int.nonzero && number == 0)
        }
        Scalar::F32 | Scalar::F64 => value.is_number(),
        Scalar::Char => value.as_str().is_some_and(|text| text.chars().count() == 1),
        Scalar::String => value.is_string(),
        Scalar::Null => value.is_null(),
        Scalar::Any | Scalar::Raw => true,
        Scalar::Format(Format::Number | Format::DecimalFloat) => value.is_number(),
        Scalar::Format(
            Format::EpochSeconds
            | Format::EpochMillis
            | Format::EpochMicros
            | Format::EpochNanos
            | Format::TimeEpochMillis
            | Format::TimeEpochMicros
            | Format::TimeEpochNanos,
        ) => value.is_i64() || value.is_u64(),
        Scalar::Format(_) => value.is_string(),
    }
}

#[test]
fn numbers() {
    macro_rules! integers {
        ($($integer:ident)*) => {$(
            holds([$integer::MIN, 0, 1, $integer::MAX]);
            holds([NonZero::new($integer::MAX).unwrap()]);
            reads::<NonZero<$integer>>(json!(0), false);
        )*};
    }
    integers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize }
    holds([i128::from(i64::MIN), 0, 1 << 62]);
    holds([0, u128::from(u64::MAX)]);
    holds([0.0_f32, f32::MIN, 1.5]);
    holds([0.0_f64, f64::MAX, -0.1]);
    for (json, taken) in
        [(json!(255), true), (json!(256), false), (json!(-1), false), (json!(1.0), false), (json!("1"), false)]
    {
        reads::<u8>(json, taken);
    }
    holds([Wrapping(7_u16)]);
    holds([Reverse(-7_i64)]);
    holds([AtomicBool::new(true)]);
    holds([AtomicI16::new(-1)]);
    holds([AtomicU64::new(u64::MAX)]);
    holds([AtomicUsize::new(1)]);
}

#[test]
fn text() {
    holds([true, false]);
    holds(['a', '\u{10FFFF}']);
    reads::<char>(json!("ab"), false);
    holds([String::new(), "ä\"\\\n".to_owned()]);
    writes("text");
    holds([Box::<str>::from("text")]);
    holds([Arc::<str>::from("text")]);
    holds([Rc::<str>::from("text")]);
    holds([Cow::<'static, str>::Borrowed("text")]);
    writes(Path::new("a/b"));
    holds([PathBuf::from("a/b")]);
}

#[test]
fn what_is_around_a_type() {
    holds([Some(1_u8), None]);
    holds([Some(Some(1_u8)), None]);
    holds([Box::new(1_u8)]);
    holds([Rc::new(RefCell::new(1_u8))]);
    holds([Arc::new(Mutex::new(1_u8))]);
    holds([RwLock::new(Some(1_u8))]);
    holds([Cell::new(1_u8)]);
    holds([Cow::<'static, [u8]>::Owned(vec![1, 2])]);
    writes(&&1_u8);
    holds([()]);
    holds([PhantomData::<str>]);
    reads::<PhantomData<str>>(json!([]), false);
}

#[test]
fn an_absent_field_is_none_through_whatever_is_around_the_option() {
    #[derive(Deserialize)]
    struct Around<T> {
        #[serde(rename = "inner")]
        _inner: T,
    }

    fn reads_absence<T: DeserializeOwned>() -> bool {
        serde_json::from_str::<Around<T>>("{}").is_ok()
    }

    assert!(reads_absence::<Option<u8>>());
    assert!(reads_absence::<Box<Option<u8>>>());
    assert!(reads_absence::<Arc<Option<u8>>>());
    assert!(reads_absence::<Cow<'static, Option<u8>>>());
    assert!(reads_absence::<Cell<Option<u8>>>());
    assert!(reads_absence::<Mutex<Option<u8>>>());
    assert!(reads_absence::<Wrapping<Option<u8>>>());
    assert!(reads_absence::<Reverse<Option<u8>>>());
    assert!(!reads_absence::<()>());
    assert!(!reads_absence::<PhantomData<u8>>());
    assert!(!reads_absence::<Value>());
    assert!(!reads_absence::<Vec<u8>>());
}

#[test]
fn collections() {
    holds([vec![1_u8, 1], vec![]]);
    writes(&[1_u8, 2][..]);
    holds([Box::<[u8]>::from([1, 2])]);
    holds([VecDeque::from([1_u8])]);
    holds([LinkedList::from([1_u8])]);
    holds([BinaryHeap::from([1_u8])]);
    holds([BTreeSet::from([1_u8, 2])]);
    holds([HashSet::<u8>::from([1])]);
    holds([[1_u8, 2, 3]]);
    holds([[0_u8; 0]]);
    reads::<[u8; 2]>(json!([1]), false);
    reads::<[u8; 2]>(json!([1, 2, 3]), false);
    holds([BTreeMap::from([("a".to_owned(), 1_u8), ("b".to_owned(), 2)])]);
    holds([HashMap::<u32, Vec<bool>>::from([(7, vec![true])])]);
    holds([BTreeMap::from([(true, ())])]);
    reads::<BTreeMap<u8, u8>>(json!({"256": 1}), false);
}

#[test]
fn tuples() {
    holds([(1_u8,)]);
    holds([(1_u8, "a".to_owned(), None::<bool>)]);
    holds([(1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8, 9_u8, 10_u8, 11_u8, 12_u8, 13_u8, 14_u8, 15_u8, 16_u8)]);
    reads::<(u8, u8)>(json!([1]), false);
    reads::<(u8, u8)>(json!([1, 2, 3]), false);
    reads::<(u8, Option<u8>)>(json!([1]), false);
}

#[test]
fn times_of_the_standard_library() {
    holds([Duration::from_millis(1500), Duration::ZERO]);
    holds([SystemTime::UNIX_EPOCH + Duration::from_nanos(1_000_000_001)]);
    reads::<Duration>(json!({"secs": 1, "nanos": 2, "more": 3}), false);
    reads::<Duration>(json!({"secs": 1}), false);
    reads::<Duration>(json!([1, 2]), true);
    reads::<SystemTime>(json!({"secs_since_epoch": 1, "nanos_since_epoch": 2, "more": 3}), false);
}

#[test]
fn addresses() {
    holds([Ipv4Addr::LOCALHOST]);
    holds([Ipv6Addr::LOCALHOST]);
    holds([IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)]);
    holds([SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80)]);
    holds([SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, 0, 0)]);
    holds([SocketAddr::from((Ipv6Addr::LOCALHOST, 80))]);
}

#[test]
fn structs_and_enums_of_the_standard_library() {
    holds([Range { start: 1_u8, end: 2 }]);
    holds([RangeInclusive::new(1_u8, 2)]);
    holds([RangeFrom { start: Some(1_u8) }]);
    holds([RangeTo { end: 2_u8 }]);
    reads::<Range<u8>>(json!({"start": 1, "end": 2, "more": 3}), false);
    reads::<RangeFrom<Option<u8>>>(json!({}), false);
    reads::<Range<u8>>(json!([1, 2]), true);
    reads::<RangeTo<u8>>(json!({}), false);
    holds([Bound::Included(1_u8), Bound::Excluded(2), Bound::Unbounded]);
    holds([Ok::<u8, String>(1), Err("no".to_owned())]);
    reads::<Result<u8, String>>(json!({"Ok": "no"}), false);
    reads::<Result<u8, String>>(json!("Ok"), false);
}

#[test]
fn json() {
    holds([json!(null), json!({"a": [1, "b", 2.5]})]);
    holds([Map::from_iter([("a".to_owned(), json!(null))])]);
    holds([Number::from(u64::MAX), Number::from(-1), Number::from_f64(0.1).unwrap()]);
    reads::<Number>(json!("1"), false);
    let raw = RawValue::from_string("[1,  2]".to_owned()).unwrap();
    writes(&*raw);
    holds([raw]);
}

#[test]
fn bytes() {
    holds([bytes::Bytes::from_static(b"ab")]);
    holds([bytes::BytesMut::from(&b"ab"[..])]);
    for (json, taken) in [(json!([1, 255]), true), (json!("ab"), true), (json!([256]), false), (json!(null), false)] {
        reads::<bytes::Bytes>(json.clone(), taken);
        reads::<bytes::BytesMut>(json, taken);
    }
}

#[test]
fn uuid() {
    use uuid::Uuid;

    let id = Uuid::from_u128(1);
    holds([id]);
    assert_adapter(adapter::UUID_SIMPLE, |out| uuid::serde::simple::serialize(&id, out));
    assert_adapter(adapter::UUID_HYPHENATED, |out| uuid::serde::hyphenated::serialize(&id, out));
    assert_adapter(adapter::UUID_BRACED, |out| uuid::serde::braced::serialize(&id, out));
    assert_adapter(adapter::UUID_URN, |out| uuid::serde::urn::serialize(&id, out));
    assert_adapter(adapter::UUID_COMPACT, |out| uuid::serde::compact::serialize(&id, out));
    // Its own form reads every other; the others are strict.
    let forms = [id.hyphenated().to_string(), id.simple().to_string(), id.braced().to_string(), id.urn().to_string()];
    let read = |form: &String, by: usize| {
        let json = Value::from(form.as_str());
        match by {
            0 => uuid::serde::hyphenated::deserialize(json).is_ok(),
            1 => uuid::serde::simple::deserialize(json).is_ok(),
            2 => uuid::serde::braced::deserialize(json).is_ok(),
            _ => uuid::serde::urn::deserialize(json).is_ok(),
        }
    };
    for (at, form) in forms.iter().enumerate() {
        assert!(serde_json::from_value::<Uuid>(json!(form)).is_ok(), "{form}");
        for by in 0..forms.len() {
            assert_eq!(read(form, by), at == by, "{form} by {by}");
        }
    }
}

/// What a `with` module writes is what its constant says.
fn assert_adapter(
    schema: Schema,
    write: impl FnOnce(&mut serde_json::Serializer<&mut Vec<u8>>) -> Result<(), serde_json::Error>,
) -> String {
    let mut text = Vec::new();
    write(&mut serde_json::Serializer::new(&mut text)).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_has(schema, &text);
    text
}

#[test]
fn chrono() {
    use chrono::serde::{ts_microseconds, ts_milliseconds, ts_nanoseconds, ts_seconds, ts_seconds_option};
    use chrono::{DateTime, FixedOffset, Month, TimeDelta, Utc, Weekday};
    use user_events_core::time::millis;

    let at: DateTime<Utc> = "2023-10-28T12:05:00.5Z".parse().unwrap();
    let offset: DateTime<FixedOffset> = "2023-10-28T12:05:00+02:00".parse().unwrap();
    holds([at]);
    holds([offset]);
    holds([at.naive_utc()]);
    holds([at.date_naive()]);
    holds([at.time()]);
    holds([Weekday::Mon]);
    holds([Month::May]);
    holds([TimeDelta::milliseconds(-1500)]);
    reads::<Weekday>(json!("monday"), true);
    reads::<Month>(json!("MAY"), true);
    reads::<TimeDelta>(json!([1]), false);
    assert!(serde_json::from_str::<TimeDelta>("[1,-1]").is_err(), "why it is refined");

    assert_eq!(assert_adapter(adapter::MILLIS, |out| millis::serialize(&at, out)), r#""2023-10-28T12:05:00.500Z""#);
    assert_eq!(assert_adapter(adapter::MILLIS_OPTION, |out| millis::option::serialize(&None, out)), "null");
    for (schema, text, expected) in [
        (
            adapter::EPOCH_SECONDS,
            assert_adapter(adapter::EPOCH_SECONDS, |out| ts_seconds::serialize(&at, out)),
            "1698494700",
        ),
        (
            adapter::EPOCH_MILLIS,
            assert_adapter(adapter::EPOCH_MILLIS, |out| ts_milliseconds::serialize(&at, out)),
            "1698494700500",
        ),
        (
            adapter::EPOCH_MICROS,
            assert_adapter(adapter::EPOCH_MICROS, |out| ts_microseconds::serialize(&at, out)),
            "1698494700500000",
        ),
        (
            adapter::EPOCH_NANOS,
            assert_adapter(adapter::EPOCH_NANOS, |out| ts_nanoseconds::serialize(&at, out)),
            "1698494700500000000",
        ),
    ] {
        assert_eq!(text, expected);
        assert_has(schema, expected);
    }
    assert_adapter(adapter::EPOCH_SECONDS_OPTION, |out| ts_seconds_option::serialize(&None, out));
    assert!(ts_seconds::deserialize(json!(1.0)).is_err());
    assert!(ts_seconds::deserialize(json!("1")).is_err());
}

#[cfg(feature = "chrono")]
#[test]
fn chrono_local() {
    holds([chrono::DateTime::<chrono::Local>::from(chrono::DateTime::UNIX_EPOCH)]);
}

#[cfg(feature = "time")]
#[test]
fn time() {
    use time::OffsetDateTime;
    use time::serde::{iso8601, rfc2822, rfc3339, timestamp};

    let at = OffsetDateTime::from_unix_timestamp_nanos(1_698_494_700_500_000_000).unwrap();
    assert_eq!(writes(&at), r#""2023-10-28 12:05:00.5 +00:00:00""#);
    holds([at]);
    holds([time::PrimitiveDateTime::new(at.date(), at.time())]);
    holds([at.date()]);
    holds([at.time()]);
    // The form that it has without `serde-human-readable` is read, too.
    assert_eq!(serde_json::from_str::<time::Date>("[2023,301]").unwrap(), at.date());

    assert_adapter(adapter::TIME_RFC3339, |out| rfc3339::serialize(&at, out));
    assert_adapter(adapter::TIME_RFC3339_OPTION, |out| rfc3339::option::serialize(&None, out));
    assert_adapter(adapter::TIME_RFC2822, |out| rfc2822::serialize(&at, out));
    assert_adapter(adapter::TIME_ISO8601, |out| iso8601::serialize(&at, out));
    for (text, expected) in [
        (assert_adapter(adapter::EPOCH_SECONDS, |out| timestamp::serialize(&at, out)), "1698494700"),
        (
            assert_adapter(adapter::EPOCH_MILLIS, |out| timestamp::milliseconds_i64::serialize(&at, out)),
            "1698494700500",
        ),
        (
            assert_adapter(adapter::TIME_EPOCH_MILLIS, |out| timestamp::milliseconds::serialize(&at, out)),
            "1698494700500",
        ),
        (
            assert_adapter(adapter::TIME_EPOCH_MICROS, |out| timestamp::microseconds::serialize(&at, out)),
            "1698494700500000",
        ),
        (
            assert_adapter(adapter::TIME_EPOCH_NANOS, |out| timestamp::nanoseconds::serialize(&at, out)),
            "1698494700500000000",
        ),
    ] {
        assert_eq!(text, expected);
    }
}

#[cfg(feature = "time")]
#[test]
fn what_time_reads_as_128_bits_is_not_read_where_serde_buffers() {
    use time::OffsetDateTime;

    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Wide {
        Is(#[serde(with = "time::serde::timestamp::milliseconds")] OffsetDateTime),
    }

    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Narrow {
        Is(#[serde(with = "time::serde::timestamp::milliseconds_i64")] OffsetDateTime),
    }

    let second = OffsetDateTime::from_unix_timestamp(1).unwrap();
    assert!(!matches!(serde_json::from_str("1000"), Ok(Wide::Is(at)) if at == second));
    assert!(matches!(serde_json::from_str("1000"), Ok(Narrow::Is(at)) if at == second));
}

#[cfg(feature = "rust_decimal")]
#[test]
fn rust_decimal() {
    use rust_decimal::Decimal;
    use rust_decimal::serde::{float, float_option, str, str_option};

    let price = Decimal::new(1230, 2);
    assert_eq!(writes(&price), r#""12.30""#);
    holds([price]);
    assert_eq!(serde_json::from_str::<Decimal>("12.3").unwrap(), price);
    assert_eq!(assert_adapter(adapter::DECIMAL_STR, |out| str::serialize(&price, out)), r#""12.30""#);
    assert_adapter(adapter::DECIMAL_STR_OPTION, |out| str_option::serialize(&None, out));
    assert_eq!(assert_adapter(adapter::DECIMAL_FLOAT, |out| float::serialize(&price, out)), "12.3");
    assert_adapter(adapter::DECIMAL_FLOAT_OPTION, |out| float_option::serialize(&None, out));
    assert!(str::deserialize(json!(12.3)).is_err());
    assert!(float::deserialize(json!("12.3")).is_ok());
}

#[cfg(feature = "url")]
#[test]
fn url() {
    holds([url::Url::parse("https://example.com/a?b=c").unwrap()]);
    reads::<url::Url>(json!(1), false);
}
