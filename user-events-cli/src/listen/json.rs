//! [`line`]: a message for programs, an object a line.

use chrono::SecondsFormat;
use serde::Serialize;
use serde_json::value::RawValue;

use super::one_line::{one_line, quoted};
use super::seen::Seen;

/// What is absent is left out. The names are those of the envelope; docs/cli.md tells what they hold.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    message_type: Option<&'a str>,
    message_id: Option<&'a str>,
    exchange: &'a str,
    routing_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_service: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'a str>,
    timestamp: Option<String>,
    age_ms: Option<i64>,
    body_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    dialect: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
}

/// The message as an object on a line of its own.
pub(super) fn line(seen: &Seen, payload: bool) -> String {
    let content = payload.then(|| match seen.payload() {
        Ok(payload) => one_line(payload),
        Err(_) => quoted(&String::from_utf8_lossy(seen.body())),
    });
    // Both are JSON already.
    let content = content.and_then(|content| RawValue::from_string(content).ok());
    let malformed = seen.payload().err().map(|error| error.problem().to_string());
    let (payload, body) = match malformed {
        None => (content.as_deref(), None),
        Some(_) => (None, content.as_deref()),
    };
    let line = Line {
        message_type: seen.message_type(),
        message_id: seen.message_id(),
        exchange: seen.exchange(),
        routing_key: seen.routing_key(),
        source_service: seen.source(),
        correlation_id: seen.correlation_id(),
        timestamp: seen.timestamp().map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true)),
        age_ms: seen.age().map(|age| age.num_milliseconds()),
        body_bytes: seen.body().len(),
        dialect: seen.dialect(),
        malformed,
        payload,
        body,
    };
    // Texts and numbers always have their JSON.
    one_line(&serde_json::to_string(&line).unwrap_or_default()) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listen::seen::tests::seen;

    #[test]
    fn a_message_is_an_object_on_one_line() {
        let body = "{\"messageId\":\"m\",\"messageType\":\"A.v1\",\"timestamp\":\"2023-10-28T12:05:59.250Z\",\n\
                    \"sourceService\":\"S\",\"payload\":{ \"n\":\n12345678901234567890123 }}";
        let seen = seen(body, |_| {});
        let head = r#"{"messageType":"A.v1","messageId":"m","exchange":"user.events","routingKey":"user.registered.v1","sourceService":"S","timestamp":"2023-10-28T12:05:59.250Z","ageMs":750,"bodyBytes":141"#;
        assert_eq!(line(&seen, false), format!("{head}}}\n"));
        assert_eq!(line(&seen, true), format!("{head},\"payload\":{{\"n\":12345678901234567890123}}}}\n"));
    }

    #[test]
    fn what_is_no_envelope_is_marked() {
        let seen = seen("\u{1b}[2J\nno", |message| message.properties.message_id = Some("\u{9b}1".into()));
        assert_eq!(
            line(&seen, true),
            "{\"messageType\":null,\"messageId\":\"\\u009b1\",\"exchange\":\"user.events\",\
             \"routingKey\":\"user.registered.v1\",\"timestamp\":null,\"ageMs\":null,\"bodyBytes\":7,\
             \"malformed\":\"not JSON, in the envelope (line 1, column 1)\",\"body\":\"\\u001b[2J\\nno\"}\n"
        );
    }
}
