//! Events to try the handlers on.

use chrono::{DateTime, Utc};
use user_service::{AccountStatus, PersonName, UserAccountStatusChanged, UserPasswordResetRequested, UserRegistered};

/// Ada registered.
#[must_use]
pub fn user_registered() -> UserRegistered {
    UserRegistered {
        user_id: "u-1".into(),
        email: "ada@example.com".to_owned(),
        username: None,
        name: PersonName { first: Some("Ada".to_owned()), last: None },
        status: AccountStatus::PendingVerification,
        registration_timestamp: DateTime::<Utc>::UNIX_EPOCH,
        source: None,
    }
}

/// Ada forgot her password.
#[must_use]
pub fn password_reset_requested() -> UserPasswordResetRequested {
    UserPasswordResetRequested {
        user_id: "u-1".into(),
        email: "ada@example.com".to_owned(),
        request_timestamp: DateTime::<Utc>::UNIX_EPOCH,
        reset_token_identifier: None,
    }
}

/// Ada's account was suspended.
#[must_use]
pub fn account_suspended() -> UserAccountStatusChanged {
    UserAccountStatusChanged {
        user_id: "u-1".into(),
        new_status: AccountStatus::Suspended,
        previous_status: AccountStatus::Active,
        change_timestamp: DateTime::<Utc>::UNIX_EPOCH,
        reason: None,
        changed_by: None,
    }
}
