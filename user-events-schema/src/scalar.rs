//! [`Scalar`], a JSON value without parts, as far as serde tells it from others.

/// A value without parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scalar {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int(Int),
    /// `f32`.
    F32,
    /// `f64`.
    F64,
    /// Text of one character.
    Char,
    /// Any text.
    String,
    /// `null`: `()` and unit structs.
    Null,
    /// `serde_json::Value`: anything.
    Any,
    /// `serde_json::value::RawValue`: anything, as it was written.
    Raw,
    /// Text, or a number, in a known format.
    Format(Format),
}

/// A whole number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Int {
    /// Whether it can be negative.
    pub signed: bool,
    /// 8, 16, 32, 64 or 128. `usize` and `isize` have 64.
    pub bits: u8,
    /// Whether zero is refused.
    pub nonzero: bool,
}

impl Scalar {
    /// Its number in [encoded trees](crate::codec) and [fingerprints](crate::fingerprint). Frozen.
    pub(crate) const fn code(self) -> u32 {
        match self {
            Self::Bool => 1,
            Self::F32 => 2,
            Self::F64 => 3,
            Self::Char => 4,
            Self::String => 5,
            Self::Null => 6,
            Self::Any => 7,
            Self::Raw => 8,
            Self::Int(int) => 0x100 | int.bits as u32 >> 3 | (int.signed as u32) << 5 | (int.nonzero as u32) << 6,
            Self::Format(format) => 0x200 + format as u32,
        }
    }

    /// The scalar of this number.
    pub(crate) const fn from_code(code: u32) -> Option<Self> {
        match code {
            1 => Some(Self::Bool),
            2 => Some(Self::F32),
            3 => Some(Self::F64),
            4 => Some(Self::Char),
            5 => Some(Self::String),
            6 => Some(Self::Null),
            7 => Some(Self::Any),
            8 => Some(Self::Raw),
            0x100..0x180 => {
                let bytes = code & 31;
                if !matches!(bytes, 1 | 2 | 4 | 8 | 16) {
                    return None;
                }
                Some(Self::Int(Int { signed: code & 32 != 0, bits: bytes as u8 * 8, nonzero: code & 64 != 0 }))
            }
            0x200.. => match Format::from_code(code - 0x200) {
                Some(format) => Some(Self::Format(format)),
                None => None,
            },
            _ => None,
        }
    }
}

/// Defines the formats with their numbers, which are frozen: new ones come last.
macro_rules! formats {
    ($(#[$meta:meta])* pub enum Format { $($(#[$doc:meta])* $name:ident = $code:literal,)* }) => {
        $(#[$meta])*
        pub enum Format {
            $($(#[$doc])* $name = $code,)*
        }

        impl Format {
            /// Every format.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            const fn from_code(code: u32) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

formats! {
    /// A format with rules of its own. What is related to what is said in the verdict, beside this list nowhere else.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub enum Format {
        /// `uuid::Uuid`: writes 32 digits with hyphens, and reads them in any of the forms of `uuid::serde`.
        Uuid = 1,
        /// `uuid::serde::simple`: 32 digits without hyphens, in writing and reading.
        UuidSimple = 2,
        /// `std::net::Ipv4Addr`.
        Ipv4 = 3,
        /// `std::net::Ipv6Addr`.
        Ipv6 = 4,
        /// `std::net::IpAddr`.
        Ip = 5,
        /// `std::net::SocketAddrV4`.
        SocketV4 = 6,
        /// `std::net::SocketAddrV6`.
        SocketV6 = 7,
        /// `std::net::SocketAddr`.
        Socket = 8,
        /// `url::Url`.
        Url = 9,
        /// `rust_decimal::Decimal`: writes text, reads text of a number or a number.
        Decimal = 10,
        /// `rust_decimal::serde::str`: writes and reads text of a number.
        DecimalStr = 11,
        /// `rust_decimal::serde::float`: writes the nearest `f64`, reads a number or text of one.
        DecimalFloat = 12,
        /// `chrono::DateTime<Utc>`: RFC 3339 in UTC.
        DateTimeUtc = 13,
        /// `user_events::time::millis`: as `DateTimeUtc`, but writes no more than three digits of a fraction, and no year
        /// outside 0 to 9999.
        DateTimeMillis = 14,
        /// `chrono::DateTime<FixedOffset>`: RFC 3339 that keeps its offset.
        DateTimeFixed = 15,
        /// `chrono::DateTime<Local>`.
        DateTimeLocal = 16,
        /// `chrono::NaiveDateTime`.
        NaiveDateTime = 17,
        /// `chrono::NaiveDate`: `2023-10-28`.
        NaiveDate = 18,
        /// `chrono::NaiveTime`.
        NaiveTime = 19,
        /// `chrono::Weekday`: writes `Mon`, reads short and long names in any case.
        Weekday = 20,
        /// `chrono::Month`: writes `January`, reads short and long names in any case.
        Month = 21,
        /// `time::serde::rfc3339`: keeps its offset.
        TimeRfc3339 = 22,
        /// `time::serde::rfc2822`.
        TimeRfc2822 = 23,
        /// `time::serde::iso8601`.
        TimeIso8601 = 24,
        /// `time::OffsetDateTime` as it is without an adapter: writes `2023-10-28 12:05:00.0 +00:00:00`, reads it or an
        /// array of nine integers.
        TimeOffsetDateTime = 25,
        /// `time::PrimitiveDateTime` as it is without an adapter: writes `2023-10-28 12:05:00.0`, reads it or an array of
        /// six integers.
        TimePrimitiveDateTime = 26,
        /// `time::Date` as it is without an adapter: writes `2023-10-28`, reads it or `[year, day of the year]`.
        TimeDate = 27,
        /// `time::Time` as it is without an adapter: writes `12:05:00.0`, reads it or an array of four integers.
        TimeTime = 28,
        /// `serde_json::Number`: any number, a whole one as such.
        Number = 29,
        /// `uuid::serde::hyphenated`: writes what `Uuid` writes, and reads nothing else.
        UuidHyphenated = 30,
        /// `uuid::serde::braced`: `{`, what `Uuid` writes, and `}`, in writing and reading.
        UuidBraced = 31,
        /// `uuid::serde::urn`: `urn:uuid:` and what `Uuid` writes, in writing and reading.
        UuidUrn = 32,
        /// Seconds since 1970: `chrono::serde::ts_seconds`, `time::serde::timestamp`. An `i64` in writing and reading;
        /// those too far from 1970 for a date are counted as what nobody writes. Another unit is another time.
        EpochSeconds = 33,
        /// As `EpochSeconds`, milliseconds: `chrono::serde::ts_milliseconds`, `time::serde::timestamp::milliseconds_i64`.
        EpochMillis = 34,
        /// As `EpochSeconds`, microseconds: `chrono::serde::ts_microseconds`.
        EpochMicros = 35,
        /// As `EpochSeconds`, nanoseconds: `chrono::serde::ts_nanoseconds`.
        EpochNanos = 36,
        /// `time::serde::timestamp::milliseconds`: writes an integer of 64 bits as `EpochMillis` does, and reads an `i128`,
        /// which cannot be read where serde buffers.
        TimeEpochMillis = 37,
        /// `time::serde::timestamp::microseconds`: as `TimeEpochMillis`, microseconds.
        TimeEpochMicros = 38,
        /// `time::serde::timestamp::nanoseconds`: as `TimeEpochMillis`, nanoseconds, and writes integers that may not fit
        /// into 64 bits.
        TimeEpochNanos = 39,
    }
}
