//! JSON Schema of types, of payloads and of the envelope around them.

use serde_json::{Map, Value, json};
use user_events_schema::{Format, Int, Scalar};

use super::entry::Entry;
use super::types::{Alternative, Object, OneOf, Root, Type, Types};

/// Which words there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// 2020-12.
    Latest,
    /// Draft 7, which is what AsyncAPI has.
    Draft7,
}

/// How types become schemas.
pub(super) struct Schemas<'t> {
    pub(super) types: &'t Types,
    pub(super) dialect: Dialect,
    /// Where definitions are: `#/$defs/`.
    pub(super) at: &'static str,
}

/// The definition of the payload in each document.
const PAYLOAD: &str = "payload";

/// The document of an event: a schema of its envelope, and in `#/$defs/payload` one of its payload.
pub(super) fn document(entry: &Entry) -> Value {
    let writer = entry.writer.tree();
    let types = Types::of(&[Root { name: PAYLOAD, tree: writer.tree() }], &[]);
    let schemas = Schemas { types: &types, dialect: Dialect::Latest, at: "#/$defs/" };
    let mut definitions = schemas.definitions();
    definitions[PAYLOAD]["examples"] = entry.samples.clone().into();
    let mut document = envelope(entry, schemas.reference(0));
    document.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    document.insert("$defs".to_owned(), definitions.into());
    document.into()
}

/// The envelope that an event travels in, as docs/wire.md has it.
pub(super) fn envelope(entry: &Entry, payload: Value) -> Map<String, Value> {
    let mut envelope = object(json!({
        "title": entry.message_type,
        "type": "object",
        "properties": {
            "messageId": { "type": "string", "description": "A UUID of version 4, unless its publisher chose another text." },
            "messageType": { "const": entry.message_type },
            "envelopeVersion": { "type": "string", "pattern": r"^1(\.[0-9]+)?$" },
            "timestamp": { "type": "string", "format": "date-time", "description": "UTC, with three digits of milliseconds." },
            "sourceService": { "type": "string" },
            "correlationId": { "type": "string", "description": "What the message belongs to, across services." },
            "payload": payload,
            "partitionKey": { "type": "string", "description": "What messages keep their order by." },
        },
        "required": ["messageId", "messageType", "envelopeVersion", "timestamp", "sourceService", "payload"],
    }));
    if entry.superseded {
        envelope.insert("deprecated".to_owned(), true.into());
    }
    envelope
}

impl Schemas<'_> {
    /// Every definition, by its name.
    pub(super) fn definitions(&self) -> Map<String, Value> {
        let definitions = self.types.definitions.iter();
        definitions.map(|definition| (definition.name.clone(), self.schema(&definition.ty).into())).collect()
    }

    /// A reference to a definition.
    pub(super) fn reference(&self, place: usize) -> Value {
        json!({ "$ref": format!("{}{}", self.at, self.types.definitions[place].name) })
    }

    fn schema(&self, ty: &Type) -> Map<String, Value> {
        let schema = match ty {
            Type::Scalar(scalar) => scalar_schema(*scalar),
            Type::Text(text) => json!({ "const": text }),
            Type::Opaque(_) => json!({}),
            Type::Refined(inner, _) => self.schema(inner).into(),
            Type::Nullable(inner) => json!({ "anyOf": [self.schema(inner), { "type": "null" }] }),
            Type::List { item, unique } => {
                let mut list = json!({ "type": "array", "items": self.schema(item) });
                // What differs in Rust may be the same in JSON, but for such values.
                if *unique && matches!(**item, Type::Scalar(_)) {
                    list["uniqueItems"] = true.into();
                }
                list
            }
            Type::Array { item, len } => {
                json!({ "type": "array", "items": self.schema(item), "minItems": len, "maxItems": len })
            }
            Type::Tuple(places) => self.tuple(places),
            Type::Map { key, value } => {
                let mut map = json!({ "type": "object", "additionalProperties": self.schema(value) });
                if let Some(names) = self.names(key) {
                    map["propertyNames"] = names;
                }
                map
            }
            Type::Object(object) => self.object(object),
            Type::OneOf(one_of) => self.one_of(one_of),
            Type::Named(place) => self.reference(*place),
        };
        described(object(schema), ty.note().as_deref().unwrap_or_default())
    }

    fn tuple(&self, places: &[Type]) -> Value {
        let len = places.len();
        let places: Vec<_> = places.iter().map(|place| self.schema(place)).collect();
        match self.dialect {
            // A list of schemas has at least one.
            _ if len == 0 => json!({ "type": "array", "maxItems": 0 }),
            Dialect::Latest => json!({ "type": "array", "prefixItems": places, "items": false, "minItems": len }),
            Dialect::Draft7 => json!({ "type": "array", "items": places, "additionalItems": false, "minItems": len }),
        }
    }

    /// What the names of a map look like, if not all are possible.
    fn names(&self, key: &Type) -> Option<Value> {
        match key {
            Type::Scalar(Scalar::Int(Int { signed, .. })) => {
                Some(json!({ "pattern": if *signed { "^-?[0-9]+$" } else { "^[0-9]+$" } }))
            }
            Type::Scalar(Scalar::Bool) => Some(json!({ "enum": ["true", "false"] })),
            Type::Scalar(Scalar::String | Scalar::F32 | Scalar::F64) => None,
            Type::Refined(inner, _) => self.names(inner),
            Type::Scalar(scalar @ (Scalar::Char | Scalar::Format(_))) => {
                Some(scalar_schema(*scalar)).filter(|schema| schema["type"] == "string")
            }
            Type::Text(_) | Type::OneOf(_) | Type::Named(_) => Some(self.schema(key).into()),
            _ => None,
        }
    }

    fn object(&self, object: &Object) -> Value {
        let mut schema = json!({ "type": "object" });
        let properties: Map<String, Value> =
            object.fields.iter().map(|field| (field.name.clone(), self.documented(&field.ty, &field.docs))).collect();
        let required = object.fields.iter().filter(|field| field.required);
        let required: Vec<&str> = required.map(|field| field.name.as_str()).collect();
        if !properties.is_empty() {
            schema["properties"] = properties.into();
        }
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        let together: Map<String, Value> = object.together.iter().flat_map(|names| one_with_others(names)).collect();
        if !together.is_empty() {
            let word = if self.dialect == Dialect::Latest { "dependentRequired" } else { "dependencies" };
            schema[word] = together.into();
        }
        if !object.also.is_empty() {
            schema["allOf"] = object.also.iter().map(|also| self.schema(also)).collect();
        }
        match object.rest.as_deref() {
            None | Some(Type::Scalar(Scalar::Any | Scalar::Raw)) => {}
            Some(rest) if object.also.is_empty() => schema["additionalProperties"] = self.schema(rest).into(),
            Some(rest) if self.dialect == Dialect::Latest => {
                schema["unevaluatedProperties"] = self.schema(rest).into();
            }
            // There is no word for it.
            Some(_) => {}
        }
        schema
    }

    fn one_of(&self, one_of: &OneOf) -> Value {
        if let Some(texts) = one_of.texts() {
            let mut schema = json!({ "type": "string", "enum": texts });
            let docs = one_of.alternatives.iter().filter(|alternative| !alternative.docs.is_empty());
            let docs: Vec<String> =
                docs.filter_map(|Alternative { ty, docs }| Some(format!("- `{}`: {docs}", ty.as_text()?))).collect();
            if !docs.is_empty() {
                schema["description"] = docs.join("\n").into();
            }
            return schema;
        }
        let alternatives = one_of.alternatives.iter();
        let alternatives: Vec<Value> =
            alternatives.map(|alternative| self.documented(&alternative.ty, &alternative.docs)).collect();
        match (alternatives.is_empty(), one_of.tagged) {
            // It is never written.
            (true, _) => json!({ "not": {} }),
            (false, true) => json!({ "oneOf": alternatives }),
            (false, false) => json!({ "anyOf": alternatives }),
        }
    }

    fn documented(&self, ty: &Type, docs: &str) -> Value {
        let schema = self.schema(ty);
        // Draft 7 sees nothing beside a reference.
        if self.dialect == Dialect::Draft7 && schema.contains_key("$ref") && !docs.is_empty() {
            return json!({ "allOf": [schema], "description": docs });
        }
        described(schema, docs).into()
    }
}

/// Each name with the others.
fn one_with_others(names: &[String]) -> impl Iterator<Item = (String, Value)> {
    names.iter().map(move |name| {
        let others: Vec<&String> = names.iter().filter(|other| *other != name).collect();
        (name.clone(), json!(others))
    })
}

/// The schema with this in front of its description.
fn described(mut schema: Map<String, Value>, docs: &str) -> Map<String, Value> {
    if !docs.is_empty() {
        let description = match schema.get("description").and_then(Value::as_str) {
            Some(more) => format!("{docs}\n\n{more}"),
            None => docs.to_owned(),
        };
        schema.insert("description".to_owned(), description.into());
    }
    schema
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn scalar_schema(scalar: Scalar) -> Value {
    match scalar {
        Scalar::Bool => json!({ "type": "boolean" }),
        Scalar::Int(int) => integer(int),
        Scalar::F32 | Scalar::F64 => json!({ "type": "number" }),
        Scalar::Char => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
        Scalar::String => json!({ "type": "string" }),
        Scalar::Null => json!({ "type": "null" }),
        Scalar::Any | Scalar::Raw => json!({}),
        Scalar::Format(format) => formatted(format),
    }
}

fn integer(Int { signed, bits, nonzero }: Int) -> Value {
    let mut schema = json!({ "type": "integer" });
    match (signed, bits) {
        (true, ..=64) => {
            schema["minimum"] = (i64::MIN >> (64 - bits)).into();
            schema["maximum"] = (i64::MAX >> (64 - bits)).into();
        }
        (false, ..=64) => {
            schema["minimum"] = u64::from(nonzero).into();
            schema["maximum"] = (u64::MAX >> (64 - bits)).into();
        }
        // Bounds beyond what numbers in JSON are safe for.
        (true, _) => {}
        (false, _) => schema["minimum"] = u64::from(nonzero).into(),
    }
    if signed && nonzero {
        schema["not"] = json!({ "const": 0 });
    }
    schema
}

/// Formats are named where every value has them. A URL has not: `url` keeps characters that RFC 3986 does not allow.
fn formatted(format: Format) -> Value {
    let pattern = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let text = |format: &str| json!({ "type": "string", "format": format });
    match format {
        Format::Uuid | Format::UuidHyphenated => text("uuid"),
        Format::UuidSimple => pattern("^[0-9a-f]{32}$"),
        Format::UuidBraced => pattern(r"^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$"),
        Format::UuidUrn => pattern("^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
        Format::Ipv4 => text("ipv4"),
        Format::Ipv6 => text("ipv6"),
        Format::Ip => json!({ "anyOf": [text("ipv4"), text("ipv6")] }),
        Format::SocketV4 | Format::SocketV6 | Format::Socket => pattern(":[0-9]{1,5}$"),
        Format::Url => pattern("^[A-Za-z][A-Za-z0-9+.-]*:"),
        Format::Decimal | Format::DecimalStr => pattern(r"^-?[0-9]+(\.[0-9]+)?$"),
        Format::DecimalFloat | Format::Number => json!({ "type": "number" }),
        Format::DateTimeUtc
        | Format::DateTimeMillis
        | Format::DateTimeFixed
        | Format::DateTimeLocal
        | Format::TimeRfc3339 => text("date-time"),
        Format::NaiveDateTime => pattern(r"^[+-]?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$"),
        Format::NaiveDate | Format::TimeDate => text("date"),
        Format::NaiveTime => pattern(r"^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$"),
        Format::Weekday => json!({ "type": "string", "enum": WEEKDAYS }),
        Format::Month => json!({ "type": "string", "enum": MONTHS }),
        Format::TimeRfc2822
        | Format::TimeIso8601
        | Format::TimeOffsetDateTime
        | Format::TimePrimitiveDateTime
        | Format::TimeTime => json!({ "type": "string" }),
        Format::EpochSeconds
        | Format::EpochMillis
        | Format::EpochMicros
        | Format::EpochNanos
        | Format::TimeEpochMillis
        | Format::TimeEpochMicros
        | Format::TimeEpochNanos => json!({ "type": "integer" }),
    }
}

/// As chrono writes them.
pub(super) const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// As chrono writes them.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::super::types::tests::trees;
    use super::*;

    fn definitions(dialect: Dialect) -> Value {
        let trees = trees();
        let roots = ["Order", "Note"].into_iter().zip(&trees);
        let roots: Vec<Root<'_>> = roots.map(|(name, tree)| Root { name, tree: tree.tree() }).collect();
        let types = Types::of(&roots, &[]);
        Schemas { types: &types, dialect, at: "#/$defs/" }.definitions().into()
    }

    #[test]
    fn each_shape_has_its_words() {
        let all = definitions(Dialect::Latest);
        let order = &all["Order"]["properties"];
        let by = |tag: &str| json!({ "const": tag });
        for (name, expected) in [
            ("id", json!({ "type": "string", "format": "uuid", "description": "Which one.\nAlways new.\n\nA UUID." })),
            (
                "amount",
                json!({
                    "type": "integer",
                    "minimum": i64::MIN,
                    "maximum": i64::MAX,
                    "not": { "const": 0 },
                    "description": "A whole number that may exceed 2^53 - 1, beyond which JavaScript loses digits.",
                }),
            ),
            ("email", json!({ "type": "string", "description": "It keeps the rules of `Email`." })),
            ("price", json!({ "description": "The JSON of `money@1`, which is described elsewhere." })),
            (
                "trees",
                json!({
                    "type": "object",
                    "additionalProperties": { "$ref": "#/$defs/Tree" },
                    "propertyNames": { "$ref": "#/$defs/Color" },
                }),
            ),
            (
                "pair",
                json!({
                    "type": "array",
                    "prefixItems": [
                        { "$ref": "#/$defs/OrderPoint" },
                        { "anyOf": [{ "type": "string" }, { "type": "null" }] },
                    ],
                    "items": false,
                    "minItems": 2,
                }),
            ),
            ("tags", json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true })),
            (
                "numbers",
                json!({ "type": "object", "additionalProperties": {}, "propertyNames": { "pattern": "^[0-9]+$" } }),
            ),
        ] {
            assert_eq!(order[name], expected, "{name}");
        }
        assert_eq!(all["Order"]["dependentRequired"], json!({ "href": ["rel"], "rel": ["href"] }));
        assert_eq!(all["Order"]["allOf"][0]["oneOf"][0]["properties"], json!({ "cash": { "type": "null" } }));
        let required = all["Order"]["required"].as_array().unwrap();
        assert!(required.contains(&json!("x")) && !required.contains(&json!("rel")), "{required:?}");
        assert!(!required.contains(&json!("placed-at")) && required.contains(&json!("id")), "{required:?}");
        let internal = all[order["internal"]["$ref"].as_str().unwrap().trim_start_matches("#/$defs/")].clone();
        let [cash, card, at] = internal["oneOf"].as_array().unwrap().as_slice() else { panic!("{internal}") };
        assert_eq!((&cash["properties"]["by"], &cash["description"]), (&by("cash"), &json!("In coins.")));
        assert_eq!(card["properties"], json!({ "by": by("card"), "digits": { "type": "string" } }));
        assert_eq!(at["required"], json!(["by", "x", "y"]));
        assert_eq!(all["Note"]["additionalProperties"]["maximum"], 255);
        assert_eq!(all["Color"], json!({ "type": "string", "enum": ["red", "blue"] }));
        assert_eq!(all["Tree"]["properties"]["children"]["items"], json!({ "$ref": "#/$defs/Tree" }));
    }

    #[test]
    fn draft_7_has_no_words_of_later_ones() {
        let text = definitions(Dialect::Draft7).to_string();
        for word in ["prefixItems", "dependentRequired", "unevaluatedProperties"] {
            assert!(!text.contains(word), "{word}");
        }
        assert!(text.contains("additionalItems") && text.contains("dependencies"));
    }
}
