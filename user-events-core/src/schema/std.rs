//! The shapes of the standard library's types.

use user_events_schema::{Descriptor, Scalar, Schema};

use crate::EventSchema;

impl EventSchema for String {
    const SCHEMA: Schema = Schema::of(&Descriptor::Scalar(Scalar::String));
}

impl<T: EventSchema> EventSchema for Option<T> {
    const SCHEMA: Schema = Schema::of(&Descriptor::Option(T::SCHEMA));
}
