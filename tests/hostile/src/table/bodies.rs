//! Bodies that are no envelope at all.

use user_events_core::DecodeErrorKind::{Missing, Shape, Syntax, Truncated};

use super::{payload, wrong};
use crate::Row;
use crate::canary::{KEY, NUMBER, PAYLOAD};

/// `{"payload":{}}` in gzip.
pub(super) const GZIP: [u8; 34] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x2a, 0x48, 0xac, 0xcc, 0xc9, 0x4f, 0x4c,
    0x51, 0xb2, 0xaa, 0xae, 0xad, 0x05, 0x00, 0x1f, 0x4a, 0xac, 0xdd, 0x0e, 0x00, 0x00, 0x00,
];

pub(super) fn rows() -> Vec<Row> {
    let full = payload("");
    let utf16 = |mark: &[u16]| -> Vec<u8> {
        mark.iter().copied().chain(full.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let bytes = |before: &[u8], after: &[u8]| [before, full.as_bytes(), after].concat();
    let mut rows = Vec::new();
    rows.extend(wrong(Truncated, [("empty", vec![], ""), ("white space", b" \t\r\n".to_vec(), "")]));
    rows.extend(wrong(
        Syntax,
        [
            ("words", format!("{PAYLOAD} is no JSON").into_bytes(), ""),
            ("XML", format!("<?xml version=\"1.0\"?><payload>{PAYLOAD}</payload>").into_bytes(), ""),
            ("YAML", format!("payload:\n  text: {PAYLOAD}\n").into_bytes(), ""),
            ("a form", format!("payload={PAYLOAD}&large={NUMBER}").into_bytes(), ""),
            ("gzip without saying so", GZIP.to_vec(), ""),
            ("NUL bytes", vec![0; 1000], ""),
            ("bytes of no meaning", (0..=255).cycle().skip(128).take(4096).collect(), ""),
            ("a byte order mark before it", bytes(b"\xef\xbb\xbf", b""), ""),
            ("UTF-16 with a byte order mark", utf16(&[0xfeff]), ""),
            ("UTF-16 without one", utf16(&[]), ""),
            ("a guard against script inclusion before it", bytes(b")]}',\n", b""), ""),
            ("a comma before it", bytes(b",", b""), ""),
            ("a closing brace behind it", bytes(b"", b"}"), ""),
            ("a NUL behind it", bytes(b"", b"\0"), ""),
            ("words behind it", bytes(b"", PAYLOAD.as_bytes()), ""),
            ("itself behind it", bytes(b"", full.as_bytes()), ""),
            ("itself on the next line", bytes(b"", format!("\n{full}").as_bytes()), ""),
            ("a comment before it", bytes(b"/* CanaryPayload */", b""), ""),
            ("single quotes", full.replace('"', "'").into_bytes(), ""),
            ("names without quotes", full.replace(r#""payload":"#, "payload:").into_bytes(), ""),
            ("a comma too many", full.replace("]}}", "],}}").into_bytes(), "payload"),
            ("a colon too few", full.replace(r#""payload":"#, r#""payload""#).into_bytes(), ""),
        ],
    ));
    rows.extend(wrong(
        Shape,
        [
            ("null", b"null".to_vec(), ""),
            ("true", b"true".to_vec(), ""),
            ("a number", NUMBER.as_bytes().to_vec(), ""),
            ("a text", format!("\"{PAYLOAD}\"").into_bytes(), ""),
            ("an empty list", b"[]".to_vec(), ""),
            ("an envelope in a list", format!("[{full}]").into_bytes(), ""),
            (
                "an envelope as a list of its values",
                format!(r#"["m-1","Everything.v1","1.0",null,null,null,{{"text":"{PAYLOAD}"}},"{KEY}"]"#).into_bytes(),
                "",
            ),
        ],
    ));
    rows.extend(wrong(
        Missing,
        [("an empty object", "{}", "payload"), ("a payload alone", r#"{"text":"x"}"#, "payload")],
    ));
    rows.push(Row::handled("white space around it", bytes(b"\r\n\t ", b" \n")));
    rows
}
