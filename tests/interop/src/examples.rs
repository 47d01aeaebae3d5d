//! The 27 events of the user service.

use serde::Deserialize;
use serde_json::Value;
use user_events::{EventMeta, Publish, Publishable, Publisher};
use user_service::{UserEvent, UserRegisteredV1};

const DOCUMENTED: &str = include_str!("../../../examples/user-service/data/user-service-events.json");
const MADE: &str = include_str!("../../../examples/user-service/data/made-examples.json");

#[derive(Deserialize)]
struct Data {
    events: Vec<Value>,
}

/// An example of every event.
///
/// # Panics
///
/// When an example is not the event that it is named.
#[must_use]
pub fn all() -> Vec<UserEvent> {
    let entries = [DOCUMENTED, MADE].into_iter().flat_map(|data| {
        let data: Data = serde_json::from_str(data).expect("a list of events");
        data.events
    });
    let examples = entries.filter(|entry| !entry["example"].is_null());
    examples.map(|entry| UserEvent::deserialize(entry).expect("an example of the event that it names")).collect()
}

/// The registration among them, as the services in Node know it.
///
/// # Panics
///
/// When it is not the first.
#[must_use]
pub fn registered() -> UserRegisteredV1 {
    match all().swap_remove(0) {
        UserEvent::UserRegistered(event) => event.into(),
        other => panic!("the first is the registration, not {other:?}"),
    }
}

/// Publishes an event, whichever it is, under this message id and correlation id.
pub fn publish(
    publisher: &Publisher,
    event: &UserEvent,
    message_id: &str,
    correlation_id: &str,
) -> (&'static EventMeta, Publish) {
    macro_rules! any_of {
        ($($Event:ident)*) => {
            match event {
                UserEvent::UserRegistered(event) => {
                    one(publisher, &UserRegisteredV1::from(event.clone()), message_id, correlation_id)
                }
                $(UserEvent::$Event(event) => one(publisher, event, message_id, correlation_id),)*
            }
        };
    }
    any_of! {
        UserEmailVerified UserPasswordChanged UserPasswordResetRequested UserAccountStatusChanged UserUpdated
        UserDeleted UserProfileUpdated UserAddressAdded UserAddressUpdated UserAddressDeleted
        UserProfileDefaultAddressChanged UserLoggedIn UserLoginFailed UserLoggedOut MfaStatusChanged
        MfaChallengeFailed RoleCreated RoleUpdated RoleDeleted UserRoleAssigned UserRoleRemoved PermissionCreated
        PermissionUpdated PermissionDeleted PermissionAssignedToRole PermissionRemovedFromRole
    }
}

fn one<E: Publishable>(
    publisher: &Publisher,
    event: &E,
    message_id: &str,
    correlation_id: &str,
) -> (&'static EventMeta, Publish) {
    let event = publisher.event(event).message_id(message_id).correlation_id(correlation_id);
    (E::META, event.publish())
}
