//! Times as the platform writes them: UTC, exactly three digits of milliseconds, `Z`.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use serde::{Serialize, Serializer};

pub mod millis;

const LEN: usize = "2023-10-28T12:05:00.000Z".len();

/// A time's text, made without an allocation.
pub(crate) struct MillisText([u8; LEN]);

impl MillisText {
    /// The text of a time; digits beyond the millisecond are cut off.
    ///
    /// None where the year has no four digits: ISO 8601 allows others only by agreement, and
    /// RFC 3339 not at all.
    pub(crate) fn of(time: DateTime<Utc>) -> Option<Self> {
        let time = time.naive_utc();
        let year = u32::try_from(time.year()).ok().filter(|year| *year <= 9999)?;
        let (second, milli) = second_and_milli(time);

        let mut text = *b"0000-00-00T00:00:00.000Z";
        digits(&mut text[0..4], year);
        digits(&mut text[5..7], time.month());
        digits(&mut text[8..10], time.day());
        digits(&mut text[11..13], time.hour());
        digits(&mut text[14..16], time.minute());
        digits(&mut text[17..19], second);
        digits(&mut text[20..23], milli);
        Some(Self(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Serialize for MillisText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A leap second, which chrono counts as second 59 with a second's worth of extra nanoseconds, is second 60.
fn second_and_milli(time: NaiveDateTime) -> (u32, u32) {
    let milli = time.nanosecond() / 1_000_000;
    (time.second() + milli / 1000, milli % 1000)
}

fn digits(place: &mut [u8], mut number: u32) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Reads any time that RFC 3339 allows: with an offset, without a fraction, with more digits.
pub(crate) fn parse(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(time: &str) -> String {
        let MillisText(bytes) = MillisText::of(parse(time).unwrap()).unwrap();
        String::from_utf8(bytes.into()).unwrap()
    }

    #[test]
    fn always_three_digits_and_z() {
        for (time, expected) in [
            ("2023-10-28T12:05:00Z", "2023-10-28T12:05:00.000Z"),
            ("2023-10-28T12:05:00.000Z", "2023-10-28T12:05:00.000Z"),
            ("2023-10-28T14:05:00.1+02:00", "2023-10-28T12:05:00.100Z"),
            ("2023-10-28T12:05:00.123999999Z", "2023-10-28T12:05:00.123Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
            ("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:60.500Z"),
        ] {
            assert_eq!(written(time), expected);
        }
    }

    #[test]
    fn years_without_four_digits_have_no_text() {
        for time in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert!(MillisText::of(time).is_none());
        }
        let last = parse("9999-12-31T23:59:59.999Z").unwrap();
        assert!(MillisText::of(last + chrono::TimeDelta::milliseconds(1)).is_none());
        let first = parse("0000-01-01T00:00:00Z").unwrap();
        assert!(MillisText::of(first - chrono::TimeDelta::milliseconds(1)).is_none());
    }
}
