//! The shapes of time's types, in the readable form that its feature `serde-human-readable` gives them.

use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};
use user_events_schema::{Descriptor, Format, Scalar};

use super::shape_is;

shape_is! {
    Descriptor::Scalar(Scalar::Format(Format::TimeOffsetDateTime)) => OffsetDateTime;
    Descriptor::Scalar(Scalar::Format(Format::TimePrimitiveDateTime)) => PrimitiveDateTime;
    Descriptor::Scalar(Scalar::Format(Format::TimeDate)) => Date;
    Descriptor::Scalar(Scalar::Format(Format::TimeTime)) => Time;
}
