//! What a copy of a delivery carries, to a dead letter queue now and to a delay queue later.
//!
//! The rules are those of `docs/decisions.md`, "What a copy carries": body, properties and
//! application headers with their types, never what would make the broker route, expire or refuse the copy.

use user_events_core::{Address, Header, Headers, InboundMessage, OutboundMessage, Text};

/// All headers that the framework writes begin with this.
pub(crate) const OWN: &str = "ue-";
/// The exchange that the message was first published to.
pub(crate) const ORIGINAL_EXCHANGE: &str = "ue-original-exchange";
/// The routing key that it was first published with.
pub(crate) const ORIGINAL_ROUTING_KEY: &str = "ue-original-routing-key";

/// How many application headers found no room on the copy, the partition key among them.
const DROPPED_HEADERS: &str = "ue-dropped-headers";
/// What that header takes at most.
const DROPPED_HEADERS_SIZE: usize = 64;

/// Application headers up to this size are kept, where the transport takes so much.
const MAX_KEPT: usize = 64 * 1024;

/// No header written here is longer, but for one long text: together they stay under 4 KiB, with
/// properties as long as they can be, which is the smallest frame of AMQP.
const MAX_TEXT: usize = 255;

/// A copy in the making. It starts without headers of the message, and ends with as many as there is room for:
/// a message may come with headers that fill a frame, and with ours beside them the copy would be refused for ever.
pub(crate) struct Draft<'a> {
    message: &'a InboundMessage,
    copy: OutboundMessage,
    /// The largest properties and headers that the transport takes.
    limit: Option<usize>,
}

impl<'a> Draft<'a> {
    /// A copy of `message` to `address`, without the control headers of an earlier copy.
    pub(crate) fn new(message: &'a InboundMessage, address: &Address, limit: Option<usize>) -> Self {
        let mut copy =
            OutboundMessage::new(address.exchange.clone(), address.routing_key.clone(), message.body.clone());
        copy.properties = message.properties.clone();
        let mut draft = Self { message, copy, limit };
        let (exchange, routing_key) = origin(message);
        draft.write(ORIGINAL_EXCHANGE, exchange);
        draft.write(ORIGINAL_ROUTING_KEY, routing_key);
        draft
    }

    /// Sets a header to a text, cut at 255 bytes.
    pub(crate) fn write(&mut self, name: &'static str, text: &str) {
        self.write_up_to(name, text, MAX_TEXT);
    }

    /// Sets a header to a text that may be long: cut at `max` bytes, or where the headers of the message leave no room
    /// for them, at half of what is left to both.
    pub(crate) fn write_long(&mut self, name: &'static str, text: &str, max: usize) {
        let left = self.room().saturating_sub(Header::new(name, "").wire_size());
        let key = self.message.partition_key.as_ref().map_or(0, key_size);
        let wanted = key + kept(self.message).map(Header::wire_size).sum::<usize>();
        let share = left.saturating_sub(wanted.min(MAX_KEPT)).max(left / 2);
        self.write_up_to(name, text, share.clamp(MAX_TEXT, max));
    }

    /// Sets a header to a text, cut at a character's end.
    fn write_up_to(&mut self, name: &'static str, text: &str, max: usize) {
        let end = (0..=max.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        self.copy.headers.set(Text::from_static(name), text.as_bytes()[..end].to_vec());
    }

    /// The copy, with as much of partition key and headers of the message as there is room for.
    pub(crate) fn finish(self) -> OutboundMessage {
        let mut room = self.room().min(MAX_KEPT);
        let Self { message, mut copy, .. } = self;
        let mut dropped = 0_usize;
        let mut fits = |size: usize| {
            let left = room.checked_sub(size);
            room = left.unwrap_or(room);
            dropped += usize::from(left.is_none());
            left.is_some()
        };
        copy.partition_key = message.partition_key.clone().filter(|key| fits(key_size(key)));
        for header in kept(message).filter(|header| fits(header.wire_size())) {
            copy.headers.push(header.clone());
        }
        if dropped > 0 {
            copy.headers.set(Text::from_static(DROPPED_HEADERS), dropped.to_string());
        }
        copy
    }

    /// What is left of the limit beside what the copy has, and the number of headers that find no room.
    fn room(&self) -> usize {
        self.limit.map_or(usize::MAX, |limit| limit.saturating_sub(self.copy.properties_size() + DROPPED_HEADERS_SIZE))
    }
}

/// The headers of the original that belong on its copy. Of the broker's own, `x-death` would stop a
/// copy in the cycle detection, and CC and BCC would send it to every queue they name.
fn kept(message: &InboundMessage) -> impl Iterator<Item = &Header> {
    let is_own = |name: &str| name.starts_with(OWN) && name != crate::context::CAUSATION_ID;
    message.headers.entries().filter(move |header| !is_own(header.name()) && !Headers::is_reserved(header.name()))
}

/// What a partition key takes on the wire.
fn key_size(key: &Text) -> usize {
    let mut message = OutboundMessage::default();
    let without = message.properties_size();
    message.partition_key = Some(key.clone());
    message.properties_size() - without
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

#[cfg(test)]
mod tests {
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

    fn draft(message: &InboundMessage, limit: Option<usize>) -> Draft<'_> {
        Draft::new(message, &Address { exchange: "".into(), routing_key: "mailing.dlq".into() }, limit)
    }

    fn copy(message: &InboundMessage) -> OutboundMessage {
        draft(message, None).finish()
    }

    #[test]
    fn a_copy_keeps_what_describes_the_message_and_drops_what_steers_a_broker() {
        let message = message();
        let copy = copy(&message);
        assert_eq!((copy.exchange.as_str(), copy.routing_key.as_str()), ("", "mailing.dlq"));
        assert_eq!(copy.body, message.body);
        assert_eq!(copy.properties, message.properties);
        assert_eq!(copy.partition_key, message.partition_key);
        let names: Vec<_> = copy.headers.iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "ue-original-exchange",
                "ue-original-routing-key",
                "tenant",
                "x-request-id",
                "traceparent",
                "ue-causation-id",
                "tenant"
            ]
        );
        assert_eq!(copy.headers.get_str(ORIGINAL_ROUTING_KEY), Some("user.registered.v1"));
    }

    #[test]
    fn a_copy_of_a_copy_still_names_the_first_origin_but_only_if_it_came_straight_to_the_queue() {
        let mut second = InboundMessage::of(copy(&message()));
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
        let copy = copy(&message);
        assert!(copy.headers.entries().all(|header| !header.name().starts_with("huge")));
        assert_eq!(copy.headers.get_str("after"), Some("v"));
        assert_eq!(copy.headers.get_str(DROPPED_HEADERS), Some("2"));
        let natives: Vec<_> = copy.headers.entries().filter_map(|header| header.native::<u32>()).collect();
        assert_eq!(natives, [&7]);
    }

    #[test]
    fn a_partition_key_is_kept_while_there_is_room_and_counted_where_there_is_none() {
        for (length, limit, is_kept) in [
            (255, None, true),
            (300, None, true),
            (100_000, None, false),
            (300, Some(4088), true),
            (4000, Some(4088), false),
        ] {
            let mut message = message();
            message.partition_key = Some("k".repeat(length).into());
            let copy = draft(&message, limit).finish();
            assert_eq!(copy.partition_key, message.partition_key.filter(|_| is_kept), "{length} of {limit:?}");
            assert_eq!(copy.headers.get_str(DROPPED_HEADERS), (!is_kept).then_some("1"), "{length} of {limit:?}");
            assert_eq!(copy.headers.get_str("tenant"), Some("v"));
            assert!(copy.properties_size() <= limit.unwrap_or(MAX_KEPT + 4096));
        }
    }

    #[test]
    fn a_long_text_and_the_headers_of_the_message_share_what_is_left() {
        let shared = |text: usize, header: usize| {
            let mut message = InboundMessage::default();
            message.headers.append("h", vec![b'h'; header]);
            let mut draft = draft(&message, Some(8184));
            draft.write_long("ue-error", &"e".repeat(text), 4096);
            let copy = draft.finish();
            assert!(copy.properties_size() <= 8184);
            (
                copy.headers.get("ue-error").map_or(0, |text| text.len()),
                copy.headers.get("h").map_or(0, |header| header.len()),
            )
        };
        assert_eq!(shared(10, 10), (10, 10));
        assert_eq!(shared(9000, 10), (4096, 10));
        assert_eq!(shared(10, 7500), (10, 7500));
        assert_eq!(shared(9000, 3500), (4096, 3500));
        // The header would leave less than half, which the text need not have all of.
        assert_eq!(shared(3000, 4500), (3000, 4500));
        let (text, header) = shared(9000, 7500);
        assert!((3900..4096).contains(&text) && header == 0, "{text} {header}");
    }

    #[test]
    fn texts_are_cut_at_the_end_of_a_character() {
        let message = InboundMessage::default();
        let mut draft = draft(&message, None);
        draft.write("ue-queue", &"é".repeat(200));
        let headers = draft.finish().headers;
        assert_eq!(headers.get("ue-queue").map(|value| value.len()), Some(254));
        assert!(headers.get_str("ue-queue").is_some());
    }
}
