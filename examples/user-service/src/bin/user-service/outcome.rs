//! What became of one publish.

use std::fmt;
use std::io::{self, Write};
use std::time::Instant;

use serde::Serialize;
use user_events::{Error, ErrorKind, Receipt, Routed};

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
    #[serde(skip)]
    error: Option<Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It is stored.
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

impl Outcome {
    pub(crate) async fn of(Started { event, publish }: Started) -> Self {
        let message_id = publish.message_id().unwrap_or_default().to_owned();
        let started = Instant::now();
        let result = publish.await;
        let elapsed = started.elapsed();
        Self {
            message_id,
            message_type: event.message_type,
            routing_key: event.routing_key,
            verdict: Verdict::of(&result),
            elapsed_ms: elapsed.as_micros() as f64 / 1000.0,
            error: result.err(),
        }
    }

    pub(crate) fn print(&self, format: Format) -> io::Result<()> {
        let Self { message_id, message_type, routing_key, verdict, elapsed_ms, error } = self;
        let mut out = io::stdout();
        match (format, error) {
            (Format::Json, _) => writeln!(out, "{}", serde_json::to_string(self)?),
            (Format::Text, Some(error)) => writeln!(out, "{error}"),
            (Format::Text, None) => {
                writeln!(out, "published {message_type} {routing_key} {message_id} {verdict} in {elapsed_ms} ms")
            }
        }
    }
}

impl Verdict {
    fn of(result: &Result<Receipt, Error>) -> Self {
        match result.as_ref().map(Receipt::routed).map_err(Error::kind) {
            Ok(Routed::Yes | Routed::Unknown) => Self::Routed,
            Ok(Routed::No) | Err(ErrorKind::Unroutable) => Self::Unroutable,
            Err(ErrorKind::Refused) => Self::Refused,
            Err(ErrorKind::Indeterminate) => Self::Indeterminate,
            Err(_) => Self::NotSent,
        }
    }

    pub(crate) fn is_failure(self) -> bool {
        !matches!(self, Self::Routed | Self::Unroutable)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Routed => "routed",
            Self::Unroutable => "unroutable",
            Self::NotSent => "not sent",
            Self::Refused => "refused",
            Self::Indeterminate => "indeterminate",
        })
    }
}
