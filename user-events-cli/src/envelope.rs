//! [`read`]: the envelope of a message of any type, and what is wrong with one.

use serde::de::DeserializeOwned;
use user_events_core::{
    DecodeError, DecodeErrorKind, Dialect, EventMeta, InboundMessage, Matched, StandardMessage, envelope,
};

/// Stands for events of any type: only the envelope is read.
static ANY: EventMeta = EventMeta::new("Any", 1, "Any.v1", "any.v1");

/// The dialects that are read beside the standard.
static DIALECTS: [Dialect; 4] =
    [Dialect::MESSAGE_VERSION, Dialect::SOURCE_VERSION, Dialect::EVENT_DATA, Dialect::CLOUD_EVENTS];

/// Reads a message of any type in the standard envelope.
pub(crate) fn read<T: DeserializeOwned>(message: &InboundMessage) -> Result<StandardMessage<T>, DecodeError> {
    envelope::decode(message, Matched::standard(&ANY))
}

/// Reads a message of any type in the standard envelope, or in a dialect, which is named then.
pub(crate) fn read_any<T: DeserializeOwned>(
    message: &InboundMessage,
) -> Result<(Option<&'static Dialect>, StandardMessage<T>), DecodeError> {
    match read(message) {
        Ok(standard) => Ok((None, standard)),
        Err(error) if error.kind() == DecodeErrorKind::UndeclaredDialect => {
            let dialect = envelope::recognise(message, &DIALECTS)?.dialect;
            let decoded = envelope::decode(message, Matched::standard(&ANY).in_dialect(dialect))?;
            Ok((Some(dialect), decoded))
        }
        Err(error) => Err(error),
    }
}

/// What is wrong with a message, whatever it was read as: ``field `payload` is missing (line 1, column 2)``.
pub(crate) fn malformed(error: &DecodeError) -> String {
    let text = error.to_string();
    match text.split_once(": ") {
        Some((_, problem)) => problem.to_owned(),
        None => text,
    }
}
