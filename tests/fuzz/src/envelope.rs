//! The decoder of the standard envelope.

use user_events_core::{Consumable, DecodeError, DomainEvent, InboundMessage, Matched, OutboundMessage, envelope};

use crate::event::Order;

pub(crate) fn run(body: &[u8]) {
    let message = InboundMessage::of(OutboundMessage::new("orders", "order.placed.v1", body.to_vec()));
    check(envelope::recognise(&message, &[]).err(), body);
    check(Order::decode(&message, Matched::standard(Order::META)).err(), body);
}

/// An error points into the body, in a text that does not grow with it.
pub(crate) fn check(error: Option<DecodeError>, body: &[u8]) {
    let Some(error) = error else { return };
    let lines = body.iter().filter(|&&byte| byte == b'\n').count() + 1;
    assert!(error.line() <= lines, "line {} of {lines}", error.line());
    assert!(error.column() <= body.len() + 1, "column {} of {} bytes", error.column(), body.len());
    let text = error.to_string();
    assert!(text.len() < 1024, "an error of {} bytes", text.len());
    assert!(!text.contains(char::is_control), "{text:?}");
}
