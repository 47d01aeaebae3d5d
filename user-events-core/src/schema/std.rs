//! The shapes of the standard library's types, as serde writes and reads them.

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
use std::sync::{Arc, Mutex, RwLock, atomic};
use std::time::{Duration, SystemTime};

use user_events_schema::fingerprint::Shape;
use user_events_schema::{
    Absent, Descriptor, Element, Enum, Field, Format, Int, Payload, Scalar, Schema, Struct, Variant, type_id,
};

use super::shape_is;
use crate::EventSchema;

shape_is! {
    Descriptor::Scalar(Scalar::Bool) => bool;
    Descriptor::Scalar(Scalar::F32) => f32;
    Descriptor::Scalar(Scalar::F64) => f64;
    Descriptor::Scalar(Scalar::Char) => char;
    Descriptor::Scalar(Scalar::String) => str, String, Path, PathBuf;
    Descriptor::Scalar(Scalar::Null) => ();
    Descriptor::Scalar(Scalar::Format(Format::Ipv4)) => Ipv4Addr;
    Descriptor::Scalar(Scalar::Format(Format::Ipv6)) => Ipv6Addr;
    Descriptor::Scalar(Scalar::Format(Format::Ip)) => IpAddr;
    Descriptor::Scalar(Scalar::Format(Format::SocketV4)) => SocketAddrV4;
    Descriptor::Scalar(Scalar::Format(Format::SocketV6)) => SocketAddrV6;
    Descriptor::Scalar(Scalar::Format(Format::Socket)) => SocketAddr;
    Descriptor::Struct(&DURATION) => Duration;
    Descriptor::Struct(&SYSTEM_TIME) => SystemTime;
}

macro_rules! integers {
    ($($integer:ty: $signed:literal, $bits:literal;)*) => {
        $(
            shape_is! {
                Descriptor::Scalar(Scalar::Int(Int { signed: $signed, bits: $bits, nonzero: false })) => $integer;
                Descriptor::Scalar(Scalar::Int(Int { signed: $signed, bits: $bits, nonzero: true })) => NonZero<$integer>;
            }
        )*
    };
}

integers! {
    i8: true, 8;
    i16: true, 16;
    i32: true, 32;
    i64: true, 64;
    i128: true, 128;
    isize: true, 64;
    u8: false, 8;
    u16: false, 16;
    u32: false, 32;
    u64: false, 64;
    u128: false, 128;
    usize: false, 64;
}

/// Types that serde writes and reads as what is inside them.
macro_rules! as_inner {
    ($($(#[$attribute:meta])* impl[$($parameters:tt)*] $outer:ty = $inner:ty;)*) => {
        $(
            $(#[$attribute])*
            impl<$($parameters)*> EventSchema for $outer {
                const SCHEMA: Schema = <$inner as EventSchema>::SCHEMA;
            }
        )*
    };
}

as_inner! {
    impl[T: EventSchema + ?Sized] &T = T;
    impl[T: EventSchema + ?Sized] Box<T> = T;
    impl[T: EventSchema + ?Sized] Rc<T> = T;
    impl[T: EventSchema + ?Sized] Arc<T> = T;
    impl[T: EventSchema + ToOwned + ?Sized] Cow<'_, T> = T;
    impl[T: EventSchema] Cell<T> = T;
    impl[T: EventSchema + ?Sized] RefCell<T> = T;
    impl[T: EventSchema + ?Sized] Mutex<T> = T;
    impl[T: EventSchema + ?Sized] RwLock<T> = T;
    impl[T: EventSchema] Wrapping<T> = T;
    impl[T: EventSchema] Reverse<T> = T;
    #[cfg(target_has_atomic = "8")] impl[] atomic::AtomicBool = bool;
    #[cfg(target_has_atomic = "8")] impl[] atomic::AtomicI8 = i8;
    #[cfg(target_has_atomic = "8")] impl[] atomic::AtomicU8 = u8;
    #[cfg(target_has_atomic = "16")] impl[] atomic::AtomicI16 = i16;
    #[cfg(target_has_atomic = "16")] impl[] atomic::AtomicU16 = u16;
    #[cfg(target_has_atomic = "32")] impl[] atomic::AtomicI32 = i32;
    #[cfg(target_has_atomic = "32")] impl[] atomic::AtomicU32 = u32;
    #[cfg(target_has_atomic = "64")] impl[] atomic::AtomicI64 = i64;
    #[cfg(target_has_atomic = "64")] impl[] atomic::AtomicU64 = u64;
    #[cfg(target_has_atomic = "ptr")] impl[] atomic::AtomicIsize = isize;
    #[cfg(target_has_atomic = "ptr")] impl[] atomic::AtomicUsize = usize;
}

impl<T: ?Sized> EventSchema for PhantomData<T> {
    const SCHEMA: Schema = <() as EventSchema>::SCHEMA;
}

impl<T: EventSchema> EventSchema for Option<T> {
    const SCHEMA: Schema = Schema::built_in(&Descriptor::Option(T::SCHEMA));
}

macro_rules! sequences {
    ($($sequence:ty, unique: $unique:literal, $(with $hasher:ident)?;)*) => {
        $(
            impl<T: EventSchema, $($hasher)?> EventSchema for $sequence {
                const SCHEMA: Schema = Schema::built_in(&Descriptor::Seq { item: T::SCHEMA, unique: $unique });
            }
        )*
    };
}

sequences! {
    [T], unique: false,;
    Vec<T>, unique: false,;
    VecDeque<T>, unique: false,;
    LinkedList<T>, unique: false,;
    BinaryHeap<T>, unique: false,;
    BTreeSet<T>, unique: true,;
    HashSet<T, S>, unique: true, with S;
}

impl<T: EventSchema, const N: usize> EventSchema for [T; N] {
    const SCHEMA: Schema = Schema::built_in(&Descriptor::Array { item: T::SCHEMA, len: N });
}

impl<K: EventSchema, V: EventSchema> EventSchema for BTreeMap<K, V> {
    const SCHEMA: Schema = Schema::built_in(&Descriptor::Map { key: K::SCHEMA, value: V::SCHEMA });
}

impl<K: EventSchema, V: EventSchema, S> EventSchema for HashMap<K, V, S> {
    const SCHEMA: Schema = Schema::built_in(&Descriptor::Map { key: K::SCHEMA, value: V::SCHEMA });
}

/// Tuples of this length and of every shorter one.
macro_rules! tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: EventSchema, $($rest: EventSchema),*> EventSchema for ($first, $($rest,)*) {
            const SCHEMA: Schema =
                Schema::of(&Descriptor::Tuple(&[Element::new($first::SCHEMA), $(Element::new($rest::SCHEMA)),*]));
        }

        tuples! { $($rest)* }
    };
}

tuples! { A B C D E F G H I J K L M N O P }

static DURATION: Struct =
    structure("Duration", "std::time::Duration", &[field(&["secs"], u64::SCHEMA), field(&["nanos"], u32::SCHEMA)]);

static SYSTEM_TIME: Struct = structure(
    "SystemTime",
    "std::time::SystemTime",
    &[field(&["secs_since_epoch"], u64::SCHEMA), field(&["nanos_since_epoch"], u32::SCHEMA)],
);

/// A struct of serde's own. All of them refuse fields that they do not know.
const fn structure(name: &'static str, path: &str, fields: &'static [Field]) -> Struct {
    let mut structure = Struct::new(name, type_id(path, 0, 0, 0), 0, fields).with_deny_unknown_fields();
    structure.hash = Shape::of_struct(&structure);
    structure
}

/// A field of such a struct: it is required, even where it is an `Option`.
const fn field(names: &'static [&'static str], schema: Schema) -> Field {
    Field::new(names[0], names, schema).with_absent(Absent::Refused)
}

macro_rules! ranges {
    ($($range:ident: $($field:ident)*;)*) => {
        $(
            impl<T: EventSchema> EventSchema for $range<T> {
                const SCHEMA: Schema = Schema::of(&Descriptor::Struct(
                    &structure(
                        stringify!($range),
                        concat!("std::ops::", stringify!($range)),
                        &[$(field(&[stringify!($field)], T::SCHEMA)),*],
                    )
                    .with_generic(),
                ));
            }
        )*
    };
}

ranges! {
    Range: start end;
    RangeInclusive: start end;
    RangeFrom: start;
    RangeTo: end;
}

impl<T: EventSchema> EventSchema for Bound<T> {
    const SCHEMA: Schema = Schema::of(&Descriptor::Enum(&enumeration(
        "Bound",
        "std::ops::Bound",
        &[
            Variant::new("Unbounded", &["Unbounded"], Payload::Unit),
            Variant::new("Included", &["Included"], Payload::Newtype(T::SCHEMA)),
            Variant::new("Excluded", &["Excluded"], Payload::Newtype(T::SCHEMA)),
        ],
    )));
}

impl<T: EventSchema, E: EventSchema> EventSchema for Result<T, E> {
    const SCHEMA: Schema = Schema::of(&Descriptor::Enum(&enumeration(
        "Result",
        "std::result::Result",
        &[
            Variant::new("Ok", &["Ok"], Payload::Newtype(T::SCHEMA)),
            Variant::new("Err", &["Err"], Payload::Newtype(E::SCHEMA)),
        ],
    )));
}

/// A generic enum, externally tagged.
const fn enumeration(name: &'static str, path: &str, variants: &'static [Variant]) -> Enum {
    let mut enumeration = Enum::new(name, type_id(path, 0, 0, 0), 0, variants).with_generic();
    enumeration.hash = Shape::of_enum(&enumeration);
    enumeration
}
