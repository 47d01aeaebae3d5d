//! [`TrackedVisitor`]: a visitor that wraps every access to what is inside a value.

use std::fmt;

use serde::de::{self, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};

use super::access::{TrackedEnum, TrackedMap, TrackedSeq};
use super::deserializer::Tracked;
use super::tracker::Tracker;

pub(super) struct TrackedVisitor<'t, V> {
    pub(super) inner: V,
    pub(super) tracker: Tracker<'t>,
    /// The names of the value's fields or variants, where its type has told them.
    pub(super) fields: &'t [&'static str],
    /// Where the value is itself a name: the names that its type knows.
    pub(super) names: &'t [&'static str],
}

macro_rules! forward {
    ($($method:ident($ty:ty))*) => {$(
        fn $method<E: de::Error>(self, value: $ty) -> Result<V::Value, E> {
            self.inner.$method(value).map_err(|error| self.tracker.leave(error))
        }
    )*};
}

macro_rules! forward_name {
    ($($method:ident($ty:ty))*) => {$(
        fn $method<E: de::Error>(self, text: $ty) -> Result<V::Value, E> {
            self.tracker.note_name(self.names, &text);
            self.inner.$method(text).map_err(|error| self.tracker.leave(error))
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for TrackedVisitor<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    forward! {
        visit_bool(bool)
        visit_i8(i8)
        visit_i16(i16)
        visit_i32(i32)
        visit_i64(i64)
        visit_i128(i128)
        visit_u8(u8)
        visit_u16(u16)
        visit_u32(u32)
        visit_u64(u64)
        visit_u128(u128)
        visit_f32(f32)
        visit_f64(f64)
        visit_char(char)
        visit_bytes(&[u8])
        visit_borrowed_bytes(&'de [u8])
        visit_byte_buf(Vec<u8>)
    }

    forward_name! {
        visit_str(&str)
        visit_borrowed_str(&'de str)
        visit_string(String)
    }

    fn visit_none<E: de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none().map_err(|error| self.tracker.leave(error))
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit().map_err(|error| self.tracker.leave(error))
    }

    fn visit_some<D: Deserializer<'de>>(self, inside: D) -> Result<V::Value, D::Error> {
        let inside = Tracked::new(inside, self.tracker);
        self.inner.visit_some(inside).map_err(|error| self.tracker.leave(error))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inside: D) -> Result<V::Value, D::Error> {
        let inside = Tracked::of_name(inside, self.tracker, self.names);
        self.inner.visit_newtype_struct(inside).map_err(|error| self.tracker.leave(error))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        let elements = TrackedSeq::new(elements, self.tracker);
        self.inner.visit_seq(elements).map_err(|error| self.tracker.leave(error))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        let entries = TrackedMap::new(entries, self.tracker, self.fields);
        self.inner.visit_map(entries).map_err(|error| self.tracker.leave(error))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        let variant = TrackedEnum { inner: variant, tracker: self.tracker, variants: self.fields };
        self.inner.visit_enum(variant).map_err(|error| self.tracker.leave(error))
    }
}
