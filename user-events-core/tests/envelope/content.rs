//! What properties may say of the body's content.

use user_events_core::DecodeErrorKind as Category;
use user_events_core::envelope::{decode, recognise};
use user_events_core::{DecodeError, Dialect, DomainEvent, InboundMessage, Matched};

use crate::support::{UserRegistered, inbound};

const BODY: &str = include_str!("../golden/user_registered.v1.json");

fn read(message: &InboundMessage) -> Result<(), DecodeError> {
    let read = decode::<UserRegistered>(message, Matched::standard(UserRegistered::META)).map(drop);
    for accepted in [&[][..], &[Dialect::EVENT_DATA]] {
        let recognised = recognise(message, accepted);
        assert_eq!(recognised.err().map(|error| error.kind()), read.as_ref().err().map(DecodeError::kind));
    }
    read
}

fn content_type(text: &str) -> Result<(), DecodeError> {
    let mut message = inbound(BODY);
    message.properties.content_type = Some(text.into());
    read(&message)
}

fn content_encoding(text: &str) -> Result<(), DecodeError> {
    let mut message = inbound(BODY);
    message.properties.content_encoding = Some(text.into());
    read(&message)
}

#[test]
fn absent_is_json() {
    assert_eq!(read(&inbound(BODY)), Ok(()));
    for nothing in ["", " "] {
        assert_eq!(content_type(nothing), Ok(()));
        assert_eq!(content_encoding(nothing), Ok(()));
    }
}

#[test]
fn json_in_utf8_is_read_however_it_is_spelled() {
    for json in [
        "application/json",
        "Application/JSON",
        "text/json",
        "application/vnd.masstransit+json",
        "application/problem+JSON ; charset=UTF-8",
        "application/json;charset=utf-8",
        "application/json; Charset=\"utf8\"; profile=x",
        "application/json; charset=us-ascii",
        "application/json;",
        "application/json; version=2; charset",
    ] {
        assert_eq!(content_type(json), Ok(()), "{json}");
    }
}

#[test]
fn what_libraries_write_where_nobody_chose_is_read_too() {
    for default in ["text/plain", "TEXT/PLAIN; charset=UTF-8", "application/octet-stream"] {
        assert_eq!(content_type(default), Ok(()), "{default}");
    }
}

#[test]
fn other_content_is_refused_without_repeating_what_it_is() {
    for other in [
        "text/xml",
        "application/xml",
        "application/x-protobuf",
        "application/msgpack",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16; charset=utf-8",
        "text/plain; charset=latin1",
        "application/x-json-stream",
        "application/jsonlines",
        "json",
        "canary",
    ] {
        let error = content_type(other).unwrap_err();
        assert_eq!((error.kind(), error.path()), (Category::ContentType, "content_type"), "{other}");
        assert_eq!(
            error.to_string(),
            "cannot decode `UserRegistered` v1: property `content_type` declares something else than JSON in UTF-8"
        );
    }
}

#[test]
fn encodings_that_change_nothing_are_read_and_others_refused() {
    for plain in ["UTF-8", "utf-8", "utf8", "identity", "Identity", "us-ascii"] {
        assert_eq!(content_encoding(plain), Ok(()), "{plain}");
    }
    for other in ["gzip", "deflate", "br", "zstd", "base64", "iso-8859-1", "utf-16", "canary"] {
        let error = content_encoding(other).unwrap_err();
        assert_eq!((error.kind(), error.path()), (Category::ContentEncoding, "content_encoding"), "{other}");
        assert_eq!((error.line(), error.column()), (0, 0));
        assert_eq!(
            error.to_string(),
            "cannot decode `UserRegistered` v1: property `content_encoding` declares another encoding than UTF-8"
        );
    }
}
