//! What became of one publish.

use std::io::{self, Write};
use std::time::Instant;

use serde::Serialize;
use user_events::{ErrorKind, Routed};

use crate::args::Format;
use crate::publish::Started;

/// What became of one publish.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Outcome {
    message_id: String,
    message_type: &'static str,
    #[serde(skip)]
    routing_key: &'static str,
    #[serde(rename = "outcome")]
    pub(crate) verdict: Verdict,
    elapsed_ms: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// Stored, in at least one queue.
    Routed,
    /// Nobody has asked for it: the broker has dropped it.
    Unroutable,
    /// The broker does not have it.
    NotSent,
    /// The broker said no.
    Refused,
    /// No answer came: the broker may have it.
    Indeterminate,
}
