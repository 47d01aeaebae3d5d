//! The shape of uuid's type.

use user_events_schema::{Descriptor, Format, Scalar};
use uuid::Uuid;

use super::shape_is;

shape_is! {
    Descriptor::Scalar(Scalar::Format(Format::Uuid)) => Uuid;
}
