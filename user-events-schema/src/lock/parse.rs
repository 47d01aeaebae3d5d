//! From text to a [`Lock`].

use std::borrow::Cow;
use std::cell::OnceCell;

use super::json::{Fault, Json, Result, fault, malformed};
use super::{FORMAT, Lock, LockError, LockErrorKind, Revision, Sample, Shape, State, order, word};
use crate::arena::{MAX_NAMES, MAX_NODES, MAX_PARTS};
use crate::codec::Docs;
use crate::{Node, NodeId, OwnedTree, Part, PartKind, PayloadKind, Presence, Representation, Run, Scalar, Side};

/// No lock is larger, and no offset in it.
const MAX_BYTES: usize = 1 << 26;

/// What is kept of a lock.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    All,
    Shapes,
}

pub(super) fn lock(path: &str, text: &str, keep: Keep) -> std::result::Result<Lock, LockError> {
    read(text, keep).map_err(|fault| LockError::new(path, text, *fault))
}

/// The checksum of a revision's text.
pub(super) fn checksum(text: &str) -> Result<u64> {
    let escaped = Escaped::of(text);
    let (_, sums) = Reader { escaped: &escaped, keep: Keep::Shapes }.revision(&mut Json::new(text))?;
    Ok(sums.actual)
}

/// The shape of this text.
pub(super) fn shape(side: Side, text: &str) -> Result<Shape> {
    let escaped = Escaped::of(text);
    Reader { escaped: &escaped, keep: Keep::All }.shape(side, &mut Json::new(text))
}

fn read(text: &str, keep: Keep) -> Result<Lock> {
    if text.len() > MAX_BYTES {
        return Err(fault(0, LockErrorKind::TooLarge, "no lock file is larger than 64 MiB"));
    }
    let escaped = Escaped::of(text);
    let mut json = Json::new(text);
    let lock = Reader { escaped: &escaped, keep }.lock(&mut json)?;
    json.end()?;
    Ok(lock)
}

/// Room for the texts that are not in the file as they are, because something in them is escaped.
struct Escaped {
    texts: Vec<OnceCell<String>>,
}

impl Escaped {
    fn of(text: &str) -> Self {
        Self { texts: vec![OnceCell::new(); text.matches('\\').count()] }
    }

    fn keep<'a>(&'a self, text: Cow<'a, str>) -> &'a str {
        match text {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => {
                let at = self.texts.partition_point(|used| used.get().is_some());
                self.texts[at].get_or_init(|| text)
            }
        }
    }
}

/// What a revision's checksum is, and what it says itself.
struct Sums {
    actual: u64,
    written: Option<(u64, usize)>,
}

struct Reader<'a> {
    escaped: &'a Escaped,
    keep: Keep,
}

impl<'a> Reader<'a> {
    fn lock(&self, json: &mut Json<'a>) -> Result<Lock> {
        let start = json.position();
        let (mut event_type, mut version, mut format, mut revisions) = (None, None, None, Vec::new());
        json.object(|json, name, at| {
            match name {
                "event" => event_type = Some(json.text("the event's type")?.into_owned()),
                "format" => format = Some(known_format(json)?),
                "revisions" => json.array(|json| {
                    let at = json.position();
                    let revision = self.checked_revision(json)?;
                    if revisions.last().is_some_and(|before: &Revision| before.number >= revision.number) {
                        let message = format!("revision {} is not behind the one before it", revision.number);
                        return Err(malformed(at, message));
                    }
                    revisions.push(revision);
                    Ok(())
                })?,
                "version" => version = Some(json.number("the version")?),
                _ => return Err(unknown(name, at)),
            }
            Ok(())
        })?;
        required("format", format, start)?;
        Ok(Lock {
            event_type: required("event", event_type, start)?,
            version: required("version", version, start)?,
            revisions,
        })
    }

    fn checked_revision(&self, json: &mut Json<'a>) -> Result<Revision> {
        let start = json.position();
        let (revision, Sums { actual, written }) = self.revision(json)?;
        let (written, at) = required("checksum", written, start)?;
        if actual != written {
            let message = format!(
                "revision {} is not what its checksum says: it was edited by hand. Restore the file from version control; \
                 `user-events accept` is what changes it",
                revision.number
            );
            return Err(fault(at, LockErrorKind::EditedByHand, message));
        }
        Ok(revision)
    }

    fn revision(&self, json: &mut Json<'a>) -> Result<(Revision, Sums)> {
        let start = json.position();
        let (mut number, mut state, mut fingerprint, mut written) = (None, None, None, None);
        let (mut writer, mut reader, mut reason) = (None, None, None);
        let (mut tombstones, mut samples) = (Vec::new(), Vec::new());
        json.start_sum();
        json.object(|json, name, at| {
            match name {
                "checksum" => written = Some((hexadecimal(json)?, at)),
                "fingerprint" => fingerprint = Some(hexadecimal(json)?),
                "reader" => reader = Some(self.shape(Side::Reader, json)?),
                "reason" => reason = Some(json.text("the reason")?.into_owned()),
                "revision" => number = Some(positive(json)?),
                "samples" => json.array(|json| {
                    let sample = json.verbatim()?;
                    if self.keep == Keep::All {
                        samples.push(Sample::of_checked(sample));
                    }
                    Ok(())
                })?,
                "state" => {
                    state = Some(choice(json, "draft` or `published", &[State::Draft, State::Published], State::word)?)
                }
                "tombstones" => json.array(|json| {
                    tombstones.push(json.text("the path of a field")?.into_owned());
                    Ok(())
                })?,
                "writer" => writer = Some(self.shape(Side::Writer, json)?),
                _ => return Err(unknown(name, at)),
            }
            Ok(())
        })?;
        let revision = Revision {
            number: required("revision", number, start)?,
            state: required("state", state, start)?,
            fingerprint: required("fingerprint", fingerprint, start)?,
            writer: required("writer", writer, start)?,
            reader: required("reader", reader, start)?,
            tombstones,
            samples,
            reason,
        };
        Ok((revision, Sums { actual: json.sum(), written }))
    }

    fn shape(&self, side: Side, json: &mut Json<'a>) -> Result<Shape> {
        let start = json.position();
        let mut reader = TreeReader {
            escaped: self.escaped,
            tree: OwnedTree { nodes: Vec::new(), parts: Vec::new(), names: Vec::new() },
            around: Vec::new(),
        };
        reader.node(json)?;
        let tree = order::as_lowered(&reader.tree);
        let tree = tree.tree();
        tree.check(side).map_err(|reason| malformed(start, format!("no type has this shape: {reason}")))?;
        let docs = if self.keep == Keep::All { Docs::Keep } else { Docs::Drop };
        Ok(Shape::of_checked(side, tree, docs))
    }
}

/// Reads one tree.
struct TreeReader<'a> {
    escaped: &'a Escaped,
    tree: OwnedTree<'a>,
    /// The nodes around, the outermost first, and the names of their types, if any.
    around: Vec<(NodeId, &'a str)>,
}

/// What a node is, once it is known.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Opaque(&'a str),
    Text(&'a str),
    Refined(NodeId),
    Nullable(NodeId),
    List(NodeId),
    Set(NodeId),
    Array(NodeId),
    Tuple(Run),
    Map(NodeId),
    Object(Run),
    OneOf(Run),
    Struct(Run),
    Enum(Run),
}

impl<'a> TreeReader<'a> {
    /// A word for a scalar, a reference to a type around, or an object that one of its names tells the kind of.
    fn node(&mut self, json: &mut Json<'a>) -> Result<NodeId> {
        let start = json.position();
        if json.peek() == b'"' {
            let word = json.text("")?;
            let scalar = word::scalar(&word).ok_or_else(|| malformed(start, format!("unknown shape `{word}`")))?;
            return self.push_node(start, Node::Scalar(scalar));
        }
        // Filled when the object ends. References know its number before.
        let id = self.push_node(start, Node::Scalar(Scalar::Null))?;
        self.around.push((id, ""));
        let mut kind = None;
        let (mut key, mut by, mut length, mut recursion) = (None, None, None, None);
        let (mut deny_unknown_fields, mut open, mut representation, mut up) = (false, false, None, 0);
        json.object(|json, name, at| {
            let found = match name {
                "name" => {
                    self.around.last_mut().expect("it was pushed").1 = self.text(json, "the name of a type")?;
                    return Ok(());
                }
                "by" => return set(&mut by, self.text(json, "who checks")?),
                "deny_unknown_fields" => return json.boolean().map(|value| deny_unknown_fields = value),
                "key" => return set(&mut key, self.node(json)?),
                "length" => return set(&mut length, json.number("a length")?),
                "open" => return json.boolean().map(|value| open = value),
                "recursion" => return set(&mut recursion, self.text(json, "the name of a type around")?),
                "representation" => return set(&mut representation, self.representation(json)?),
                "up" => return json.number("how many types of the name are skipped").map(|number| up = number),
                "opaque" => Kind::Opaque(self.text(json, "a name")?),
                "text" => Kind::Text(self.text(json, "a text")?),
                "refined" => Kind::Refined(self.node(json)?),
                "nullable" => Kind::Nullable(self.node(json)?),
                "list" => Kind::List(self.node(json)?),
                "set" => Kind::Set(self.node(json)?),
                "array" => Kind::Array(self.node(json)?),
                "tuple" => Kind::Tuple(self.parts(json, Self::field)?),
                "map" => Kind::Map(self.node(json)?),
                "object" => Kind::Object(self.parts(json, Self::field)?),
                "one_of" => Kind::OneOf(self.parts(json, Self::variant)?),
                "struct" => Kind::Struct(self.parts(json, Self::field)?),
                "variants" => Kind::Enum(self.parts(json, Self::variant)?),
                _ => return Err(unknown(name, at)),
            };
            if kind.replace(found).is_some() {
                return Err(malformed(at, format!("`{name}` does not go with what stands before it")));
            }
            Ok(())
        })?;
        let (_, name) = self.around.pop().expect("it was pushed");
        if let (Some(target), None, None) = (recursion, kind, key) {
            // It has no node of its own.
            self.tree.nodes.pop();
            return self
                .enclosing(target, up)
                .ok_or_else(|| malformed(start, format!("there is no type `{target}` around this that it could be")));
        }
        let missing = |what| malformed(start, format!("`{what}` is missing here"));
        let kind = kind.ok_or_else(|| malformed(start, "nothing here says what this is"))?;
        let node = match kind {
            Kind::Opaque(name) => Node::Opaque(name),
            Kind::Text(text) => Node::Text(text),
            Kind::Refined(node) => Node::Refined { node, by: by.ok_or_else(|| missing("by"))? },
            Kind::Nullable(node) => Node::Nullable(node),
            Kind::List(item) => Node::Seq { item, unique: false },
            Kind::Set(item) => Node::Seq { item, unique: true },
            Kind::Array(item) => Node::Array { item, len: length.ok_or_else(|| missing("length"))? },
            Kind::Tuple(places) => Node::Tuple(places),
            Kind::Map(value) => Node::Map { key: key.ok_or_else(|| missing("key"))?, value },
            Kind::Object(fields) => Node::Object { name, fields },
            Kind::Struct(fields) => Node::Struct { name, fields, deny_unknown_fields },
            Kind::OneOf(variants) => {
                let representation = representation.ok_or_else(|| missing("representation"))?;
                Node::OneOf { name, representation, variants }
            }
            Kind::Enum(variants) => {
                let representation = representation.ok_or_else(|| missing("representation"))?;
                Node::Enum { name, representation, variants, deny_unknown_fields, open }
            }
        };
        self.tree.nodes[id as usize] = node;
        Ok(id)
    }

    fn push_node(&mut self, at: usize, node: Node<'a>) -> Result<NodeId> {
        within(self.tree.nodes.len(), MAX_NODES, at)?;
        self.tree.nodes.push(node);
        Ok(self.tree.nodes.len() as NodeId - 1)
    }

    /// The nearest type of this name around, but for so many.
    fn enclosing(&self, name: &str, up: u32) -> Option<NodeId> {
        self.around.iter().rev().filter(|(_, around)| *around == name).nth(up as usize).map(|(id, _)| *id)
    }

    fn parts(&mut self, json: &mut Json<'a>, part: fn(&mut Self, &mut Json<'a>) -> Result<Part<'a>>) -> Result<Run> {
        let at = json.position();
        let mut parts = Vec::new();
        json.array(|json| {
            parts.push(part(self, json)?);
            Ok(())
        })?;
        within(self.tree.parts.len() + parts.len(), MAX_PARTS + 1, at)?;
        let run = Run { start: self.tree.parts.len() as u32, len: parts.len() as u32 };
        self.tree.parts.append(&mut parts);
        Ok(run)
    }

    fn field(&mut self, json: &mut Json<'a>) -> Result<Part<'a>> {
        let mut kind = PartKind::Field;
        let mut part = self.part(json, |json, name| {
            if name == "kind" {
                kind = choice(json, KINDS, &[PartKind::Flattened, PartKind::Tag, PartKind::Ignored], kind_word)?;
            }
            Ok(name == "kind")
        })?;
        part.kind = kind;
        Ok(part)
    }

    fn variant(&mut self, json: &mut Json<'a>) -> Result<Part<'a>> {
        let start = json.position();
        let (mut payload, mut untagged, mut other) = (None, false, false);
        let mut part = self.part(json, |json, name| {
            match name {
                "payload" => payload = Some(choice(json, PAYLOADS, ALL_PAYLOADS, payload_word)?),
                "untagged" => untagged = json.boolean()?,
                "other" => other = json.boolean()?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        part.kind = PartKind::Variant { payload: required("payload", payload, start)?, untagged, other };
        Ok(part)
    }

    /// A part but for what the function takes.
    fn part(
        &mut self,
        json: &mut Json<'a>,
        mut take: impl FnMut(&mut Json<'a>, &str) -> Result<bool>,
    ) -> Result<Part<'a>> {
        let start = json.position();
        let (mut own_name, mut aliases, mut node) = (None, Vec::new(), None);
        let mut part = Part {
            ident: "",
            names: Run::default(),
            kind: PartKind::Field,
            node: 0,
            presence: Presence::Required,
            allow_js_integer: false,
            docs: "",
        };
        json.object(|json, name, at| {
            match name {
                "type" => node = Some(self.node(json)?),
                "ident" => part.ident = self.text(json, "a name")?,
                "name" => own_name = Some(self.text(json, "a name")?),
                "presence" => part.presence = choice(json, PRESENCES, ALL_PRESENCES, presence_word)?,
                "docs" => part.docs = self.text(json, "documentation")?,
                "aliases" => json.array(|json| {
                    aliases.push(self.text(json, "a name")?);
                    Ok(())
                })?,
                "allow_js_integer" => part.allow_js_integer = json.boolean()?,
                _ => {
                    if !take(json, name)? {
                        return Err(unknown(name, at));
                    }
                }
            }
            Ok(())
        })?;
        part.node = required("type", node, start)?;
        if own_name.is_none() && !aliases.is_empty() {
            return Err(malformed(start, "`name` is missing here"));
        }
        let names = &mut self.tree.names;
        within(names.len() + aliases.len(), MAX_NAMES, start)?;
        if let Some(own_name) = own_name {
            part.names = Run { start: names.len() as u32, len: 1 + aliases.len() as u32 };
            names.push(own_name);
            names.append(&mut aliases);
        }
        Ok(part)
    }

    fn representation(&self, json: &mut Json<'a>) -> Result<Representation<'a>> {
        if json.peek() == b'"' {
            let all = [Representation::External, Representation::Untagged];
            return choice(json, "external` or `untagged", &all, |representation| match representation {
                Representation::External => "external",
                _ => "untagged",
            });
        }
        let start = json.position();
        let (mut tag, mut content) = (None, None);
        json.object(|json, name, at| match name {
            "tag" => set(&mut tag, self.text(json, "a name")?),
            "content" => set(&mut content, self.text(json, "a name")?),
            _ => Err(unknown(name, at)),
        })?;
        let tag = required("tag", tag, start)?;
        Ok(match content {
            Some(content) => Representation::Adjacent { tag, content },
            None => Representation::Internal { tag },
        })
    }

    fn text(&self, json: &mut Json<'a>, expected: &str) -> Result<&'a str> {
        json.text(expected).map(|text| self.escaped.keep(text))
    }
}

const KINDS: &str = "flattened`, `tag` or `ignored";
const PAYLOADS: &str = "unit`, `newtype`, `tuple` or `struct";
const PRESENCES: &str = "required`, `optional` or `default";
const ALL_PAYLOADS: &[PayloadKind] =
    &[PayloadKind::Unit, PayloadKind::Newtype, PayloadKind::Tuple, PayloadKind::Struct];
const ALL_PRESENCES: &[Presence] = &[Presence::Required, Presence::Optional, Presence::Default];

pub(super) const fn kind_word(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Field => "field",
        PartKind::Flattened => "flattened",
        PartKind::Tag => "tag",
        PartKind::Ignored => "ignored",
        PartKind::Variant { .. } => "variant",
    }
}

pub(super) const fn payload_word(payload: PayloadKind) -> &'static str {
    match payload {
        PayloadKind::Unit => "unit",
        PayloadKind::Newtype => "newtype",
        PayloadKind::Tuple => "tuple",
        PayloadKind::Struct => "struct",
    }
}

pub(super) const fn presence_word(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "required",
        Presence::Optional => "optional",
        Presence::Default => "default",
    }
}

/// Reads one of these words.
fn choice<T: Copy>(json: &mut Json<'_>, expected: &str, all: &[T], word: fn(T) -> &'static str) -> Result<T> {
    let at = json.position();
    let text = json.text(expected)?;
    for value in all {
        if word(*value) == text {
            return Ok(*value);
        }
    }
    Err(malformed(at, format!("expected `{expected}`, found `{text}`")))
}

fn known_format(json: &mut Json<'_>) -> Result<u32> {
    let at = json.position();
    let format = json.number("the number of the format")?;
    if format == FORMAT {
        return Ok(format);
    }
    let message = format!(
        "this file has format {format}, and this release of user-events knows format {FORMAT} alone: update user-events \
         in `Cargo.toml`, or write the file with the `user-events` command of this release"
    );
    Err(fault(at, LockErrorKind::UnknownFormat, message))
}

fn positive(json: &mut Json<'_>) -> Result<u32> {
    let at = json.position();
    match json.number("the number of the revision")? {
        0 => Err(malformed(at, "revisions are counted from 1")),
        number => Ok(number),
    }
}

fn hexadecimal(json: &mut Json<'_>) -> Result<u64> {
    let at = json.position();
    let text = json.text("16 hexadecimal digits in quotes")?;
    let is_lower = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    match u64::from_str_radix(&text, 16) {
        Ok(number) if text.len() == 16 && text.bytes().all(is_lower) => Ok(number),
        _ => Err(malformed(at, "expected 16 hexadecimal digits in quotes")),
    }
}

fn set<T>(slot: &mut Option<T>, value: T) -> Result<()> {
    *slot = Some(value);
    Ok(())
}

fn required<T>(name: &str, value: Option<T>, start: usize) -> Result<T> {
    value.ok_or_else(|| malformed(start, format!("`{name}` is missing here")))
}

fn within(len: usize, max: usize, at: usize) -> Result<()> {
    if len < max { Ok(()) } else { Err(too_large(at)) }
}

fn too_large(at: usize) -> Box<Fault> {
    fault(at, LockErrorKind::TooLarge, "this type is larger than one that can be checked")
}

fn unknown(name: &str, at: usize) -> Box<Fault> {
    malformed(at, format!("unknown name `{name}`"))
}
