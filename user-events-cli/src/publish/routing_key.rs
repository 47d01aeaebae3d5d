//! [`routing_key`]: the key that a message type stands for.

use user_events_core::Shown;
use user_events_schema::identity;

use crate::error::Error;
use crate::exit::Exit;

/// `user.registered.v1` for `UserRegistered.v1`.
pub(super) fn routing_key(message_type: &str) -> Result<String, Error> {
    derived(message_type).ok_or_else(|| {
        Error::new(
            Exit::Invalid,
            format!(
                "message type `{}` is no event's name and version, such as `UserRegistered.v1`, so its routing key is \
                 not known: give it with `--key`",
                Shown::new(message_type)
            ),
        )
    })
}

fn derived(message_type: &str) -> Option<String> {
    let (name, version) = identity::split(message_type)?;
    identity::check_type_name(name).ok()?;
    Some(identity::routing_key(&identity::stem(name), version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_type_that_was_derived_leads_back_to_its_key() {
        assert_eq!(derived("UserRegistered.v1").as_deref(), Some("user.registered.v1"));
        assert_eq!(derived("MFAStatusChanged.v12").as_deref(), Some("mfa.status.changed.v12"));
        for other in
            ["UserRegisteredEventV1", "UserRegistered.v0", "UserRegistered.v01", "UserRegistered.v+1", ".v1", ""]
        {
            assert_eq!(derived(other), None, "{other}");
        }
    }
}
