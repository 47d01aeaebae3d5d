//! [`Sample`], a type's boundary values.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::Hash,
    mem::discriminant,
    rc::Rc,
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json, value::RawValue};

/// A type's boundary values.
pub trait Sample: Clone {
    /// The boundary values, the emptiest first. `depth` ends types that contain themselves.
    fn samples(depth: usize) -> Vec<Self>;
}

/// How many values of a part enter into those of the whole.
const MOST: usize = 96;

/// At most `MOST` of these, the first among them.
#[must_use]
pub fn thin<T>(values: Vec<T>) -> Vec<T> {
    let count = values.len();
    if count <= MOST {
        return values;
    }
    let mut kept = 0;
    let keep = |(place, value): (usize, T)| {
        let due = place * MOST / count >= kept;
        kept += usize::from(due);
        due.then_some(value)
    };
    values.into_iter().enumerate().filter_map(keep).collect()
}

/// Those of an enum's values that are read back as the same variant.
#[must_use]
pub fn own_variant<T: Serialize + DeserializeOwned>(values: Vec<T>) -> Vec<T> {
    let is_own = |value: &T| {
        let text = serde_json::to_string(value).unwrap_or_default();
        serde_json::from_str::<T>(&text).is_ok_and(|read| discriminant(&read) == discriminant(value))
    };
    values.into_iter().filter(is_own).collect()
}

/// A variant's name, and whether a value is that variant.
type Named<T> = (&'static str, fn(&T) -> bool);

/// The variant that an enum's value is read as; its own where it is refused.
#[must_use]
pub fn home<T: Serialize + DeserializeOwned>(value: &T, own: &'static str, variants: &[Named<T>]) -> &'static str {
    let read: Option<T> = serde_json::to_string(value).ok().and_then(|text| serde_json::from_str(&text).ok());
    let is_it = |read: &T| variants.iter().find(|(_, is)| is(read)).map(|(ident, _)| *ident);
    read.as_ref().and_then(is_it).unwrap_or(own)
}

/// Which value each part of a whole takes, given how many each has: all first ones, then one part at a time, then all
/// parts at once.
#[must_use]
pub fn rows(counts: &[usize]) -> Vec<Vec<usize>> {
    let mut rows = vec![vec![0; counts.len()]];
    if counts.contains(&0) {
        return Vec::new();
    }
    for (part, count) in counts.iter().enumerate() {
        for value in 1..*count {
            let mut row = vec![0; counts.len()];
            row[part] = value;
            rows.push(row);
        }
    }
    for value in 1..counts.iter().copied().max().unwrap_or(0) {
        rows.push(counts.iter().map(|count| if *count == 1 { 0 } else { 1 + (value - 1) % (count - 1) }).collect());
    }
    rows
}

/// The value that a row takes of a part.
#[must_use]
pub fn pick<T: Clone>(values: &[T], place: usize) -> T {
    values[place].clone()
}

macro_rules! scalars {
    ($($scalar:ty: $($value:expr),+;)*) => { $(
        impl Sample for $scalar {
            fn samples(_: usize) -> Vec<Self> {
                vec![$($value),+]
            }
        }
    )* };
}
scalars! {
    (): ();
    bool: false, true;
    u8: 0, 7, u8::MAX;
    u16: 0, 7, u16::MAX;
    u32: 0, 7, 256, u32::MAX;
    u64: 0, 7, 70_000, (1 << 53) + 1, u64::MAX;
    u128: 0, 7, u128::MAX;
    usize: 0, 7, usize::MAX;
    i8: 0, 7, i8::MIN, i8::MAX;
    i16: 0, 7, i16::MIN, i16::MAX;
    i32: 0, 7, -1, i32::MIN, i32::MAX;
    i64: 0, 7, -1, i64::MIN, i64::MAX;
    i128: 0, 7, i128::MIN, i128::MAX;
    isize: 0, 7, isize::MIN, isize::MAX;
    f32: 0.0, 7.0, -1.5, 0.1, 16_777_216.0, f32::MAX;
    f64: 0.0, 7.0, -1.5, 0.1, 1e300, 0.123_456_789_012_345_6;
    char: 'a', 'é';
    String: String::new(), "a".to_owned(), "A".to_owned(), "7".to_owned(), "true".to_owned(), "line\n\"é\"".to_owned(),
        "67e55044-10b1-426f-9247-bb680e5fe0c8".to_owned(), "2024-01-02T03:04:05Z".to_owned(),
        "127.0.0.1".to_owned();
    Value: Value::Null, json!(7), json!("text"), json!({}), json!({"k": [1.5, null]}), json!([]), json!(false);
    serde_json::Number: 0.into(), 7.into(), serde_json::Number::from_f64(1.5).unwrap();
    std::num::NonZeroU8: std::num::NonZeroU8::MIN, std::num::NonZeroU8::MAX;
    std::num::NonZeroU32: std::num::NonZeroU32::MIN, std::num::NonZeroU32::MAX;
    std::num::NonZeroU64: std::num::NonZeroU64::MIN, std::num::NonZeroU64::MAX;
    std::num::NonZeroI32: std::num::NonZeroI32::MIN, std::num::NonZeroI32::MAX;
    std::net::Ipv4Addr: [127, 0, 0, 1].into(), [255, 255, 255, 255].into();
    std::net::Ipv6Addr: std::net::Ipv6Addr::LOCALHOST;
    std::net::IpAddr: std::net::Ipv4Addr::LOCALHOST.into(), std::net::Ipv6Addr::LOCALHOST.into();
    std::net::SocketAddr: ([127, 0, 0, 1], 80).into();
    std::path::PathBuf: "".into(), "a/b".into();
    Duration: Duration::ZERO, Duration::new(7, 5), Duration::new(u64::MAX, 999_999_999);
    SystemTime: SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 5);
}

impl Sample for Box<RawValue> {
    fn samples(_: usize) -> Vec<Self> {
        ["null", "1.50", "{\"k\":[ 1]}"].map(|text| RawValue::from_string(text.to_owned()).unwrap()).into()
    }
}

impl Sample for Cow<'static, str> {
    fn samples(depth: usize) -> Vec<Self> {
        String::samples(depth).into_iter().map(Cow::Owned).collect()
    }
}

macro_rules! pointers {
    ($($pointer:ident)*) => { $(
        impl<T: Sample> Sample for $pointer<T> {
            fn samples(depth: usize) -> Vec<Self> {
                T::samples(depth).into_iter().map($pointer::new).collect()
            }
        }
    )* };
}
pointers! { Box Rc Arc }

impl<T: Sample> Sample for Option<T> {
    fn samples(depth: usize) -> Vec<Self> {
        let mut values = vec![None];
        if let Some(depth) = depth.checked_sub(1) {
            values.extend(thin(T::samples(depth)).into_iter().map(Some));
        }
        values
    }
}

/// None, each alone, the first twice, and all.
fn lists<T: Sample>(depth: usize) -> Vec<Vec<T>> {
    let mut values = vec![Vec::new()];
    if let Some(depth) = depth.checked_sub(1) {
        let items = thin(T::samples(depth));
        values.extend(items.iter().map(|item| vec![item.clone()]));
        values.extend(items.first().map(|item| vec![item.clone(), item.clone()]));
        values.push(items);
    }
    values
}

impl<T: Sample> Sample for Vec<T> {
    fn samples(depth: usize) -> Vec<Self> {
        lists(depth)
    }
}

impl<T: Sample + Ord> Sample for BTreeSet<T> {
    fn samples(depth: usize) -> Vec<Self> {
        lists(depth).into_iter().map(|items| items.into_iter().collect()).collect()
    }
}

impl<T: Sample + Eq + Hash> Sample for HashSet<T> {
    fn samples(depth: usize) -> Vec<Self> {
        lists(depth).into_iter().map(|items| items.into_iter().collect()).collect()
    }
}

impl<T: Sample, const N: usize> Sample for [T; N] {
    fn samples(depth: usize) -> Vec<Self> {
        let items = thin(T::samples(depth));
        let all = |place: usize| std::array::from_fn(|at| items[(place + at) % items.len()].clone());
        let alone = |place: usize| std::array::from_fn(|at| items[if at == 0 { place } else { 0 }].clone());
        (0..items.len()).map(alone).chain((0..items.len()).map(all)).collect()
    }
}

/// None, each key with the first value, the first key with each value.
fn entries<K: Sample, V: Sample>(depth: usize) -> Vec<Vec<(K, V)>> {
    let mut maps = vec![Vec::new()];
    if let Some(depth) = depth.checked_sub(1) {
        let (keys, values) = (thin(K::samples(depth)), thin(V::samples(depth)));
        let Some(key) = keys.first() else { return maps };
        maps.extend(values.iter().map(|value| vec![(key.clone(), value.clone())]));
        let Some(value) = values.last() else { return maps };
        maps.extend(keys.iter().map(|key| vec![(key.clone(), value.clone())]));
        maps.push(keys.iter().map(|key| (key.clone(), value.clone())).collect());
    }
    maps
}

impl<K: Sample + Ord, V: Sample> Sample for BTreeMap<K, V> {
    fn samples(depth: usize) -> Vec<Self> {
        entries(depth).into_iter().map(|map| map.into_iter().collect()).collect()
    }
}

impl<K: Sample + Eq + Hash, V: Sample> Sample for HashMap<K, V> {
    fn samples(depth: usize) -> Vec<Self> {
        entries(depth).into_iter().map(|map| map.into_iter().collect()).collect()
    }
}

impl<T: Sample, E: Sample> Sample for Result<T, E> {
    fn samples(depth: usize) -> Vec<Self> {
        let errors = thin(E::samples(depth)).into_iter().map(Err);
        thin(T::samples(depth)).into_iter().map(Ok).chain(errors).collect()
    }
}

macro_rules! tuples {
    ($($($name:ident $place:tt)+;)*) => { $(
        impl<$($name: Sample),+> Sample for ($($name,)+) {
            fn samples(depth: usize) -> Vec<Self> {
                let parts = ($(thin($name::samples(depth)),)+);
                let take = |row: Vec<usize>| ($(pick(&parts.$place, row[$place]),)+);
                rows(&[$(parts.$place.len()),+]).into_iter().map(take).collect()
            }
        }
    )* };
}
tuples! { A 0; A 0 B 1; A 0 B 1 C 2; A 0 B 1 C 2 D 3; }
