//! What a copy of a delivery carries, to a dead letter queue now and to a delay queue later.
//!
//! The rules are those of `docs/decisions.md`, "What a copy carries": body, properties and
//! application headers with their types, never what would make the broker route, expire or refuse the copy.

use user_events_core::{Address, Headers, InboundMessage, OutboundMessage, Text};

/// All headers that the framework writes begin with this.
pub(crate) const OWN: &str = "ue-";
/// The exchange that the message was first published to.
pub(crate) const ORIGINAL_EXCHANGE: &str = "ue-original-exchange";
/// The routing key that it was first published with.
pub(crate) const ORIGINAL_ROUTING_KEY: &str = "ue-original-routing-key";

/// How many application headers found no room on the copy.
const DROPPED_HEADERS: &str = "ue-dropped-headers";

/// Application headers up to this size are kept. A message may come with as many as fit into a
/// frame; with ours beside them they would not, and the copy would be refused for ever.
const MAX_KEPT: usize = 64 * 1024;
/// What a header takes on the wire beside its name and value: their lengths and types.
const HEADER: usize = 8;

/// No header written here is longer: together they stay under 8 KiB.
const MAX_TEXT: usize = 255;

/// A copy of `message` to `address`, without the control headers of an earlier copy.
pub(crate) fn copy(message: &InboundMessage, address: &Address) -> OutboundMessage {
    let mut copy = OutboundMessage::new(address.exchange.clone(), address.routing_key.clone(), message.body.clone());
    // A longer one comes from elsewhere, and could fill the frame as headers can.
    copy.partition_key = message.partition_key.clone().filter(|key| key.len() <= MAX_TEXT);
    copy.properties = message.properties.clone();
    let (mut size, mut dropped) = (0, 0_usize);
    for header in message.headers.entries().filter(|header| is_kept(header.name())) {
        let header_size = header.size() + HEADER;
        if size + header_size <= MAX_KEPT {
            size += header_size;
            copy.headers.push(header.clone());
        } else {
            dropped += 1;
        }
    }
    if dropped > 0 {
        write(&mut copy.headers, DROPPED_HEADERS, &dropped.to_string());
    }
    let (exchange, routing_key) = origin(message);
    write(&mut copy.headers, ORIGINAL_EXCHANGE, exchange);
    write(&mut copy.headers, ORIGINAL_ROUTING_KEY, routing_key);
    copy
}

/// Whether a header of the original belongs on its copy. Of the broker's own, `x-death` would stop a
/// copy in the cycle detection, and CC and BCC would send it to every queue they name.
fn is_kept(name: &str) -> bool {
    let is_own = name.starts_with(OWN) && name != crate::context::CAUSATION_ID;
    !is_own && !Headers::is_reserved(name)
}

/// Where a message was first published to. A copy came straight to its queue and says where it is
/// from; whoever publishes to an exchange cannot forge that.
pub(crate) fn origin(message: &InboundMessage) -> (&str, &str) {
    let header = |name| message.headers.get_str(name).filter(|_| message.exchange.is_empty());
    (
        header(ORIGINAL_EXCHANGE).unwrap_or(&message.exchange),
        header(ORIGINAL_ROUTING_KEY).unwrap_or(&message.routing_key),
    )
}

/// Sets a header to a text, cut at 255 bytes.
pub(crate) fn write(headers: &mut Headers, name: &'static str, text: &str) {
    write_up_to(headers, name, text, MAX_TEXT);
}

/// Sets a header to a text, cut at a character's end.
pub(crate) fn write_up_to(headers: &mut Headers, name: &'static str, text: &str, max: usize) {
    let end = (0..=max.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    headers.set(Text::from_static(name), text.as_bytes()[..end].to_vec());
}

#[cfg(test)]
mod tests {
    use user_events_core::Header;

    use super::*;

    fn message() -> InboundMessage {
        let mut message = OutboundMessage::new("user.events", "user.registered.v1", "{}").with_message_id("m-1");
        for name in ["x-death", "CC", "BCC", "ue-reason", "tenant", "x-request-id", "traceparent", "ue-causation-id"] {
            message.headers.append(name, "v");
        }
        message.headers.append("tenant", "second");
        message.properties.priority = Some(3);
        message.properties.reply_to = Some("answers".into());
        message.partition_key = Some("u-1".into());
        InboundMessage::of(message)
    }

    fn address() -> Address {
        Address { exchange: "".into(), routing_key: "mailing.dlq".into() }
    }

    #[test]
    fn a_copy_keeps_what_describes_the_message_and_drops_what_steers_a_broker() {
        let message = message();
        let copy = copy(&message, &address());
        assert_eq!((copy.exchange.as_str(), copy.routing_key.as_str()), ("", "mailing.dlq"));
        assert_eq!(copy.body, message.body);
        assert_eq!(copy.properties, message.properties);
        assert_eq!(copy.partition_key, message.partition_key);
        let names: Vec<_> = copy.headers.iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "tenant",
                "x-request-id",
                "traceparent",
                "ue-causation-id",
                "tenant",
                "ue-original-exchange",
                "ue-original-routing-key"
            ]
        );
        assert_eq!(copy.headers.get_str(ORIGINAL_ROUTING_KEY), Some("user.registered.v1"));
    }

    #[test]
    fn a_copy_of_a_copy_still_names_the_first_origin_but_only_if_it_came_straight_to_the_queue() {
        let mut second = InboundMessage::of(copy(&message(), &address()));
        assert_eq!(origin(&second), ("user.events", "user.registered.v1"));
        second.exchange = "forged".into();
        assert_eq!(origin(&second), ("forged", "mailing.dlq"));
    }

    #[test]
    fn headers_that_fill_a_frame_leave_room_for_the_reason() {
        let mut message = message();
        message.headers.append("huge", vec![0; 130_000]);
        message.headers.push(Header::with_native("huge table", (), 130_000, []));
        message.headers.push(Header::with_native("number", 7_u32, 4, ["7".into()]));
        message.headers.append("after", "v");
        let copy = copy(&message, &address());
        assert!(copy.headers.entries().all(|header| !header.name().starts_with("huge")));
        assert_eq!(copy.headers.get_str("after"), Some("v"));
        assert_eq!(copy.headers.get_str(DROPPED_HEADERS), Some("2"));
        let natives: Vec<_> = copy.headers.entries().filter_map(|header| header.native::<u32>()).collect();
        assert_eq!(natives, [&7]);
    }

    #[test]
    fn texts_are_cut_at_the_end_of_a_character() {
        let mut headers = Headers::new();
        write(&mut headers, "ue-error", &"é".repeat(200));
        assert_eq!(headers.get("ue-error").map(|value| value.len()), Some(254));
        assert!(headers.get_str("ue-error").is_some());
    }
}
