//! What the properties say of the body's content: whether it can be JSON in UTF-8.

use crate::{DecodeError, DecodeErrorKind, Properties};

/// What a batch of CloudEvents is called: JSON, but no message.
const BATCH: &str = "application/cloudevents-batch+json";

/// Refuses a body that its properties declare to be no JSON in UTF-8.
///
/// `text/plain` and `application/octet-stream` pass. They declare nothing: Spring's converter
/// writes one for every `String` and the other for every `byte[]`, Bunny (Ruby) writes the
/// latter where nobody chose, and the body is JSON all the same. Whether it is shows when it is read.
pub(super) fn check(properties: &Properties) -> Result<(), DecodeError> {
    check_properties(properties, |media_type| is_json(media_type) || is_a_default(media_type))
}

/// Refuses a payload that is declared to be no JSON in UTF-8: in CloudEvents' binary mode the
/// content type is a statement about the payload, `datacontenttype`.
pub(super) fn check_payload(properties: &Properties) -> Result<(), DecodeError> {
    check_properties(properties, is_json)
}

fn check_properties(properties: &Properties, allowed: impl Fn(&str) -> bool) -> Result<(), DecodeError> {
    // The values may be anybody's data: an error says which property it is, not what it says.
    let content_type = properties.content_type.as_deref();
    if content_type.is_some_and(|media_type| !allowed(media_type) && !media_type.trim().is_empty()) {
        return Err(DecodeError::of_property(DecodeErrorKind::ContentType, "content_type"));
    }
    let content_encoding = properties.content_encoding.as_deref();
    if content_encoding.is_some_and(|encoding| !is_plain(encoding)) {
        return Err(DecodeError::of_property(DecodeErrorKind::ContentEncoding, "content_encoding"));
    }
    Ok(())
}

/// Whether a media type is that of one JSON value in UTF-8: its subtype is `json` or ends with
/// `+json`, and its charset, if it has one, is a part of UTF-8.
pub(super) fn is_json(media_type: &str) -> bool {
    // What this library writes, and most others.
    if media_type == "application/json" {
        return true;
    }
    let (media_type, parameters) = parts(media_type);
    let Some((_, subtype)) = media_type.split_once('/') else { return false };
    let json = subtype.eq_ignore_ascii_case("json") || ends_with(subtype, "+json");
    json && !media_type.eq_ignore_ascii_case(BATCH) && is_utf8(parameters)
}

/// Whether it is what libraries write where their user said nothing.
fn is_a_default(media_type: &str) -> bool {
    let (media_type, parameters) = parts(media_type);
    let default = ["text/plain", "application/octet-stream"].iter().any(|name| media_type.eq_ignore_ascii_case(name));
    default && is_utf8(parameters)
}

/// Whether a media type is CloudEvents' structured mode, in whatever format.
pub(super) fn is_cloud_events(media_type: &str) -> bool {
    const PREFIX: &str = "application/cloudevents";
    media_type.trim_start().get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

fn parts(media_type: &str) -> (&str, &str) {
    let (media_type, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
    (media_type.trim(), parameters)
}

fn is_utf8(parameters: &str) -> bool {
    parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .all(|(_, charset)| is_part_of_utf8(charset.trim().trim_matches('"')))
}

/// Whether a content encoding leaves the body as it is.
fn is_plain(encoding: &str) -> bool {
    // What this library writes.
    if encoding == "UTF-8" {
        return true;
    }
    let encoding = encoding.trim();
    encoding.is_empty() || encoding.eq_ignore_ascii_case("identity") || is_part_of_utf8(encoding)
}

fn is_part_of_utf8(charset: &str) -> bool {
    ["utf-8", "utf8", "us-ascii"].iter().any(|name| charset.eq_ignore_ascii_case(name))
}

fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start.and_then(|start| text.get(start..)).is_some_and(|found| found.eq_ignore_ascii_case(end))
}
