//! [`Native`]: a header's value with AMQP's type, kept in a [`Header`].

use bytes::Bytes;
use user_events_core::Header;

use crate::link::wire::AMQPValue;

/// A header's value with AMQP's type.
///
/// Nobody else can name this type, so that no other code makes such a header or reads the value from
/// one: the client library's types are no part of what this crate promises, and a value's size is what
/// is counted here.
pub(crate) struct Native(AMQPValue);

impl Native {
    /// A header with this value, which is read as what is `shown`.
    pub(crate) fn header(name: &str, value: AMQPValue, shown: impl IntoIterator<Item = Bytes>) -> Header {
        let size = value_size(&value);
        Header::with_native(name, Self(value), size, shown)
    }

    /// The value of a header that has one.
    pub(crate) fn of(header: &Header) -> Option<&AMQPValue> {
        header.native::<Self>().map(|Self(value)| value)
    }
}

/// What a value takes on the wire, without its type.
pub(crate) fn value_size(value: &AMQPValue) -> usize {
    match value {
        AMQPValue::Void => 0,
        AMQPValue::Boolean(_) | AMQPValue::ShortShortInt(_) | AMQPValue::ShortShortUInt(_) => 1,
        AMQPValue::ShortInt(_) | AMQPValue::ShortUInt(_) => 2,
        AMQPValue::LongInt(_) | AMQPValue::LongUInt(_) | AMQPValue::Float(_) => 4,
        AMQPValue::DecimalValue(_) => 1 + 4,
        AMQPValue::LongLongInt(_) | AMQPValue::Double(_) | AMQPValue::Timestamp(_) => 8,
        AMQPValue::ShortString(text) => 1 + text.as_str().len(),
        AMQPValue::LongString(text) => 4 + text.len(),
        AMQPValue::ByteArray(bytes) => 4 + bytes.len(),
        AMQPValue::FieldArray(values) => 4 + values.as_slice().iter().map(|value| 1 + value_size(value)).sum::<usize>(),
        AMQPValue::FieldTable(table) => {
            4 + table.into_iter().map(|(name, value)| 1 + name.as_str().len() + 1 + value_size(value)).sum::<usize>()
        }
    }
}
