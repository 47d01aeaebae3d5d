//! Reading the envelope.

use serde::de::{DeserializeOwned, DeserializeSeed};

use super::dialect::{Dialect, Form};
use super::fields::{Field, Fields};
use super::recognise::{self, Recognised};
use super::tolerant::EventVersion;
use super::wire::{Head, Heading, Rules, Whole};
use super::{StandardMessage, cloudevents, content, path};
use crate::{DecodeError, DecodeErrorKind, InboundMessage, Matched};

/// Decodes a message that was published as `matched`, in one typed pass.
///
/// What the body leaves out is taken from the message's properties: message id, message type,
/// source, correlation id, partition key. Ids are any text, or an integer, which is read as its
/// digits. `null` counts as left out, and so does an empty id; unknown fields are ignored, and a time that cannot be
/// understood is none. The payload must be there, and no field twice.
///
/// # Errors
///
/// The properties declare another content than JSON in UTF-8, the body is no JSON, no envelope
/// of major version 1, tells another version of the event, or its payload has another shape
/// than `T`. Only then is the body read again, to find where.
///
/// Where the standard envelope was [assumed](Matched::standard), and the body has no `envelopeVersion` or
/// could not be read, it is looked at once more: where it is another dialect's, the error says so.
/// See [`recognise`](super::recognise()).
pub fn decode<T: DeserializeOwned>(
    message: &InboundMessage,
    matched: Matched<'_>,
) -> Result<StandardMessage<T>, DecodeError> {
    let Matched { event, dialect, is_assumed } = matched;
    match whole(message, dialect, is_assumed, Some(event.version)) {
        Ok(read) => Ok(read),
        Err(error) => Err(error.of(event)),
    }
}

/// Reads a message as what it was recognised as, whatever event it is and whatever version of it:
/// for who looks at messages, and handles none.
///
/// # Errors
///
/// As [`decode`], but for the event's version.
pub fn read<T: DeserializeOwned>(
    message: &InboundMessage,
    recognised: &Recognised<'_>,
) -> Result<StandardMessage<T>, DecodeError> {
    whole(message, recognised.dialect, recognised.is_assumed, None)
}

fn whole<T: DeserializeOwned>(
    message: &InboundMessage,
    dialect: &Dialect,
    is_assumed: bool,
    version: Option<u32>,
) -> Result<StandardMessage<T>, DecodeError> {
    let read = match dialect.form {
        Form::CloudEventsBinary => cloudevents::read_binary(message),
        Form::Standard | Form::Renamed | Form::CloudEvents => body(message, Rules { fields: &dialect.fields, version }),
    };
    let is_certain = !is_assumed || read.as_ref().is_ok_and(|(heading, _)| heading.envelope_version.is_some());
    let read = if is_certain { read } else { recognise::undeclared(message).map_or(read, Err) };
    match read {
        Ok((heading, payload)) => Ok(StandardMessage::new(heading.into_envelope(message), payload)),
        Err(error) => Err(error),
    }
}

fn body<'m, T: DeserializeOwned>(
    message: &'m InboundMessage,
    rules: Rules<'_>,
) -> Result<(Heading<'m>, T), DecodeError> {
    content::check(&message.properties)?;
    read_by(&message.body, rules, Whole::of(rules))
}

/// Reads what comes before the payload, by these rules.
pub(super) fn head<'m>(body: &'m [u8], rules: Rules<'_>) -> Result<Heading<'m>, DecodeError> {
    read_by(body, rules, Head(rules))
}

fn read_by<'m, S>(body: &'m [u8], rules: Rules<'_>, seed: S) -> Result<S::Value, DecodeError>
where
    S: DeserializeSeed<'m> + Copy,
{
    match read_json(body, seed) {
        Some(value) => Ok(value),
        None => match told(body, rules) {
            Some(error) => Err(error),
            None => path::read(body, rules.fields.names(), seed),
        },
    }
}

/// Reads the body in one pass. Where it cannot be read is for another pass to find.
pub(super) fn read_json<'m, S: DeserializeSeed<'m>>(body: &'m [u8], seed: S) -> Option<S::Value> {
    // To check the whole body for UTF-8 at once is faster than each of its texts.
    let mut json = serde_json::Deserializer::from_str(std::str::from_utf8(body).ok()?);
    let value = seed.deserialize(&mut json).ok()?;
    json.end().ok()?;
    Some(value)
}

/// The fields that say whether an envelope is one to be read at all.
const TELLING: &[Field] =
    &[Field::EnvelopeVersion, Field::SpecVersion, Field::EventVersion, Field::ContentType, Field::Base64];

/// Why this body is not to be read by these rules, if it says so itself: an envelope or event of
/// another version may differ in anything, and that it is one comes before all that differs.
#[cold]
fn told(body: &[u8], rules: Rules<'_>) -> Option<DecodeError> {
    let telling = rules.fields.only(TELLING);
    let head = Head(Rules { fields: &telling, ..rules });
    let error = path::read(body, telling.names(), head).err()?;
    if !matches!(error.kind(), DecodeErrorKind::Refused | DecodeErrorKind::Shape) {
        return None;
    }
    match telling.find(error.path())? {
        Field::EnvelopeVersion | Field::SpecVersion => Some(error.because(DecodeErrorKind::EnvelopeVersion)),
        Field::EventVersion => Some(error.because_of_version(event_version(body, rules.fields))),
        _ => Some(error.because(DecodeErrorKind::ContentType)),
    }
}

fn event_version(body: &[u8], fields: &Fields) -> Option<u32> {
    let fields = fields.only(&[Field::EventVersion]);
    let heading = read_json(body, Head(Rules::head(&fields)))?;
    heading.event_version.map(|EventVersion(major)| major)
}
