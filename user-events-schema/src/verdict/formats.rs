//! Formats, and what is related to what.

use super::effects::Effects;
use super::numbers;
use crate::{Format, Int, Scalar};

/// What a reader of a format does with a scalar.
pub(super) const fn from(written: Scalar, read: Format, buffered: bool) -> Effects {
    if is_wide(read) && buffered {
        return Effects::REFUSED;
    }
    match written {
        Scalar::Any | Scalar::Raw => Effects::SOME,
        Scalar::Format(written) => between(written, read),
        Scalar::String if is_read_from_text(read) => Effects::SOME,
        Scalar::Char if matches!(read, Format::Decimal | Format::DecimalStr | Format::DecimalFloat) => Effects::SOME,
        Scalar::Int(int) => match read {
            Format::Decimal | Format::DecimalFloat if int.bits <= 64 => Effects::SAME,
            Format::Decimal | Format::DecimalFloat => Effects::SOME,
            Format::Number if int.bits <= 64 => Effects::SAME,
            Format::Number => Effects::LOSSY,
            _ if is_epoch(read) => numbers::int(int, epoch_int(read)),
            _ => Effects::REFUSED,
        },
        Scalar::F32 | Scalar::F64 => match read {
            Format::Decimal | Format::DecimalFloat => Effects::SOME,
            Format::Number => Effects::SAME,
            _ => Effects::REFUSED,
        },
        _ => Effects::REFUSED,
    }
}

/// What a reader of a scalar without a format does with a format.
pub(super) const fn to(written: Format, read: Scalar) -> Effects {
    match (written, read) {
        (Format::DecimalFloat, Scalar::F64) => Effects::SAME,
        (Format::DecimalFloat, Scalar::F32) => Effects::LOSSY,
        (Format::Number, Scalar::F64 | Scalar::F32) => Effects::LOSSY,
        (Format::Number, Scalar::Int(_)) => Effects::SOME,
        (written, Scalar::Int(read)) if is_epoch(written) => numbers::int(epoch_int(written), read),
        (written, Scalar::F64) if is_epoch(written) => numbers::int_to_float(epoch_int(written), 53),
        (written, Scalar::F32) if is_epoch(written) => numbers::int_to_float(epoch_int(written), 24),
        (written, Scalar::String) if is_text(written) => Effects::SAME,
        _ => Effects::REFUSED,
    }
}

const fn between(written: Format, read: Format) -> Effects {
    use Format as F;
    if written as u16 == read as u16 {
        return Effects::SAME;
    }
    match (written, read) {
        (F::Uuid | F::UuidHyphenated, F::Uuid | F::UuidHyphenated) => Effects::SAME,
        (F::UuidSimple | F::UuidBraced | F::UuidUrn, F::Uuid) => Effects::SAME,
        // A URN is a URL.
        (F::UuidUrn, F::Url) => Effects::SAME,
        (F::Ipv4 | F::Ipv6, F::Ip) | (F::SocketV4 | F::SocketV6, F::Socket) => Effects::SAME,
        (F::Ip, F::Ipv4 | F::Ipv6) | (F::Socket, F::SocketV4 | F::SocketV6) => Effects::SOME,
        (F::Decimal | F::DecimalStr, F::Decimal | F::DecimalStr | F::DecimalFloat) => Effects::SAME,
        (F::DecimalFloat, F::Decimal | F::Number) => Effects::SAME,
        (F::Number, F::Decimal | F::DecimalFloat) => Effects::SOME,
        // The same text, but the one that loses its offset.
        (
            F::DateTimeUtc | F::DateTimeMillis,
            F::DateTimeUtc | F::DateTimeMillis | F::DateTimeFixed | F::DateTimeLocal | F::TimeRfc3339 | F::TimeIso8601,
        ) => Effects::SAME,
        (F::DateTimeFixed | F::DateTimeLocal, F::DateTimeFixed | F::TimeRfc3339 | F::TimeIso8601) => Effects::SAME,
        (F::DateTimeFixed | F::DateTimeLocal, F::DateTimeUtc | F::DateTimeMillis | F::DateTimeLocal) => Effects::LOSSY,
        (F::TimeRfc3339, F::DateTimeUtc | F::DateTimeMillis | F::DateTimeFixed | F::TimeIso8601) => Effects::SAME,
        (F::TimeRfc3339, F::DateTimeLocal) => Effects::LOSSY,
        (F::NaiveDate | F::TimeDate, F::NaiveDate | F::TimeDate) => Effects::SAME,
        (F::TimeTime, F::NaiveTime) => Effects::SAME,
        // `time` wants a fraction, which chrono writes only where there is one.
        (F::NaiveTime, F::TimeTime) => Effects::SOME,
        (written, F::Number) if is_epoch(written) => Effects::SAME,
        (written, F::Decimal | F::DecimalFloat) if is_epoch(written) => Effects::SAME,
        (F::Number, read) if is_epoch(read) => Effects::SOME,
        (written, read) if is_epoch(written) && is_epoch(read) => {
            if unit(written) == unit(read) {
                numbers::int(epoch_int(written), epoch_int(read))
            } else {
                Effects::CHANGED
            }
        }
        _ => Effects::REFUSED,
    }
}

/// Whether it is text in JSON.
pub(super) const fn is_text(format: Format) -> bool {
    !is_epoch(format) && !matches!(format, Format::DecimalFloat | Format::Number)
}

const fn is_read_from_text(format: Format) -> bool {
    is_text(format) || matches!(format, Format::DecimalFloat)
}

const fn is_epoch(format: Format) -> bool {
    unit(format) != 0
}

/// Its unit, as the digits of a second's fraction; 0 if it is no count.
const fn unit(format: Format) -> u8 {
    match format {
        Format::EpochSeconds => 1,
        Format::EpochMillis | Format::TimeEpochMillis => 3,
        Format::EpochMicros | Format::TimeEpochMicros => 6,
        Format::EpochNanos | Format::TimeEpochNanos => 9,
        _ => 0,
    }
}

/// Whether it is read as an integer of 128 bits.
const fn is_wide(format: Format) -> bool {
    matches!(format, Format::TimeEpochMillis | Format::TimeEpochMicros | Format::TimeEpochNanos)
}

const fn epoch_int(format: Format) -> Int {
    let bits = if matches!(format, Format::TimeEpochNanos) { 128 } else { 64 };
    Int { signed: true, bits, nonzero: false }
}

pub(super) const fn name(format: Format) -> &'static str {
    match format {
        Format::Uuid => "`Uuid`",
        Format::UuidSimple => "`Uuid` without hyphens",
        Format::UuidHyphenated => "`Uuid` with hyphens",
        Format::UuidBraced => "`Uuid` in braces",
        Format::UuidUrn => "`Uuid` as a URN",
        Format::Ipv4 => "`Ipv4Addr`",
        Format::Ipv6 => "`Ipv6Addr`",
        Format::Ip => "`IpAddr`",
        Format::SocketV4 => "`SocketAddrV4`",
        Format::SocketV6 => "`SocketAddrV6`",
        Format::Socket => "`SocketAddr`",
        Format::Url => "`Url`",
        Format::Decimal => "`Decimal`",
        Format::DecimalStr => "`Decimal` as text",
        Format::DecimalFloat => "`Decimal` as a number",
        Format::DateTimeUtc => "`DateTime<Utc>`",
        Format::DateTimeMillis => "`DateTime<Utc>` in milliseconds",
        Format::DateTimeFixed => "`DateTime<FixedOffset>`",
        Format::DateTimeLocal => "`DateTime<Local>`",
        Format::NaiveDateTime => "`NaiveDateTime`",
        Format::NaiveDate => "`NaiveDate`",
        Format::NaiveTime => "`NaiveTime`",
        Format::Weekday => "`Weekday`",
        Format::Month => "`Month`",
        Format::TimeRfc3339 => "`OffsetDateTime` in RFC 3339",
        Format::TimeRfc2822 => "`OffsetDateTime` in RFC 2822",
        Format::TimeIso8601 => "`OffsetDateTime` in ISO 8601",
        Format::TimeOffsetDateTime => "`OffsetDateTime`",
        Format::TimePrimitiveDateTime => "`PrimitiveDateTime`",
        Format::TimeDate => "`time::Date`",
        Format::TimeTime => "`time::Time`",
        Format::Number => "`Number`",
        Format::EpochSeconds => "seconds since 1970",
        Format::EpochMillis | Format::TimeEpochMillis => "milliseconds since 1970",
        Format::EpochMicros | Format::TimeEpochMicros => "microseconds since 1970",
        Format::EpochNanos | Format::TimeEpochNanos => "nanoseconds since 1970",
    }
}
