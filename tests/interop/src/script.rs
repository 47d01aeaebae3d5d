//! The scripts in `node/`: an independent client on the command line.

use std::path::Path;
use std::process::Stdio;

use serde::Deserialize;
use serde_json::Value;
use tokio::process::Command;

use crate::{in_time, node_service};

/// A message as amqplib shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RawMessage {
    /// The exchange it was published to.
    pub exchange: String,
    /// The routing key it was published with.
    pub routing_key: String,
    /// Whether it was delivered before.
    pub redelivered: bool,
    /// Every property that AMQP knows, `null` where it is not set; the headers among them.
    pub properties: Value,
    /// The body, as hexadecimal digits.
    pub bytes: String,
}

impl RawMessage {
    /// The body.
    ///
    /// # Panics
    ///
    /// When the digits are none.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let byte = |at: usize| u8::from_str_radix(&self.bytes[at..at + 2], 16).expect("hexadecimal digits");
        (0..self.bytes.len()).step_by(2).map(byte).collect()
    }
}

/// Takes `count` messages from a queue, with amqplib.
pub async fn read(uri: &str, queue: &str, count: usize) -> Vec<RawMessage> {
    let printed = run(uri, &["read.js", queue, &count.to_string()]).await;
    printed.lines().map(|line| serde_json::from_str(line).expect("a message")).collect()
}

/// Why a message was dead-lettered.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// The reason, in one word.
    pub reason: String,
    /// The error.
    pub error: String,
}

/// Takes the dead letters of a file's messages from a queue, once amqplib has found them as they were published.
pub async fn letters(uri: &str, queue: &str, file: &str) -> Vec<Letter> {
    let printed = run(uri, &["letters.js", queue, file]).await;
    printed.lines().map(|line| serde_json::from_str(line).expect("a letter")).collect()
}

/// Publishes the messages of a file in `node/`, with `plain` amqplib or through `nest`.
pub async fn publish(uri: &str, library: &str, file: &str) {
    run(uri, &["publish.js", library, file]).await;
}

/// Runs a script in `node/` with these arguments and returns what it printed.
///
/// # Panics
///
/// When it fails.
pub async fn run(uri: &str, args: &[&str]) -> String {
    let modules = node_service::built().await.join("node_modules");
    let mut node = Command::new("node");
    node.args(args)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("node"))
        .env("NODE_PATH", modules)
        .env("AMQP_URI", uri)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = in_time(&args.join(" "), node.output()).await.expect("node is there");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {}\n{printed}{said}", args.join(" "), output.status);
    printed
}
