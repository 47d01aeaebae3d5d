//! [`Outline`]: which of the fields that dialects name a body has, and their values unread.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cloudevents::SpecVersion;
use super::dialect::Dialect;
use super::fields::{Field, Fields};
use super::name::Name;
use super::tolerant::EnvelopeVersion;
use super::wire::Heading;
use super::{path, read};
use crate::DecodeError;

/// The fields of a body's object that have one of the dialects' names and are not null.
///
/// Values are skipped, not read: of what is not this message's own dialect they may be anything.
pub(super) struct Outline<'b>(Vec<(&'static str, &'b RawValue)>);

impl<'b> Outline<'b> {
    /// The fields that have a name in one of these dialects, which are searched in this order.
    pub(super) fn read(body: &'b [u8], dialects: [&[Dialect]; 3]) -> Result<Self, DecodeError> {
        let seed = Seed(dialects);
        match read::read_json(body, seed) {
            Some(outline) => Ok(outline),
            None => path::read(body, seed.fields().flat_map(Fields::names), seed),
        }
    }

    /// Whether there is a field of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The field of this name; none where its value is no `T`.
    pub(super) fn get<T: Deserialize<'b>>(&self, name: &str) -> Option<T> {
        self.raw(name).and_then(|value| serde_json::from_str(value.get()).ok())
    }

    /// How many of them have one of these names.
    pub(super) fn count(&self, fields: &Fields) -> usize {
        fields.names().filter(|name| self.has(name)).count()
    }

    /// What the fields of these names tell of the message; none where a value is not what it should be.
    pub(super) fn heading(&self, fields: &Fields) -> Option<Heading<'b>> {
        // Read to be refused where they are another's.
        self.field::<EnvelopeVersion<'_>>(fields.name(Field::EnvelopeVersion))?;
        self.field::<SpecVersion<'_>>(fields.name(Field::SpecVersion))?;
        Some(Heading {
            message_type: self.field(fields.name(Field::MessageType))?,
            event_version: self.field(fields.name(Field::EventVersion))?,
            ..Heading::default()
        })
    }

    fn field<T: Deserialize<'b>>(&self, name: Option<&str>) -> Option<Option<T>> {
        match name.filter(|name| self.has(name)) {
            Some(name) => self.get(name).map(Some),
            None => Some(None),
        }
    }

    fn raw(&self, name: &str) -> Option<&'b RawValue> {
        self.0.iter().find_map(|(found, value)| (*found == name).then_some(*value))
    }
}

#[derive(Clone, Copy)]
struct Seed<'d>([&'d [Dialect]; 3]);

impl<'d> Seed<'d> {
    fn fields(self) -> impl Iterator<Item = &'d Fields> {
        self.0.into_iter().flatten().map(|dialect| &dialect.fields)
    }

    fn known(self, name: &str) -> Option<&'static str> {
        self.fields().find_map(|fields| fields.find(name).and_then(|field| fields.name(field)))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Outline<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Outline<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut outline = Outline(Vec::with_capacity(8));
        while let Some(name) = entries.next_key_seed(Name(|name: &str| self.known(name)))? {
            // A second field of one name is refused when the envelope is read.
            let Some(name) = name.filter(|name| !outline.has(name)) else {
                entries.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = entries.next_value::<&RawValue>()?;
            if value.get() != "null" {
                outline.0.push((name, value));
            }
        }
        Ok(outline)
    }
}
