//! [`read`]: the envelope of a message of any type.

use serde::de::DeserializeOwned;
use user_events_core::{DecodeError, DecodeErrorKind, Dialect, InboundMessage, StandardMessage, envelope};

/// Reads a message of any type in the standard envelope.
pub(crate) fn read<T: DeserializeOwned>(message: &InboundMessage) -> Result<StandardMessage<T>, DecodeError> {
    envelope::read(message, &envelope::recognise(message, &[])?)
}

/// Reads a message of any type in the standard envelope, or in a dialect, which is named then.
pub(crate) fn read_any<T: DeserializeOwned>(
    message: &InboundMessage,
) -> Result<(Option<&'static Dialect>, StandardMessage<T>), DecodeError> {
    match read(message) {
        Ok(standard) => Ok((None, standard)),
        Err(error) if error.kind() == DecodeErrorKind::UndeclaredDialect => {
            let recognised = envelope::recognise(message, Dialect::BUILT_IN)?;
            Ok((Some(recognised.dialect), envelope::read(message, &recognised)?))
        }
        Err(error) => Err(error),
    }
}
