//! Reading the envelope.

use serde::de::DeserializeOwned;

use super::StandardMessage;
use crate::{DecodeError, EventMeta, InboundMessage, Text};

/// Decodes a message that was published as `matched`, in one typed pass.
///
/// # Errors
///
/// See [`DecodeError`].
pub fn decode<T: DeserializeOwned>(
    message: &InboundMessage,
    matched: &'static EventMeta,
) -> Result<StandardMessage<T>, DecodeError> {
    let _ = (message, matched);
    unimplemented!("written by the envelope's author")
}

/// The message type: AMQP's type property where it is set, else the body's `messageType`.
///
/// # Errors
///
/// The body is no envelope.
pub fn message_type(message: &InboundMessage) -> Result<Option<Text>, DecodeError> {
    let _ = message;
    unimplemented!("written by the envelope's author")
}
