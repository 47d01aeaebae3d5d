//! The envelope's values, read as tolerantly as real messages need.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::SUPPORTED_MAJOR;
use crate::{Text, time};

/// An id or name: any text, or an integer, which is read as its digits.
///
/// A number with a fraction or an exponent is refused, and so is an integer beyond 64 bits:
/// serde_json reads both as floating point, where two ids can become one.
pub(super) struct Id(pub(super) Text);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IdVisitor;

        impl<'de> Visitor<'de> for IdVisitor {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or an integer")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Id, E> {
                Ok(Id(text.into()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Id, E> {
                Ok(Id(Text::display(number)))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Id, E> {
                Ok(Id(Text::display(number)))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Id, A::Error> {
                let number = arbitrary_precision(map)?;
                if number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
                    Ok(Id(number))
                } else {
                    Err(de::Error::custom("not an integer"))
                }
            }
        }

        deserializer.deserialize_any(IdVisitor)
    }
}

/// The envelope's version, text or number, refused where its major is not ours.
pub(super) struct Version(pub(super) Text);

impl Version {
    fn supported<E: de::Error>(text: Text) -> Result<Self, E> {
        if text.split('.').next() == Some(SUPPORTED_MAJOR) {
            Ok(Self(text))
        } else {
            Err(E::custom("not a supported major version"))
        }
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct VersionVisitor;

        impl<'de> Visitor<'de> for VersionVisitor {
            type Value = Version;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a version")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Version, E> {
                Version::supported(text.into())
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Version, E> {
                Version::supported(Text::display(number))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Version, E> {
                Version::supported(Text::display(format_args!("{number:?}")))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Version, A::Error> {
                Version::supported(arbitrary_precision(map)?)
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
fn arbitrary_precision<'de, A: MapAccess<'de>>(map: A) -> Result<Text, A::Error> {
    serde_json::Number::deserialize(MapAccessDeserializer::new(map)).map(Text::display)
}
