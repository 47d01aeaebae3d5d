//! [`Tracked`]: a deserializer that wraps every visitor.

use serde::de::{Deserializer, Visitor};

use super::error::TrackedError;
use super::tracker::Tracker;
use super::visitor::TrackedVisitor;

/// A deserializer whose steps are tracked.
pub(super) struct Tracked<'t, D> {
    inner: D,
    tracker: Tracker<'t>,
    /// Where an object is read as a map: the names of its fields, if they are known all the same.
    fields: &'t [&'static str],
    /// Where a name is read: the names that the type knows.
    names: &'t [&'static str],
}

impl<'t, D> Tracked<'t, D> {
    pub(super) fn new(inner: D, tracker: Tracker<'t>) -> Self {
        Self { inner, tracker, fields: &[], names: &[] }
    }

    /// For an object whose fields have these names.
    pub(super) fn of_fields(inner: D, tracker: Tracker<'t>, fields: &'t [&'static str]) -> Self {
        Self { fields, ..Self::new(inner, tracker) }
    }

    /// For a field's or variant's name.
    pub(super) fn of_name(inner: D, tracker: Tracker<'t>, names: &'t [&'static str]) -> Self {
        Self { names, ..Self::new(inner, tracker) }
    }

    fn visitor<V>(&self, visitor: V) -> TrackedVisitor<'t, V> {
        TrackedVisitor { inner: visitor, tracker: self.tracker, fields: self.fields, names: self.names }
    }
}

macro_rules! forward {
    ($($method:ident($($name:ident: $ty:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($name: $ty,)* visitor: V) -> Result<V::Value, Self::Error> {
            let visitor = self.visitor(visitor);
            self.inner.$method($($name,)* visitor).map_err(TrackedError::inner)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Tracked<'_, D> {
    type Error = TrackedError<D::Error>;

    forward! {
        deserialize_any()
        deserialize_bool()
        deserialize_i8()
        deserialize_i16()
        deserialize_i32()
        deserialize_i64()
        deserialize_i128()
        deserialize_u8()
        deserialize_u16()
        deserialize_u32()
        deserialize_u64()
        deserialize_u128()
        deserialize_f32()
        deserialize_f64()
        deserialize_char()
        deserialize_str()
        deserialize_string()
        deserialize_bytes()
        deserialize_byte_buf()
        deserialize_option()
        deserialize_unit()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_seq()
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_map()
        deserialize_identifier()
        deserialize_ignored_any()
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let visitor = TrackedVisitor { fields, ..self.visitor(visitor) };
        self.inner.deserialize_struct(name, fields, visitor).map_err(TrackedError::inner)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let visitor = TrackedVisitor { fields: variants, ..self.visitor(visitor) };
        self.inner.deserialize_enum(name, variants, visitor).map_err(TrackedError::inner)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}
