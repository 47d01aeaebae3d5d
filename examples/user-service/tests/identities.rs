//! What the events are called on the wire. Other services rely on it: a line here is added, and never changed.

use serde::Deserialize;
use user_events::{Consumable, EventMeta};
use user_service::UserEvent;

/// Message type and routing key of every event, the newest version first.
const IDENTITIES: [(&str, &str); 28] = [
    ("UserRegistered.v2", "user.registered.v2"),
    ("UserRegistered.v1", "user.registered.v1"),
    ("UserEmailVerified.v1", "user.email.verified.v1"),
    ("UserPasswordChanged.v1", "user.password.changed.v1"),
    ("UserPasswordResetRequested.v1", "user.password.reset.requested.v1"),
    ("UserAccountStatusChanged.v1", "user.account.status.changed.v1"),
    ("UserUpdated.v1", "user.updated.v1"),
    ("UserDeleted.v1", "user.deleted.v1"),
    ("UserProfileUpdated.v1", "user.profile.updated.v1"),
    ("UserAddressAdded.v1", "user.address.added.v1"),
    ("UserAddressUpdated.v1", "user.address.updated.v1"),
    ("UserAddressDeleted.v1", "user.address.deleted.v1"),
    ("UserProfileDefaultAddressChanged.v1", "user.profile.default.address.changed.v1"),
    ("UserLoggedIn.v1", "user.logged.in.v1"),
    ("UserLoginFailed.v1", "user.login.failed.v1"),
    ("UserLoggedOut.v1", "user.logged.out.v1"),
    ("MfaStatusChanged.v1", "mfa.status.changed.v1"),
    ("MfaChallengeFailed.v1", "mfa.challenge.failed.v1"),
    ("RoleCreated.v1", "role.created.v1"),
    ("RoleUpdated.v1", "role.updated.v1"),
    ("RoleDeleted.v1", "role.deleted.v1"),
    ("UserRoleAssigned.v1", "user.role.assigned.v1"),
    ("UserRoleRemoved.v1", "user.role.removed.v1"),
    ("PermissionCreated.v1", "permission.created.v1"),
    ("PermissionUpdated.v1", "permission.updated.v1"),
    ("PermissionDeleted.v1", "permission.deleted.v1"),
    ("PermissionAssignedToRole.v1", "permission.assigned.to.role.v1"),
    ("PermissionRemovedFromRole.v1", "permission.removed.from.role.v1"),
];

/// What the platform's documentation says of the events beside their fields.
#[derive(Deserialize)]
struct Documented {
    exchange: String,
    events: Vec<Identity>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Identity {
    event: String,
    version: u32,
}

fn documented() -> Documented {
    serde_json::from_str(include_str!("../data/user-service-events.json")).unwrap()
}

#[test]
fn message_types_and_routing_keys_are_as_they_were() {
    let identities = UserEvent::ACCEPTS.iter().map(|meta| (meta.message_type, meta.routing_key));
    assert_eq!(identities.collect::<Vec<_>>(), IDENTITIES);
}

#[test]
fn every_documented_event_has_a_struct() {
    let structs = UserEvent::ACCEPTS
        .iter()
        .map(|EventMeta { event_type, version, .. }| Identity { event: (*event_type).to_owned(), version: *version })
        .filter(|identity| identity.version == 1);
    assert_eq!(structs.collect::<Vec<_>>(), documented().events);
}

#[test]
fn all_are_published_to_the_documented_exchange() {
    let exchange = documented().exchange;
    assert!(UserEvent::ACCEPTS.iter().all(|meta| meta.exchange == Some(exchange.as_str())));
}
