//! A serde `with` module for `DateTime<Utc>`: exactly three digits of milliseconds and `Z`.
//!
//! Chrono leaves the fraction out where it is zero; the platform's other services always write
//! it. Reading takes any RFC 3339 time and makes it UTC. Digits beyond the millisecond are cut
//! off in writing.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use serde::{Deserialize, Serialize};
//! use user_events_core::time::millis;
//!
//! #[derive(Serialize, Deserialize)]
//! struct Registered {
//!     #[serde(with = "millis")]
//!     at: DateTime<Utc>,
//! }
//!
//! let registered: Registered = serde_json::from_str(r#"{"at":"2023-10-28T14:05:00+02:00"}"#)?;
//! assert_eq!(serde_json::to_string(&registered)?, r#"{"at":"2023-10-28T12:05:00.000Z"}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::ser::{self, Serialize, Serializer};

use super::{MillisText, parse};

/// Writes the time.
///
/// # Errors
///
/// The year lies outside 0 to 9999.
pub fn serialize<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    match MillisText::of(*time) {
        Some(text) => text.serialize(serializer),
        None => Err(ser::Error::custom("a time outside the years 0 to 9999 has no RFC 3339 text")),
    }
}

/// Reads any RFC 3339 time.
///
/// # Errors
///
/// The value is no text, or no RFC 3339 time. The error does not repeat the text.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    deserializer.deserialize_str(TimeVisitor)
}

struct TimeVisitor;

impl Visitor<'_> for TimeVisitor {
    type Value = DateTime<Utc>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 time")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        parse(text).ok_or_else(|| E::invalid_value(Unexpected::Other("a text"), &self))
    }
}

/// The same for `Option<DateTime<Utc>>`: `null` is none.
///
/// Serde's `with` makes a field required even where it is an `Option`, so write `default`
/// beside it, and `skip_serializing_if` to leave it out where it is none.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use serde::{Deserialize, Serialize};
/// use user_events_core::time::millis;
///
/// #[derive(Serialize, Deserialize)]
/// struct Account {
///     #[serde(default, with = "millis::option", skip_serializing_if = "Option::is_none")]
///     closed: Option<DateTime<Utc>>,
/// }
///
/// let open: Account = serde_json::from_str("{}")?;
/// assert_eq!(serde_json::to_string(&open)?, "{}");
/// let closed: Account = serde_json::from_str(r#"{"closed":"2023-10-28T12:05:00Z"}"#)?;
/// assert_eq!(serde_json::to_string(&closed)?, r#"{"closed":"2023-10-28T12:05:00.000Z"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub mod option {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes the time, or `null`.
    ///
    /// # Errors
    ///
    /// The year lies outside 0 to 9999.
    pub fn serialize<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads any RFC 3339 time, or `null`.
    ///
    /// # Errors
    ///
    /// The value is neither a text nor null, or no RFC 3339 time. The error does not repeat the text.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
        #[derive(Deserialize)]
        struct Time(#[serde(with = "super")] DateTime<Utc>);

        Ok(Option::<Time>::deserialize(deserializer)?.map(|Time(time)| time))
    }
}
