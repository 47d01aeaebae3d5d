//! The shapes of chrono's types.

use chrono::{DateTime, FixedOffset, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use user_events_schema::{Descriptor, Format, Scalar};

use super::shape_is;

#[cfg(feature = "chrono")]
shape_is! {
    Descriptor::Scalar(Scalar::Format(Format::DateTimeLocal)) => chrono::DateTime<chrono::Local>;
}

shape_is! {
    Descriptor::Scalar(Scalar::Format(Format::DateTimeUtc)) => DateTime<Utc>;
    Descriptor::Scalar(Scalar::Format(Format::DateTimeFixed)) => DateTime<FixedOffset>;
    Descriptor::Scalar(Scalar::Format(Format::NaiveDateTime)) => NaiveDateTime;
    Descriptor::Scalar(Scalar::Format(Format::NaiveDate)) => NaiveDate;
    Descriptor::Scalar(Scalar::Format(Format::NaiveTime)) => NaiveTime;
    Descriptor::Scalar(Scalar::Format(Format::Weekday)) => Weekday;
    Descriptor::Scalar(Scalar::Format(Format::Month)) => Month;
    // Seconds and nanoseconds; not every pair of them is a span.
    Descriptor::Refined { inner: <(i64, i32)>::SCHEMA, by: "TimeDelta" } => TimeDelta;
}
