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

/// A format with rules of its own. What is related to what is said in the verdict, beside this list nowhere else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// `uuid::Uuid`, hyphenated.
    Uuid,
    /// `uuid::serde::simple` and its like are named by what they write: 32 digits.
    UuidSimple,
    /// `std::net::Ipv4Addr`.
    Ipv4,
    /// `std::net::Ipv6Addr`.
    Ipv6,
    /// `std::net::IpAddr`.
    Ip,
    /// `std::net::SocketAddrV4`.
    SocketV4,
    /// `std::net::SocketAddrV6`.
    SocketV6,
    /// `std::net::SocketAddr`.
    Socket,
    /// `url::Url`.
    Url,
    /// `rust_decimal::Decimal`, written as text, read from text or a number.
    Decimal,
    /// `rust_decimal::serde::str`: text only.
    DecimalStr,
    /// `rust_decimal::serde::float`: a number.
    DecimalFloat,
    /// `chrono::DateTime<Utc>`: RFC 3339 in UTC.
    DateTimeUtc,
    /// `user_events::time::millis`: as `DateTimeUtc`, with three digits.
    DateTimeMillis,
    /// `chrono::DateTime<FixedOffset>`: RFC 3339 that keeps its offset.
    DateTimeFixed,
    /// `chrono::DateTime<Local>`.
    DateTimeLocal,
    /// `chrono::NaiveDateTime`.
    NaiveDateTime,
    /// `chrono::NaiveDate`, and `time::Date` in its readable form.
    NaiveDate,
    /// `chrono::NaiveTime`.
    NaiveTime,
    /// `chrono::Month`, `chrono::Weekday` by name.
    Weekday,
    /// `chrono::Month` by name.
    Month,
    /// `time::serde::rfc3339`: keeps its offset.
    TimeRfc3339,
    /// `time::serde::rfc2822`.
    TimeRfc2822,
    /// `time::serde::iso8601`.
    TimeIso8601,
    /// `time::OffsetDateTime` as it is without an adapter.
    TimeOffsetDateTime,
    /// `time::PrimitiveDateTime` as it is without an adapter.
    TimePrimitiveDateTime,
    /// `time::Date` as it is without an adapter.
    TimeDate,
    /// `time::Time` as it is without an adapter.
    TimeTime,
}
