//! [`Schema`], the shape that serde gives a type, as the derives and the built-in impls describe it.
//!
//! A descriptor holds both sides of a type, what it writes and what it reads; [`lower`](crate::lower) makes a tree of
//! each. It is built of constants alone, so that the compiler can compare it.

use std::mem::MaybeUninit;

use crate::{Scalar, fingerprint};

/// What a type looks like in JSON.
///
/// A handle on a [`Descriptor`]. It is opaque to the compiler's validation of constants, which would otherwise follow
/// it around a type that contains itself.
#[derive(Clone, Copy)]
pub struct Schema {
    descriptor: MaybeUninit<&'static Descriptor>,
    /// What [`fingerprint`] makes of it, where that is known.
    pub(crate) number: Option<u64>,
}

impl Schema {
    /// The type that this describes.
    #[must_use]
    pub const fn of(descriptor: &'static Descriptor) -> Self {
        Self { descriptor: MaybeUninit::new(descriptor), number: None }
    }

    /// As [`of`](Self::of), for types that are not derived: what is cheap to know of them is computed once for all their
    /// uses, not for each. Unlike `of`, it reads the descriptor, which a `static` that contains itself does not permit.
    #[must_use]
    pub const fn built_in(descriptor: &'static Descriptor) -> Self {
        Self { descriptor: MaybeUninit::new(descriptor), number: fingerprint::built_in(descriptor) }
    }

    /// What it describes.
    #[must_use]
    #[allow(unsafe_code, reason = "the field is private, and all constructors initialize it")]
    pub const fn get(self) -> &'static Descriptor {
        // SAFETY: `of` and `built_in`, the only constructors, initialize it.
        unsafe { self.descriptor.assume_init() }
    }
}

/// The [`id`](Struct::id) of a type that is derived here. `seed` is a hash of what the derive sees of it; the place
/// tells it from a type that looks the same.
#[must_use]
pub const fn type_id(module: &str, line: u32, column: u32, seed: u64) -> u64 {
    // FNV-1a
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut id = seed ^ (line as u64).rotate_left(32) ^ column as u64;
    let bytes = module.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        id = (id ^ bytes[at] as u64).wrapping_mul(PRIME);
        at += 1;
    }
    id
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
    /// A type that is written as one thing and read as another: `into`, `from`, `serialize_with`. Where both are the
    /// same, it is `transparent`. An absent field is read as the reader would be.
    Asymmetric {
        /// What it writes.
        writer: Schema,
        /// What it reads.
        reader: Schema,
    },
    /// A type that reads what is inside it and may refuse it (`try_from`): both sides are the inner type's, marked with
    /// the name of whoever checks. It writes only values that it accepts itself. Whether an absent field is read is
    /// said by the inner type, as with the reader of [`Asymmetric`](Self::Asymmetric).
    ///
    /// A reader of it takes what was written under the same name as the inner type would. Of anything else, the plain
    /// inner type included, it may refuse some. Any other reader takes it as the inner type.
    Refined {
        /// What it is without the check.
        inner: Schema,
        /// Who checks: the type's name to serde.
        by: &'static str,
    },
    /// What no descriptor can see, compared by its name: `#[event(opaque = "money@1")]`.
    Opaque(&'static str),
    /// The nearest enclosing struct or enum of this [`id`](Struct::id): a generic type that contains itself.
    Recursive(u64),
}

impl Descriptor {
    /// A type that is written and read as the one inside it: `#[serde(transparent)]`.
    #[must_use]
    pub const fn transparent(inner: Schema) -> Self {
        Self::Asymmetric { writer: inner, reader: inner }
    }
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
    /// As for a [`Field`].
    pub allow_js_integer: bool,
}

impl Element {
    /// A place that is always there.
    #[must_use]
    pub const fn new(schema: Schema) -> Self {
        Self { schema, written: true, read: true, default: false, allow_js_integer: false }
    }

    /// Not written, although it is read.
    #[must_use]
    pub const fn unwritten(self) -> Self {
        Self { written: false, ..self }
    }

    /// Not read, although it is written.
    #[must_use]
    pub const fn unread(self) -> Self {
        Self { read: false, ..self }
    }

    /// Read as its default where the array ends before it.
    #[must_use]
    pub const fn with_default(self) -> Self {
        Self { default: true, ..self }
    }

    /// Integers over 2^53 are meant.
    #[must_use]
    pub const fn with_js_integer(self) -> Self {
        Self { allow_js_integer: true, ..self }
    }
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

impl Struct {
    /// A struct of these fields.
    #[must_use]
    pub const fn new(name: &'static str, id: u64, hash: u64, fields: &'static [Field]) -> Self {
        Self { name, id, generic: false, hash, tag: None, deny_unknown_fields: false, fields, docs: "" }
    }

    /// It has parameters.
    #[must_use]
    pub const fn with_generic(self) -> Self {
        Self { generic: true, ..self }
    }

    /// It writes its name before the fields.
    #[must_use]
    pub const fn with_tag(self, key: &'static str, name: &'static str) -> Self {
        Self { tag: Some((key, name)), ..self }
    }

    /// It refuses fields that it does not know.
    #[must_use]
    pub const fn with_deny_unknown_fields(self) -> Self {
        Self { deny_unknown_fields: true, ..self }
    }

    /// Its documentation.
    #[must_use]
    pub const fn with_docs(self, docs: &'static str) -> Self {
        Self { docs, ..self }
    }
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

impl Field {
    /// A field that is written under the first of these names and read from any of them.
    #[must_use]
    pub const fn new(ident: &'static str, names: &'static [&'static str], schema: Schema) -> Self {
        Self {
            ident,
            written: Some(names[0]),
            omitted: Omitted::Never,
            read: Some(names),
            absent: Absent::ByType,
            flatten: false,
            schema,
            allow_js_integer: false,
            docs: "",
        }
    }

    /// Written under another name than it is read from.
    #[must_use]
    pub const fn with_written(self, name: &'static str) -> Self {
        Self { written: Some(name), ..self }
    }

    /// Not written, although it is read.
    #[must_use]
    pub const fn unwritten(self) -> Self {
        Self { written: None, ..self }
    }

    /// Not read, although it is written.
    #[must_use]
    pub const fn unread(self) -> Self {
        Self { read: None, ..self }
    }

    /// Left out at times.
    #[must_use]
    pub const fn with_omitted(self, omitted: Omitted) -> Self {
        Self { omitted, ..self }
    }

    /// Read as something of its own where it is absent.
    #[must_use]
    pub const fn with_absent(self, absent: Absent) -> Self {
        Self { absent, ..self }
    }

    /// Its own fields stand among those of the struct.
    #[must_use]
    pub const fn with_flatten(self) -> Self {
        Self { flatten: true, ..self }
    }

    /// Integers over 2^53 are meant.
    #[must_use]
    pub const fn with_js_integer(self) -> Self {
        Self { allow_js_integer: true, ..self }
    }

    /// Its documentation.
    #[must_use]
    pub const fn with_docs(self, docs: &'static str) -> Self {
        Self { docs, ..self }
    }
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

impl Enum {
    /// An enum of these variants, externally tagged.
    #[must_use]
    pub const fn new(name: &'static str, id: u64, hash: u64, variants: &'static [Variant]) -> Self {
        Self {
            name,
            id,
            generic: false,
            hash,
            representation: Representation::External,
            deny_unknown_fields: false,
            open: false,
            variants,
            docs: "",
        }
    }

    /// It has parameters.
    #[must_use]
    pub const fn with_generic(self) -> Self {
        Self { generic: true, ..self }
    }

    /// Its variants are told in another way.
    #[must_use]
    pub const fn with_representation(self, representation: Representation<'static>) -> Self {
        Self { representation, ..self }
    }

    /// Its struct variants refuse fields that they do not know.
    #[must_use]
    pub const fn with_deny_unknown_fields(self) -> Self {
        Self { deny_unknown_fields: true, ..self }
    }

    /// Its readers expect variants that they do not know.
    #[must_use]
    pub const fn with_open(self) -> Self {
        Self { open: true, ..self }
    }

    /// Its documentation.
    #[must_use]
    pub const fn with_docs(self, docs: &'static str) -> Self {
        Self { docs, ..self }
    }
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
    /// As for a [`Field`].
    pub allow_js_integer: bool,
    /// What it holds.
    pub payload: Payload,
    /// What its documentation says.
    pub docs: &'static str,
}

impl Variant {
    /// A variant that is written under the first of these names and read from any of them.
    #[must_use]
    pub const fn new(ident: &'static str, names: &'static [&'static str], payload: Payload) -> Self {
        Self {
            ident,
            written: Some(names[0]),
            read: Some(names),
            other: false,
            untagged: false,
            allow_js_integer: false,
            payload,
            docs: "",
        }
    }

    /// Written under another name than it is read from.
    #[must_use]
    pub const fn with_written(self, name: &'static str) -> Self {
        Self { written: Some(name), ..self }
    }

    /// Not written, although it is read.
    #[must_use]
    pub const fn unwritten(self) -> Self {
        Self { written: None, ..self }
    }

    /// Not read, although it is written.
    #[must_use]
    pub const fn unread(self) -> Self {
        Self { read: None, ..self }
    }

    /// Read where no other variant has the name.
    #[must_use]
    pub const fn with_other(self) -> Self {
        Self { other: true, ..self }
    }

    /// Told by its content alone.
    #[must_use]
    pub const fn with_untagged(self) -> Self {
        Self { untagged: true, ..self }
    }

    /// Integers over 2^53 are meant.
    #[must_use]
    pub const fn with_js_integer(self) -> Self {
        Self { allow_js_integer: true, ..self }
    }

    /// Its documentation.
    #[must_use]
    pub const fn with_docs(self, docs: &'static str) -> Self {
        Self { docs, ..self }
    }
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
