//! Message ids that are the same whenever the same handler publishes for the same message.

use uuid::{Builder, Uuid};

use crate::Text;

/// Our own namespace among name-based UUIDs: version 4, drawn once.
const NAMESPACE: Uuid = uuid::uuid!("6b1d1a54-6f0c-4d0e-9d5c-2f1f3f0f8a77");

/// The id of the `ordinal`-th event of type `message_type` that `consumer` publishes because of the
/// message `cause`.
///
/// A repeat of the handler gives the same id, so that whoever receives both sees the duplicate.
/// The value is a hash in the form of a UUID version 4, which is what ids of the platform look like.
#[must_use]
pub fn derived_message_id(consumer: &str, cause: &str, message_type: &str, ordinal: u32) -> Text {
    let mut name = Vec::with_capacity(consumer.len() + cause.len() + message_type.len() + 16);
    for part in [consumer, cause, message_type] {
        // With its length before each part no two lists of parts have the same name.
        name.extend_from_slice(&(part.len() as u64).to_be_bytes());
        name.extend_from_slice(part.as_bytes());
    }
    name.extend_from_slice(&ordinal.to_be_bytes());
    let hash = Uuid::new_v5(&NAMESPACE, &name).into_bytes();
    Builder::from_random_bytes(hash).into_uuid().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_equal_and_everything_else_differs() {
        let id = derived_message_id("mailing", "m-1", "WelcomeEmailSent.v1", 0);
        assert_eq!(id, derived_message_id("mailing", "m-1", "WelcomeEmailSent.v1", 0));
        for other in [
            derived_message_id("mailing", "m-1", "WelcomeEmailSent.v1", 1),
            derived_message_id("mailing", "m-2", "WelcomeEmailSent.v1", 0),
            derived_message_id("mailin", "gm-1", "WelcomeEmailSent.v1", 0),
        ] {
            assert_ne!(id, other);
        }
        assert_eq!(Uuid::parse_str(&id).unwrap().get_version_num(), 4);
    }
}
