//! The [`table`] of hostile messages.

use user_events_core::DecodeErrorKind;

use crate::Row;
use crate::canary::{KEY, NUMBER, PAYLOAD};

mod bodies;
mod envelopes;
mod headers;
mod large;
mod payloads;
mod properties;
mod truncated;

/// All rows.
#[must_use]
pub fn table() -> Vec<Row> {
    [
        bodies::rows(),
        payloads::rows(),
        envelopes::rows(),
        large::rows(),
        properties::rows(),
        headers::rows(),
        truncated::rows(),
    ]
    .concat()
}

/// A body whose payload has these fields, too.
fn payload(fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!(
        r#"{{"messageId":"m-1","messageType":"Everything.v1","envelopeVersion":"1.0",
"timestamp":"2023-10-28T12:05:00.000Z","sourceService":"Hostile","partitionKey":"{KEY}",
"payload":{{"any":["{PAYLOAD}",{NUMBER}]{comma}{fields}}}}}"#
    )
}

/// A body whose envelope has these fields, and a payload.
fn envelope(fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!(r#"{{{fields}{comma}"payload":{{"any":["{PAYLOAD}",{NUMBER}]}}}}"#)
}

/// One row for each of these bodies, all wrong in the same way.
fn wrong<B: Into<bytes::Bytes>>(
    kind: DecodeErrorKind,
    rows: impl IntoIterator<Item = (&'static str, B, &'static str)>,
) -> impl Iterator<Item = Row> {
    rows.into_iter().map(move |(name, body, path)| Row::wrong(name, body, kind, path))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::canary;

    #[test]
    fn no_two_rows_have_the_same_name() {
        let table = table();
        let names: BTreeSet<_> = table.iter().map(|row| &row.name).collect();
        assert_eq!(names.len(), table.len());
        assert!(names.iter().all(|name| canary::found_in(name).is_none()));
    }
}
