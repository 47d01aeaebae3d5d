//! Message ids that are the same whenever the same handler publishes for the same message.

use uuid::{Builder, Uuid};

use crate::{InboundMessage, Properties, Text};

/// Our own namespace among name-based UUIDs: version 4, drawn once.
const NAMESPACE: Uuid = uuid::uuid!("6b1d1a54-6f0c-4d0e-9d5c-2f1f3f0f8a77");

/// The id of the `ordinal`-th event of type `message_type` that `consumer` publishes because of
/// `cause`.
///
/// A repeat of the handler gives the same id, so that whoever receives both sees the duplicate.
/// The cause counts with its source, type, id and body: other services count their ids from 1.
/// The value is a hash in the form of a UUID version 4, which is what ids of the platform look like.
#[must_use]
pub fn derived_message_id(consumer: &str, cause: &InboundMessage, message_type: &str, ordinal: u32) -> Text {
    let text = |text: &Option<Text>| text.as_deref().unwrap_or_default().as_bytes().to_vec();
    let Properties { source, message_type: cause_type, message_id, .. } = &cause.properties;
    let parts: [&[u8]; 6] = [
        consumer.as_bytes(),
        &text(source),
        &text(cause_type),
        &text(message_id),
        &cause.body,
        message_type.as_bytes(),
    ];
    let mut name = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum::<usize>() + 4);
    for part in parts {
        // With its length before each part no two lists of parts have the same name.
        name.extend_from_slice(&(part.len() as u64).to_be_bytes());
        name.extend_from_slice(part);
    }
    name.extend_from_slice(&ordinal.to_be_bytes());
    let hash = Uuid::new_v5(&NAMESPACE, &name).into_bytes();
    Builder::from_random_bytes(hash).into_uuid().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OutboundMessage;

    fn message(source: &'static str, id: &'static str, body: &'static str) -> InboundMessage {
        let mut message = OutboundMessage::new("x", "k", body).with_message_id(id);
        message.properties.source = Some(source.into());
        InboundMessage::of(message)
    }

    #[test]
    fn repeats_are_equal_and_everything_else_differs() {
        let id = |cause, ordinal| derived_message_id("mailing", &cause, "WelcomeEmailSent.v1", ordinal);
        let first = id(message("Billing", "1", "{}"), 0);
        assert_eq!(first, id(message("Billing", "1", "{}"), 0));
        for other in [
            id(message("Billing", "1", "{}"), 1),
            id(message("Billing", "2", "{}"), 0),
            id(message("Orders", "1", "{}"), 0),
            id(message("Billing", "1", "[]"), 0),
            derived_message_id("audit", &message("Billing", "1", "{}"), "WelcomeEmailSent.v1", 0),
        ] {
            assert_ne!(first, other);
        }
        assert_eq!(Uuid::parse_str(&first).unwrap().get_version_num(), 4);
    }
}
