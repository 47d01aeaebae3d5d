//! Every event of the user service.

use serde::{Deserialize, Serialize};
use user_events::EventSet;

use crate::*;

/// Any event of the user service, for those who handle or publish them all.
///
/// On the wire the envelope names the event. Serde's attribute is for lists of events, such as the examples in
/// `data/`: `{"event": "UserRegistered", "example": {…}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, EventSet)]
#[serde(tag = "event", content = "example")]
pub enum UserEvent {
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
