//! The shapes that well-known `with` modules give a field, under the names that the derives know them by.

use user_events_schema::{Descriptor, Format, Scalar, Schema};

use crate::EventSchema;

macro_rules! adapters {
    ($($name:ident, $option:ident: $format:ident;)*) => {
        $(
            #[doc = concat!("[`Format::", stringify!($format), "`].")]
            pub const $name: Schema = Schema::built_in(&Descriptor::Scalar(Scalar::Format(Format::$format)));
            #[doc = concat!("[`Format::", stringify!($format), "`], or `null`.")]
            pub const $option: Schema = Schema::built_in(&Descriptor::Option($name));
        )*
    };
}

adapters! {
    MILLIS, MILLIS_OPTION: DateTimeMillis;
    EPOCH_SECONDS, EPOCH_SECONDS_OPTION: EpochSeconds;
    EPOCH_MILLIS, EPOCH_MILLIS_OPTION: EpochMillis;
    EPOCH_MICROS, EPOCH_MICROS_OPTION: EpochMicros;
    EPOCH_NANOS, EPOCH_NANOS_OPTION: EpochNanos;
    TIME_RFC3339, TIME_RFC3339_OPTION: TimeRfc3339;
    TIME_RFC2822, TIME_RFC2822_OPTION: TimeRfc2822;
    TIME_ISO8601, TIME_ISO8601_OPTION: TimeIso8601;
    TIME_EPOCH_MILLIS, TIME_EPOCH_MILLIS_OPTION: TimeEpochMillis;
    TIME_EPOCH_MICROS, TIME_EPOCH_MICROS_OPTION: TimeEpochMicros;
    TIME_EPOCH_NANOS, TIME_EPOCH_NANOS_OPTION: TimeEpochNanos;
    DECIMAL_STR, DECIMAL_STR_OPTION: DecimalStr;
    DECIMAL_FLOAT, DECIMAL_FLOAT_OPTION: DecimalFloat;
    UUID_SIMPLE, UUID_SIMPLE_OPTION: UuidSimple;
    UUID_HYPHENATED, UUID_HYPHENATED_OPTION: UuidHyphenated;
    UUID_BRACED, UUID_BRACED_OPTION: UuidBraced;
    UUID_URN, UUID_URN_OPTION: UuidUrn;
}

/// An array of 16 bytes.
pub const UUID_COMPACT: Schema = <[u8; 16]>::SCHEMA;
/// An array of 16 bytes, or `null`.
pub const UUID_COMPACT_OPTION: Schema = Schema::built_in(&Descriptor::Option(UUID_COMPACT));
