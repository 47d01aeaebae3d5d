//! The envelope's values, read as tolerantly as real messages need.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{ENVELOPE_MAJOR, content};
use crate::{Text, time};

/// An id or name: any text, or an integer, which is read as its digits.
///
/// A number with a fraction or an exponent is refused, and so is an integer beyond 64 bits:
/// serde_json reads both as floating point, where two ids can become one.
pub(super) struct Id<'a>(pub(super) Cow<'a, str>);

impl Id<'_> {
    pub(super) fn into_text(self) -> Text {
        self.0.as_ref().into()
    }
}

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

/// The standard envelope's version, refused where its major is another than this library's.
pub(super) type EnvelopeVersion<'a> = Version<'a, ENVELOPE_MAJOR>;

/// A version, a text or a number, refused where its major is another than this.
pub(super) struct Version<'a, const MAJOR: char>(Cow<'a, str>);

impl<'a, const MAJOR: char> Version<'a, MAJOR> {
    /// None where its major is another.
    pub(super) fn of(text: Cow<'a, str>) -> Option<Self> {
        let minor = text.strip_prefix(MAJOR)?;
        (minor.is_empty() || minor.starts_with('.')).then_some(Self(text))
    }

    pub(super) fn into_text(self) -> Cow<'a, str> {
        self.0
    }

    fn supported<E: de::Error>(text: Cow<'a, str>) -> Result<Self, E> {
        Self::of(text).ok_or_else(|| E::custom("not a supported major version"))
    }
}

impl<'de: 'a, 'a, const MAJOR: char> Deserialize<'de> for Version<'a, MAJOR> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct VersionVisitor<const MAJOR: char>;

        impl<'de, const MAJOR: char> Visitor<'de> for VersionVisitor<MAJOR> {
            type Value = Version<'de, MAJOR>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a version")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Version::supported(Cow::Borrowed(text))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Version::supported(Cow::Owned(text.to_owned()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
                Version::supported(Cow::Owned(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
                Version::supported(Cow::Owned(format!("{number:?}")))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Version::supported(Cow::Owned(arbitrary_precision(map)?))
            }
        }

        deserializer.deserialize_any(VersionVisitor)
    }
}

/// The major version of an event: `"1.0"`, `"1"`, `1` and `1.0` are 1.
pub(super) struct EventVersion(pub(super) u32);

impl<'de> Deserialize<'de> for EventVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ExpectedVersion(None).deserialize(deserializer)
    }
}

/// Reads an event's version, and refuses another than this.
#[derive(Clone, Copy)]
pub(super) struct ExpectedVersion(pub(super) Option<u32>);

impl ExpectedVersion {
    fn of_text<E: de::Error>(self, text: &str) -> Result<EventVersion, E> {
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        self.of_major(major.parse().ok().filter(|_| is_number(major) && minor.split('.').all(is_number)))
    }

    fn of_major<E: de::Error>(self, major: Option<u32>) -> Result<EventVersion, E> {
        match major {
            Some(major) if self.0.is_none_or(|expected| major == expected) => Ok(EventVersion(major)),
            Some(_) => Err(E::custom("another version")),
            None => Err(E::custom("not a version")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for ExpectedVersion {
    type Value = EventVersion;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<EventVersion, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ExpectedVersion {
    type Value = EventVersion;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<EventVersion, E> {
        self.of_text(text)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<EventVersion, E> {
        self.of_major(number.try_into().ok())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<EventVersion, E> {
        self.of_text(&format!("{number:?}"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<EventVersion, A::Error> {
        self.of_text(&arbitrary_precision(map)?)
    }
}

/// The media type of one JSON value, `application/json`; any other is refused.
pub(super) struct JsonMediaType;

impl<'de> Deserialize<'de> for JsonMediaType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let media_type = Cow::<str>::deserialize(deserializer)?;
        if content::is_json(&media_type) { Ok(Self) } else { Err(de::Error::custom("not JSON")) }
    }
}

/// A value that must not be there.
pub(super) struct Forbidden;

impl<'de> Deserialize<'de> for Forbidden {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(de::Error::custom("must not be there"))
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
