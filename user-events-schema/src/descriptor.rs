//! [`Schema`], the shape that serde gives a type, as the derives and the built-in impls describe it.
//!
//! A descriptor holds both sides of a type, what it writes and what it reads; [`lower`](crate::lower) makes a tree of
//! each. It is built of constants alone, so that the compiler can compare it.

use std::mem::MaybeUninit;

use crate::Scalar;

/// What a type looks like in JSON.
///
/// A handle on a [`Descriptor`]. It is opaque to the compiler's validation of constants, which would otherwise follow
/// it around a type that contains itself.
#[derive(Clone, Copy)]
pub struct Schema(MaybeUninit<&'static Descriptor>);

impl Schema {
    /// The type that this describes.
    #[must_use]
    pub const fn of(descriptor: &'static Descriptor) -> Self {
        Self(MaybeUninit::new(descriptor))
    }

    /// What it describes.
    #[must_use]
    #[allow(unsafe_code, reason = "`of` is the only constructor, and the field is private: it is always initialized")]
    pub const fn get(self) -> &'static Descriptor {
        // SAFETY: `of`, the only constructor, initializes it.
        unsafe { self.0.assume_init() }
    }
}

/// A type, as serde writes and reads it.
#[derive(Clone, Copy)]
pub enum Descriptor {
    /// One value without parts.
    Scalar(Scalar),
    /// `Option<T>`: `null` or what `T` writes. An absent field reads as none.
    Option(Schema),
    /// A struct with one unnamed field, or a type that serde writes as the type inside it. Unlike `transparent`, an
    /// absent field is not read as what the inner type would be.
    Newtype(Schema),
    /// An array of any length. Items that are equal become one where they are `unique`.
    Seq {
        /// What it holds.
        item: Schema,
        /// Whether it is a set.
        unique: bool,
    },
    /// `[T; len]`.
    Array {
        /// What it holds.
        item: Schema,
        /// How many.
        len: usize,
    },
    /// A tuple, or a struct with several unnamed fields.
    Tuple(&'static [Element]),
    /// An object whose names are data.
    Map {
        /// What its names are written from.
        key: Schema,
        /// What it holds.
        value: Schema,
    },
    /// A struct with named fields.
    Struct(&'static Struct),
    /// An enum.
    Enum(&'static Enum),
    /// A type that is written as one thing and read as another: `into`, `from`, `serialize_with`.
    Asymmetric {
        /// What it writes.
        writer: Schema,
        /// What it reads.
        reader: Schema,
    },
    /// What no descriptor can see, compared by its name: `#[event(opaque = "money@1")]`.
    Opaque(&'static str),
    /// The nearest enclosing struct or enum of this [`id`](Struct::id): a generic type that contains itself.
    Recursive(u64),
}

/// One place of a tuple.
#[derive(Clone, Copy)]
pub struct Element {
    /// Its type.
    pub schema: Schema,
    /// Whether it is written.
    pub written: bool,
    /// Whether it is read.
    pub read: bool,
    /// Whether an array that ends before it is read.
    pub default: bool,
}

/// A struct with named fields.
#[derive(Clone, Copy)]
pub struct Struct {
    /// The name in Rust, for messages.
    pub name: &'static str,
    /// Tells this type from every other; types that contain themselves end where it comes again.
    pub id: u64,
    /// Whether it has parameters. Two uses of one generic type are two types.
    pub generic: bool,
    /// A hash of everything that this struct itself says about its shape: the types of its fields are not in it, nor
    /// its name and documentation.
    pub hash: u64,
    /// The name and the value that `#[serde(tag = "…")]` writes before the fields. It is not read.
    pub tag: Option<(&'static str, &'static str)>,
    /// Whether fields that it does not know are refused.
    pub deny_unknown_fields: bool,
    /// The fields that are written or read, in order.
    pub fields: &'static [Field],
    /// What its documentation says.
    pub docs: &'static str,
}

/// A named field that is written or read. One that is neither is in no descriptor.
#[derive(Clone, Copy)]
pub struct Field {
    /// The name in Rust, which says that two fields mean the same.
    pub ident: &'static str,
    /// The name that it is written under; none with `skip_serializing`. Unused where it is flattened.
    pub written: Option<&'static str>,
    /// When it is left out.
    pub omitted: Omitted,
    /// The names that it is read from, its own first; none with `skip_deserializing`. Unused where it is flattened.
    pub read: Option<&'static [&'static str]>,
    /// What it is read as where it is absent.
    pub absent: Absent,
    /// Whether its own fields stand among those of the struct.
    pub flatten: bool,
    /// Its type.
    pub schema: Schema,
    /// `#[event(allow(js_integer))]`: integers over 2^53 below it are meant.
    pub allow_js_integer: bool,
    /// What its documentation says.
    pub docs: &'static str,
}

/// When a field is not written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Omitted {
    /// It is always there.
    Never,
    /// `skip_serializing_if`, by a rule that is not known.
    Sometimes,
    /// `skip_serializing_if = "Option::is_none"`: it is never `null`.
    None,
}

/// What a field is read as where it is absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Absent {
    /// None if its type is an `Option` or transparent over one; else the message is refused.
    ByType,
    /// Its default.
    Default,
    /// The message is refused: a field with `deserialize_with` and without `default`, whatever its type.
    Refused,
}

/// An enum.
#[derive(Clone, Copy)]
pub struct Enum {
    /// The name in Rust, for messages.
    pub name: &'static str,
    /// As for a [`Struct`].
    pub id: u64,
    /// As for a [`Struct`].
    pub generic: bool,
    /// As for a [`Struct`].
    pub hash: u64,
    /// How the variant is told.
    pub representation: Representation<'static>,
    /// Whether struct variants refuse fields that they do not know.
    pub deny_unknown_fields: bool,
    /// `#[event(open)]`: readers expect variants that they do not know.
    pub open: bool,
    /// The variants, in order. One that is neither written nor read is in no descriptor.
    pub variants: &'static [Variant],
    /// What its documentation says.
    pub docs: &'static str,
}

/// How an enum tells which variant it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Representation<'a> {
    /// `{"Variant": …}`, or `"Variant"` alone.
    External,
    /// `{"tag": "Variant", …}`
    Internal {
        /// The name of the field that tells.
        tag: &'a str,
    },
    /// `{"tag": "Variant", "content": …}`
    Adjacent {
        /// The name of the field that tells.
        tag: &'a str,
        /// The name of the field that holds the rest.
        content: &'a str,
    },
    /// Not at all: the first variant that reads the message is it.
    Untagged,
}

/// One variant of an enum.
#[derive(Clone, Copy)]
pub struct Variant {
    /// The name in Rust.
    pub ident: &'static str,
    /// The name that it is written under; none with `skip_serializing`.
    pub written: Option<&'static str>,
    /// The names that it is read from, its own first; none with `skip_deserializing`.
    pub read: Option<&'static [&'static str]>,
    /// `#[serde(other)]`: read where no other variant has the name. It is for readers, and taken as never written.
    pub other: bool,
    /// `#[serde(untagged)]` before the variant.
    pub untagged: bool,
    /// What it holds.
    pub payload: Payload,
    /// What its documentation says.
    pub docs: &'static str,
}

/// What a variant holds.
#[derive(Clone, Copy)]
pub enum Payload {
    /// Nothing.
    Unit,
    /// One unnamed field.
    Newtype(Schema),
    /// Several unnamed fields.
    Tuple(&'static [Element]),
    /// Named fields.
    Struct(&'static [Field]),
}
