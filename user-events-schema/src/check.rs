//! [`Check`], what the compiler and the command ask of an event: may it be what it is now?

use crate::refusal::Refusal;
use crate::text::same;
use crate::verdict::{self, Findings};
use crate::{Descriptor, Node, Part, PartKind, Representation, Run, Scalar, Schema, Tree, codec, fingerprint, lower};

/// An event as the code has it, and everything that was published under its name and version.
#[derive(Clone, Copy)]
pub struct Check<'a> {
    /// The event's type.
    pub event_type: &'a str,
    /// Its version.
    pub version: u32,
    /// What the code says.
    pub schema: Schema,
    /// What was published, the oldest first.
    pub revisions: &'a [Revision<'a>],
    /// The fields that were removed on purpose, as paths: `address.zip`.
    pub tombstones: &'a [&'a str],
}

/// What an event was once.
#[derive(Clone, Copy, Debug)]
pub struct Revision<'a> {
    /// Its number in the lock, from 1.
    pub number: u32,
    /// Whether it is published: drafts bind nobody.
    pub published: bool,
    /// The [fingerprint](mod@crate::fingerprint) of the descriptor that it was made from.
    pub fingerprint: u64,
    /// What it writes, [encoded](crate::codec).
    pub writer: &'a [u8],
    /// What it reads, [encoded](crate::codec).
    pub reader: &'a [u8],
}

/// The same question about trees, as the command asks it.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// What it writes.
    pub writer: Tree<'a>,
    /// What it reads.
    pub reader: Tree<'a>,
}

/// Why the event may not be what it is now; none if it may.
///
/// A type that is equal to its newest revision passes without further question. Any other has to get along with every
/// revision that is published, and with itself. Where nothing is published yet, nothing can break.
///
/// It is for the compiler: outside of constants it takes megabytes of stack. Programs ask [`verdict::change`].
#[must_use]
pub const fn run(check: &Check<'_>) -> Option<Refusal> {
    let (Some(newest), true) = (check.revisions.last(), is_published(check)) else { return None };
    if fingerprint::of(check.schema) == newest.fingerprint {
        return None;
    }
    let (writer, reader) = (lower::writer(check.schema), lower::reader(check.schema));
    let now = Sides { writer: writer.tree(), reader: reader.tree() };
    if is_revision(&now, newest) {
        return None;
    }
    between(check, &now)
}

/// As [`run`], of an event that is not what its newest revision says, for the command, which has trees alone.
#[must_use]
pub fn sides(
    event_type: &str,
    version: u32,
    now: &Sides<'_>,
    revisions: &[Revision<'_>],
    tombstones: &[&str],
) -> Option<Refusal> {
    let check = Check { event_type, version, schema: WITHOUT_FIELDS, revisions, tombstones };
    if is_published(&check) { between(&check, now) } else { None }
}

/// Why a type cannot read what it writes itself; none if it can.
#[must_use]
pub fn own(event_type: &str, version: u32, now: &Sides<'_>) -> Option<Refusal> {
    let own = verdict::own(*now);
    if own.outcome.is_ok() {
        return None;
    }
    let mut refusal = Refusal::new(event_type, version, None);
    refusal.add(&own.findings, 0);
    Some(refusal)
}

/// The command points at no field.
const WITHOUT_FIELDS: Schema = Schema::of(&Descriptor::Scalar(Scalar::Null));

/// The verdict with every revision that is published, and with itself.
const fn between(check: &Check<'_>, now: &Sides<'_>) -> Option<Refusal> {
    let own = verdict::own(*now);
    let mut refusal = None;
    let mut at = check.revisions.len();
    while at > 0 {
        at -= 1;
        let revision = &check.revisions[at];
        if revision.published {
            refusal = against(check, now, revision, refusal);
        }
    }
    match refusal {
        Some(mut refusal) => {
            refusal.add(&own.findings, 0);
            Some(refusal)
        }
        None if own.outcome.is_ok() => None,
        None => {
            let mut refusal = Refusal::new(check.event_type, check.version, broken(check, &own.findings));
            refusal.add(&own.findings, 0);
            Some(refusal)
        }
    }
}

/// Which field of the struct, or variant of the enum, makes the event [what it may not be](run): none if it may,
/// `usize::MAX` if it is the event as a whole, or a field that is gone.
///
/// The derive asks for it, to [refuse] at that field.
#[must_use]
pub const fn broken_field(check: &Check<'_>) -> Option<usize> {
    match run(check) {
        Some(refusal) => Some(match refusal.field() {
            Some(field) => field,
            None => usize::MAX,
        }),
        None => None,
    }
}

/// Stops the build.
///
/// # Panics
///
/// Always: with the text of the [refusal](run).
#[track_caller]
pub const fn refuse(check: &Check<'_>) -> ! {
    match run(check) {
        Some(refusal) => panic!("{}", refusal.as_str()),
        None => panic!("the event is what it may be"),
    }
}

const fn is_published(check: &Check<'_>) -> bool {
    let mut at = 0;
    while at < check.revisions.len() {
        if check.revisions[at].published {
            return true;
        }
        at += 1;
    }
    false
}

/// The verdict with one revision. The newest that breaks is explained, those before it are named.
const fn against(
    check: &Check<'_>,
    now: &Sides<'_>,
    revision: &Revision<'_>,
    refusal: Option<Refusal>,
) -> Option<Refusal> {
    let (writer, reader) = (codec::decode(revision.writer), codec::decode(revision.reader));
    let old = Sides { writer: writer.tree(), reader: reader.tree() };
    let verdict = verdict::exchange(old, *now, check.tombstones);
    if verdict.is_ok() {
        return refusal;
    }
    let number = if check.revisions.len() > 1 { revision.number } else { 0 };
    match refusal {
        Some(mut refusal) => {
            refusal.also(number);
            Some(refusal)
        }
        None => {
            let mut refusal = Refusal::new(check.event_type, check.version, broken(check, &verdict.findings));
            refusal.add(&verdict.findings, number);
            Some(refusal)
        }
    }
}

/// The first field or variant of the event that a finding is about.
const fn broken(check: &Check<'_>, findings: &Findings<'_>) -> Option<usize> {
    let list = findings.list();
    let mut at = 0;
    while at < list.len() {
        if let Some(ident) = list[at].path.segments().first() {
            if let Some(position) = position(check.schema, ident) {
                return Some(position);
            }
        }
        at += 1;
    }
    None
}

/// Where a field or variant stands in the source, as far as it is read or written.
const fn position(schema: Schema, ident: &str) -> Option<usize> {
    let mut at = 0;
    match schema.get() {
        Descriptor::Struct(of) => {
            while at < of.fields.len() {
                if same(of.fields[at].ident, ident) {
                    return Some(at);
                }
                at += 1;
            }
        }
        Descriptor::Enum(of) => {
            while at < of.variants.len() {
                if same(of.variants[at].ident, ident) {
                    return Some(at);
                }
                at += 1;
            }
        }
        _ => {}
    }
    None
}

/// Whether the trees are those of the revision, but for documentation and the names of types.
const fn is_revision(now: &Sides<'_>, revision: &Revision<'_>) -> bool {
    let (writer, reader) = (codec::decode(revision.writer), codec::decode(revision.reader));
    is_same_tree(&now.writer, &writer.tree()) && is_same_tree(&now.reader, &reader.tree())
}

const fn is_same_tree(a: &Tree<'_>, b: &Tree<'_>) -> bool {
    if a.nodes.len() != b.nodes.len() || a.parts.len() != b.parts.len() || a.names.len() != b.names.len() {
        return false;
    }
    let mut at = 0;
    while at < a.nodes.len() {
        if !is_same_node(&a.nodes[at], &b.nodes[at]) {
            return false;
        }
        at += 1;
    }
    at = 0;
    while at < a.parts.len() {
        if !is_same_part(&a.parts[at], &b.parts[at]) {
            return false;
        }
        at += 1;
    }
    at = 0;
    while at < a.names.len() {
        if !same(a.names[at], b.names[at]) {
            return false;
        }
        at += 1;
    }
    true
}

const fn is_same_node(a: &Node<'_>, b: &Node<'_>) -> bool {
    match (*a, *b) {
        (Node::Scalar(a), Node::Scalar(b)) => a.code() == b.code(),
        (Node::Opaque(a), Node::Opaque(b)) | (Node::Text(a), Node::Text(b)) => same(a, b),
        (Node::Refined { node: a, by }, Node::Refined { node: b, by: other }) => a == b && same(by, other),
        (Node::Nullable(a), Node::Nullable(b)) => a == b,
        (Node::Seq { item: a, unique }, Node::Seq { item: b, unique: other }) => a == b && unique == other,
        (Node::Array { item: a, len }, Node::Array { item: b, len: other }) => a == b && len == other,
        (Node::Tuple(a), Node::Tuple(b)) => is_same_run(a, b),
        (Node::Map { key, value }, Node::Map { key: other, value: b }) => key == other && value == b,
        (Node::Object { fields: a, .. }, Node::Object { fields: b, .. }) => is_same_run(a, b),
        (
            Node::Struct { fields: a, deny_unknown_fields, .. },
            Node::Struct { fields: b, deny_unknown_fields: other, .. },
        ) => is_same_run(a, b) && deny_unknown_fields == other,
        (Node::OneOf { representation, variants: a, .. }, Node::OneOf { representation: other, variants: b, .. }) => {
            is_same_run(a, b) && is_same_representation(representation, other)
        }
        (
            Node::Enum { representation, variants: a, deny_unknown_fields: denies, open, .. },
            Node::Enum { representation: other, variants: b, deny_unknown_fields: denied, open: opened, .. },
        ) => is_same_run(a, b) && is_same_representation(representation, other) && denies == denied && open == opened,
        _ => false,
    }
}

const fn is_same_part(a: &Part<'_>, b: &Part<'_>) -> bool {
    same(a.ident, b.ident)
        && is_same_run(a.names, b.names)
        && is_same_kind(a.kind, b.kind)
        && a.node == b.node
        && a.presence as u8 == b.presence as u8
}

const fn is_same_kind(a: PartKind, b: PartKind) -> bool {
    match (a, b) {
        (PartKind::Field, PartKind::Field)
        | (PartKind::Flattened, PartKind::Flattened)
        | (PartKind::Tag, PartKind::Tag)
        | (PartKind::Ignored, PartKind::Ignored) => true,
        (
            PartKind::Variant { payload, untagged, other },
            PartKind::Variant { payload: b_payload, untagged: b_untagged, other: b_other },
        ) => payload as u8 == b_payload as u8 && untagged == b_untagged && other == b_other,
        _ => false,
    }
}

const fn is_same_representation(a: Representation<'_>, b: Representation<'_>) -> bool {
    match (a, b) {
        (Representation::External, Representation::External) | (Representation::Untagged, Representation::Untagged) => {
            true
        }
        (Representation::Internal { tag: a }, Representation::Internal { tag: b }) => same(a, b),
        (Representation::Adjacent { tag: a, content }, Representation::Adjacent { tag: b, content: other }) => {
            same(a, b) && same(content, other)
        }
        _ => false,
    }
}

const fn is_same_run(a: Run, b: Run) -> bool {
    a.start == b.start && a.len == b.len
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Docs, to_vec};
    use crate::samples::{OPTION, STRING, U32};
    use crate::{Field, Side, Struct};

    const fn address(fields: &'static [Field]) -> Struct {
        Struct::new("Address", 71, 1, fields)
    }

    const fn user(id: u64, fields: &'static [Field]) -> Struct {
        Struct::new("UserRegistered", id, id, fields)
    }

    static OLD_ADDRESS: Descriptor = Descriptor::Struct(&address(&[Field::new("street", &["street"], STRING)]));
    static NEW_ADDRESS: Descriptor =
        Descriptor::Struct(&address(&[Field::new("street", &["street"], STRING), Field::new("zip", &["zip"], STRING)]));
    static OLD: Descriptor = Descriptor::Struct(&user(
        72,
        &[Field::new("name", &["name"], STRING), Field::new("address", &["address"], Schema::of(&OLD_ADDRESS))],
    ));
    static NEW: Descriptor = Descriptor::Struct(&user(
        73,
        &[Field::new("name", &["name"], STRING), Field::new("address", &["address"], Schema::of(&NEW_ADDRESS))],
    ));
    static WIDER: Descriptor = Descriptor::Struct(&user(
        74,
        &[
            Field::new("name", &["name"], STRING),
            Field::new("address", &["address"], Schema::of(&OLD_ADDRESS)),
            Field::new("note", &["note"], OPTION),
        ],
    ));
    static OTHER: Descriptor = Descriptor::Struct(&user(
        75,
        &[
            Field::new("name", &["name"], STRING),
            Field::new("address", &["address"], Schema::of(&OLD_ADDRESS)),
            Field::new("note", &["note"], Schema::of(&Descriptor::Option(U32))),
        ],
    ));

    /// Arenas are larger than the stack of a test.
    fn on_a_large_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
        std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap().join().unwrap()
    }

    /// A revision's state and type.
    type Published = (bool, &'static Descriptor);

    fn refusal(now: &'static Descriptor, revisions: &[Published]) -> Option<Refusal> {
        let revisions = revisions.to_vec();
        on_a_large_stack(move || refusal_here(now, &revisions))
    }

    fn refusal_here(now: &'static Descriptor, revisions: &[Published]) -> Option<Refusal> {
        let sides: Vec<_> = revisions
            .iter()
            .map(|(_, descriptor)| {
                let schema = Schema::of(descriptor);
                let bytes = |side| to_vec(lower::to_owned(schema, side).tree(), Docs::Drop);
                (fingerprint::of(schema), bytes(Side::Writer), bytes(Side::Reader))
            })
            .collect();
        let revisions: Vec<_> = (1..)
            .zip(revisions.iter().zip(&sides))
            .map(|(number, ((published, _), (fingerprint, writer, reader)))| Revision {
                number,
                published: *published,
                fingerprint: *fingerprint,
                writer,
                reader,
            })
            .collect();
        run(&Check {
            event_type: "UserRegistered",
            version: 1,
            schema: Schema::of(now),
            revisions: &revisions,
            tombstones: &[],
        })
    }

    #[test]
    fn a_refusal_names_event_field_victim_and_fix() {
        let refusal = refusal(&NEW, &[(true, &OLD)]).unwrap();
        assert_eq!(
            refusal.as_str(),
            "breaking change to published event `UserRegistered` v1\n  \
             field: `address.zip`\n  \
             what:  this build cannot read stored v1 events: the field is never written, but the reader requires it\n  \
             fix:   make it Option<_> or #[serde(default)], or keep this struct and publish version 2 with `impl Upcast`"
        );
        assert_eq!(refusal.field(), Some(1));
    }

    #[test]
    fn every_published_revision_counts_and_no_draft() {
        assert!(refusal(&OLD, &[]).is_none());
        assert!(refusal(&NEW, &[(false, &OLD)]).is_none());
        assert!(refusal(&NEW, &[(false, &OLD), (true, &NEW)]).is_none());
        assert!(refusal(&OLD, &[(true, &OLD), (true, &WIDER)]).is_none());
        // Removed, and added again with another type.
        let refusal = refusal(&OTHER, &[(true, &WIDER), (true, &OLD)]).unwrap();
        assert!(refusal.as_str().contains("field: `note`"), "{}", refusal.as_str());
        assert!(refusal.as_str().contains("stored v1 events (revision 1): "), "{}", refusal.as_str());
    }

    #[test]
    fn a_type_that_equals_its_newest_revision_passes() {
        assert!(refusal(&NEW, &[(true, &OLD), (true, &NEW)]).is_none());
    }

    #[test]
    fn all_revisions_that_break_are_named() {
        let refusal = refusal(&NEW, &[(true, &OLD), (true, &WIDER)]).unwrap();
        assert!(refusal.as_str().contains("(revision 2)"), "{}", refusal.as_str());
        assert!(refusal.as_str().ends_with("\n  also:  revision 1"), "{}", refusal.as_str());
    }

    const fn encoded(side: Side) -> ([u8; 512], usize) {
        let mut bytes = [0; 512];
        let arena = match side {
            Side::Writer => lower::writer(Schema::of(&OLD)),
            Side::Reader => lower::reader(Schema::of(&OLD)),
        };
        let len = codec::encode(arena.tree(), Docs::Drop, &mut bytes);
        (bytes, len)
    }

    static WRITER: ([u8; 512], usize) = encoded(Side::Writer);
    static READER: ([u8; 512], usize) = encoded(Side::Reader);

    static CHECK: Check<'_> = Check {
        event_type: "UserRegistered",
        version: 1,
        schema: Schema::of(&NEW),
        revisions: &[Revision {
            number: 1,
            published: true,
            fingerprint: 0,
            writer: WRITER.0.split_at(WRITER.1).0,
            reader: READER.0.split_at(READER.1).0,
        }],
        tombstones: &[],
    };

    // As the derive asks it.
    const BROKEN: Option<usize> = broken_field(&CHECK);

    #[test]
    fn the_compiler_is_told_the_field() {
        assert_eq!(BROKEN, Some(1));
    }

    #[test]
    fn the_build_stops_with_the_text() {
        let text = on_a_large_stack(|| {
            *std::panic::catch_unwind(|| refuse(&CHECK)).unwrap_err().downcast::<String>().unwrap()
        });
        assert!(
            text.starts_with("breaking change to published event `UserRegistered` v1\n  field: `address.zip`"),
            "{text}"
        );
    }
}
