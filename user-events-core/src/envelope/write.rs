//! Writing the envelope.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::cloudevents::{self, SPEC_VERSION, uri_reference};
use super::dialect::{Dialect, Form};
use super::fields::Field;
use super::{ENVELOPE_VERSION, Envelope, StandardMessage};
use crate::time::MillisText;
use crate::{EncodeErrorKind, Headers, Text};

/// Writes a message, an event of this version, in a dialect: appends its body, as compact JSON, to `body`, and sets the
/// headers that carry the envelope in CloudEvents' binary mode. Headers of those names are replaced.
///
/// The envelope's version is always this library's, whatever the envelope says. Fields that are none
/// are left out. Allocates nothing itself but those headers, what `body` must grow, and in
/// CloudEvents a source that is no URI reference as it stands.
///
/// # Errors
///
/// The payload's `Serialize` gave an error, or the envelope's time lies outside the years 0 to
/// 9999. What was written by then remains.
pub(crate) fn write<T: Serialize>(
    message: &StandardMessage<&T>,
    event_version: u32,
    dialect: &Dialect,
    headers: &mut Headers,
    body: &mut Vec<u8>,
) -> Result<(), EncodeErrorKind> {
    let StandardMessage { envelope, payload } = message;
    let timestamp = timestamp(envelope)?;
    let result = match dialect.form {
        Form::CloudEventsBinary => {
            cloudevents::write_headers(headers, envelope, timestamp.as_ref());
            serde_json::to_writer(body, payload)
        }
        _ => serde_json::to_writer(body, &Wire { envelope, payload, timestamp, event_version, dialect }),
    };
    // Serde's text may repeat values of the payload: it ends here.
    result.map_err(|_| EncodeErrorKind::Serialize)
}

fn timestamp(envelope: &Envelope) -> Result<Option<MillisText>, EncodeErrorKind> {
    envelope.timestamp.map(|time| MillisText::of(time).ok_or(EncodeErrorKind::Timestamp)).transpose()
}

/// The envelope as it stands on the wire.
struct Wire<'a, T> {
    envelope: &'a Envelope,
    payload: &'a T,
    timestamp: Option<MillisText>,
    event_version: u32,
    dialect: &'a Dialect,
}

impl<T: Serialize> Serialize for Wire<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { envelope, payload, timestamp, event_version, dialect } = self;
        // CloudEvents know no empty attributes.
        let filled = |text: &&Text| !(text.is_empty() && dialect.is_cloud_events());
        let mut wire = Named { fields: serializer.serialize_map(None)?, dialect };
        for field in dialect.fields.order {
            let field = *field;
            match field {
                Field::MessageId => wire.optional(field, envelope.message_id.as_ref())?,
                Field::MessageType => wire.optional(field, envelope.message_type.as_ref())?,
                Field::EnvelopeVersion => wire.field(field, ENVELOPE_VERSION)?,
                Field::SpecVersion => wire.field(field, SPEC_VERSION)?,
                Field::EventVersion => wire.field(field, &Major(*event_version))?,
                Field::Timestamp => wire.optional(field, timestamp.as_ref())?,
                Field::Source if dialect.is_cloud_events() => {
                    wire.optional(field, envelope.source_service.as_deref().map(uri_reference).as_ref())?;
                }
                Field::Source => wire.optional(field, envelope.source_service.as_ref())?,
                Field::CorrelationId => wire.optional(field, envelope.correlation_id.as_ref().filter(filled))?,
                Field::PartitionKey => wire.optional(field, envelope.partition_key.as_ref().filter(filled))?,
                Field::Payload => wire.field(field, payload)?,
                Field::ContentType => wire.field(field, "application/json")?,
                Field::Base64 | Field::TraceParent | Field::TraceState => {}
            }
        }
        wire.fields.end()
    }
}

/// An object whose fields are called as a dialect calls them.
struct Named<'d, M> {
    fields: M,
    dialect: &'d Dialect,
}

impl<M: SerializeMap> Named<'_, M> {
    fn field<V: Serialize + ?Sized>(&mut self, field: Field, value: &V) -> Result<(), M::Error> {
        match self.dialect.fields.name(field) {
            Some(name) => self.fields.serialize_entry(name, value),
            None => Ok(()),
        }
    }

    fn optional<V: Serialize>(&mut self, field: Field, value: Option<&V>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.field(field, value))
    }
}

/// A version of an event, as it is written beside the type: `1.0`.
struct Major(u32);

impl Serialize for Major {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}.0", self.0))
    }
}
