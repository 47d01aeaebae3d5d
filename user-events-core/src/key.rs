//! [`PartitionKey`]: what events keep their order by.

use std::borrow::Cow;
use std::fmt;
use std::num::{NonZeroI64, NonZeroU32, NonZeroU64};
use std::rc::Rc;
use std::sync::Arc;

use crate::Text;

/// A field that can be an event's partition key: text, an integer, a UUID, or an `Option` of one.
///
/// Events with equal keys keep their order where the transport promises order per key. An
/// absent `Option` leaves the key out. A newtype derives it: `#[derive(PartitionKey)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a partition key",
    label = "not a partition key",
    note = "a partition key is text, an integer, a Uuid or an Option of these; \
            a newtype of one gets it by `#[derive(PartitionKey)]`"
)]
pub trait PartitionKey {
    /// The key, or none where it is absent.
    fn key(&self) -> Option<Key<'_>>;
}

/// A partition key's value, not yet written out.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key<'a> {
    /// A text.
    Text(&'a str),
    /// An unsigned integer.
    Unsigned(u128),
    /// A signed integer.
    Signed(i128),
    /// A UUID, written in lower case with hyphens.
    Uuid(uuid::Uuid),
}

impl Key<'_> {
    /// The key as it stands on the wire.
    #[must_use]
    pub fn to_text(&self) -> Text {
        match *self {
            Self::Text(text) => text.into(),
            Self::Uuid(id) => id.into(),
            Self::Unsigned(_) | Self::Signed(_) => Text::display(self),
        }
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Unsigned(number) => number.fmt(f),
            Self::Signed(number) => number.fmt(f),
            Self::Uuid(id) => id.hyphenated().fmt(f),
        }
    }
}

/// Without the value, which is a person's more often than not.
impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(..)",
            Self::Unsigned(_) => "Unsigned(..)",
            Self::Signed(_) => "Signed(..)",
            Self::Uuid(_) => "Uuid(..)",
        })
    }
}

macro_rules! key {
    ($($ty:ty => $self:ident $key:expr;)*) => {$(
        impl PartitionKey for $ty {
            fn key(&self) -> Option<Key<'_>> {
                let $self = self;
                Some($key)
            }
        }
    )*};
}

key! {
    str => text Key::Text(text);
    String => text Key::Text(text);
    Text => text Key::Text(text);
    Cow<'_, str> => text Key::Text(text);
    uuid::Uuid => id Key::Uuid(*id);
    u8 => n Key::Unsigned((*n).into());
    u16 => n Key::Unsigned((*n).into());
    u32 => n Key::Unsigned((*n).into());
    u64 => n Key::Unsigned((*n).into());
    u128 => n Key::Unsigned(*n);
    i8 => n Key::Signed((*n).into());
    i16 => n Key::Signed((*n).into());
    i32 => n Key::Signed((*n).into());
    i64 => n Key::Signed((*n).into());
    i128 => n Key::Signed(*n);
    NonZeroU32 => n Key::Unsigned(n.get().into());
    NonZeroU64 => n Key::Unsigned(n.get().into());
    NonZeroI64 => n Key::Signed(n.get().into());
}

macro_rules! delegate {
    ($($ty:ty),*) => {$(
        impl<T: PartitionKey + ?Sized> PartitionKey for $ty {
            fn key(&self) -> Option<Key<'_>> {
                (**self).key()
            }
        }
    )*};
}

delegate!(&T, Box<T>, Rc<T>, Arc<T>);

impl<T: PartitionKey> PartitionKey for Option<T> {
    fn key(&self) -> Option<Key<'_>> {
        self.as_ref().and_then(PartitionKey::key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_spelling() {
        let id = uuid::uuid!("A1B2C3D4-E5F6-7890-1234-567890ABCDEF");
        assert_eq!(id.key().unwrap().to_text(), "a1b2c3d4-e5f6-7890-1234-567890abcdef");
        assert_eq!((-7_i8).key().unwrap().to_text(), "-7");
        assert_eq!(u128::MAX.key().unwrap().to_text(), u128::MAX.to_string().as_str());
        assert_eq!(Some("user-uuid-abc").key().unwrap().to_text(), "user-uuid-abc");
        assert_eq!(None::<String>.key(), None);
    }
}
