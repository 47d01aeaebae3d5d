//! Every kind of change, on types in a short notation: `old`, `new`, and what backward, forward and own come to.

use super::{Outcome, change, own, reads};
use crate::{
    Absent, Descriptor, Element, Enum, Field, Format, Int, Omitted, Payload, Representation, Scalar, Schema, Side,
    Sides, Struct, Variant, lower,
};

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn slice<T: Clone>(values: &[T]) -> &'static [T] {
    Box::leak(values.to_vec().into_boxed_slice())
}

fn schema(descriptor: Descriptor) -> Schema {
    Schema::of(leak(descriptor))
}

fn scalar(scalar: Scalar) -> Schema {
    schema(Descriptor::Scalar(scalar))
}

fn string() -> Schema {
    scalar(Scalar::String)
}

fn any() -> Schema {
    scalar(Scalar::Any)
}

fn u(bits: u8) -> Schema {
    scalar(Scalar::Int(Int { signed: false, bits, nonzero: false }))
}

fn i(bits: u8) -> Schema {
    scalar(Scalar::Int(Int { signed: true, bits, nonzero: false }))
}

fn nonzero(bits: u8) -> Schema {
    scalar(Scalar::Int(Int { signed: false, bits, nonzero: true }))
}

fn format(format: Format) -> Schema {
    scalar(Scalar::Format(format))
}

fn option(inner: Schema) -> Schema {
    schema(Descriptor::Option(inner))
}

fn newtype(inner: Schema) -> Schema {
    schema(Descriptor::Newtype(inner))
}

fn refined(by: &'static str, inner: Schema) -> Schema {
    schema(Descriptor::Refined { inner, by })
}

fn list(item: Schema) -> Schema {
    schema(Descriptor::Seq { item, unique: false })
}

fn set(item: Schema) -> Schema {
    schema(Descriptor::Seq { item, unique: true })
}

fn array(item: Schema, len: usize) -> Schema {
    schema(Descriptor::Array { item, len })
}

fn tuple(elements: &[Schema]) -> Schema {
    let elements: Vec<_> = elements.iter().map(|schema| Element::new(*schema)).collect();
    schema(Descriptor::Tuple(slice(&elements)))
}

fn map(key: Schema, value: Schema) -> Schema {
    schema(Descriptor::Map { key, value })
}

fn asymmetric(writer: Schema, reader: Schema) -> Schema {
    schema(Descriptor::Asymmetric { writer, reader })
}

/// A field whose names are its name in Rust.
#[derive(Clone, Copy)]
struct F(Field);

fn f(ident: &'static str, schema: Schema) -> F {
    F(Field {
        ident,
        written: Some(ident),
        omitted: Omitted::Never,
        read: Some(slice(&[ident])),
        absent: Absent::ByType,
        flatten: false,
        schema,
        allow_js_integer: false,
        docs: "",
    })
}

impl F {
    fn read(mut self, names: &[&'static str]) -> Self {
        self.0.read = if names.is_empty() { None } else { Some(slice(names)) };
        self
    }

    fn written(mut self, name: Option<&'static str>) -> Self {
        self.0.written = name;
        self
    }

    fn named(self, name: &'static str) -> Self {
        self.read(&[name]).written(Some(name))
    }

    fn default(mut self) -> Self {
        self.0.absent = Absent::Default;
        self
    }

    fn refused(mut self) -> Self {
        self.0.absent = Absent::Refused;
        self
    }

    /// `skip_serializing_if`
    fn some(mut self) -> Self {
        self.0.omitted = Omitted::Sometimes;
        self
    }

    /// `skip_serializing_if = "Option::is_none"`
    fn not_none(mut self) -> Self {
        self.0.omitted = Omitted::None;
        self
    }

    fn flat(mut self) -> Self {
        self.0.flatten = true;
        self
    }
}

fn fields(fields: &[F]) -> &'static [Field] {
    let fields: Vec<_> = fields.iter().map(|field| field.0).collect();
    slice(&fields)
}

fn id() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn structure(fields: &'static [Field], tag: Option<(&'static str, &'static str)>, deny: bool) -> Schema {
    let of = Struct::new("S", id(), 0, fields);
    schema(Descriptor::Struct(leak(Struct { tag, deny_unknown_fields: deny, ..of })))
}

fn s(of: &[F]) -> Schema {
    structure(fields(of), None, false)
}

fn strict(of: &[F]) -> Schema {
    structure(fields(of), None, true)
}

/// A variant whose name is its name in Rust.
#[derive(Clone, Copy)]
struct V(Variant);

fn v(ident: &'static str, payload: Payload) -> V {
    V(Variant {
        ident,
        written: Some(ident),
        read: Some(slice(&[ident])),
        other: false,
        untagged: false,
        payload,
        allow_js_integer: false,
        docs: "",
    })
}

fn unit(ident: &'static str) -> V {
    v(ident, Payload::Unit)
}

fn holds(ident: &'static str, inner: Schema) -> V {
    v(ident, Payload::Newtype(inner))
}

fn with(ident: &'static str, of: &[F]) -> V {
    v(ident, Payload::Struct(fields(of)))
}

impl V {
    fn read(mut self, names: &[&'static str]) -> Self {
        self.0.read = Some(slice(names));
        self
    }

    fn named(mut self, name: &'static str) -> Self {
        self.0.written = Some(name);
        self.read(&[name])
    }

    fn other(mut self) -> Self {
        self.0.other = true;
        self
    }

    fn untagged(mut self) -> Self {
        self.0.untagged = true;
        self
    }
}

const EXTERNAL: Representation<'static> = Representation::External;
const INTERNAL: Representation<'static> = Representation::Internal { tag: "t" };
const ADJACENT: Representation<'static> = Representation::Adjacent { tag: "t", content: "c" };
const UNTAGGED: Representation<'static> = Representation::Untagged;

fn enumeration(representation: Representation<'static>, variants: &[V], open: bool) -> Schema {
    let variants: Vec<_> = variants.iter().map(|variant| variant.0).collect();
    let of = Enum::new("E", id(), 0, slice(&variants));
    schema(Descriptor::Enum(leak(Enum { representation, open, ..of })))
}

fn e(representation: Representation<'static>, variants: &[V]) -> Schema {
    enumeration(representation, variants, false)
}

fn parse(outcomes: &str) -> [Outcome; 3] {
    let mut words = outcomes.split(' ').map(|word| match word {
        "ok" => Outcome::Ok,
        "some" => Outcome::Some,
        "no" => Outcome::No,
        "silent" => Outcome::Silent,
        other => panic!("{other}"),
    });
    let (backward, forward) = (words.next().unwrap(), words.next().unwrap());
    [backward, forward, words.next().unwrap_or(Outcome::Ok)]
}

/// Each with the change the other way round where that is told, too.
fn assert_all(rows: &[(&str, Schema, Schema, &str)]) {
    let mut wrong = String::new();
    for (name, old, new, outcomes) in rows {
        let (old_writer, old_reader) = (lower::to_owned(*old, Side::Writer), lower::to_owned(*old, Side::Reader));
        let (new_writer, new_reader) = (lower::to_owned(*new, Side::Writer), lower::to_owned(*new, Side::Reader));
        let old = Sides { writer: old_writer.tree(), reader: old_reader.tree() };
        let new = Sides { writer: new_writer.tree(), reader: new_reader.tree() };
        let verdict = change(old, new, &[]);
        let actual = [verdict.backward, verdict.forward, verdict.own];
        let expected = parse(outcomes);
        if actual != expected {
            let findings: Vec<_> = verdict
                .findings
                .list()
                .iter()
                .map(|finding| format!("{:?} {}: {:?}", finding.breaks, finding.path, finding.what))
                .collect();
            wrong += &format!("{name}: {actual:?}, not {expected:?}\n    {}\n", findings.join("\n    "));
        }
        let told = !verdict.findings.list().is_empty();
        if told == verdict.is_ok() {
            wrong += &format!("{name}: {actual:?}, and findings: {told}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn base() -> Vec<F> {
    vec![f("id", string())]
}

fn and(more: &[F]) -> Schema {
    let mut all = base();
    all.extend_from_slice(more);
    s(&all)
}

/// A field of this type that becomes one of that type.
fn retype(old: Schema, new: Schema) -> (Schema, Schema) {
    (and(&[f("a", old)]), and(&[f("a", new)]))
}

fn assert_retyped(rows: &[(&str, Schema, Schema, &str)]) {
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, old, new, outcomes)| {
            let (old, new) = retype(*old, *new);
            (*name, old, new, *outcomes)
        })
        .collect();
    assert_all(&rows);
}

#[test]
fn fields_come_and_go() {
    let opt = || f("a", option(string()));
    assert_all(&[
        ("nothing", and(&[]), and(&[]), "ok ok"),
        ("add a required field", and(&[]), and(&[f("a", string())]), "no ok"),
        ("add a Vec", and(&[]), and(&[f("a", list(string()))]), "no ok"),
        ("add a Value", and(&[]), and(&[f("a", any())]), "no ok"),
        ("add an Option", and(&[]), and(&[opt()]), "ok ok"),
        ("add a plain newtype of an Option", and(&[]), and(&[f("a", newtype(option(string())))]), "no ok"),
        ("add an Option with deserialize_with", and(&[]), and(&[opt().refused()]), "no ok"),
        ("add a defaulted field", and(&[]), and(&[f("a", u(32)).default()]), "ok ok"),
        ("remove a required field", and(&[f("a", string())]), and(&[]), "ok no"),
        ("remove an Option", and(&[opt()]), and(&[]), "ok ok"),
        ("remove a defaulted field", and(&[f("a", u(32)).default()]), and(&[]), "ok ok"),
        ("rename a required field", and(&[f("a", string())]), and(&[f("b", string())]), "no no"),
        (
            "rename a required field with alias",
            and(&[f("a", string())]),
            and(&[f("b", string()).read(&["b", "a"])]),
            "ok no",
        ),
        ("rename an Option", and(&[opt()]), and(&[f("b", option(string()))]), "silent silent"),
        ("rename an Option with alias", and(&[opt()]), and(&[f("b", option(string())).read(&["b", "a"])]), "ok silent"),
        ("another Option instead", and(&[opt()]), and(&[f("b", option(u(32)))]), "ok ok"),
        ("rename on the wire", and(&[opt()]), and(&[opt().named("A")]), "silent silent"),
        (
            "rename on the wire with alias",
            and(&[opt()]),
            and(&[opt().written(Some("A")).read(&["A", "a"])]),
            "ok silent",
        ),
        ("rename_all, required", and(&[f("a_b", u(8))]), and(&[f("a_b", u(8)).named("aB")]), "no no"),
        ("rename(serialize)", and(&[f("a", u(8))]), and(&[f("a", u(8)).written(Some("b"))]), "ok no no"),
        ("rename(serialize) of an Option", and(&[opt()]), and(&[opt().written(Some("b"))]), "ok silent silent"),
        (
            "a renaming that is compensated",
            and(&[f("a", u(8))]),
            and(&[f("a", u(8)).written(Some("a")).read(&["b", "a"])]),
            "ok ok",
        ),
        (
            "an alias while both names are sent",
            and(&[f("a", u(8)), f("b", u(8))]),
            and(&[f("a", u(8)).read(&["a", "b"]), f("b", u(8)).read(&["c"]).written(Some("c"))]),
            "no no",
        ),
        ("Option to required", and(&[opt()]), and(&[f("a", string())]), "some ok"),
        ("required to Option", and(&[f("a", string())]), and(&[opt()]), "ok some"),
        ("defaulted to Option", and(&[f("a", u(8)).default()]), and(&[f("a", option(u(8)))]), "ok some"),
        ("the same with skip", and(&[f("a", u(8)).default()]), and(&[f("a", option(u(8))).not_none()]), "ok ok"),
        ("drop a default", and(&[f("a", u(8)).default()]), and(&[f("a", u(8))]), "some ok"),
        ("drop an alias", and(&[f("a", u(8)).read(&["a", "b"])]), and(&[f("a", u(8))]), "some ok"),
        ("deny unknown fields", and(&[]), strict(&base()), "some ok"),
        ("no longer deny unknown fields", strict(&base()), and(&[]), "ok ok"),
        ("old denies, add an Option", strict(&base()), strict(&[base()[0], opt()]), "ok no"),
        ("old denies, add one that is skipped", strict(&base()), strict(&[base()[0], opt().not_none()]), "ok some"),
        ("skip_serializing_if on an Option", and(&[opt()]), and(&[opt().not_none()]), "ok ok"),
        ("skip_serializing_if on a Vec", and(&[f("a", list(u(8)))]), and(&[f("a", list(u(8))).some()]), "ok some some"),
        ("skip_deserializing", and(&[f("a", u(8))]), and(&[f("a", u(8)).read(&[]).default()]), "silent ok silent"),
        (
            "skip_serializing",
            and(&[f("a", u(8)).default()]),
            and(&[f("a", u(8)).default().written(None)]),
            "ok silent silent",
        ),
        (
            "rename what has no content",
            and(&[f("a", s(&[])).default()]),
            and(&[f("a", s(&[])).default().named("A")]),
            "ok ok",
        ),
        ("order", s(&[f("a", u(8)), f("b", u(8))]), s(&[f("b", u(8)), f("a", u(8))]), "ok ok"),
        (
            "swapped",
            s(&[f("a", u(8)), f("b", u(8))]),
            s(&[f("a", u(8)).named("b"), f("b", u(8)).named("a")]),
            "silent silent",
        ),
        ("plain newtype around an Option", and(&[opt()]), and(&[f("a", newtype(option(string())))]), "some ok"),
        (
            "plain newtype around an Option that is skipped",
            and(&[opt().not_none()]),
            and(&[f("a", newtype(option(string())))]),
            "some ok",
        ),
        ("struct to transparent", s(&[f("a", string())]), string(), "no no"),
        ("unit struct to fields", scalar(Scalar::Null), s(&[f("a", string())]), "no no"),
        ("{} to an Option", s(&[]), s(&[opt()]), "ok ok"),
        ("gains a tag", and(&[]), structure(fields(&base()), Some(("type", "S")), false), "ok ok"),
        ("gains a tag, old denies", strict(&base()), structure(fields(&base()), Some(("type", "S")), false), "ok no"),
        ("gains a tag, and denies", and(&[]), structure(fields(&base()), Some(("type", "S")), true), "some ok no"),
        ("Option of an Option", and(&[opt()]), and(&[f("a", option(option(string())))]), "ok ok"),
    ]);
}

#[test]
fn values_change_their_type() {
    assert_retyped(&[
        ("wider", u(32), u(64), "ok some"),
        ("wider and signed", u(32), i(64), "ok some"),
        ("narrower", u(64), u(32), "some ok"),
        ("nonzero", u(32), nonzero(32), "some ok"),
        ("signed", u(64), i(64), "some some"),
        ("i32 to f64", i(32), scalar(Scalar::F64), "ok no"),
        ("u64 to f64", u(64), scalar(Scalar::F64), "silent no"),
        ("f64 to f32", scalar(Scalar::F64), scalar(Scalar::F32), "silent ok"),
        ("f32 to f64", scalar(Scalar::F32), scalar(Scalar::F64), "ok silent"),
        ("bool to u8", scalar(Scalar::Bool), u(8), "no no"),
        ("u64 to String", u(64), string(), "no no"),
        ("char to String", scalar(Scalar::Char), string(), "ok some"),
        ("String to Uuid", string(), format(Format::Uuid), "some ok"),
        ("String to try_from", string(), refined("Email", string()), "some ok"),
        ("the same check", refined("Email", string()), refined("Email", string()), "ok ok"),
        ("String to enum", string(), e(EXTERNAL, &[unit("A"), unit("B")]), "some ok"),
        ("u32 to Value", u(32), any(), "ok some"),
        ("u128 to Value", u(128), any(), "silent some"),
        ("Utc to FixedOffset", format(Format::DateTimeUtc), format(Format::DateTimeFixed), "ok silent"),
        ("Utc to naive", format(Format::DateTimeUtc), format(Format::NaiveDateTime), "no no"),
        ("Utc to seconds", format(Format::DateTimeUtc), format(Format::EpochSeconds), "no no"),
        ("Utc to time", format(Format::DateTimeUtc), format(Format::TimeOffsetDateTime), "no no"),
        ("Utc to RFC 3339", format(Format::DateTimeUtc), format(Format::TimeRfc3339), "ok ok"),
        ("Utc to milliseconds", format(Format::DateTimeUtc), format(Format::DateTimeMillis), "ok ok"),
        ("i64 to EpochMillis", i(64), format(Format::EpochMillis), "ok ok"),
        ("another unit", format(Format::EpochSeconds), format(Format::EpochMillis), "silent silent"),
        ("Decimal to f64", format(Format::Decimal), scalar(Scalar::F64), "no some"),
        ("Duration to milliseconds", s(&[f("secs", u(64)), f("nanos", u(32))]), u(64), "no no"),
        ("opaque", schema(Descriptor::Opaque("money@1")), string(), "no no"),
        ("opaque, another", schema(Descriptor::Opaque("money@1")), schema(Descriptor::Opaque("money@2")), "no no"),
        ("opaque, the same", schema(Descriptor::Opaque("money@1")), schema(Descriptor::Opaque("money@1")), "ok ok"),
        ("serialize_with alone", u(32), asymmetric(string(), u(32)), "ok no no"),
    ]);
}

#[test]
fn collections_compose() {
    let one = || s(&[f("x", string())]);
    assert_retyped(&[
        ("tuple grows", tuple(&[u(8), u(8)]), tuple(&[u(8), u(8), u(8)]), "no no"),
        ("tuple grows by an Option", tuple(&[u(8), u(8)]), tuple(&[u(8), u(8), option(u(8))]), "no no"),
        (
            "tuple grows by a default",
            tuple(&[u(8), u(8)]),
            schema(Descriptor::Tuple(slice(&[
                Element::new(u(8)),
                Element::new(u(8)),
                Element { default: true, ..Element::new(u(8)) },
            ]))),
            "ok no",
        ),
        ("tuple to struct", tuple(&[string(), u(8)]), s(&[f("x", string()), f("y", u(8))]), "ok no"),
        ("tuple to array", tuple(&[u(8), u(8)]), array(u(8), 2), "ok ok"),
        ("array grows", array(u(8), 2), array(u(8), 3), "no no"),
        ("T to Vec", string(), list(string()), "no no"),
        ("struct to Vec", one(), list(one()), "no no"),
        ("Vec to map", list(string()), map(string(), string()), "no no"),
        ("Vec to set", list(string()), set(string()), "silent ok"),
        ("array to Vec", array(u(8), 2), list(u(8)), "ok some"),
        ("map value", map(string(), string()), map(string(), u(8)), "some some"),
        ("map key to enum", map(string(), u(8)), map(e(EXTERNAL, &[unit("A")]), u(8)), "some ok"),
        ("map key to String", map(u(32), u(8)), map(string(), u(8)), "ok some"),
        ("no below Vec", list(s(&[f("x", string())])), list(s(&[f("y", string())])), "some some"),
        ("no below Option", option(s(&[f("x", string())])), option(s(&[f("y", string())])), "some some"),
        ("no below map", map(string(), one()), map(string(), s(&[f("y", string())])), "some some"),
        ("nested required", one(), s(&[f("x", string()), f("y", string())]), "no ok"),
        ("nested Option", one(), s(&[f("x", string()), f("y", option(string()))]), "ok ok"),
        ("struct to map", s(&[f("x", string())]), map(string(), string()), "some some"),
    ]);
}

#[test]
fn flattened_fields_stand_among_the_others() {
    let inner = |more: &[F]| {
        let mut all = vec![f("x", string())];
        all.extend_from_slice(more);
        s(&all)
    };
    let flat = |schema| and(&[f("part", schema).flat()]);
    let opt = |schema| and(&[f("part", option(schema)).flat()]);
    assert_all(&[
        ("extraction", and(&[f("x", string())]), flat(inner(&[])), "ok ok"),
        ("extraction into an Option", and(&[f("x", string())]), opt(inner(&[])), "ok some"),
        ("extraction out of defaults", and(&[f("x", string()).default()]), flat(inner(&[])), "some ok"),
        ("extraction of a default into an Option", and(&[f("x", string()).default()]), opt(inner(&[])), "ok ok"),
        ("nested to flattened", and(&[f("part", inner(&[]))]), flat(inner(&[])), "no no"),
        (
            "nested to flattened, all optional",
            and(&[f("part", option(s(&[f("x", option(string()))])))]),
            flat(s(&[f("x", option(string()))])),
            "silent silent",
        ),
        ("Option: rename", opt(inner(&[])), opt(s(&[f("y", string())])), "silent silent"),
        ("Option: add", opt(inner(&[])), opt(inner(&[f("y", string())])), "silent ok"),
        ("Option: remove", opt(inner(&[f("y", string())])), opt(inner(&[])), "ok silent"),
        ("Option: retype", opt(inner(&[])), opt(s(&[f("x", u(8))])), "silent silent"),
        ("Option: optional fields, or not", flat(s(&[f("x", option(u(8)))])), opt(s(&[f("x", option(u(8)))])), "ok ok"),
        ("add one that is optional", and(&[]), flat(s(&[f("x", option(u(8)))])), "ok ok"),
        ("add an Option", and(&[]), opt(inner(&[])), "ok ok"),
        ("add a typed map", and(&[]), flat(map(string(), u(32))), "some ok"),
        ("add a Value map", and(&[]), flat(map(string(), any())), "ok ok"),
        ("remove an Option in it", flat(inner(&[f("y", option(u(8)))])), flat(inner(&[])), "ok ok"),
        (
            "move a field into it",
            and(&[f("y", u(8)), f("part", inner(&[])).flat()]),
            flat(inner(&[f("y", u(8))])),
            "ok ok",
        ),
        (
            "an integer-keyed map moves under it",
            and(&[f("m", map(u(32), u(8)))]),
            flat(s(&[f("m", map(u(32), u(8)))])),
            "some ok some",
        ),
        ("u128 moves under it", and(&[f("m", u(128))]), flat(s(&[f("m", u(128))])), "no ok no"),
        (
            "an enum in it",
            flat(e(EXTERNAL, &[holds("A", u(8))])),
            flat(e(EXTERNAL, &[holds("A", u(8)), unit("B")])),
            "ok some",
        ),
        (
            "an internally tagged enum in it",
            flat(e(INTERNAL, &[with("A", &[f("x", u(8))]), unit("B")])),
            flat(e(INTERNAL, &[with("A", &[f("x", u(16))]), unit("B")])),
            "ok some",
        ),
    ]);
}

#[test]
fn variants_come_and_go() {
    let data = || with("D", &[f("x", u(8))]);
    let two = |r| e(r, &[unit("A"), data()]);
    for representation in [EXTERNAL, INTERNAL, ADJACENT] {
        let r = representation;
        let other = if r == INTERNAL { "ok silent" } else { "ok some" };
        assert_all(&[
            ("add", two(r), e(r, &[unit("A"), data(), unit("B")]), "ok some"),
            ("remove", e(r, &[unit("A"), data(), unit("B")]), two(r), "some ok"),
            ("order", two(r), e(r, &[data(), unit("A")]), "ok ok"),
            ("rename", two(r), e(r, &[unit("B"), data()]), "some some"),
            ("rename + alias", two(r), e(r, &[unit("B").read(&["B", "A"]), data()]), "ok some"),
            ("rename in Rust", two(r), e(r, &[unit("B").named("A"), data()]), "ok ok"),
            (
                "add a unit variant, old has other",
                e(r, &[unit("A"), unit("O").other()]),
                e(r, &[unit("A"), unit("B"), unit("O").other()]),
                "ok silent",
            ),
            (
                "the same, open",
                enumeration(r, &[unit("A"), unit("O").other()], true),
                enumeration(r, &[unit("A"), unit("B"), unit("O").other()], true),
                "ok ok",
            ),
            (
                "add a data variant, old has other",
                e(r, &[unit("A"), unit("O").other()]),
                e(r, &[unit("A"), data(), unit("O").other()]),
                other,
            ),
            (
                "remove a unit variant, new has other",
                e(r, &[unit("A"), unit("B")]),
                e(r, &[unit("A"), unit("O").other()]),
                "silent ok",
            ),
            ("drop other", e(r, &[unit("A"), unit("O").other()]), e(r, &[unit("A")]), "some ok"),
            (
                "add a variant, old has a catch-all",
                e(r, &[unit("A"), holds("U", any()).untagged()]),
                e(r, &[unit("A"), data(), holds("U", any()).untagged()]),
                "ok ok",
            ),
            (
                "a payload changes before a catch-all",
                e(r, &[unit("A"), data(), holds("U", any()).untagged()]),
                e(r, &[unit("A"), with("D", &[f("y", u(8))]), holds("U", any()).untagged()]),
                "silent silent",
            ),
            ("newtype of a struct, or not", two(r), e(r, &[unit("A"), holds("D", s(&[f("x", u(8))]))]), "ok ok"),
            ("payload", two(r), e(r, &[unit("A"), with("D", &[f("y", u(8))])]), "some some"),
            (
                "collapsing",
                e(r, &[unit("A"), unit("B")]),
                e(r, &[unit("B").read(&["A", "B"]), unit("A").named("C")]),
                "silent some",
            ),
        ]);
    }
    assert_all(&[
        (
            "unit to newtype",
            e(EXTERNAL, &[unit("A"), unit("B")]),
            e(EXTERNAL, &[holds("A", u(8)), unit("B")]),
            "some some",
        ),
        (
            "unit to newtype(Option), adjacent",
            e(ADJACENT, &[unit("A"), unit("B")]),
            e(ADJACENT, &[holds("A", option(u(8))), unit("B")]),
            "ok some",
        ),
        (
            "unit to optional fields, internal",
            e(INTERNAL, &[unit("A")]),
            e(INTERNAL, &[with("A", &[f("x", option(u(8)))])]),
            "ok ok",
        ),
        ("enum to a struct of Options", two(INTERNAL), s(&[f("x", option(u(8)))]), "silent no"),
        ("representation", two(EXTERNAL), two(INTERNAL), "no no"),
        ("tag", two(INTERNAL), e(Representation::Internal { tag: "kind" }, &[unit("A"), data()]), "no no"),
        (
            "an integer-keyed map, internal",
            e(EXTERNAL, &[holds("A", s(&[f("m", map(u(32), u(8)))]))]),
            e(INTERNAL, &[holds("A", s(&[f("m", map(u(32), u(8)))]))]),
            "no no some",
        ),
        (
            "data variant removed, new has other, internal",
            two(INTERNAL),
            e(INTERNAL, &[unit("A"), unit("O").other()]),
            "silent ok",
        ),
    ]);
}

#[test]
fn untagged_variants_are_told_by_their_content() {
    let num = || holds("Num", u(64));
    let text = || holds("Text", string());
    assert_all(&[
        ("the same", e(UNTAGGED, &[num(), text()]), e(UNTAGGED, &[num(), text()]), "ok ok"),
        ("renamed", e(UNTAGGED, &[num(), text()]), e(UNTAGGED, &[holds("N", u(64)), holds("T", string())]), "ok ok"),
        (
            "in front, overlapping",
            e(UNTAGGED, &[text()]),
            e(UNTAGGED, &[holds("Id", format(Format::Uuid)), text()]),
            "silent ok",
        ),
        (
            "in front, and renamed",
            e(UNTAGGED, &[text()]),
            e(UNTAGGED, &[holds("Id", format(Format::Uuid)), holds("T", string())]),
            "silent ok",
        ),
        (
            "reorder",
            e(UNTAGGED, &[holds("Id", format(Format::Uuid)), text()]),
            e(UNTAGGED, &[text(), holds("Id", format(Format::Uuid))]),
            "silent silent",
        ),
        ("in front, apart", e(UNTAGGED, &[text()]), e(UNTAGGED, &[num(), text()]), "ok some"),
        (
            "behind a wider one",
            e(UNTAGGED, &[holds("F", scalar(Scalar::F64)), text()]),
            e(UNTAGGED, &[holds("F", scalar(Scalar::F64)), text(), holds("I", i(32))]),
            "ok ok",
        ),
        (
            "a default in an earlier one",
            e(UNTAGGED, &[with("A", &[f("x", u(8))]), with("B", &[f("y", u(8))])]),
            e(UNTAGGED, &[with("A", &[f("x", u(8)).default()]), with("B", &[f("y", u(8))])]),
            "silent ok silent",
        ),
        (
            "a default in an earlier one, which loses nothing",
            e(UNTAGGED, &[with("A", &[f("x", u(8)), f("y", u(8))]), with("B", &[f("x", u(8))])]),
            e(UNTAGGED, &[with("A", &[f("x", u(8)), f("y", u(8)).default()]), with("B", &[f("x", u(8))])]),
            "silent ok",
        ),
        ("a wrapper", string(), e(UNTAGGED, &[text()]), "ok ok"),
        ("a wrapper, nested", and(&[f("a", string())]), and(&[f("a", e(UNTAGGED, &[text()]))]), "ok ok"),
        ("payload", e(UNTAGGED, &[num(), text()]), e(UNTAGGED, &[holds("Num", u(32)), text()]), "some ok"),
        (
            "payload, then a catch-all takes it",
            e(UNTAGGED, &[with("A", &[f("x", u(8))]), holds("U", any())]),
            e(UNTAGGED, &[with("A", &[f("y", u(8))]), holds("U", any())]),
            "silent silent",
        ),
    ]);
}

#[test]
fn types_that_contain_themselves_come_to_an_end() {
    let tree = |value: Schema| {
        let id = id();
        let item = schema(Descriptor::Recursive(id));
        let of = Struct::new(
            "Tree",
            id,
            0,
            fields(&[f("value", value), f("children", list(item)), f("next", option(item))]),
        );
        schema(Descriptor::Struct(leak(Struct { generic: true, ..of })))
    };
    assert_all(&[
        ("the same", tree(u(8)), tree(u(8)), "ok ok"),
        ("wider", tree(u(8)), tree(u(16)), "ok some"),
        ("retyped", tree(u(8)), tree(string()), "no no"),
    ]);
}

#[test]
fn tombstones_tell_a_removal_from_a_rename() {
    let inner = |field: &[F]| and(&[f("address", s(field))]);
    let (old, new) = (inner(&[f("zip", option(string()))]), inner(&[f("code", option(string()))]));
    let (old_writer, old_reader) = (lower::to_owned(old, Side::Writer), lower::to_owned(old, Side::Reader));
    let (new_writer, new_reader) = (lower::to_owned(new, Side::Writer), lower::to_owned(new, Side::Reader));
    let old = Sides { writer: old_writer.tree(), reader: old_reader.tree() };
    let new = Sides { writer: new_writer.tree(), reader: new_reader.tree() };
    let suspected = change(old, new, &["zip"]);
    assert_eq!([suspected.backward, suspected.forward], [Outcome::Silent; 2]);
    assert_eq!(suspected.findings.list()[0].path.to_string(), "address.zip");
    assert!(change(old, new, &["address.zip"]).is_ok());
}

#[test]
fn a_view_takes_what_it_needs() {
    let event = lower::to_owned(and(&[f("a", option(u(8))), f("b", u(8))]), Side::Writer);
    let view = |of: &[F]| lower::to_owned(s(of), Side::Reader);
    let good = view(&[f("b", u(16))]);
    assert_eq!(reads(&[event.tree()], good.tree()).outcome, Outcome::Ok);
    let unwritten = view(&[f("b", u(16)), f("aa", option(u(8)))]);
    let reading = reads(&[event.tree()], unwritten.tree());
    assert_eq!(reading.outcome, Outcome::Silent);
    assert_eq!(reading.findings.list()[0].path.to_string(), "aa");
    let narrow = view(&[f("a", u(8))]);
    assert_eq!(reads(&[event.tree()], narrow.tree()).outcome, Outcome::Some);
}

#[test]
fn a_type_that_cannot_read_itself_is_told_alone() {
    let wide = || f("m", u(128));
    for (schema, outcome) in [(s(&[wide()]), Outcome::Ok), (s(&[f("p", s(&[wide()])).flat()]), Outcome::No)] {
        let (writer, reader) = (lower::to_owned(schema, Side::Writer), lower::to_owned(schema, Side::Reader));
        assert_eq!(own(Sides { writer: writer.tree(), reader: reader.tree() }).outcome, outcome);
    }
}

/// A struct of 100 fields that holds the next, four deep. Three fields of each change.
mod large {
    use super::*;

    const fn fields<const NEW: bool>(inner: Schema) -> [Field; 100] {
        const U32: Schema =
            Schema::of(&Descriptor::Scalar(Scalar::Int(Int { signed: false, bits: 32, nonzero: false })));
        const U64: Schema =
            Schema::of(&Descriptor::Scalar(Scalar::Int(Int { signed: false, bits: 64, nonzero: false })));
        let mut fields = [Field::new("", &[""], U32); 100];
        let mut at = 0;
        while at < 100 {
            let name = NAMES.split_at(at).1.split_at(1).0;
            let schema = match at {
                99 => inner,
                10 | 50 | 90 if NEW => U64,
                _ => U32,
            };
            fields[at] = Field::new(name[0], name, schema);
            at += 1;
        }
        fields
    }

    macro_rules! names {
        ($($ten:literal)*) => {
            &[$(
                concat!("a_long_field_name_", $ten, "0"), concat!("a_long_field_name_", $ten, "1"),
                concat!("a_long_field_name_", $ten, "2"), concat!("a_long_field_name_", $ten, "3"),
                concat!("a_long_field_name_", $ten, "4"), concat!("a_long_field_name_", $ten, "5"),
                concat!("a_long_field_name_", $ten, "6"), concat!("a_long_field_name_", $ten, "7"),
                concat!("a_long_field_name_", $ten, "8"), concat!("a_long_field_name_", $ten, "9"),
            )*]
        };
    }

    static NAMES: &[&str] = names!("0" "1" "2" "3" "4" "5" "6" "7" "8" "9");

    const LEAF: Schema = Schema::of(&Descriptor::Scalar(Scalar::String));

    macro_rules! level {
        ($level:ident, $schema:ident, $new:literal, $id:literal, $inner:expr) => {
            static $level: Descriptor = {
                static FIELDS: [Field; 100] = fields::<$new>($inner);
                Descriptor::Struct(&Struct::new("Level", $id, 0, &FIELDS))
            };
            const $schema: Schema = Schema::of(&$level);
        };
    }

    level!(OLD_4, OLD_FOUR, false, 9004, LEAF);
    level!(OLD_3, OLD_THREE, false, 9003, OLD_FOUR);
    level!(OLD_2, OLD_TWO, false, 9002, OLD_THREE);
    level!(OLD_1, OLD, false, 9001, OLD_TWO);
    level!(NEW_4, NEW_FOUR, true, 9014, LEAF);
    level!(NEW_3, NEW_THREE, true, 9013, NEW_FOUR);
    level!(NEW_2, NEW_TWO, true, 9012, NEW_THREE);
    level!(NEW_1, NEW, true, 9011, NEW_TWO);

    const fn verdict() -> [Outcome; 3] {
        let (old_writer, old_reader) = (lower::writer(OLD), lower::reader(OLD));
        let (new_writer, new_reader) = (lower::writer(NEW), lower::reader(NEW));
        let old = Sides { writer: old_writer.tree(), reader: old_reader.tree() };
        let new = Sides { writer: new_writer.tree(), reader: new_reader.tree() };
        let verdict = change(old, new, &[]);
        [verdict.backward, verdict.forward, verdict.own]
    }

    // The compiler denies constants that take it too long: that this one compiles says that it is cheap.
    const VERDICT: [Outcome; 3] = verdict();

    #[test]
    fn the_compiler_reaches_the_verdict_on_a_large_type() {
        assert_eq!(VERDICT, [Outcome::Ok, Outcome::Some, Outcome::Ok]);
    }
}
