//! [`recognise`]: which dialect a message is written in, before it is read.

use user_events_schema::identity;

use super::dialect::{Dialect, Form};
use super::fields::Field;
use super::outline::Outline;
use super::tolerant::{EventVersion, Id};
use super::wire::{Head, Heading, Rules};
use super::{cloudevents, content, read};
use crate::{DecodeError, DecodeErrorKind, EventMeta, InboundMessage, Matched, Text};

/// What a message says of itself before its payload is read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Recognised<'a> {
    /// The dialect that it is written in: the standard one, or one of those accepted.
    pub dialect: &'a Dialect,
    /// Its message type. None where it says none.
    pub message_type: Option<Text>,
    /// The major version of the event, where the dialect writes it beside the type.
    pub event_version: Option<u32>,
    /// Whether the dialect is assumed: the body was not looked at.
    pub(super) is_assumed: bool,
}

impl<'a> Recognised<'a> {
    /// The message as one of this event. Decoding it looks for no other dialect where the body was looked at here.
    #[must_use]
    pub const fn as_event(&self, event: &'static EventMeta) -> Matched<'a> {
        Matched { event, dialect: self.dialect, is_assumed: self.is_assumed }
    }

    /// The error that the message's dialect is not accepted, found in the body where that was not looked
    /// at so far: a better reason to refuse a message than that nobody handles its type.
    #[must_use]
    pub fn second_look(&self, message: &InboundMessage) -> Option<DecodeError> {
        if self.is_assumed { undeclared(message) } else { None }
    }

    /// The message as one of this event, for which only `accepted` are accepted and not the dialect that was recognised:
    /// in one of these that has the same fields, or in the standard with more besides.
    ///
    /// # Errors
    ///
    /// It is in none of them: the dialect recognised is not accepted for this event.
    pub fn reconsidered<'d>(
        &self,
        message: &InboundMessage,
        event: &'static EventMeta,
        accepted: &'d [Dialect],
    ) -> Result<Matched<'d>, DecodeError> {
        match examine(message, accepted) {
            Ok(own) if own.dialect.form != Form::Standard || has_payload(message) => Ok(own.as_event(event)),
            _ => Err(DecodeError::undeclared(self.dialect).of(event)),
        }
    }
}

/// What is read of an envelope to recognise it.
const HEAD: &[Field] = &[Field::MessageType, Field::EnvelopeVersion, Field::SpecVersion, Field::EventVersion];

/// Recognises a message: its dialect, among the standard one and those in `accepted`, and its type.
///
/// Where nothing but the standard is accepted and AMQP's type property is set, that is the type,
/// and the body is not looked at: the standard is assumed. Whoever reads the message then finds out,
/// and so does a [second look](Recognised::second_look).
///
/// # The dialect
///
/// Where CloudEvents are accepted, a content type `application/cloudevents…` is their structured
/// mode, and else a header `cloudEvents_specversion`, or `cloudEvents_type` with `cloudEvents_id`, their
/// binary mode (with `cloudEvents:` as well). Any other message is told by the fields that its body has and that are not null:
///
/// - A body with `envelopeVersion` or `sourceService` is standard, whatever else it has. With `payload`, and without
///   `specversion`, it is so against content type and headers: a service may pass on the headers of what it received.
/// - Else it is in the accepted dialect that has the most fields in it, the first accepted
///   where several have as many, and in the standard where none has more than that. A body with `payload`
///   is in no dialect whose own payload is called otherwise and not there, and no CloudEvent without `specversion`.
///
/// What these fields are called by a [custom](Dialect::custom) dialect speaks for that.
///
/// # A dialect that is not accepted
///
/// A message that is standard by these rules may still be another's: read as standard, it would
/// lose its version and its source in silence; refused, it is dead-lettered with advice. And one
/// in an accepted dialect may be in a relative of it. So the error is `UndeclaredDialect` where a
/// dialect of this library's that is not accepted has more fields in the body than the one
/// recognised (unless that is [custom](Dialect::custom) and its payload is there), the body has
/// neither `envelopeVersion` nor `sourceService`, and
///
/// | dialect | the body has | and not |
/// |---|---|---|
/// | `MESSAGE_VERSION` | `messageType`, `source`, `payload` and `messageVersion` | a type that names its version, `….v1` |
/// | `SOURCE_VERSION` | `messageType`, `source`, `payload`, and `version` that reads as a version | a type that names its version |
/// | `EVENT_DATA` | `data`, and `eventType` or `eventId` | `payload` |
/// | `CLOUD_EVENTS` | `specversion`, `id`, `source` and `type` | `payload` |
///
/// It is the error, too, where content type or header say that the message is a CloudEvent, and
/// CloudEvents are not accepted, unless the body has `envelopeVersion` or `sourceService`, or
/// both type and payload of the dialect recognised. A message without `payload` would be refused
/// in any case: there a guess costs nothing. A message that is standard and has more besides is
/// not refused.
///
/// # The type
///
/// Where the message is standard, AMQP's type property, or else the body's type: the property is
/// this library's own. In every other dialect the body's type, or else the property.
///
/// # Errors
///
/// The properties declare another content than JSON in UTF-8, the body is no JSON, no envelope
/// of major version 1, or in a dialect that is not accepted.
pub fn recognise<'a>(message: &InboundMessage, accepted: &'a [Dialect]) -> Result<Recognised<'a>, DecodeError> {
    if !accepted.is_empty() {
        return examine(message, accepted);
    }
    if let Some(known) = &message.properties.message_type {
        let message_type = Some(known.clone());
        return Ok(Recognised { dialect: &Dialect::STANDARD, message_type, event_version: None, is_assumed: true });
    }
    content::check(&message.properties)?;
    let fields = Dialect::STANDARD.fields.only(HEAD);
    match read::read_json(&message.body, Head(Rules::head(&fields))) {
        Some(heading) if heading.envelope_version.is_some() => Ok(of_heading(message, &Dialect::STANDARD, heading)),
        _ => examine(message, accepted),
    }
}

/// The error that a message's dialect is not accepted, where it was assumed to be standard and does not look so.
#[cold]
pub(super) fn undeclared(message: &InboundMessage) -> Option<DecodeError> {
    examine(message, &[]).err().filter(|error| error.kind() == DecodeErrorKind::UndeclaredDialect)
}

fn examine<'a>(message: &InboundMessage, accepted: &'a [Dialect]) -> Result<Recognised<'a>, DecodeError> {
    content::check(&message.properties)?;
    let mode = cloudevents::mode(message).filter(|_| !is_standard(message));
    if let Some(dialect) = mode.filter(|_| accepted.iter().any(Dialect::is_cloud_events)) {
        let heading = match dialect.form {
            Form::CloudEventsBinary => cloudevents::heading(message)?,
            _ => head(message, dialect)?,
        };
        return Ok(of_heading(message, dialect, heading));
    }

    let (standard, others) = Dialect::BUILT_IN.split_at(1);
    let outline = match (Outline::read(&message.body, [standard, accepted, others]), mode) {
        (Ok(outline), _) => outline,
        (Err(_), Some(mode)) => return Err(DecodeError::undeclared(mode)),
        (Err(error), None) => return Err(error),
    };
    let dialect = nearest(&outline, accepted);
    let mode = mode.filter(|_| !is_whole(&outline, dialect));
    if let Some(other) = mode.or_else(|| nearer(&outline, dialect, accepted)) {
        return Err(DecodeError::undeclared(other));
    }
    let heading = match outline.heading(&dialect.fields) {
        Some(heading) => heading,
        // It is read once more to tell what is wrong, and where.
        None => head(message, dialect)?,
    };
    Ok(of_heading(message, dialect, heading))
}

fn head<'m>(message: &'m InboundMessage, dialect: &Dialect) -> Result<Heading<'m>, DecodeError> {
    let fields = dialect.fields.only(HEAD);
    read::head(&message.body, Rules::head(&fields))
}

fn of_heading<'a>(message: &InboundMessage, dialect: &'a Dialect, heading: Heading<'_>) -> Recognised<'a> {
    let property = message.properties.message_type.clone();
    let written = heading.message_type.map(Id::into_text);
    Recognised {
        dialect,
        message_type: if dialect.form == Form::Standard { property.or(written) } else { written.or(property) },
        event_version: heading.event_version.map(|EventVersion(major)| major),
        is_assumed: false,
    }
}

/// The fields that only the standard has.
const STANDARD_ALONE: [&str; 2] = ["envelopeVersion", "sourceService"];

/// Whether the body is standard by its own word, whatever the headers say.
fn is_standard(message: &InboundMessage) -> bool {
    let Ok(outline) = Outline::read(&message.body, [Dialect::BUILT_IN, &[], &[]]) else { return false };
    STANDARD_ALONE.into_iter().any(|name| outline.has(name)) && outline.has("payload") && !outline.has("specversion")
}

/// Whether a body with these fields can be in this dialect.
fn is_possible(outline: &Outline<'_>, dialect: &Dialect) -> bool {
    let name = |field| dialect.fields.name(field);
    let is_own = |other| dialect.fields.names().any(|name| name == other);
    let has = |field| name(field).is_none_or(|name| outline.has(name));
    let standard = STANDARD_ALONE.into_iter().any(|name| outline.has(name) && !is_own(name));
    let others_payload = outline.has("payload") && !is_own("payload");
    !standard && (!others_payload || has(Field::Payload) && has(Field::SpecVersion))
}

/// The accepted dialect that has the most fields in the body, or the standard one.
fn nearest<'a>(outline: &Outline<'_>, accepted: &'a [Dialect]) -> &'a Dialect {
    let mut nearest = &Dialect::STANDARD;
    let mut most = outline.count(&nearest.fields);
    for dialect in accepted.iter().filter(|dialect| is_possible(outline, dialect)) {
        let count = outline.count(&dialect.fields);
        if count > most {
            (nearest, most) = (dialect, count);
        }
    }
    match nearest.form {
        // What has the attributes in its body is in structured mode.
        Form::CloudEventsBinary => &Dialect::CLOUD_EVENTS,
        _ => nearest,
    }
}

/// The dialect that the body is in rather than in the one found, though nobody accepts it.
fn nearer(outline: &Outline<'_>, found: &Dialect, accepted: &[Dialect]) -> Option<&'static Dialect> {
    // Who declares a dialect of their own knows it better.
    if !Dialect::BUILT_IN.contains(found) && found.fields.name(Field::Payload).is_some_and(|name| outline.has(name)) {
        return None;
    }
    let count = outline.count(&found.fields);
    Dialect::BUILT_IN
        .iter()
        .filter(|dialect| !accepts(accepted, dialect) && is_marked(outline, dialect))
        .filter(|dialect| outline.count(&dialect.fields) > count)
        .max_by_key(|dialect| outline.count(&dialect.fields))
}

fn accepts(accepted: &[Dialect], dialect: &Dialect) -> bool {
    accepted.iter().any(|one| one == dialect || (one.is_cloud_events() && dialect.is_cloud_events()))
}

/// Whether the body has what sets this dialect apart.
fn is_marked(outline: &Outline<'_>, dialect: &Dialect) -> bool {
    let name = |field| dialect.fields.name(field).unwrap_or_default();
    let has = |field| outline.has(name(field));
    if STANDARD_ALONE.into_iter().any(|name| outline.has(name)) {
        return false;
    }
    match dialect.form {
        Form::Standard | Form::CloudEventsBinary => false,
        Form::CloudEvents => {
            use Field::{MessageId, MessageType, Source, SpecVersion};
            [SpecVersion, MessageId, Source, MessageType].into_iter().all(has) && !outline.has("payload")
        }
        Form::Renamed if outline.has("payload") => {
            name(Field::Payload) == "payload"
                && has(Field::Source)
                && is_version(outline, name(Field::EventVersion))
                && outline
                    .get::<Id<'_>>(name(Field::MessageType))
                    .is_some_and(|Id(text)| identity::split(&text).is_none())
        }
        Form::Renamed => has(Field::Payload) && (has(Field::MessageType) || has(Field::MessageId)),
    }
}

/// Whether the body has all that a reader of this dialect needs.
fn is_whole(outline: &Outline<'_>, dialect: &Dialect) -> bool {
    let has = |field| dialect.fields.name(field).is_some_and(|name| outline.has(name));
    STANDARD_ALONE.into_iter().any(|name| outline.has(name)) || (has(Field::MessageType) && has(Field::Payload))
}

/// Whether this field tells the event's version, though perhaps one that cannot be read. Anybody may call a field
/// `version`, but no one else `messageVersion`.
fn is_version(outline: &Outline<'_>, name: &str) -> bool {
    if name == "version" { outline.get::<EventVersion>(name).is_some() } else { outline.has(name) }
}

fn has_payload(message: &InboundMessage) -> bool {
    Outline::read(&message.body, [Dialect::BUILT_IN, &[], &[]]).is_ok_and(|outline| outline.has("payload"))
}
