//! The shape of url's type.

use url::Url;
use user_events_schema::{Descriptor, Format, Scalar};

use super::shape_is;

shape_is! {
    Descriptor::Scalar(Scalar::Format(Format::Url)) => Url;
}
