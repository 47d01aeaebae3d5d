//! Writing the envelope.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::cloudevents::{self, uri_reference};
use super::dialect::{Dialect, Form};
use super::fields::Field;
use super::{ENVELOPE_VERSION, Envelope, StandardMessage};
use crate::time::MillisText;
use crate::{EncodeErrorKind, Headers, Matched, Text};

/// Appends a message's body to `buffer`, as compact JSON: the envelope in the dialect of
/// `written`, around its payload.
///
/// The envelope's version is always [`ENVELOPE_VERSION`], whatever the envelope says: it is this
/// library that writes. The event's version is that of `written`. Fields that are none are left
/// out. Allocates nothing itself but what `buffer` must grow, and in CloudEvents a source that is
/// no URI reference as it stands.
///
/// In CloudEvents' binary mode the body is the payload alone: see [`write_headers`].
///
/// # Errors
///
/// The payload's `Serialize` gave an error, or the envelope's time lies outside the years 0 to
/// 9999. What was written by then remains in `buffer`.
pub fn write<T: Serialize>(
    buffer: &mut Vec<u8>,
    message: &StandardMessage<&T>,
    written: Matched<'_>,
) -> Result<(), EncodeErrorKind> {
    let StandardMessage { envelope, payload } = message;
    let result = match written.dialect.form {
        Form::CloudEventsBinary => serde_json::to_writer(buffer, payload),
        _ => serde_json::to_writer(buffer, &Wire { envelope, payload, timestamp: timestamp(envelope)?, written }),
    };
    // Serde's text may repeat values of the payload: it ends here.
    result.map_err(|_| EncodeErrorKind::Serialize)
}

/// Sets the headers that carry the envelope, where the dialect of `written` has any: those of
/// CloudEvents' binary mode, `cloudEvents_id` and others. Headers of these names are replaced.
///
/// # Errors
///
/// The envelope's time lies outside the years 0 to 9999.
pub fn write_headers(headers: &mut Headers, envelope: &Envelope, written: Matched<'_>) -> Result<(), EncodeErrorKind> {
    if written.dialect.form == Form::CloudEventsBinary {
        cloudevents::write_headers(headers, envelope, timestamp(envelope)?.as_ref());
    }
    Ok(())
}

fn timestamp(envelope: &Envelope) -> Result<Option<MillisText>, EncodeErrorKind> {
    envelope.timestamp.map(|time| MillisText::of(time).ok_or(EncodeErrorKind::Timestamp)).transpose()
}

/// The envelope as it stands on the wire.
struct Wire<'a, T> {
    envelope: &'a Envelope,
    payload: &'a T,
    timestamp: Option<MillisText>,
    written: Matched<'a>,
}

impl<T: Serialize> Serialize for Wire<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { envelope, payload, timestamp, written: Matched { event, dialect } } = self;
        // CloudEvents know no empty attributes.
        let filled = |text: &&Text| !(text.is_empty() && dialect.is_cloud_events());
        let mut wire = Named { fields: serializer.serialize_map(None)?, dialect };
        for field in dialect.fields.order {
            let field = *field;
            match field {
                Field::MessageId => wire.optional(field, envelope.message_id.as_ref())?,
                Field::MessageType => wire.optional(field, envelope.message_type.as_ref())?,
                Field::EnvelopeVersion => wire.field(field, ENVELOPE_VERSION)?,
                Field::EventVersion => wire.field(field, &Major(event.version))?,
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
