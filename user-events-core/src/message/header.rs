//! [`Header`]: one header, as bytes or as the value that its transport has for it.

use std::any::Any;
use std::fmt;
use std::slice;
use std::sync::Arc;

use bytes::Bytes;

use super::AROUND;
use crate::Text;

/// One application header: a name, and a value of bytes.
///
/// Where a broker's headers have types that bytes do not tell (AMQP's numbers, times, tables), a
/// transport keeps the value as it came: a *native* value. It is read as the bytes that it shows,
/// one, several or none, and goes with the header wherever that is copied, so that the transport
/// writes it again with its type. Nobody else looks into it.
#[derive(Clone)]
pub struct Header {
    name: Text,
    value: Value,
}

#[derive(Clone)]
enum Value {
    Bytes(Bytes),
    Native(Arc<Native<dyn Any + Send + Sync>>),
}

struct Native<T: ?Sized> {
    shown: Vec<Bytes>,
    size: usize,
    value: T,
}

impl Header {
    /// A header with a value of bytes.
    #[must_use]
    pub fn new(name: impl Into<Text>, value: impl Into<Bytes>) -> Self {
        Self { name: name.into(), value: Value::Bytes(value.into()) }
    }

    /// A header with a native value, which takes `size` bytes on the wire and is read as what is `shown`.
    ///
    /// It counts for no less than what is shown, whatever `size` says. A transport gives a type of its own that
    /// nobody else can name: then nobody else can make such a header or look into one.
    #[must_use]
    pub fn with_native<T: Any + Send + Sync>(
        name: impl Into<Text>,
        value: T,
        size: usize,
        shown: impl IntoIterator<Item = Bytes>,
    ) -> Self {
        let shown: Vec<Bytes> = shown.into_iter().collect();
        let size = size.max(shown.iter().map(Bytes::len).sum());
        Self { name: name.into(), value: Value::Native(Arc::new(Native { shown, size, value })) }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is read as: one value, or what a native value shows.
    #[must_use]
    pub fn values(&self) -> &[Bytes] {
        match &self.value {
            Value::Bytes(value) => slice::from_ref(value),
            Value::Native(native) => &native.shown,
        }
    }

    /// The native value, for the transport whose type it is.
    #[must_use]
    pub fn native<T: Any>(&self) -> Option<&T> {
        match &self.value {
            Value::Bytes(_) => None,
            Value::Native(native) => native.value.downcast_ref(),
        }
    }

    /// Name and value together, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.name.len() + self.value_size()
    }

    /// No less than what it takes on the wire of its transport: its [size](Self::size), and what lengths and types need.
    #[must_use]
    pub fn wire_size(&self) -> usize {
        self.size() + AROUND
    }

    pub(super) fn value_size(&self) -> usize {
        match &self.value {
            Value::Bytes(value) => value.len(),
            Value::Native(native) => native.size,
        }
    }
}

/// Shows the value's size, never the value.
impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header").field("name", &self.name).field("size", &self.value_size()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_native_value_counts_for_no_less_than_what_it_shows() {
        let shown = || [Bytes::from_static(b"one"), Bytes::from_static(b"three")];
        assert_eq!(Header::with_native("n", (), 0, shown()).size(), 1 + 8);
        assert_eq!(Header::with_native("n", (), 9, shown()).size(), 1 + 9);
        assert_eq!(Header::with_native("n", (), 9, []).size(), 1 + 9);
    }
}
