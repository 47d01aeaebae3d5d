//! AsyncAPI 3.0 of events: the exchanges and routing keys that they are published with.

use serde_json::{Map, Value, json};

use super::entry::Entry;
use super::json_schema::{Dialect, Schemas, envelope};
use super::types::{Root, Types};

/// The version of AsyncAPI's description of AMQP.
const BINDING: &str = "0.3.0";

/// What stands in an example of an envelope.
const MESSAGE_ID: &str = "6f9619ff-8b86-4011-b42d-00cf4fc964ff";
const TIMESTAMP: &str = "2023-10-28T12:05:00.000Z";

/// The document of these events, as the services see it that publish them.
pub(super) fn document(entries: &[Entry], title: &str, version: &str) -> Value {
    let names: Vec<String> = entries.iter().map(Entry::payload_name).collect();
    let writers: Vec<_> = entries.iter().map(|entry| entry.writer.tree()).collect();
    let roots = names.iter().zip(&writers).map(|(name, writer)| Root { name, tree: writer.tree() });
    let types = Types::of(&roots.collect::<Vec<_>>(), &[]);
    let schemas = Schemas { types: &types, dialect: Dialect::Draft7, at: "#/components/schemas/" };

    let (mut channels, mut operations, mut messages) = (Map::new(), Map::new(), Map::new());
    for (at, entry) in entries.iter().enumerate() {
        let id = entry.id();
        let channel_name = channel_name(entry);
        let channel = channels.entry(channel_name.clone()).or_insert_with(|| channel(entry));
        channel["messages"][&id] = json!({ "$ref": format!("#/components/messages/{id}") });
        if !entry.superseded {
            let channel = format!("#/channels/{}", pointer(&channel_name));
            let operation = json!({
                "action": "send",
                "channel": { "$ref": channel },
                "messages": [{ "$ref": format!("{channel}/messages/{id}") }],
                "bindings": { "amqp": { "deliveryMode": 2, "timestamp": true, "bindingVersion": BINDING } },
            });
            operations.insert(format!("publish.{id}"), operation);
        }
        messages.insert(id, message(entry, schemas.reference(at)));
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": title,
            "version": version,
            "description": "Written by `user-events catalogue export`.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "schemas": schemas.definitions() },
    })
}

/// Exchanges have no `/` in their names.
fn channel_name(entry: &Entry) -> String {
    match &entry.exchange {
        Some(exchange) => format!("{exchange}/{}", entry.routing_key),
        None => entry.routing_key.clone(),
    }
}

/// A name as it stands in a JSON pointer in a URI: a routing key may have any visible character.
fn pointer(name: &str) -> String {
    let mut pointer = String::new();
    for byte in name.bytes() {
        match byte {
            b'~' => pointer.push_str("~0"),
            b'/' => pointer.push_str("~1"),
            b'-' | b'.' | b'_' => pointer.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => pointer.push(char::from(byte)),
            _ => pointer.push_str(&format!("%{byte:02X}")),
        }
    }
    pointer
}

fn channel(entry: &Entry) -> Value {
    let mut binding = json!({ "is": "routingKey", "bindingVersion": BINDING });
    if let Some(exchange) = &entry.exchange {
        binding["exchange"] = json!({ "name": exchange, "type": "topic", "durable": true, "autoDelete": false });
    }
    json!({ "address": entry.routing_key, "messages": {}, "bindings": { "amqp": binding } })
}

fn message(entry: &Entry, payload: Value) -> Value {
    let text = || json!({ "type": "string" });
    let examples: Vec<Value> =
        entry.samples.iter().map(|sample| json!({ "payload": example(entry, sample) })).collect();
    let mut message = json!({
        "name": entry.message_type,
        "title": entry.message_type,
        "contentType": "application/json",
        "correlationId": { "location": "$message.payload#/correlationId" },
        "headers": {
            "type": "object",
            "properties": {
                "ue-causation-id": text(),
                "ue-partition-key": text(),
                "traceparent": text(),
                "tracestate": text(),
            },
        },
        "payload": envelope(entry, payload),
        "bindings": {
            "amqp": { "contentEncoding": "UTF-8", "messageType": entry.message_type, "bindingVersion": BINDING },
        },
    });
    if !examples.is_empty() {
        message["examples"] = examples.into();
    }
    message
}

/// A payload in its envelope.
fn example(entry: &Entry, payload: &Value) -> Value {
    json!({
        "messageId": MESSAGE_ID,
        "messageType": entry.message_type,
        "envelopeVersion": "1.0",
        "timestamp": TIMESTAMP,
        "sourceService": entry.package,
        "payload": payload,
    })
}

#[cfg(test)]
mod tests {
    use super::super::types::tests::entries;
    use super::*;

    #[test]
    fn every_reference_leads_to_something() {
        let mut entries = entries();
        entries[0].samples = vec![json!({ "any": 1 })];
        let document = document(&entries, "Orders", "1.2.0");
        assert_eq!(document["info"]["title"], "Orders");
        let channel = &document["channels"]["orders/OrderPlaced~/v1"];
        assert_eq!(channel["address"], "OrderPlaced~/v1");
        assert_eq!(channel["bindings"]["amqp"]["exchange"]["type"], "topic");
        let operations = document["operations"].as_object().unwrap();
        assert_eq!(operations.keys().collect::<Vec<_>>(), ["publish.OrderPlaced.v1"], "the other is superseded");
        let example = &document["components"]["messages"]["OrderPlaced.v1"]["examples"][0]["payload"];
        assert_eq!((&example["messageType"], &example["payload"]["any"]), (&json!("OrderPlaced/1"), &json!(1)));

        let mut references = Vec::new();
        collect(&document, &mut references);
        assert!(references.len() > 20, "{references:?}");
        for reference in references {
            let pointer = reference.strip_prefix('#').expect("one in this document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    fn collect(value: &Value, references: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    references.push(reference.clone());
                }
                fields.values().for_each(|value| collect(value, references));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
            _ => {}
        }
    }
}
