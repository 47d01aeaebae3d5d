//! TypeScript of events: their payloads, their envelopes, and where they are published.

use std::fmt::Write as _;

use user_events_schema::{Format, Scalar};

use super::entry::Entry;
use super::json_schema::{MONTHS, WEEKDAYS};
use super::types::{Field, Object, OneOf, Root, Type, Types};

/// Names that the module has for itself, or that the language gives no type.
const RESERVED: &[&str] = &[
    "StandardMessage",
    "Payloads",
    "MessageType",
    "Message",
    "events",
    "any",
    "unknown",
    "never",
    "void",
    "undefined",
    "null",
    "string",
    "number",
    "boolean",
    "bigint",
    "symbol",
    "object",
    "true",
    "false",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "new",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "try",
    "typeof",
    "var",
    "while",
    "with",
    "implements",
    "interface",
    "let",
    "package",
    "private",
    "protected",
    "public",
    "static",
    "yield",
    "await",
    "async",
    "type",
    "keyof",
    "readonly",
    "unique",
    "infer",
    "is",
    "asserts",
    "satisfies",
];

/// Longer arrays are not written out place by place.
const LONGEST_TUPLE: u32 = 16;

const HEAD: &str = r"// Written by `user-events catalogue export`: what is changed here is lost.

/** The envelope that every event travels in, as JSON. */
export interface StandardMessage<MessageType extends string, Payload> {
  /** A UUID of version 4, unless its publisher chose another text. */
  messageId: string;
  messageType: MessageType;
  /** `1.0`; what has another major version cannot be read. */
  envelopeVersion: string;
  /** UTC, with three digits of milliseconds. */
  timestamp: string;
  sourceService: string;
  /** What the message belongs to, across services. */
  correlationId?: string;
  payload: Payload;
  /** What messages keep their order by. */
  partitionKey?: string;
}
";

const TAIL: &str = r"
/** The message types of all events. */
export type MessageType = keyof Payloads;

/** An event in its envelope, whichever it is: `messageType` tells. */
export type Message = { [Type in MessageType]: StandardMessage<Type, Payloads[Type]> }[MessageType];
";

/// The module of these events.
pub(super) fn module(entries: &[Entry]) -> String {
    let names: Vec<String> = entries.iter().map(Entry::payload_name).collect();
    let writers: Vec<_> = entries.iter().map(|entry| entry.writer.tree()).collect();
    let roots = names.iter().zip(&writers).map(|(name, writer)| Root { name, tree: writer.tree() });
    let types = Types::of(&roots.collect::<Vec<_>>(), RESERVED);
    let docs: Vec<Vec<String>> = entries.iter().map(docs).collect();

    let mut text = HEAD.to_owned();
    let written = Written { types: &types };
    for (at, definition) in types.definitions.iter().enumerate() {
        text.push('\n');
        let mut docs = docs.get(at).cloned().unwrap_or_default();
        docs.extend(definition.ty.note());
        comment(&docs, "", &mut text);
        written.declaration(&definition.name, &definition.ty, &mut text);
    }
    text.push_str("\n/** The payloads of all events, by message type. */\nexport interface Payloads {\n");
    for (entry, name) in entries.iter().zip(&names) {
        let _ = writeln!(text, "  {}: {name};", quoted(&entry.message_type));
    }
    text.push_str("}\n");
    text.push_str(TAIL);
    text.push_str("\n/** How all events are named, and where they are published. */\nexport const events = {\n");
    for entry in entries {
        let message_type = quoted(&entry.message_type);
        let _ = writeln!(text, "  {message_type}: {{");
        let _ = writeln!(text, "    messageType: {message_type},");
        if let Some(exchange) = &entry.exchange {
            let _ = writeln!(text, "    exchange: {},", quoted(exchange));
        }
        let _ = writeln!(text, "    routingKey: {},", quoted(&entry.routing_key));
        text.push_str("  },\n");
    }
    text.push_str("} as const;\n");
    text
}

/// What is said of an event's payload.
fn docs(entry: &Entry) -> Vec<String> {
    let mut docs = vec![format!("The payload of `{}`.", entry.message_type)];
    if entry.superseded {
        docs.push("@deprecated A newer version is published in its place.".to_owned());
    }
    docs
}

struct Written<'t> {
    types: &'t Types,
}

impl Written<'_> {
    fn declaration(&self, name: &str, ty: &Type, out: &mut String) {
        match ty {
            Type::Object(object) if object.also.is_empty() => {
                let _ = write!(out, "export interface {name} ");
                self.fields(object, 0, out);
                out.push('\n');
            }
            Type::OneOf(one_of) if one_of.texts().is_none() && !one_of.alternatives.is_empty() => {
                let _ = write!(out, "export type {name} =");
                for alternative in &one_of.alternatives {
                    out.push('\n');
                    let mut docs: Vec<String> = lines(&alternative.docs);
                    docs.extend(alternative.ty.note());
                    comment(&docs, "  ", out);
                    let _ = write!(out, "  | {}", self.ty(&alternative.ty, 2));
                }
                out.push_str(";\n");
            }
            _ => {
                let _ = writeln!(out, "export type {name} = {};", self.ty(ty, 0));
            }
        }
    }

    /// A type, as it stands in a line of this indentation.
    fn ty(&self, ty: &Type, indentation: usize) -> String {
        match ty {
            Type::Scalar(scalar) => scalar_type(*scalar),
            Type::Text(text) => quoted(text),
            Type::Opaque(_) => "unknown".to_owned(),
            Type::Refined(inner, _) => self.ty(inner, indentation),
            Type::Nullable(inner) => format!("{} | null", self.ty(inner, indentation)),
            Type::List { item, .. } => self.list(item, indentation),
            Type::Array { item, len } if *len <= LONGEST_TUPLE => {
                let item = self.ty(item, indentation);
                format!("[{}]", vec![item; *len as usize].join(", "))
            }
            Type::Array { item, .. } => self.list(item, indentation),
            Type::Tuple(places) => {
                let places: Vec<String> = places.iter().map(|place| self.ty(place, indentation)).collect();
                format!("[{}]", places.join(", "))
            }
            Type::Map { key, value } => {
                let value = self.ty(value, indentation);
                match self.names(key) {
                    // Not `Record`, through which no type may contain itself.
                    None => format!("{{ [name: string]: {value} }}"),
                    Some(names) => format!("{{ [name in {names}]?: {value} }}"),
                }
            }
            Type::Object(object) => {
                let mut text = String::new();
                self.fields(object, indentation, &mut text);
                for also in &object.also {
                    let _ = write!(text, " & ({})", self.ty(also, indentation));
                }
                text
            }
            Type::OneOf(OneOf { alternatives, .. }) if alternatives.is_empty() => "never".to_owned(),
            Type::OneOf(OneOf { alternatives, .. }) => {
                let alternatives: Vec<String> =
                    alternatives.iter().map(|alternative| self.ty(&alternative.ty, indentation)).collect();
                alternatives.join(" | ")
            }
            Type::Named(place) => self.types.definitions[*place].name.clone(),
        }
    }

    fn list(&self, item: &Type, indentation: usize) -> String {
        let text = self.ty(item, indentation);
        match item {
            Type::Scalar(_) if !text.contains('|') => format!("{text}[]"),
            Type::Named(_) | Type::List { .. } | Type::Tuple(_) => format!("{text}[]"),
            _ => format!("({text})[]"),
        }
    }

    /// The names of a map as a type, if they are few.
    fn names(&self, key: &Type) -> Option<String> {
        match key {
            Type::Named(place) => match &self.types.definitions[*place].ty {
                Type::OneOf(one_of) if one_of.texts().is_some() => Some(self.ty(key, 0)),
                _ => None,
            },
            Type::Refined(inner, _) => self.names(inner),
            _ => None,
        }
    }

    fn fields(&self, object: &Object, indentation: usize, out: &mut String) {
        let inner = " ".repeat(indentation + 2);
        if object.fields.is_empty() && object.rest.is_none() {
            out.push_str("{}");
            return;
        }
        out.push_str("{\n");
        for Field { name, ty, required, docs } in &object.fields {
            let mut docs = lines(docs);
            docs.extend(note(ty));
            comment(&docs, &inner, out);
            let mark = if *required { "" } else { "?" };
            let _ = writeln!(out, "{inner}{}{mark}: {};", property(name), self.ty(ty, indentation + 2));
        }
        if let Some(rest) = &object.rest {
            // A known field has to be one of those: all that can be said where there are some.
            let rest_type = match object.fields.is_empty() {
                true => self.ty(rest, indentation + 2),
                false => "unknown".to_owned(),
            };
            let what = self.ty(rest, indentation + 2);
            if what != rest_type {
                comment(&[format!("Each other field is `{what}`.")], &inner, out);
            }
            let _ = writeln!(out, "{inner}[name: string]: {rest_type};");
        }
        let _ = write!(out, "{}}}", " ".repeat(indentation));
    }
}

/// What is said of a type beside its documentation; that it is a whole number, only where that matters.
fn note(ty: &Type) -> Option<String> {
    match ty {
        Type::Nullable(inner) => note(inner),
        Type::List { item, .. } | Type::Array { item, .. } => note(item).map(|note| format!("Each: {note}")),
        Type::Map { value, .. } => note(value).map(|note| format!("Each: {note}")),
        _ => ty.note(),
    }
}

fn lines(docs: &str) -> Vec<String> {
    docs.lines().map(str::to_owned).collect()
}

/// A comment that documents what follows.
fn comment(lines: &[String], indentation: &str, out: &mut String) {
    let lines: Vec<String> =
        lines.iter().flat_map(|line| line.lines()).map(|line| line.replace("*/", "*\\/")).collect();
    // Writing to a String does not fail.
    match lines.as_slice() {
        [] => {}
        [line] => {
            let _ = writeln!(out, "{indentation}/** {line} */");
        }
        lines => {
            let _ = writeln!(out, "{indentation}/**");
            for line in lines {
                let _ = writeln!(out, "{}", format!("{indentation} * {line}").trim_end());
            }
            let _ = writeln!(out, "{indentation} */");
        }
    }
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    // A text of JSON is one here, too.
    let json = serde_json::Value::from(text).to_string();
    match json.len() > text.len() + 2 || text.contains('\'') {
        true => json,
        false => format!("'{}'", &json[1..json.len() - 1]),
    }
}

/// The name of a property, in quotes where it has to be.
fn property(name: &str) -> String {
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '_' | '$'));
    match starts && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$')) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

fn scalar_type(scalar: Scalar) -> String {
    let name = match scalar {
        Scalar::Bool => "boolean",
        Scalar::Int(_) | Scalar::F32 | Scalar::F64 => "number",
        Scalar::Char | Scalar::String => "string",
        Scalar::Null => "null",
        Scalar::Any | Scalar::Raw => "unknown",
        Scalar::Format(format) => match format {
            Format::Weekday => return union(&WEEKDAYS),
            Format::Month => return union(&MONTHS),
            Format::DecimalFloat
            | Format::Number
            | Format::EpochSeconds
            | Format::EpochMillis
            | Format::EpochMicros
            | Format::EpochNanos
            | Format::TimeEpochMillis
            | Format::TimeEpochMicros
            | Format::TimeEpochNanos => "number",
            _ => "string",
        },
    };
    name.to_owned()
}

fn union(texts: &[&str]) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::super::types::tests::entries;
    use super::*;

    #[test]
    fn each_shape_has_its_type() {
        let module = module(&entries());
        for expected in [
            "  /**\n   * Which one.\n   * Always new.\n   * A UUID.\n   */\n  id: string;\n",
            "  /** A whole number that may exceed 2^53 - 1, beyond which JavaScript loses digits. */\n  amount: number;\n",
            "  'placed-at'?: string;\n",
            "  price?: unknown;\n",
            "  trees: { [name in Color]?: Tree };\n",
            "  pair: [OrderPlacedV1Point, string | null];\n",
            "  corners: [OrderPlacedV1Point2, OrderPlacedV1Point2];\n",
            "  href?: string;\n",
            "} & ({\n  cash: null;\n} | {\n  card: {\n    digits: string;\n  };\n} | {\n  at: OrderPlacedV1Point;\n});\n",
            "@deprecated",
            "export interface NoteV1 {\n  at: OrderPlacedV1Point;\n  answers: NoteV1[];\n  /** Each other field is `number`. */\n",
            "export interface Tree {\n  children: Tree[];\n  color?: Color;\n}\n",
            "export type Color = 'red' | 'blue';\n",
            "  | {\n    by: 'card';\n    digits: string;\n  }\n",
            "  'OrderPlaced/1': OrderPlacedV1;\n",
            "    exchange: 'orders',\n    routingKey: 'OrderPlaced~/v1',\n",
        ] {
            assert!(module.contains(expected), "{expected:?} is not in\n{module}");
        }
    }

    #[test]
    fn no_text_ends_what_it_stands_in() {
        assert_eq!(quoted("it's"), r#""it's""#);
        assert_eq!(quoted("a\nb"), r#""a\nb""#);
        assert_eq!(property("größe"), "'größe'");
        let mut text = String::new();
        comment(&["ends */ here".to_owned()], "", &mut text);
        assert_eq!(text, "/** ends *\\/ here */\n");
    }
}
