//! The envelope's values, read as tolerantly as real messages need.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::SUPPORTED_MAJOR;
use crate::time;

/// An id or name: any text, or an integer, which is read as its digits.
///
/// A number with a fraction or an exponent is refused, and so is an integer beyond 64 bits:
/// serde_json reads both as floating point, where two ids can become one.
pub(super) struct Id<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Id<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IdVisitor;

        impl<'de> Visitor<'de> for IdVisitor {
            type Value = Id<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or an integer")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Id<'de>, E> {
                Ok(Id(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Id<'de>, E> {
                Ok(Id(Cow::Owned(text.to_owned())))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Id<'de>, E> {
                Ok(Id(Cow::Owned(number.to_string())))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Id<'de>, E> {
                Ok(Id(Cow::Owned(number.to_string())))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Id<'de>, A::Error> {
                let number = arbitrary_precision(map)?;
                if number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
                    Ok(Id(Cow::Owned(number)))
                } else {
                    Err(de::Error::custom("not an integer"))
                }
            }
        }

        deserializer.deserialize_any(IdVisitor)
    }
}

/// The envelope's version, a text or a number, refused where its major is not ours.
pub(super) struct Version<'a>(pub(super) Cow<'a, str>);

impl<'a> Version<'a> {
    fn supported<E: de::Error>(text: Cow<'a, str>) -> Result<Self, E> {
        if text.split('.').next() == Some(SUPPORTED_MAJOR) {
            Ok(Self(text))
        } else {
            Err(E::custom("not a supported major version"))
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Version<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct VersionVisitor;

        impl<'de> Visitor<'de> for VersionVisitor {
            type Value = Version<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a version")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Version<'de>, E> {
                Version::supported(Cow::Borrowed(text))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Version<'de>, E> {
                Version::supported(Cow::Owned(text.to_owned()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Version<'de>, E> {
                Version::supported(Cow::Owned(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Version<'de>, E> {
                Version::supported(Cow::Owned(format!("{number:?}")))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Version<'de>, A::Error> {
                Version::supported(Cow::Owned(arbitrary_precision(map)?))
            }
        }

        deserializer.deserialize_any(VersionVisitor)
    }
}

/// A time, or none where it cannot be understood: no message is refused for its time.
pub(super) struct Time(pub(super) Option<DateTime<Utc>>);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TimeVisitor;

        impl<'de> Visitor<'de> for TimeVisitor {
            type Value = Time;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Time, E> {
                Ok(Time(time::parse(text)))
            }

            fn visit_bool<E: de::Error>(self, _: bool) -> Result<Time, E> {
                Ok(Time(None))
            }

            fn visit_u64<E: de::Error>(self, _: u64) -> Result<Time, E> {
                Ok(Time(None))
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Time, E> {
                Ok(Time(None))
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Time, E> {
                Ok(Time(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Time, A::Error> {
                IgnoredAny.visit_seq(seq).map(|_| Time(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Time, A::Error> {
                IgnoredAny.visit_map(map).map(|_| Time(None))
            }
        }

        deserializer.deserialize_any(TimeVisitor)
    }
}

/// A number's digits where serde_json's feature `arbitrary_precision` is on somewhere in the
/// build: every number then arrives as a map of its own making. Any other map is an error.
fn arbitrary_precision<'de, A: MapAccess<'de>>(map: A) -> Result<String, A::Error> {
    serde_json::Number::deserialize(MapAccessDeserializer::new(map)).map(|number| number.to_string())
}
