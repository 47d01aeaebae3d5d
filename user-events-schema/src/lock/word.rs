//! The words for values without parts.

use crate::{Format, Int, Scalar};

/// Defines both directions. The commonest come first, because an unoptimized `match` tries them in turn.
macro_rules! words {
    ($($word:literal = $scalar:pat => $value:expr,)*) => {
        /// The word for a scalar.
        pub(super) const fn of(scalar: Scalar) -> &'static str {
            match scalar {
                $($scalar => $word,)*
                // Widths that no type has.
                Scalar::Int(_) => "integer",
            }
        }

        /// The scalar that a word stands for.
        pub(super) fn scalar(word: &str) -> Option<Scalar> {
            match word {
                $($word => Some($value),)*
                _ => None,
            }
        }

        #[cfg(test)]
        const WORDS: &[&str] = &[$($word),*];
    };
}

/// A pattern and an expression are written alike.
macro_rules! scalars {
    (
        plain { $($plain_word:literal = $plain:ident,)* }
        integers { $($int_word:literal = $signed:literal $bits:literal $nonzero:literal,)* }
        formats { $($format_word:literal = $format:ident,)* }
    ) => {
        words! {
            $($plain_word = Scalar::$plain => Scalar::$plain,)*
            $($int_word = Scalar::Int(Int { signed: $signed, bits: $bits, nonzero: $nonzero })
                => Scalar::Int(Int { signed: $signed, bits: $bits, nonzero: $nonzero }),)*
            $($format_word = Scalar::Format(Format::$format) => Scalar::Format(Format::$format),)*
        }
    };
}

scalars! {
    plain {
        "string" = String,
        "bool" = Bool,
        "f64" = F64,
        "f32" = F32,
        "char" = Char,
        "null" = Null,
        "any" = Any,
        "raw" = Raw,
    }
    integers {
        "u32" = false 32 false,
        "u64" = false 64 false,
        "i32" = true 32 false,
        "i64" = true 64 false,
        "u8" = false 8 false,
        "u16" = false 16 false,
        "i8" = true 8 false,
        "i16" = true 16 false,
        "u128" = false 128 false,
        "i128" = true 128 false,
        "nonzero-u8" = false 8 true,
        "nonzero-u16" = false 16 true,
        "nonzero-u32" = false 32 true,
        "nonzero-u64" = false 64 true,
        "nonzero-u128" = false 128 true,
        "nonzero-i8" = true 8 true,
        "nonzero-i16" = true 16 true,
        "nonzero-i32" = true 32 true,
        "nonzero-i64" = true 64 true,
        "nonzero-i128" = true 128 true,
    }
    formats {
        "uuid" = Uuid,
        "datetime-utc" = DateTimeUtc,
        "datetime-millis" = DateTimeMillis,
        "datetime-fixed" = DateTimeFixed,
        "datetime-local" = DateTimeLocal,
        "decimal" = Decimal,
        "naive-datetime" = NaiveDateTime,
        "naive-date" = NaiveDate,
        "naive-time" = NaiveTime,
        "weekday" = Weekday,
        "month" = Month,
        "url" = Url,
        "uuid-simple" = UuidSimple,
        "uuid-hyphenated" = UuidHyphenated,
        "uuid-braced" = UuidBraced,
        "uuid-urn" = UuidUrn,
        "ipv4" = Ipv4,
        "ipv6" = Ipv6,
        "ip" = Ip,
        "socket-v4" = SocketV4,
        "socket-v6" = SocketV6,
        "socket" = Socket,
        "decimal-str" = DecimalStr,
        "decimal-float" = DecimalFloat,
        "time-rfc3339" = TimeRfc3339,
        "time-rfc2822" = TimeRfc2822,
        "time-iso8601" = TimeIso8601,
        "time-offset-datetime" = TimeOffsetDateTime,
        "time-primitive-datetime" = TimePrimitiveDateTime,
        "time-date" = TimeDate,
        "time-time" = TimeTime,
        "number" = Number,
        "epoch-seconds" = EpochSeconds,
        "epoch-millis" = EpochMillis,
        "epoch-micros" = EpochMicros,
        "epoch-nanos" = EpochNanos,
        "time-epoch-millis" = TimeEpochMillis,
        "time-epoch-micros" = TimeEpochMicros,
        "time-epoch-nanos" = TimeEpochNanos,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_has_a_word_of_its_own() {
        let ints = [8, 16, 32, 64, 128].into_iter().flat_map(|bits| {
            [(false, false), (false, true), (true, false), (true, true)]
                .map(|(signed, nonzero)| Scalar::Int(Int { signed, bits, nonzero }))
        });
        let formats = Format::ALL.iter().copied().map(Scalar::Format);
        let scalars = ints.chain(formats).collect::<Vec<_>>();
        for scalar in &scalars {
            assert_eq!(super::scalar(of(*scalar)), Some(*scalar));
        }
        for word in WORDS {
            assert_eq!(super::scalar(word).map(of), Some(*word));
        }
        let plain = 8;
        assert_eq!(WORDS.len(), scalars.len() + plain);
    }
}
