//! [`synthesize`], payloads that an event could write.

use crate::lock::{Sample, Value};
use crate::{Format, Int, Node, NodeId, Part, PartKind, Presence, Run, Scalar, Tree};

/// Up to three payloads that the writer's tree has: the smallest, one with everything, and one with other variants of its
/// enums. They depend on nothing but the tree.
///
/// None has a part that the tree does not describe: one that is opaque, or that a type checks by rules of its own. There
/// are no payloads where nothing can be written without such a part.
#[must_use]
pub fn synthesize(writer: &Tree<'_>) -> Vec<Sample> {
    let heights = heights(writer);
    let mut samples = Vec::new();
    for (extent, turn) in [(Extent::Smallest, 0), (Extent::Full, 1), (Extent::Full, 2)] {
        let mut synthesis = Synthesis { tree: writer, heights: &heights, turn, path: Vec::new() };
        if let Some(value) = synthesis.value(0, extent) {
            let sample = Sample::of_value(value);
            if !samples.contains(&sample) {
                samples.push(sample);
            }
        }
    }
    samples
}

/// How much of what may be left out is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Smallest,
    Full,
}

struct Synthesis<'t> {
    tree: &'t Tree<'t>,
    heights: &'t [Option<u32>],
    /// Which variant enums have.
    turn: usize,
    /// The nodes around.
    path: Vec<NodeId>,
}

impl<'t> Synthesis<'t> {
    fn value(&mut self, id: NodeId, extent: Extent) -> Option<Value<'t>> {
        self.heights[id as usize]?;
        // A type inside itself is as small as it can be.
        let is_inside_itself = self.path.contains(&id);
        let extent = if is_inside_itself { Extent::Smallest } else { extent };
        self.path.push(id);
        let value = self.value_of(&self.tree.nodes[id as usize], extent, is_inside_itself);
        self.path.pop();
        value
    }

    fn value_of(&mut self, node: &'t Node<'t>, extent: Extent, is_inside_itself: bool) -> Option<Value<'t>> {
        let is_full = extent == Extent::Full;
        match *node {
            Node::Scalar(scalar) => Some(leaf(scalar, is_full)),
            Node::Text(text) => Some(Value::text(text)),
            Node::Refined { node, by } if accepts_the_smallest(by) => self.value(node, Extent::Smallest),
            Node::Opaque(_) | Node::Refined { .. } => None,
            Node::Nullable(inner) => {
                let inner = if is_full { self.value(inner, extent) } else { None };
                Some(inner.unwrap_or(Value::Leaf("null".into())))
            }
            Node::Seq { item, .. } => {
                let item = if is_full { self.value(item, extent) } else { None };
                Some(Value::Array(item.into_iter().collect()))
            }
            Node::Array { item, len } => {
                let item = if len > 0 { Some(self.value(item, extent)?) } else { None };
                Some(Value::Array(item.into_iter().cycle().take(len as usize).collect()))
            }
            Node::Tuple(places) => {
                let places = self.parts(places).iter().filter(|part| part.kind != PartKind::Ignored);
                places.map(|part| self.value(part.node, extent)).collect::<Option<_>>().map(Value::Array)
            }
            Node::Map { key, value } => {
                let entry = if is_full { self.value(key, extent).zip(self.value(value, extent)) } else { None };
                Some(Value::object(entry.into_iter().map(|(key, value)| (key.into_name(), value)).collect()))
            }
            Node::Object { fields, .. } => {
                let mut written = Vec::new();
                for part in self.parts(fields) {
                    self.field(part, extent, &mut written)?;
                }
                Some(Value::object(written))
            }
            Node::OneOf { variants, .. } => {
                let variant = self.variant(variants, is_inside_itself)?;
                self.value(variant, extent)
            }
            Node::Struct { .. } | Node::Enum { .. } => None,
        }
    }

    fn field(&mut self, part: &'t Part<'t>, extent: Extent, written: &mut Vec<(String, Value<'t>)>) -> Option<()> {
        let is_optional = part.presence != Presence::Required;
        if part.kind == PartKind::Ignored || (is_optional && extent == Extent::Smallest) {
            return Some(());
        }
        let value = match self.value(part.node, extent) {
            Some(value) => value,
            None if is_optional => return Some(()),
            None => return None,
        };
        match (part.kind, value) {
            (PartKind::Flattened, Value::Object(fields)) => written.extend(fields),
            // A flattened none, or a value of any kind, which stands for an empty object.
            (PartKind::Flattened, _) => {}
            (_, value) => {
                let name = self.tree.names.get(part.names.start as usize)?;
                written.push(((*name).to_owned(), value));
            }
        }
        Some(())
    }

    /// The variant whose turn it is; where the enum stands inside itself, the one that ends soonest.
    fn variant(&self, variants: Run, is_inside_itself: bool) -> Option<NodeId> {
        let variants = self.parts(variants).iter().map(|part| part.node);
        let writable = variants.filter(|node| self.heights[*node as usize].is_some()).collect::<Vec<_>>();
        if is_inside_itself {
            return writable.into_iter().min_by_key(|node| self.heights[*node as usize]);
        }
        writable.get(self.turn % writable.len().max(1)).copied()
    }

    fn parts(&self, run: Run) -> &'t [Part<'t>] {
        parts(self.tree, run)
    }
}

fn parts<'t>(tree: &Tree<'t>, run: Run) -> &'t [Part<'t>] {
    &tree.parts[run.start as usize..(run.start + run.len) as usize]
}

/// How many values stand in each other at least, for each node. None has what is not described, or never ends.
fn heights(tree: &Tree<'_>) -> Vec<Option<u32>> {
    let mut heights = vec![None; tree.nodes.len()];
    loop {
        let mut is_settled = true;
        // Most nodes refer to nodes behind them.
        for id in (0..tree.nodes.len()).rev().filter(|id| heights[*id].is_none()).collect::<Vec<_>>() {
            heights[id] = height(tree, &tree.nodes[id], &heights);
            is_settled &= heights[id].is_none();
        }
        if is_settled {
            return heights;
        }
    }
}

fn height(tree: &Tree<'_>, node: &Node<'_>, heights: &[Option<u32>]) -> Option<u32> {
    let of = |id: NodeId| heights[id as usize];
    let of_parts = |run| parts(tree, run).iter().filter(|part| part.kind != PartKind::Ignored);
    let inner = match *node {
        Node::Scalar(_) | Node::Text(_) | Node::Nullable(_) | Node::Seq { .. } | Node::Map { .. } => return Some(0),
        Node::Array { len: 0, .. } => return Some(0),
        Node::Array { item, .. } => of(item),
        Node::Refined { node, by } if accepts_the_smallest(by) => of(node),
        Node::Opaque(_) | Node::Refined { .. } | Node::Struct { .. } | Node::Enum { .. } => None,
        Node::OneOf { variants, .. } => of_parts(variants).filter_map(|part| of(part.node)).min(),
        Node::Tuple(run) | Node::Object { fields: run, .. } => of_parts(run)
            .filter(|part| part.presence == Presence::Required)
            .map(|part| of(part.node))
            .try_fold(0, |highest, height| Some(highest.max(height?))),
    };
    inner.map(|inner| inner + 1)
}

/// Types of other crates that accept zero.
fn accepts_the_smallest(by: &str) -> bool {
    matches!(by, "TimeDelta")
}

fn leaf(scalar: Scalar, is_full: bool) -> Value<'static> {
    Value::Leaf(match scalar {
        Scalar::Bool => if is_full { "true" } else { "false" }.into(),
        Scalar::Int(Int { signed: true, .. }) if is_full => "-7".into(),
        Scalar::Int(Int { signed: false, .. }) if is_full => "7".into(),
        Scalar::Int(Int { nonzero, .. }) => if nonzero { "1" } else { "0" }.into(),
        Scalar::F32 | Scalar::F64 => if is_full { "-1.5" } else { "0.5" }.into(),
        Scalar::Char => r#""x""#.into(),
        Scalar::String => r#""text""#.into(),
        Scalar::Null => "null".into(),
        Scalar::Any | Scalar::Raw if is_full => {
            return Value::object(vec![("any".to_owned(), leaf(Scalar::Bool, true))]);
        }
        Scalar::Any | Scalar::Raw => "null".into(),
        Scalar::Format(format) => formatted(format).into(),
    })
}

/// As the type writes it, so that it is written again just so.
fn formatted(format: Format) -> &'static str {
    match format {
        Format::Uuid | Format::UuidHyphenated => r#""6f9619ff-8b86-4011-b42d-00cf4fc964ff""#,
        Format::UuidSimple => r#""6f9619ff8b864011b42d00cf4fc964ff""#,
        Format::UuidBraced => r#""{6f9619ff-8b86-4011-b42d-00cf4fc964ff}""#,
        Format::UuidUrn => r#""urn:uuid:6f9619ff-8b86-4011-b42d-00cf4fc964ff""#,
        Format::Ipv4 | Format::Ip => r#""192.0.2.1""#,
        Format::Ipv6 => r#""2001:db8::1""#,
        Format::SocketV4 | Format::Socket => r#""192.0.2.1:8080""#,
        Format::SocketV6 => r#""[2001:db8::1]:8080""#,
        Format::Url => r#""https://example.com/path""#,
        Format::Decimal | Format::DecimalStr => r#""12.50""#,
        Format::DecimalFloat => "12.5",
        Format::DateTimeUtc | Format::TimeRfc3339 | Format::DateTimeLocal => r#""2023-10-28T12:05:00Z""#,
        Format::DateTimeMillis => r#""2023-10-28T12:05:00.123Z""#,
        Format::DateTimeFixed => r#""2023-10-28T12:05:00+02:00""#,
        Format::NaiveDateTime => r#""2023-10-28T12:05:00""#,
        Format::NaiveDate | Format::TimeDate => r#""2023-10-28""#,
        Format::NaiveTime => r#""12:05:00""#,
        Format::Weekday => r#""Sat""#,
        Format::Month => r#""October""#,
        Format::TimeRfc2822 => r#""Sat, 28 Oct 2023 12:05:00 +0000""#,
        Format::TimeIso8601 => r#""+002023-10-28T12:05:00.000000000Z""#,
        Format::TimeOffsetDateTime => r#""2023-10-28 12:05:00.0 +00:00:00""#,
        Format::TimePrimitiveDateTime => r#""2023-10-28 12:05:00.0""#,
        Format::TimeTime => r#""12:05:00.0""#,
        Format::Number => "7",
        Format::EpochSeconds => "1698494700",
        Format::EpochMillis | Format::TimeEpochMillis => "1698494700123",
        Format::EpochMicros | Format::TimeEpochMicros => "1698494700123456",
        Format::EpochNanos | Format::TimeEpochNanos => "1698494700123456789",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{ANY, EVERYTHING, EXPRESSION, PARENT, STRING, TREE, U8, schema};
    use crate::{Descriptor, Enum, Field, Payload, Struct, Variant, lower};

    static TERM: Descriptor = Descriptor::Enum(&Enum::new(
        "Term",
        1,
        0,
        &[
            Variant::new("Not", &["Not"], Payload::Newtype(schema(&TERM))),
            Variant::new("Zero", &["Zero"], Payload::Unit),
        ],
    ));

    fn synthesized(descriptor: &'static Descriptor) -> Vec<String> {
        let samples = synthesize(&lower::writer(schema(descriptor)).tree());
        samples.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_smallest_the_whole_and_other_variants() {
        let arena = lower::writer(schema(&EVERYTHING));
        let Tree { nodes, parts, names } = arena.tree();
        assert!(synthesize(&arena.tree()).is_empty(), "an opaque field and a checked one are required");

        let mut nodes = nodes.to_vec();
        for node in &mut nodes {
            if matches!(node, Node::Opaque(_) | Node::Refined { .. }) {
                *node = Node::Scalar(Scalar::F64);
            }
        }
        let samples = synthesize(&Tree { nodes: &nodes, parts, names });
        // Of its 4096 bytes.
        let bytes = |byte: &str| format!("[{}]", vec![byte; 4096].join(","));
        let shown =
            samples.iter().map(|sample| sample.to_string().replace(&bytes("0"), "[0]").replace(&bytes("7"), "[7]"));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                r#"{"bytes":[0],"email":0.5,"id":"6f9619ff-8b86-4011-b42d-00cf4fc964ff","kind":{"t":"Unit"},"loose":null,"old":null,"price":0.5,"tree":{"children":[]},"type":"Everything","x":0}"#,
                r#"{"bytes":[7],"count":7,"email":-1.5,"id":"6f9619ff-8b86-4011-b42d-00cf4fc964ff","kind":{"c":{"x":7},"t":"Newtype"},"loose":{"x":7},"old":"text","price":-1.5,"tree":{"children":[{"children":[]}],"first":{"children":[]}},"type":"Everything","x":7}"#,
                r#"{"bytes":[7],"count":7,"email":-1.5,"id":"6f9619ff-8b86-4011-b42d-00cf4fc964ff","kind":{"c":[7,7],"t":"Pair"},"loose":[7,7],"old":"text","price":-1.5,"tree":{"children":[{"children":[]}],"first":{"children":[]}},"type":"Everything","x":7}"#,
            ]
        );
    }

    #[test]
    fn types_that_contain_themselves_end() {
        assert_eq!(
            synthesized(&TREE),
            [r#"{"children":[]}"#, r#"{"children":[{"children":[]}],"first":{"children":[]}}"#]
        );
        assert_eq!(synthesized(&PARENT), ["{}", r#"{"child":{"parent":{}}}"#]);
        assert_eq!(synthesized(&EXPRESSION), [""; 0], "it never ends");
        assert_eq!(synthesized(&TERM), [r#"{"Not":"Zero"}"#, r#""Zero""#]);
    }

    #[test]
    fn what_nobody_knows_is_left_out_or_there_is_no_sample() {
        const OPAQUE: crate::Schema = schema(&Descriptor::Opaque("money@1"));
        const MAP: crate::Schema = schema(&Descriptor::Map { key: U8, value: STRING });
        static REQUIRED: Descriptor = Descriptor::Struct(&Struct::new("S", 1, 0, &[Field::new("o", &["o"], OPAQUE)]));
        static OPTIONAL: Descriptor = Descriptor::Struct(&Struct::new(
            "S",
            2,
            0,
            &[
                Field::new("o", &["o"], schema(&Descriptor::Option(OPAQUE))),
                Field::new("l", &["l"], schema(&Descriptor::Seq { item: OPAQUE, unique: true })),
                Field::new("m", &["m"], MAP),
                Field::new("a", &["a"], schema(&Descriptor::Array { item: U8, len: 2 })),
                Field::new("rest", &["rest"], ANY).with_flatten(),
            ],
        ));
        assert_eq!(synthesized(&REQUIRED), [""; 0]);
        let smallest = r#"{"a":[0,0],"l":[],"m":{},"o":null}"#;
        let full = r#"{"a":[7,7],"any":true,"l":[],"m":{"7":"text"},"o":null}"#;
        assert_eq!(synthesized(&OPTIONAL), [smallest, full]);
    }
}
