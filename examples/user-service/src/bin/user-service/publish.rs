//! Publishing an event, whichever it is.

use user_events::{EventMeta, Publish, Publishable, Publisher};
use user_service::{UserEvent, UserRegisteredV1};

/// A publish that is under way.
pub(crate) struct Started {
    pub(crate) event: &'static EventMeta,
    pub(crate) publish: Publish,
}

/// Starts to publish an event under a fresh id. One that is new in the set does not compile before it is listed here.
pub(crate) fn start(publisher: &Publisher, event: &UserEvent) -> Started {
    match event {
        // As version 1, until every consumer takes version 2.
        UserEvent::UserRegistered(event) => started(publisher, &UserRegisteredV1::from(event.clone())),
        UserEvent::UserEmailVerified(event) => started(publisher, event),
        UserEvent::UserPasswordChanged(event) => started(publisher, event),
        UserEvent::UserPasswordResetRequested(event) => started(publisher, event),
        UserEvent::UserAccountStatusChanged(event) => started(publisher, event),
        UserEvent::UserUpdated(event) => started(publisher, event),
        UserEvent::UserDeleted(event) => started(publisher, event),
        UserEvent::UserProfileUpdated(event) => started(publisher, event),
        UserEvent::UserAddressAdded(event) => started(publisher, event),
        UserEvent::UserAddressUpdated(event) => started(publisher, event),
        UserEvent::UserAddressDeleted(event) => started(publisher, event),
        UserEvent::UserProfileDefaultAddressChanged(event) => started(publisher, event),
        UserEvent::UserLoggedIn(event) => started(publisher, event),
        UserEvent::UserLoginFailed(event) => started(publisher, event),
        UserEvent::UserLoggedOut(event) => started(publisher, event),
        UserEvent::MfaStatusChanged(event) => started(publisher, event),
        UserEvent::MfaChallengeFailed(event) => started(publisher, event),
        UserEvent::RoleCreated(event) => started(publisher, event),
        UserEvent::RoleUpdated(event) => started(publisher, event),
        UserEvent::RoleDeleted(event) => started(publisher, event),
        UserEvent::UserRoleAssigned(event) => started(publisher, event),
        UserEvent::UserRoleRemoved(event) => started(publisher, event),
        UserEvent::PermissionCreated(event) => started(publisher, event),
        UserEvent::PermissionUpdated(event) => started(publisher, event),
        UserEvent::PermissionDeleted(event) => started(publisher, event),
        UserEvent::PermissionAssignedToRole(event) => started(publisher, event),
        UserEvent::PermissionRemovedFromRole(event) => started(publisher, event),
    }
}

fn started<E: Publishable>(publisher: &Publisher, event: &E) -> Started {
    Started { event: E::META, publish: publisher.publish(event) }
}
