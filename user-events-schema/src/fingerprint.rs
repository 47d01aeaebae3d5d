//! [`of`], a number that changes with the shape of a type.
//!
//! An event whose fingerprint is that of its newest revision passes without further question, so the formula is frozen:
//! a change to it would make the compiler look closer at every event, and refuse what it once accepted.
//!
//! # The formula
//!
//! A hash is mixed from 64-bit words: it starts as [`SEED`], and each word `w` makes it
//! `h = (h ^ w) * 0x9E37_79B9_7F4A_7C15; h = h ^ (h >> 32)`, in wrapping arithmetic. Text is mixed as its length in
//! bytes, then its bytes, eight to a word, the first lowest, the last word filled up with zeros. `true` is 1 and `false`
//! is 0. What may be missing is mixed as 0, or as 1 and then itself. A list is mixed as its length, then its items.
//!
//! Each type has a number, which is such a hash of the words below, types standing for their numbers. "In" says that the
//! hash starts as the number of the one type in it, instead of [`SEED`].
//!
//! | type | words |
//! |---|---|
//! | scalar | `1 + 256 * code`, with the code that [`codec`](crate::codec) writes |
//! | option | in the inner type: 2 |
//! | newtype | in the inner type: 3 |
//! | sequence | in the item: `4 + 256 * unique` |
//! | array | in the item: `5 + 256 * length` |
//! | map | the type of its names, that of its values, 6 |
//! | tuple | for each element `written + 2 * read + 4 * default` and its type, `7 + 256 * elements` |
//! | asymmetric | the writer, the reader, 8 |
//! | refined | in the inner type: 9, and by whom, as text |
//! | opaque | 10, and its name, as text |
//! | struct or enum | `11 + 256 * n`: they are counted from 0 as they are met; one that is not generic counts once |
//! | recursive | as the struct or enum around it |
//!
//! The fingerprint mixes the type; then, for each struct and enum in the order in which they were met, its `hash`, which
//! the derive or [`Shape`] made, and the types of its fields, or of what its variants hold. So neither names of types
//! nor their ids count, and a type that contains itself ends.

use crate::arena::too_large;
use crate::{
    Absent, Descriptor, Element, Enum, Field, Omitted, Payload, Representation, Scalar, Schema, Struct, Variant,
};

/// What every hash starts as: `events` in ASCII.
pub const SEED: u64 = 0x0000_7374_6E65_7665;

/// The fingerprint of a type.
///
/// # Panics
///
/// If the type is too large to be checked.
#[must_use]
pub const fn of(schema: Schema) -> u64 {
    let mut walk = Walk { met: [None; MAX_MET], around: [0; MAX_MET], len: 0, at: 0 };
    let mut hash = Hash(SEED).word(walk.number(schema, 0));
    while walk.at < walk.len {
        hash = match walk.met[walk.at] {
            Some(Composite::Struct(of)) => walk.fields(of.fields, hash.word(of.hash)),
            Some(Composite::Enum(of)) => walk.variants(of.variants, hash.word(of.hash)),
            None => unreachable!(),
        };
        walk.at += 1;
    }
    hash.0
}

/// The number of a built-in type, unless there is a struct or an enum in it, or something that is not built in. It
/// does not look into the types that it is made of: they may be made of it.
pub(crate) const fn built_in(descriptor: &Descriptor) -> Option<u64> {
    let hash = match descriptor {
        Descriptor::Scalar(scalar) => of_scalar(*scalar),
        Descriptor::Option(inner) => match inner.number {
            Some(inner) => of_option(inner),
            None => return None,
        },
        Descriptor::Seq { item, unique } => match item.number {
            Some(item) => of_seq(item, *unique),
            None => return None,
        },
        Descriptor::Array { item, len } => match item.number {
            Some(item) => of_array(item, *len),
            None => return None,
        },
        Descriptor::Map { key, value } => match (key.number, value.number) {
            (Some(key), Some(value)) => of_map(key, value),
            _ => return None,
        },
        _ => return None,
    };
    Some(hash.0)
}

const fn of_scalar(scalar: Scalar) -> Hash {
    Hash(SEED).word(1 | (scalar.code() as u64) << 8)
}

const fn of_option(inner: u64) -> Hash {
    Hash(inner).word(2)
}

const fn of_seq(item: u64, unique: bool) -> Hash {
    Hash(item).word(4 | (unique as u64) << 8)
}

const fn of_array(item: u64, len: usize) -> Hash {
    Hash(item).word(5 | (len as u64) << 8)
}

const fn of_map(key: u64, value: u64) -> Hash {
    Hash(SEED).word(key).word(value).word(6)
}

/// How many structs and enums a type can have.
const MAX_MET: usize = 1024;

/// How many types can hold each other with no struct or enum between. The compiler has room for 128 calls.
const MAX_DEPTH: usize = 64;

/// A walk through the types in a type.
struct Walk {
    /// The structs and enums, as they were met.
    met: [Option<Composite>; MAX_MET],
    /// In which of them each was met.
    around: [usize; MAX_MET],
    len: usize,
    /// The one whose content is mixed.
    at: usize,
}

#[derive(Clone, Copy)]
enum Composite {
    Struct(&'static Struct),
    Enum(&'static Enum),
}

impl Composite {
    const fn id(self) -> u64 {
        match self {
            Self::Struct(of) => of.id,
            Self::Enum(of) => of.id,
        }
    }

    const fn is_generic(self) -> bool {
        match self {
            Self::Struct(of) => of.generic,
            Self::Enum(of) => of.generic,
        }
    }
}

impl Walk {
    /// The number of a type.
    const fn number(&mut self, schema: Schema, depth: usize) -> u64 {
        if let Some(number) = schema.number {
            return number;
        }
        if depth == MAX_DEPTH {
            too_large();
        }
        let hash = match schema.get() {
            Descriptor::Scalar(scalar) => of_scalar(*scalar),
            Descriptor::Option(inner) => of_option(self.number(*inner, depth + 1)),
            Descriptor::Newtype(inner) => Hash(self.number(*inner, depth + 1)).word(3),
            Descriptor::Seq { item, unique } => of_seq(self.number(*item, depth + 1), *unique),
            Descriptor::Array { item, len } => of_array(self.number(*item, depth + 1), *len),
            Descriptor::Map { key, value } => of_map(self.number(*key, depth + 1), self.number(*value, depth + 1)),
            Descriptor::Tuple(elements) => self.tuple(elements, depth),
            Descriptor::Asymmetric { writer, reader } => {
                Hash(SEED).word(self.number(*writer, depth + 1)).word(self.number(*reader, depth + 1)).word(8)
            }
            Descriptor::Refined { inner, by } => Hash(self.number(*inner, depth + 1)).word(9).text(by),
            Descriptor::Opaque(name) => Hash(SEED).word(10).text(name),
            Descriptor::Struct(of) => self.meet(Composite::Struct(of)),
            Descriptor::Enum(of) => self.meet(Composite::Enum(of)),
            Descriptor::Recursive(id) => self.enclosing(*id),
        };
        hash.0
    }

    const fn tuple(&mut self, elements: &'static [Element], depth: usize) -> Hash {
        let mut hash = Hash(SEED);
        let mut at = 0;
        while at < elements.len() {
            let Element { schema, written, read, default, .. } = elements[at];
            hash = hash.element(written, read, default).word(self.number(schema, depth + 1));
            at += 1;
        }
        hash.word(7 | (elements.len() as u64) << 8)
    }

    /// A struct or an enum, which may have been met.
    const fn meet(&mut self, composite: Composite) -> Hash {
        let mut count = 0;
        while count < self.len {
            match self.met[count] {
                Some(met) if met.id() == composite.id() && !met.is_generic() => return counted(count),
                _ => count += 1,
            }
        }
        if self.len == MAX_MET {
            too_large();
        }
        self.met[count] = Some(composite);
        self.around[count] = self.at;
        self.len += 1;
        counted(count)
    }

    /// The nearest struct or enum of this id around what is mixed.
    const fn enclosing(&self, id: u64) -> Hash {
        let mut count = self.at;
        loop {
            match self.met[count] {
                Some(met) if met.id() == id => return counted(count),
                _ if count == 0 => panic!("a recursive schema has no type around it that it refers to"),
                _ => count = self.around[count],
            }
        }
    }

    const fn fields(&mut self, fields: &'static [Field], hash: Hash) -> Hash {
        let mut hash = hash;
        let mut at = 0;
        while at < fields.len() {
            // `number` would see that too, but a call is what costs the compiler most here.
            let number = match fields[at].schema.number {
                Some(number) => number,
                None => self.number(fields[at].schema, 0),
            };
            hash = hash.word(number);
            at += 1;
        }
        hash
    }

    const fn elements(&mut self, elements: &'static [Element], hash: Hash) -> Hash {
        let mut hash = hash;
        let mut at = 0;
        while at < elements.len() {
            hash = hash.word(self.number(elements[at].schema, 0));
            at += 1;
        }
        hash
    }

    const fn variants(&mut self, variants: &'static [Variant], hash: Hash) -> Hash {
        let mut hash = hash;
        let mut at = 0;
        while at < variants.len() {
            hash = match variants[at].payload {
                Payload::Unit => hash,
                Payload::Newtype(schema) => hash.word(self.number(schema, 0)),
                Payload::Tuple(elements) => self.elements(elements, hash),
                Payload::Struct(fields) => self.fields(fields, hash),
            };
            at += 1;
        }
        hash
    }
}

const fn counted(count: usize) -> Hash {
    Hash(SEED).word(11 | (count as u64) << 8)
}

/// The `hash` of a [`Struct`] or an [`Enum`] that is described by hand: what it says itself about its shape.
///
/// The types of its fields are not in it, nor names of types, documentation and what is allowed. The derive hashes the
/// same while it expands, in its own way, so that the compiler does not have to.
///
/// - A struct mixes 1, its tag (a text and a text) if any, `deny_unknown_fields`, and its fields.
/// - An enum mixes 2, its representation (0 external; 1 and the tag; 2, the tag and the content; 3 untagged),
///   `deny_unknown_fields`, `open`, and its variants.
/// - A field mixes 3, its ident, the written name if any, when it is omitted (0 never, 1 sometimes, 2 none), the list of
///   names that it is read from if any, what it is where absent (0 by type, 1 default, 2 refused), `flatten`.
/// - A variant mixes 4, its ident, the written name if any, the list of names if any, `other`, `untagged`, and its payload:
///   0 unit, 1 newtype, 2 tuple with the number of elements and each `written + 2 * read + 4 * default`, 3 struct with
///   the number of fields and the fields.
///
/// Structs and enums end with 5, so that one is never the start of another.
pub struct Shape(Hash);

impl Shape {
    /// The hash of a struct, whatever its `hash` says.
    #[must_use]
    pub const fn of_struct(of: &Struct) -> u64 {
        let hash = Hash(SEED).word(1);
        let hash = match of.tag {
            Some((name, value)) => hash.word(1).text(name).text(value),
            None => hash.word(0),
        };
        Self(hash.word(of.deny_unknown_fields as u64)).fields(of.fields).finish()
    }

    /// The hash of an enum, whatever its `hash` says.
    #[must_use]
    pub const fn of_enum(of: &Enum) -> u64 {
        let hash = Hash(SEED).word(2);
        let hash = match of.representation {
            Representation::External => hash.word(0),
            Representation::Internal { tag } => hash.word(1).text(tag),
            Representation::Adjacent { tag, content } => hash.word(2).text(tag).text(content),
            Representation::Untagged => hash.word(3),
        };
        let mut shape = Self(hash.word(of.deny_unknown_fields as u64).word(of.open as u64));
        let mut at = 0;
        while at < of.variants.len() {
            shape = shape.variant(&of.variants[at]);
            at += 1;
        }
        shape.finish()
    }

    const fn fields(self, fields: &[Field]) -> Self {
        let mut hash = self.0;
        let mut at = 0;
        while at < fields.len() {
            let field = &fields[at];
            let omitted = match field.omitted {
                Omitted::Never => 0,
                Omitted::Sometimes => 1,
                Omitted::None => 2,
            };
            let absent = match field.absent {
                Absent::ByType => 0,
                Absent::Default => 1,
                Absent::Refused => 2,
            };
            hash = hash.word(3).text(field.ident).name(field.written).word(omitted).names(field.read);
            hash = hash.word(absent).word(field.flatten as u64);
            at += 1;
        }
        Self(hash)
    }

    const fn variant(self, variant: &Variant) -> Self {
        let hash = self.0.word(4).text(variant.ident).name(variant.written).names(variant.read);
        let hash = hash.word(variant.other as u64).word(variant.untagged as u64);
        match variant.payload {
            Payload::Unit => Self(hash.word(0)),
            Payload::Newtype(_) => Self(hash.word(1)),
            Payload::Tuple(elements) => {
                let mut hash = hash.word(2).word(elements.len() as u64);
                let mut at = 0;
                while at < elements.len() {
                    hash = hash.element(elements[at].written, elements[at].read, elements[at].default);
                    at += 1;
                }
                Self(hash)
            }
            Payload::Struct(fields) => Self(hash.word(3).word(fields.len() as u64)).fields(fields),
        }
    }

    const fn finish(self) -> u64 {
        self.0.word(5).0
    }
}

/// A hash in the making.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Hash(u64);

impl Hash {
    const fn word(self, word: u64) -> Self {
        // Not `wrapping_mul`: it is a call, and a call is what costs the compiler most here.
        let mixed = ((self.0 ^ word) as u128 * 0x9E37_79B9_7F4A_7C15) as u64;
        Self(mixed ^ (mixed >> 32))
    }

    const fn text(self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut hash = self.word(bytes.len() as u64);
        let mut word = 0;
        let mut at = 0;
        while at < bytes.len() {
            word |= (bytes[at] as u64) << (at % 8 * 8);
            at += 1;
            if at % 8 == 0 || at == bytes.len() {
                hash = hash.word(word);
                word = 0;
            }
        }
        hash
    }

    const fn name(self, name: Option<&str>) -> Self {
        match name {
            Some(name) => self.word(1).text(name),
            None => self.word(0),
        }
    }

    const fn names(self, names: Option<&[&str]>) -> Self {
        let Some(names) = names else { return self.word(0) };
        let mut hash = self.word(1).word(names.len() as u64);
        let mut at = 0;
        while at < names.len() {
            hash = hash.text(names[at]);
            at += 1;
        }
        hash
    }

    const fn element(self, written: bool, read: bool, default: bool) -> Self {
        self.word(written as u64 + 2 * read as u64 + 4 * default as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::samples::{
        ANY, EVERYTHING, EXPRESSION, LIST_OF_LISTS, OPTION, PARENT, POINT, STRING, TREE, U8, U32, VARIANTS, schema,
    };
    use crate::{Format, Scalar};

    /// These values are in lock files: a change to one of them is a mistake.
    #[test]
    fn fingerprints_are_what_they_were() {
        const GOLDEN: [(u64, u64); 8] = [
            (of(STRING), 0x2B81_9CC5_FDC1_BA54),
            (of(schema(&Descriptor::Scalar(Scalar::Format(Format::Uuid)))), 0xC005_66AA_B320_DD81),
            (of(schema(&EVERYTHING)), 0x345B_E2A0_D911_CDAD),
            (of(schema(&TREE)), 0x3B3B_C0F2_7DE6_BC55),
            (of(schema(&PARENT)), 0xE093_7132_97B4_5185),
            (of(schema(&LIST_OF_LISTS)), 0xFCCE_56DC_68E3_AC27),
            (of(schema(&EXPRESSION)), 0x8116_0A8B_FF78_7571),
            (Shape::of_enum(&Enum::new("E", 0, 0, VARIANTS)), 0x6892_B3A7_3373_8FD9),
        ];
        for (at, (fingerprint, golden)) in GOLDEN.into_iter().enumerate() {
            assert_eq!(fingerprint, golden, "{at}: {fingerprint:#018x}");
        }
    }

    /// The formula by hand, as another implementation would have it.
    #[test]
    fn the_formula_is_the_one_that_is_written_down() {
        let mix = |words: &[u64]| {
            words.iter().fold(0x7374_6E65_7665, |hash: u64, word| {
                let mixed = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                mixed ^ (mixed >> 32)
            })
        };
        assert_eq!(of(OPTION), mix(&[mix(&[0x501, 2])]));
        let name = [9, u64::from_le_bytes(*b"largefie"), u64::from(b'l')];
        let hash = mix(&[&[1, 0, 1, 3][..], &name, &[1], &name, &[1, 1, 1], &name, &[1, 0, 5]].concat());
        let large =
            Field::new("largefiel", &["largefiel"], U8).with_omitted(Omitted::Sometimes).with_absent(Absent::Default);
        let denying = Struct::new("S", 1, 0, kept([large])).with_deny_unknown_fields();
        assert_eq!(Shape::of_struct(&denying), hash);
        assert_eq!(of(structure(denying)), mix(&[mix(&[11]), hash, mix(&[0x1_0101])]));
    }

    /// A value that lives as long as a constant.
    fn kept<T>(value: T) -> &'static T {
        Box::leak(Box::new(value))
    }

    fn structure(of: Struct) -> Schema {
        Schema::of(kept(Descriptor::Struct(kept(Struct { hash: Shape::of_struct(&of), ..of }))))
    }

    fn enumeration(of: Enum) -> Schema {
        Schema::of(kept(Descriptor::Enum(kept(Enum { hash: Shape::of_enum(&of), ..of }))))
    }

    fn tuple<const N: usize>(elements: [Element; N]) -> Schema {
        Schema::of(kept(Descriptor::Tuple(kept(elements))))
    }

    fn field(field: Field) -> Schema {
        structure(Struct::new("S", 1, 0, kept([field])))
    }

    fn variants<const N: usize>(variants: [Variant; N]) -> Enum {
        Enum::new("E", 1, 0, kept(variants))
    }

    const A: Field = Field::new("a", &["a"], U32);
    const V: Variant = Variant::new("V", &["V"], Payload::Unit);

    #[test]
    fn every_change_of_shape_changes_it() {
        let shapes = [
            ("string", STRING),
            ("any", ANY),
            ("option", OPTION),
            ("newtype", schema(&Descriptor::Newtype(STRING))),
            ("seq", schema(&Descriptor::Seq { item: STRING, unique: false })),
            ("set", schema(&Descriptor::Seq { item: STRING, unique: true })),
            ("array", schema(&Descriptor::Array { item: STRING, len: 1 })),
            ("longer array", schema(&Descriptor::Array { item: STRING, len: 2 })),
            ("empty tuple", tuple([])),
            ("tuple", tuple([Element::new(STRING)])),
            ("unwritten element", tuple([Element::new(STRING).unwritten()])),
            ("unread element", tuple([Element::new(STRING).unread()])),
            ("default element", tuple([Element::new(STRING).with_default()])),
            ("pair", tuple([Element::new(STRING), Element::new(STRING)])),
            ("map", schema(&Descriptor::Map { key: STRING, value: U32 })),
            ("map, the other way", schema(&Descriptor::Map { key: U32, value: STRING })),
            ("asymmetric", schema(&Descriptor::Asymmetric { writer: STRING, reader: U32 })),
            ("asymmetric, the other way", schema(&Descriptor::Asymmetric { writer: U32, reader: STRING })),
            ("refined", schema(&Descriptor::Refined { inner: STRING, by: "Email" })),
            ("refined by another", schema(&Descriptor::Refined { inner: STRING, by: "Phone" })),
            ("opaque", schema(&Descriptor::Opaque("Email"))),
            ("opaque of a longer name", schema(&Descriptor::Opaque("Email\0"))),
            ("recursive", schema(&TREE)),
            ("mutual", schema(&PARENT)),
            ("no field", structure(Struct::new("S", 1, 0, &[]))),
            ("field", field(A)),
            ("ident", field(Field { ident: "b", ..A })),
            ("type", field(Field { schema: U8, ..A })),
            ("written", field(A.with_written("b"))),
            ("unwritten", field(A.unwritten())),
            ("alias", field(Field { read: Some(&["a", "b"]), ..A })),
            ("aliases", field(Field { read: Some(&["a", "b", "c"]), ..A })),
            ("no name", field(Field { read: Some(&[]), ..A })),
            ("unread", field(A.unread())),
            ("omitted", field(A.with_omitted(Omitted::Sometimes))),
            ("omitted if none", field(A.with_omitted(Omitted::None))),
            ("default", field(A.with_absent(Absent::Default))),
            ("refused", field(A.with_absent(Absent::Refused))),
            ("flatten", field(A.with_flatten())),
            ("tag", structure(Struct::new("S", 1, 0, &[A]).with_tag("t", "S"))),
            ("other tag", structure(Struct::new("S", 1, 0, &[A]).with_tag("t", "T"))),
            ("deny", structure(Struct::new("S", 1, 0, &[A]).with_deny_unknown_fields())),
            ("no variant", enumeration(variants([]))),
            ("variant", enumeration(variants([V]))),
            ("variants", enumeration(variants([V, Variant { ident: "W", ..V }]))),
            ("order of variants", enumeration(variants([Variant { ident: "W", ..V }, V]))),
            ("variant written", enumeration(variants([V.with_written("v")]))),
            ("variant unwritten", enumeration(variants([V.unwritten()]))),
            ("variant alias", enumeration(variants([Variant { read: Some(&["V", "v"]), ..V }]))),
            ("variant unread", enumeration(variants([V.unread()]))),
            ("other", enumeration(variants([V.with_other()]))),
            ("variant untagged", enumeration(variants([V.with_untagged()]))),
            ("newtype variant", enumeration(variants([Variant { payload: Payload::Newtype(U32), ..V }]))),
            (
                "tuple variant",
                enumeration(variants([Variant { payload: Payload::Tuple(kept([Element::new(U32)])), ..V }])),
            ),
            ("struct variant", enumeration(variants([Variant { payload: Payload::Struct(&[A]), ..V }]))),
            ("internal", enumeration(variants([V]).with_representation(Representation::Internal { tag: "t" }))),
            (
                "adjacent",
                enumeration(variants([V]).with_representation(Representation::Adjacent { tag: "t", content: "c" })),
            ),
            ("untagged", enumeration(variants([V]).with_representation(Representation::Untagged))),
            ("deny in variants", enumeration(variants([V]).with_deny_unknown_fields())),
            ("open", enumeration(variants([V]).with_open())),
        ];
        let mut seen = HashMap::new();
        for (shape, schema) in shapes {
            if let Some(other) = seen.insert(of(schema), shape) {
                panic!("{shape} and {other} have the same fingerprint");
            }
        }
    }

    #[test]
    fn names_of_types_and_notes_do_not_change_it() {
        let plain = field(A);
        let noted = kept([A.with_docs("It is.").with_js_integer()]);
        assert_eq!(of(structure(Struct::new("Other", 7, 0, noted).with_docs("A thing.").with_generic())), of(plain));
        let noted = variants([V.with_docs("It is.")]).with_docs("A thing.").with_generic();
        assert_eq!(of(enumeration(Enum { name: "Other", id: 7, ..noted })), of(enumeration(variants([V]))));
        static RENAMED: Descriptor = Descriptor::Struct(&Struct::new(
            "Leaf",
            1,
            0,
            &[
                Field::new(
                    "children",
                    &["children"],
                    schema(&Descriptor::Seq { item: schema(&RENAMED), unique: false }),
                ),
                Field::new("first", &["first"], schema(&Descriptor::Option(schema(&RENAMED)))),
            ],
        ));
        assert_eq!(of(schema(&RENAMED)), of(schema(&TREE)));
    }

    #[test]
    fn what_is_known_of_built_in_types_is_the_same() {
        const STRING: Schema = Schema::built_in(&Descriptor::Scalar(Scalar::String));
        const TYPES: [[Descriptor; 2]; 6] = [
            [Descriptor::Option(STRING), Descriptor::Option(crate::samples::STRING)],
            [
                Descriptor::Seq { item: STRING, unique: true },
                Descriptor::Seq { item: crate::samples::STRING, unique: true },
            ],
            [Descriptor::Array { item: STRING, len: 3 }, Descriptor::Array { item: crate::samples::STRING, len: 3 }],
            [
                Descriptor::Map { key: STRING, value: STRING },
                Descriptor::Map { key: crate::samples::STRING, value: crate::samples::STRING },
            ],
            [Descriptor::Option(POINT), Descriptor::Option(POINT)],
            [Descriptor::Tuple(&[Element::new(STRING)]), Descriptor::Tuple(&[Element::new(crate::samples::STRING)])],
        ];
        for [known, walked] in &TYPES {
            assert_eq!(of(Schema::built_in(known)), of(schema(walked)));
        }
        let known = TYPES.each_ref().map(|[known, _]| Schema::built_in(known).number.is_some());
        assert_eq!(known, [true, true, true, true, false, false]);
    }

    #[test]
    fn a_type_deep_below_counts() {
        const fn list(item: &'static Descriptor) -> Descriptor {
            Descriptor::Seq { item: Schema::of(item), unique: false }
        }
        const DEEP: [Schema; 2] =
            [schema(&list(&list(&Descriptor::Option(POINT)))), schema(&list(&list(&Descriptor::Option(U8))))];
        assert_ne!(of(DEEP[0]), of(DEEP[1]));
    }

    #[test]
    #[should_panic(expected = "too large to be checked")]
    fn a_newtype_that_contains_itself_is_refused() {
        static NESTED: Descriptor =
            Descriptor::Newtype(schema(&Descriptor::Seq { item: schema(&NESTED), unique: false }));
        let _ = of(schema(&NESTED));
    }
}
