//! [`Document`]: how a file or a service describes a consumer's queue.

use serde::{Deserialize, Serialize};

use super::{Binding, QueueKind, QueueSpec};
use crate::{Text, TopicPattern};

/// How a file or a service describes a consumer's queue, in JSON or TOML.
///
/// Unknown fields are refused: with a misspelt `bind` passed over, a consumer would be bound to nothing. So an older
/// reader refuses a field that is added here; to spare it those that it can do without, a new field is optional, and
/// left out where it has its default.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a consumer: its name, and what it is bound to")]
pub(super) struct Document {
    consumer: Text,
    #[serde(default)]
    kind: QueueKind,
    #[serde(default)]
    bind: Vec<Bind>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a binding: an exchange and a key")]
struct Bind {
    exchange: Text,
    key: TopicPattern,
}

impl From<Document> for QueueSpec {
    fn from(Document { consumer, kind, bind }: Document) -> Self {
        let bindings = bind.into_iter().map(|Bind { exchange, key }| Binding::new(exchange, key));
        bindings.fold(Self::new(consumer).with_kind(kind), Self::bind)
    }
}

impl From<QueueSpec> for Document {
    fn from(QueueSpec { name, kind, bindings }: QueueSpec) -> Self {
        let bind = bindings.into_iter().map(|Binding { exchange, pattern }| Bind { exchange, key: pattern });
        Self { consumer: name, kind, bind: bind.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consumers_document_is_read_as_it_is_written() {
        let queue = QueueSpec::new("audit").with_kind(QueueKind::Classic).bind(Binding::new("user.events", "user.#"));
        let written = serde_json::to_string(&queue).unwrap();
        let expected = r##"{"consumer":"audit","kind":"classic","bind":[{"exchange":"user.events","key":"user.#"}]}"##;
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_str::<QueueSpec>(&written).unwrap(), queue);
    }

    #[test]
    fn a_binding_that_is_written_twice_is_one() {
        let twice = r#"{"consumer":"audit","bind":[{"exchange":"x","key":"k"},{"exchange":"x","key":"k"}]}"#;
        let queue: QueueSpec = serde_json::from_str(twice).unwrap();
        assert_eq!(queue, QueueSpec::new("audit").bind(Binding::new("x", "k")));
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        for (document, says) in [
            (r#"{"consumer":"audit","binds":[]}"#, "unknown field `binds`, expected one of `consumer`, `kind`, `bind`"),
            (
                r#"{"consumer":"audit","bind":[{"exchange":"x","kye":"k"}]}"#,
                "unknown field `kye`, expected `exchange` or",
            ),
            ("7", "expected a consumer: its name, and what it is bound to"),
        ] {
            let error = serde_json::from_str::<QueueSpec>(document).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
