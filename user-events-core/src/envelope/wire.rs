//! Reading an envelope by the names that its dialect gives the fields.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::cloudevents::SpecVersion;
use super::fields::{Field, Fields};
use super::name::Name;
use super::tolerant::{EnvelopeVersion, EventVersion, ExpectedVersion, Forbidden, Id, JsonMediaType, Time};
use super::{Envelope, TraceContext};
use crate::{InboundMessage, Text};

/// Everything in an envelope but its payload.
#[derive(Default)]
pub(super) struct Heading<'a> {
    pub(super) message_id: Option<Id<'a>>,
    pub(super) message_type: Option<Id<'a>>,
    /// CloudEvents' `specversion`, too.
    pub(super) envelope_version: Option<Cow<'a, str>>,
    pub(super) event_version: Option<EventVersion>,
    pub(super) timestamp: Option<Time>,
    pub(super) source: Option<Id<'a>>,
    pub(super) correlation_id: Option<Id<'a>>,
    pub(super) partition_key: Option<Id<'a>>,
    pub(super) trace_parent: Option<Id<'a>>,
    pub(super) trace_state: Option<Id<'a>>,
}

impl Heading<'_> {
    /// The envelope; what is left out is taken from the message's properties.
    pub(super) fn into_envelope(self, message: &InboundMessage) -> Envelope {
        let properties = &message.properties;
        let trace_state = self.trace_state;
        Envelope {
            message_id: id_or(self.message_id, &properties.message_id),
            message_type: text_or(self.message_type, &properties.message_type),
            envelope_version: self.envelope_version.map(|version| version.as_ref().into()),
            timestamp: self.timestamp.and_then(|Time(time)| time),
            source_service: text_or(self.source, &properties.source),
            correlation_id: id_or(self.correlation_id, &properties.correlation_id),
            partition_key: text_or(self.partition_key, &message.partition_key),
            trace_context: self
                .trace_parent
                .map(|parent| TraceContext::new(parent.into_text(), trace_state.map(Id::into_text))),
        }
    }
}

fn text_or(read: Option<Id<'_>>, property: &Option<Text>) -> Option<Text> {
    match read {
        Some(id) => Some(id.into_text()),
        None => property.clone(),
    }
}

/// An empty id names nothing: it is none.
fn id_or(read: Option<Id<'_>>, property: &Option<Text>) -> Option<Text> {
    text_or(read.filter(|Id(text)| !text.is_empty()), property).filter(|id| !id.is_empty())
}

/// How an envelope is to be read.
#[derive(Clone, Copy)]
pub(super) struct Rules<'f> {
    pub(super) fields: &'f Fields,
    /// The event's version: where the message tells one, it must be this.
    pub(super) version: Option<u32>,
}

impl<'f> Rules<'f> {
    /// Whatever version of the event the message tells.
    pub(super) const fn head(fields: &'f Fields) -> Self {
        Self { fields, version: None }
    }
}

/// Reads an envelope and its payload.
pub(super) struct Whole<'f, T>(Rules<'f>, PhantomData<fn() -> T>);

impl<T> Clone for Whole<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Whole<'_, T> {}

impl<'f, T> Whole<'f, T> {
    pub(super) const fn of(rules: Rules<'f>) -> Self {
        Self(rules, PhantomData)
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Whole<'_, T> {
    type Value = (Heading<'de>, T);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Whole<'_, T> {
    type Value = (Heading<'de>, T);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        let mut payload = None;
        let mut heading = Heading::default();
        self.0.read(entries, &mut heading, |entries| {
            payload = Some(entries.next_value()?);
            Ok(())
        })?;
        let missing = || de::Error::missing_field(self.0.fields.name(Field::Payload).unwrap_or_default());
        Ok((heading, payload.ok_or_else(missing)?))
    }
}

/// Reads an envelope and skips its payload, which may be missing.
#[derive(Clone, Copy)]
pub(super) struct Head<'f>(pub(super) Rules<'f>);

impl<'de> DeserializeSeed<'de> for Head<'_> {
    type Value = Heading<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Head<'_> {
    type Value = Heading<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Heading<'de>, A::Error> {
        let mut heading = Heading::default();
        self.0.read(entries, &mut heading, |entries| entries.next_value::<IgnoredAny>().map(drop))?;
        Ok(heading)
    }
}

impl Rules<'_> {
    fn read<'de, A: MapAccess<'de>>(
        self,
        mut entries: A,
        heading: &mut Heading<'de>,
        mut payload: impl FnMut(&mut A) -> Result<(), A::Error>,
    ) -> Result<(), A::Error> {
        let mut seen = 0_u16;
        while let Some(field) = entries.next_key_seed(Name(|name: &str| self.fields.find(name)))? {
            let Some(field) = field else {
                entries.next_value::<IgnoredAny>()?;
                continue;
            };
            let bit = 1 << field as u16;
            if seen & bit != 0 {
                return Err(de::Error::duplicate_field(self.fields.name(field).unwrap_or_default()));
            }
            seen |= bit;
            match field {
                Field::Payload => payload(&mut entries)?,
                field => self.read_field(field, heading, &mut entries)?,
            }
        }
        match self.fields.name(Field::SpecVersion) {
            Some(name) if heading.envelope_version.is_none() => Err(de::Error::missing_field(name)),
            _ => Ok(()),
        }
    }

    fn read_field<'de, A: MapAccess<'de>>(
        self,
        field: Field,
        heading: &mut Heading<'de>,
        entries: &mut A,
    ) -> Result<(), A::Error> {
        let id = match field {
            Field::MessageId => &mut heading.message_id,
            Field::MessageType => &mut heading.message_type,
            Field::Source => &mut heading.source,
            Field::CorrelationId => &mut heading.correlation_id,
            Field::PartitionKey => &mut heading.partition_key,
            Field::TraceParent => &mut heading.trace_parent,
            Field::TraceState => &mut heading.trace_state,
            Field::EnvelopeVersion => {
                let version = entries.next_value::<Option<EnvelopeVersion<'de>>>()?;
                heading.envelope_version = version.map(EnvelopeVersion::into_text);
                return Ok(());
            }
            Field::SpecVersion => {
                let version = entries.next_value::<Option<SpecVersion<'de>>>()?;
                heading.envelope_version = version.map(SpecVersion::into_text);
                return Ok(());
            }
            Field::EventVersion => {
                let version = entries.next_value_seed(Told(ExpectedVersion(self.version)));
                return version.map(|version| heading.event_version = version);
            }
            Field::Timestamp => return entries.next_value().map(|time| heading.timestamp = time),
            Field::ContentType => return entries.next_value::<Option<JsonMediaType>>().map(drop),
            Field::Base64 => return entries.next_value::<Option<Forbidden>>().map(drop),
            Field::Payload => return entries.next_value::<IgnoredAny>().map(drop),
        };
        *id = entries.next_value()?;
        Ok(())
    }
}

/// The event's version, where it is told.
struct Told(ExpectedVersion);

impl<'de> DeserializeSeed<'de> for Told {
    type Value = Option<EventVersion>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Told {
    type Value = Option<EventVersion>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.0.deserialize(deserializer).map(Some)
    }
}
