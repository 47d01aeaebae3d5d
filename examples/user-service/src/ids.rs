//! Ids: one type for each kind of thing, so that a role is never taken for a user.
//!
//! Any text is an id. Most are UUIDs, but what the platform sends has `user-uuid-abc` among them.

use std::fmt;

use serde::{Deserialize, Serialize};
use user_events::{EventSchema, PartitionKey};

macro_rules! ids {
    ($(#[doc = $doc:literal] $Id:ident)*) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EventSchema, PartitionKey)]
        #[serde(transparent)]
        pub struct $Id(pub String);

        impl From<&str> for $Id {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl fmt::Display for $Id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// Names a user, be it the one who acts or the one acted on.
    UserId
    /// Names a profile.
    ProfileId
    /// Names an address.
    AddressId
    /// Names a session, from login to logout.
    SessionId
    /// Names a token, as its `jti` claim does.
    TokenId
    /// Names a role.
    RoleId
    /// Names a permission.
    PermissionId
}
