//! Bodies that are no JSON, end too early, go on too long or nest too deeply.

use proptest::prelude::*;
use serde::Deserialize;
use user_events_core::DecodeErrorKind as Category;
use user_events_core::envelope;

use crate::support::{UserRegistered, decode, decode_payload, inbound};

const GOLDEN: &str = include_str!("../golden/user_registered.v1.json");

#[test]
fn every_truncation_is_an_error() {
    for end in 0..GOLDEN.len() {
        let error = decode::<UserRegistered>(&GOLDEN[..end]).unwrap_err();
        assert_eq!(error.kind(), Category::Truncated, "after {end} bytes: {error}");
        let error = envelope::recognise(&inbound(&GOLDEN[..end]), &[]).unwrap_err();
        assert_eq!(error.kind(), Category::Truncated, "after {end} bytes: {error}");
    }
}

#[test]
fn a_truncation_names_the_field_it_happened_in() {
    let error = decode::<UserRegistered>(r#"{"payload":{"email":"new"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot decode `UserRegistered` v1: the body ends in the middle of field `payload.email` (line 1, column 24)"
    );
}

#[test]
fn what_follows_the_envelope_is_an_error() {
    for garbage in ["x", "{}", "0", "\0", "]"] {
        let error = decode::<UserRegistered>(format!("{GOLDEN}{garbage}")).unwrap_err();
        assert_eq!((error.kind(), error.path(), error.column()), (Category::Syntax, "", GOLDEN.len() + 1));
    }
    assert!(decode::<UserRegistered>(format!("{GOLDEN}\r\n\t ")).is_ok());
}

#[test]
fn no_utf8_is_an_error() {
    let mut body = GOLDEN.as_bytes().to_vec();
    let at = GOLDEN.find("newuser").unwrap();
    body[at] = 0xff;
    let error = decode::<UserRegistered>(body).unwrap_err();
    assert_eq!((error.kind(), error.path()), (Category::Syntax, "payload.email"));
}

#[derive(Debug, Deserialize)]
struct Node {
    #[expect(dead_code, reason = "it is there to nest")]
    child: Option<Box<Node>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Buffered {
    #[expect(dead_code, reason = "it is there to be tried")]
    Node(Node),
}

#[test]
fn deep_nesting_is_an_error_and_never_a_crash() {
    const DEPTH: usize = 100_000;
    let nodes = r#"{"child":"#.repeat(DEPTH) + "null" + &"}".repeat(DEPTH);
    let lists = "[".repeat(DEPTH) + &"]".repeat(DEPTH);

    for payload in [&nodes, &lists] {
        assert_eq!(decode_payload::<serde_json::Value>(payload).unwrap_err().kind(), Category::TooDeep);
        assert_eq!(decode_payload::<Buffered>(payload).unwrap_err().kind(), Category::TooDeep);
    }
    let error = decode_payload::<Node>(&nodes).unwrap_err();
    assert_eq!(error.kind(), Category::TooDeep);
    assert!(error.path().starts_with("payload.child.child."), "{error}");
    assert_eq!(error.path().matches("child").count(), 126, "the envelope is one level, the payload another");
    assert!(error.to_string().contains("nests deeper than 127 levels (line 1, column "), "{error}");
    assert!(error.column() < 2000, "{error}");
    // With the envelope, 127 levels and 128.
    let nested = |lists: usize| decode_payload::<serde_json::Value>(&("[".repeat(lists) + &"]".repeat(lists)));
    assert!(nested(126).is_ok());
    assert_eq!(nested(127).unwrap_err().kind(), Category::TooDeep);

    // Serde_json skips what is ignored without recursion, however deep it is.
    for field in ["unknown", "timestamp"] {
        let body = format!(r#"{{"{field}":{lists},"payload":{{"child":null}}}}"#);
        assert!(decode::<Node>(body.clone()).is_ok());
        assert_eq!(envelope::recognise(&inbound(body), &[]).unwrap().message_type, None);
    }
    for field in ["messageId", "envelopeVersion", "partitionKey"] {
        assert!(decode::<Node>(format!(r#"{{"{field}":{lists},"payload":{{"child":null}}}}"#)).is_err());
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode::<UserRegistered>(bytes);
    }

    #[test]
    fn no_changed_byte_makes_it_panic(at in 0..GOLDEN.len(), byte: u8) {
        let mut body = GOLDEN.as_bytes().to_vec();
        body[at] = byte;
        let _ = decode::<UserRegistered>(body);
    }
}
