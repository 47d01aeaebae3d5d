//! The shape of rust_decimal's type, without the crate's features that write it as a number.

use rust_decimal::Decimal;
use user_events_schema::{Descriptor, Format, Scalar};

use super::shape_is;

shape_is! {
    Descriptor::Scalar(Scalar::Format(Format::Decimal)) => Decimal;
}
