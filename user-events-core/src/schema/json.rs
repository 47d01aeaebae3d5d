//! The shapes of serde_json's own types.

use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};
use user_events_schema::{Descriptor, Format, Scalar};

use super::shape_is;

shape_is! {
    Descriptor::Scalar(Scalar::Any) => Value;
    Descriptor::Scalar(Scalar::Raw) => RawValue;
    Descriptor::Scalar(Scalar::Format(Format::Number)) => Number;
    Descriptor::Map { key: String::SCHEMA, value: Value::SCHEMA } => Map<String, Value>;
}
