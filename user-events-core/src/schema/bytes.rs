//! The shapes of bytes' types: they write an array of numbers, and read it or text.

use bytes::{Bytes, BytesMut};
use user_events_schema::fingerprint::Shape;
use user_events_schema::{Descriptor, Enum, Payload, Representation, Schema, Variant, type_id};

use super::shape_is;
use crate::EventSchema;

shape_is! {
    Descriptor::Asymmetric { writer: ARRAY, reader: Schema::of(&READ) } => Bytes, BytesMut;
}

const ARRAY: Schema = <Vec<u8>>::SCHEMA;

static READ: Descriptor = Descriptor::Enum(&ARRAY_OR_TEXT);

static ARRAY_OR_TEXT: Enum = {
    let mut of = Enum::new(
        "Bytes",
        type_id("bytes::Bytes", 0, 0, 0),
        0,
        &[
            Variant::new("Array", &["Array"], Payload::Newtype(ARRAY)),
            Variant::new("Text", &["Text"], Payload::Newtype(String::SCHEMA)),
        ],
    )
    .with_representation(Representation::Untagged);
    of.hash = Shape::of_enum(&of);
    of
};
