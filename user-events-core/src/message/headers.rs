//! [`Headers`]: the application headers of a message.

use std::fmt;
use std::slice;

use bytes::Bytes;

use super::{Header, reserved};
use crate::Text;

/// Application headers: an ordered multimap of text to bytes.
///
/// Names are compared as they are written, and headers by what they show, be it nothing. Debug
/// output shows lengths, never values.
///
/// A header that came with a type of its broker's ([`Header`]) is copied with it. It keeps the type
/// until its name is [set](Self::set) or [removed](Self::remove), as every header keeps its value.
#[derive(Clone, Default)]
pub struct Headers(Vec<Header>);

impl Headers {
    /// No headers. Does not allocate.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Appends a header, keeping others of that name.
    pub fn append(&mut self, name: impl Into<Text>, value: impl Into<Bytes>) {
        self.push(Header::new(name, value));
    }

    /// Sets a header, in place of all others of that name.
    pub fn set(&mut self, name: impl Into<Text>, value: impl Into<Bytes>) {
        let header = Header::new(name, value);
        self.remove(header.name());
        self.push(header);
    }

    /// Removes all headers of that name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|held| held.name() != name);
    }

    /// The first value under that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Bytes> {
        self.iter().find_map(|(held, value)| (held == name).then_some(value))
    }

    /// The first value under that name, if it is UTF-8.
    #[must_use]
    pub fn get_str(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// All names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.0.iter().flat_map(|header| header.values().iter().map(|value| (header.name(), value)))
    }

    /// How many headers there are, whatever they show: as many as [`entries`](Self::entries).
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none, not even one that shows no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends a header as it is, its native value included.
    pub fn push(&mut self, header: Header) {
        self.0.push(header);
    }

    /// All headers as they are, also those that show no value: what a transport writes and a copy takes along.
    pub fn entries(&self) -> slice::Iter<'_, Header> {
        self.0.iter()
    }

    /// Whether a header of this name is the broker's: one that RabbitMQ, 3.10 to 4.x, writes into
    /// messages or acts upon. A publish that carries one is refused, and a delivery shows none.
    ///
    /// A copy that took them along would be routed, delayed or dropped by them: with its `x-death`
    /// it runs into the cycle detection, with `CC` it reaches every queue that is named. All other
    /// names are free, `x-request-id`, `x-correlation-id` and `x-retry-count` among them. The
    /// broker compares names byte for byte, and so does this: `cc` and `X-Death` are free, too.
    ///
    /// | names | where RabbitMQ's source writes or reads them |
    /// |---|---|
    /// | `CC`, `BCC` | routing: `rabbit_basic`, `mc_amqpl` |
    /// | `x-death`, `x-first-death-*`, `x-last-death-*` | dead lettering: `rabbit_dead_letter`, `mc` |
    /// | `x-delivery-count`, `x-acquired-count` | quorum queues: `rabbit_fifo_client` |
    /// | `x-stream-*` | streams, their offsets and filters: `rabbit_stream_queue` |
    /// | `x-delay` | the exchange type `x-delayed-message`, a plugin |
    /// | `x-recent-history-no-store` | the exchange type `x-recent-history` |
    /// | `x-received-from`, `x-original-exchange`, `x-original-routing-key`, `x-original-cc` | federation, which stops at its own traces |
    /// | `x-shovelled*` | shovels |
    /// | `x-routed-by` | the interceptor of incoming messages |
    /// | `x-invalid-headers` | `rabbit_basic`, for what it cannot prepend to |
    /// | `x-exchange`, `x-routing-key`, `x-cc`, `x-opt-*`, `x-basic-*`, `x-amqp-1.0-*`, `x-message-id-type`, `x-correlation-id-type` | annotations and properties of AMQP 1.0: `mc_amqpl`, `mc_amqp` |
    /// | `x-mqtt-*`, `x-reply-to-topic` | MQTT: `mc_mqtt`, before 3.13 `rabbit_mqtt_processor` |
    ///
    /// Not on the list are arguments of queues, bindings and consumers (`x-message-ttl`, `x-match`,
    /// `x-priority`), which mean nothing in a message, and `x-message-id`, `x-correlation-id` and
    /// `timestamp_in_ms`, which the broker may write but which only describe the message.
    #[must_use]
    pub fn is_reserved(name: &str) -> bool {
        reserved::is_reserved(name)
    }

    /// Names and values together, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.iter().map(Header::size).sum()
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        fn shown(header: &Header) -> (&str, &[Bytes]) {
            (header.name(), header.values())
        }
        self.0.iter().map(shown).eq(other.0.iter().map(shown))
    }
}

impl Eq for Headers {}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|header| (header.name(), header.value_size()))).finish()
    }
}

impl FromIterator<(Text, Bytes)> for Headers {
    fn from_iter<I: IntoIterator<Item = (Text, Bytes)>>(headers: I) -> Self {
        Self(headers.into_iter().map(|(name, value)| Header::new(name, value)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(headers: &Headers) -> Vec<(&str, &[u8])> {
        headers.iter().map(|(name, value)| (name, &**value)).collect()
    }

    fn native(name: &str, value: u32, shown: &[&'static str]) -> Header {
        Header::with_native(name, value, 4, shown.iter().copied().map(Bytes::from))
    }

    #[test]
    fn headers_are_an_ordered_multimap() {
        let mut headers = Headers::new();
        headers.append("a", "1");
        headers.append("b", "2");
        headers.append("a", "3");
        assert_eq!(headers.get_str("a"), Some("1"));
        assert_eq!(headers.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b", "a"]);
        headers.set("a", "4");
        assert_eq!(headers.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn a_native_value_is_read_as_what_it_shows() {
        let mut headers = Headers::new();
        headers.append("text", "t");
        for header in [native("one", 1, &["1"]), native("many", 2, &["2", "3"]), native("none", 3, &[])] {
            headers.push(header);
        }
        headers.append("many", "4");
        assert_eq!(
            shown(&headers),
            [("text", &b"t"[..]), ("one", b"1"), ("many", b"2"), ("many", b"3"), ("many", b"4")]
        );
        assert_eq!((headers.get_str("many"), headers.get("none")), (Some("2"), None));
        assert_eq!((headers.len(), headers.entries().len()), (5, 5));
        let mut other = Headers::new();
        for (name, value) in headers.iter() {
            other.append(name, value.clone());
        }
        assert_ne!(headers, other, "two headers are not one that shows two values");
        assert_eq!(headers.size(), (4 + 1) + (3 + 4) + (4 + 4) + (4 + 4) + (4 + 1));
        let natives: Vec<_> = headers.clone().entries().map(|header| header.native::<u32>().copied()).collect();
        assert_eq!(natives, [None, Some(1), Some(2), Some(3), None]);
        assert!(headers.entries().all(|header| header.native::<i8>().is_none()), "of another transport's type");
    }

    #[test]
    fn a_native_value_lasts_until_its_name_is_set_or_removed() {
        let mut headers = Headers::new();
        for name in ["kept", "set", "removed", "hidden"] {
            headers.push(native(name, 7, &["7"]));
        }
        headers.push(native("hidden", 8, &[]));
        headers.append("kept", "more");
        headers.set("set", "7");
        headers.remove("removed");
        headers.remove("hidden");
        let left: Vec<_> = headers.entries().map(|header| (header.name(), header.native::<u32>().is_some())).collect();
        assert_eq!(left, [("kept", true), ("kept", false), ("set", false)]);
    }

    #[test]
    fn a_header_without_a_value_to_show_is_there_all_the_same() {
        let mut headers = Headers::new();
        headers.push(native("table", 7, &[]));
        assert!(!headers.is_empty());
        assert_eq!((headers.len(), headers.entries().len(), headers.iter().count()), (1, 1, 0));
        assert_ne!(headers, Headers::new());
        assert_eq!(headers, headers.clone());
        assert_eq!(
            format!("{headers:?} {:?}", native("n", 424_242, &["424242"])),
            r#"{"table": 4} Header { name: "n", size: 6, .. }"#
        );
    }
}
