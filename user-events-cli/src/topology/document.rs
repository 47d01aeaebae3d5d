//! [`read`]: a consumer's description, TOML or JSON.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use user_events_core::QueueSpec;

use crate::error::{Error, unreadable};
use crate::exit::Exit;

/// Reads what a file, or the standard input (`-`), says of a consumer.
pub(super) fn read(path: &Path) -> Result<QueueSpec, Error> {
    let is_stdin = path.as_os_str() == "-";
    let bytes = if is_stdin { standard_input() } else { fs::read(path) };
    let bytes = bytes.map_err(|error| unreadable(path, error))?;
    let parsed = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()).and_then(|text| parse(&text));
    let name = if is_stdin { "the standard input".to_owned() } else { path.display().to_string() };
    parsed.map_err(|problem| Error::new(Exit::Invalid, format!("{name}: {problem}")))
}

fn standard_input() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn parse(text: &str) -> Result<QueueSpec, String> {
    // No TOML begins so.
    let parsed = if text.trim_start().starts_with('{') { json(text) } else { toml(text) };
    let queue = parsed.map_err(with_advice)?;
    match queue.name.len() {
        0 => return Err("`consumer` is empty: it is the name of the consumer's queue".to_owned()),
        1..=QueueSpec::MAX_NAME_BYTES => {}
        bytes => {
            let longest = QueueSpec::MAX_NAME_BYTES;
            return Err(format!("`consumer` has {bytes} bytes: it is the name of a queue, at most {longest}"));
        }
    }
    for (number, binding) in queue.bindings.iter().enumerate() {
        let number = number + 1;
        for (what, text) in [("exchange", binding.exchange.as_str()), ("key", binding.pattern.as_str())] {
            match text.len() {
                0 if what == "exchange" => return Err(format!("`exchange` of binding {number} is empty")),
                0..=255 => {}
                bytes => return Err(format!("`{what}` of binding {number} has {bytes} bytes; AMQP allows 255")),
            }
        }
    }
    Ok(queue)
}

/// A field or kind that is not known is misspelt, or newer than this command. It is not passed over: the consumer would
/// be another.
fn with_advice(problem: String) -> String {
    match problem.starts_with("unknown ") {
        true => format!("{problem}; if a newer version of user-events wrote this, it needs a newer command"),
        false => problem,
    }
}

fn json(text: &str) -> Result<QueueSpec, String> {
    // Its text ends with line and column.
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn toml(text: &str) -> Result<QueueSpec, String> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let message = error.message();
        match error.span() {
            Some(span) => {
                let before = &text[..span.start.min(text.len())];
                let line = before.matches('\n').count() + 1;
                let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                format!("{message} at line {line} column {column}")
            }
            None => message.to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use user_events_core::{Binding, QueueKind};

    use super::*;

    const TOML: &str =
        "consumer = \"notification-service\"\n\n[[bind]]\nexchange = \"user.events\"\nkey = \"user.#\"\n";

    #[test]
    fn toml_and_json_say_the_same() {
        let expected = QueueSpec::new("notification-service").bind(Binding::new("user.events", "user.#"));
        assert_eq!(parse(TOML), Ok(expected.clone()));
        assert_eq!(parse(&serde_json::to_string_pretty(&expected).unwrap()), Ok(expected));
        assert_eq!(parse(&format!("kind = \"classic\"\n{TOML}")).map(|queue| queue.kind), Ok(QueueKind::Classic));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, says) in [
            (
                TOML.replace("exchange", "exchnge").as_str(),
                "unknown field `exchnge`, expected `exchange` or `key` at line 4 column 1",
            ),
            (TOML.replace("key = \"user.#\"\n", "").as_str(), "missing field `key` at line 3 column 1"),
            ("consumer = notification", "at line 1 column 12"),
            ("", "missing field `consumer`"),
            (&format!("kind = \"stream\"\n{TOML}"), "unknown variant `stream`, expected `quorum` or `classic`"),
            (&TOML.replace("notification-service", &"c".repeat(201)), "`consumer` has 201 bytes"),
            ("consumer = \"\"", "`consumer` is empty"),
            ("{\n  \"consumer\": 1\n}", "at line 2 column 15"),
            (
                r#"{"consumer":"a","queue":"b"}"#,
                "unknown field `queue`, expected one of `consumer`, `kind`, `bind` at line 1 column 23",
            ),
            (r#"{"consumer":"a","bind":[{"exchange":"","key":"k"}]}"#, "`exchange` of binding 1 is empty"),
        ] {
            let problem = parse(text).unwrap_err();
            assert!(problem.contains(says), "{text}: {problem}");
            assert_eq!(problem.contains("needs a newer command"), says.contains("unknown"), "{problem}");
        }
    }
}
