//! The decoder of the standard envelope.

use serde::de::IgnoredAny;
use serde_json::error::Category;
use user_events_core::{
    Consumable, DecodeError, DecodeErrorKind, DomainEvent, InboundMessage, Matched, OutboundMessage, envelope,
};

use crate::event::Order;

pub(crate) fn run(body: &[u8]) {
    let message = InboundMessage::of(OutboundMessage::new("orders", "order.placed.v1", body.to_vec()));
    check(envelope::recognise(&message, &[]).err(), body);
    decoded(Order::decode(&message, Matched::standard(Order::META)), body);
}

/// What was decoded is UTF-8, also where nobody asked for it.
pub(crate) fn decoded<T>(result: Result<T, DecodeError>, body: &[u8]) -> Option<T> {
    assert!(result.is_err() || std::str::from_utf8(body).is_ok(), "what is not UTF-8 was decoded");
    result.map_err(|error| check(Some(error), body)).ok()
}

/// An error points into the body, in a text that does not grow with it, and tells what is cut off from what is
/// no JSON.
pub(crate) fn check(error: Option<DecodeError>, body: &[u8]) {
    let Some(error) = error else { return };
    let lines = body.iter().filter(|&&byte| byte == b'\n').count() + 1;
    assert!(error.line() <= lines, "line {} of {lines}", error.line());
    assert!(error.column() <= body.len() + 1, "column {} of {} bytes", error.column(), body.len());
    let text = error.to_string();
    assert!(text.len() < 1024, "an error of {} bytes", text.len());
    assert!(!text.contains(char::is_control), "{text:?}");
    match error.kind() {
        DecodeErrorKind::Truncated => assert!(is_cut_off(body), "{error}"),
        // What is no UTF-8 is no JSON, however it goes on.
        DecodeErrorKind::Syntax => assert!(!is_cut_off(body) || std::str::from_utf8(body).is_err(), "{error}"),
        _ => {}
    }
}

/// Whether the body is the beginning of JSON. Serde_json takes a number that ends in its sign, point or exponent for
/// a mistake, where a digit could follow.
fn is_cut_off(body: &[u8]) -> bool {
    let read = |body: &[u8]| serde_json::from_slice::<IgnoredAny>(body).map_err(|error| error.classify());
    match read(body) {
        Ok(_) => false,
        Err(Category::Eof) => true,
        Err(_) => matches!(read(&[body, b"0"].concat()), Ok(_) | Err(Category::Eof)),
    }
}
