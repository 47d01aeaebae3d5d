//! Every event of the user service.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use user_events::{EventSet, Upcast};

use crate::*;

/// Any event of the user service, for those who handle or publish them all.
///
/// On the wire the envelope names the event. Serde's attribute is for lists of events, such as the examples in
/// `data/`: `{"event": "UserRegistered", "example": {…}}`. The platform's lists have version 1 of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, EventSet)]
#[serde(tag = "event", content = "example")]
pub enum UserEvent {
    #[serde(with = "registered_v1")]
    UserRegistered(UserRegistered),
    UserEmailVerified(UserEmailVerified),
    UserPasswordChanged(UserPasswordChanged),
    UserPasswordResetRequested(UserPasswordResetRequested),
    UserAccountStatusChanged(UserAccountStatusChanged),
    UserUpdated(UserUpdated),
    UserDeleted(UserDeleted),
    UserProfileUpdated(UserProfileUpdated),
    UserAddressAdded(UserAddressAdded),
    UserAddressUpdated(UserAddressUpdated),
    UserAddressDeleted(UserAddressDeleted),
    UserProfileDefaultAddressChanged(UserProfileDefaultAddressChanged),
    UserLoggedIn(UserLoggedIn),
    UserLoginFailed(UserLoginFailed),
    UserLoggedOut(UserLoggedOut),
    MfaStatusChanged(MfaStatusChanged),
    MfaChallengeFailed(MfaChallengeFailed),
    RoleCreated(RoleCreated),
    RoleUpdated(RoleUpdated),
    RoleDeleted(RoleDeleted),
    UserRoleAssigned(UserRoleAssigned),
    UserRoleRemoved(UserRoleRemoved),
    PermissionCreated(PermissionCreated),
    PermissionUpdated(PermissionUpdated),
    PermissionDeleted(PermissionDeleted),
    PermissionAssignedToRole(PermissionAssignedToRole),
    PermissionRemovedFromRole(PermissionRemovedFromRole),
}

mod registered_v1 {
    use super::*;

    pub(super) fn serialize<S: Serializer>(event: &UserRegistered, serializer: S) -> Result<S::Ok, S::Error> {
        UserRegisteredV1::from(event.clone()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UserRegistered, D::Error> {
        UserRegisteredV1::deserialize(deserializer).map(UserRegistered::upcast)
    }
}
