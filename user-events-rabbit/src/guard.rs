//! [`Guarded`]: a stream that shows the client library only what it can read.
//!
//! The library parses tables by recursion, takes every short string for UTF-8 and ends a connection
//! on which a frame is larger than agreed. The broker hands on what was published to it, nested and
//! spelt as it likes, and adds to it. So whoever may publish could end each consumer's connection, or
//! its process, and again with each redelivery. What cannot be read is changed here, in place, to
//! what can: see [`header::mend`] and [`method::mend`]. All other bytes pass as they came. What
//! the broker itself says, its greeting above all, is trusted.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};

use self::frames::Frames;

mod frames;
mod header;
mod method;
mod table;
mod text;

/// A stream of AMQP frames, of which those that come in are guarded.
#[derive(Debug)]
pub(crate) struct Guarded<S> {
    stream: S,
    frames: Frames,
}

impl<S> Guarded<S> {
    pub(crate) const fn new(stream: S, limit: Limit) -> Self {
        Self { stream, frames: Frames::new(limit) }
    }
}

/// The largest frame that the client library takes: none until both sides have agreed on it, which
/// is before the first message can come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limit(Arc<AtomicUsize>);

impl Limit {
    pub(crate) fn set(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// What passes of bytes that come in one piece, when frames of up to `frame_max` bytes were agreed on.
#[must_use]
pub fn guarded(came: &[u8], frame_max: usize) -> Vec<u8> {
    let limit = Limit::default();
    limit.set(frame_max);
    let mut bytes = came.to_vec();
    let passed = Frames::new(limit).pass(&mut bytes);
    bytes.truncate(passed);
    bytes
}

/// What was changed in a frame.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Mended {
    /// Short strings that were not UTF-8.
    texts: usize,
    /// Tables and arrays that lay too deep.
    nested: usize,
    /// Tables, arrays and lists of properties that could not be read to their end.
    unreadable: usize,
    /// Headers that were left out because the frame was too large.
    left_out: usize,
    /// Frames that lost all properties because they were far too large.
    stripped: usize,
}

impl Mended {
    /// Says so where something was changed.
    fn report(self) {
        if self == Self::default() {
            return;
        }
        let Self { texts, nested, unreadable, left_out, stripped } = self;
        metrics::counter!("user_events.mended.frames", "messaging.system" => "rabbitmq").increment(1);
        tracing::warn!(
            texts,
            nested,
            unreadable,
            left_out,
            stripped,
            "a message came with properties that AMQP does not allow, and is shown changed"
        );
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let Self { stream, frames } = self.get_mut();
        loop {
            let given = frames.give(buf);
            if given > 0 || buf.is_empty() {
                return Poll::Ready(Ok(given));
            }
            // A frame of which the end is missing when the stream ends could not be read anyway.
            if let Some(room) = frames.room() {
                match ready!(Pin::new(&mut *stream).poll_read(cx, room))? {
                    0 => return Poll::Ready(Ok(0)),
                    read => frames.filled(read),
                }
            } else {
                match ready!(Pin::new(&mut *stream).poll_read(cx, buf))? {
                    0 => return Poll::Ready(Ok(0)),
                    read => match frames.pass(&mut buf[..read]) {
                        0 => {}
                        passed => return Poll::Ready(Ok(passed)),
                    },
                }
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, bufs)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_close(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::link::wire;

    const FRAME_MAX: usize = 4096;
    const FLAG_HEADERS: u16 = 1 << 13;
    const FLAG_MESSAGE_ID: u16 = 1 << 7;
    const FLAG_CLUSTER_ID: u16 = 1 << 2;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let size = u32::try_from(payload.len()).unwrap();
        [&[kind, 0, 1][..], &size.to_be_bytes(), payload, &[0xce]].concat()
    }

    fn content_header(flags: u16, properties: &[u8]) -> Vec<u8> {
        frame(2, &[&[0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9][..], &flags.to_be_bytes(), properties].concat())
    }

    fn short(text: &[u8]) -> Vec<u8> {
        [&[u8::try_from(text.len()).unwrap()], text].concat()
    }

    fn long(bytes: &[u8]) -> Vec<u8> {
        [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
    }

    fn entry(name: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
        [&short(name)[..], &[tag], value].concat()
    }

    fn deliver(routing_key: &[u8]) -> Vec<u8> {
        frame(1, &[&[0, 60, 0, 60][..], &short(b"tag"), &[0; 9], &short(b"orders"), &short(routing_key)].concat())
    }

    /// The properties of a content header frame, if the client library can read them.
    fn read(frame: &[u8]) -> Option<wire::BasicProperties> {
        let (size, payload) = frame[3..].split_first_chunk()?;
        let (end, payload) = payload.split_last()?;
        let is_framed = usize::try_from(u32::from_be_bytes(*size)) == Ok(payload.len()) && *end == 0xce;
        wire::properties(payload.get(12..)?).filter(|_| is_framed)
    }

    #[track_caller]
    fn shown(flags: u16, properties: &[u8]) -> wire::BasicProperties {
        let came = content_header(flags, properties);
        let passed = guarded(&came, FRAME_MAX);
        assert!(passed.len() <= came.len().min(FRAME_MAX), "{}", passed.len());
        read(&passed).expect("it can be read")
    }

    fn names(properties: &wire::BasicProperties) -> Vec<&str> {
        properties.headers().iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// What comes in pieces, and nothing between them.
    struct Pieces<'a> {
        bytes: &'a [u8],
        sizes: &'a [usize],
        is_next: bool,
    }

    impl AsyncRead for Pieces<'_> {
        fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
            self.is_next = !self.is_next;
            if self.is_next {
                return Poll::Pending;
            }
            let size = self.sizes.split_off_first().map_or(usize::MAX, |size| *size);
            let (piece, rest) = self.bytes.split_at(size.min(self.bytes.len()).min(buf.len()));
            buf[..piece.len()].copy_from_slice(piece);
            self.bytes = rest;
            Poll::Ready(Ok(piece.len()))
        }
    }

    /// What passes when the bytes come in pieces of these sizes, read into buffers of those.
    fn guarded_in_pieces(bytes: &[u8], frame_max: usize, sizes: &[usize], buffers: &[usize]) -> Vec<u8> {
        let limit = Limit::default();
        limit.set(frame_max);
        let mut stream = Guarded::new(Pieces { bytes, sizes, is_next: false }, limit);
        let mut passed = Vec::new();
        for size in buffers.iter().cycle() {
            let mut buffer = vec![0; *size];
            let poll = Pin::new(&mut stream).poll_read(&mut Context::from_waker(Waker::noop()), &mut buffer);
            match poll.map(|read| read.unwrap()) {
                Poll::Pending => {}
                Poll::Ready(0) => break,
                Poll::Ready(read) => passed.extend_from_slice(&buffer[..read]),
            }
        }
        passed
    }

    #[test]
    fn what_is_not_utf_8_is_shown_with_substitutes() {
        let table = [entry(b"n\xffme", b'S', &long(b"\xff\xfe")), entry(b"t", b'F', &long(&entry(b"\xe9", b'V', b"")))];
        let properties = shown(
            FLAG_HEADERS | FLAG_MESSAGE_ID | FLAG_CLUSTER_ID,
            &[long(&table.concat()), short(b"id\xc3"), short(b"\x80")].concat(),
        );
        assert_eq!(properties.message_id().as_ref().unwrap().as_str(), "id\u{1a}");
        assert_eq!(properties.cluster_id().as_ref().unwrap().as_str(), "\u{1a}");
        let headers = properties.headers().as_ref().unwrap().inner();
        assert_eq!(names(&properties), ["n\u{1a}me", "t"]);
        assert!(matches!(&headers["n\u{1a}me"], wire::AMQPValue::LongString(value) if value.as_bytes() == b"\xff\xfe"));
        assert!(matches!(&headers["t"], wire::AMQPValue::FieldTable(table) if table.contains_key("\u{1a}")));
    }

    #[test]
    fn every_method_that_may_quote_somebody_else_is_shown_with_substitutes() {
        let (good, bad, mended) = (short(b"good"), short(b"b\xffd"), short(b"b\x1ad"));
        for (class, method, before, after) in [
            (10, 50, &[0, 200][..], &[0; 4][..]),
            (20, 40, &[0, 200], &[0; 4]),
            (60, 50, &[&[1, 56][..], &good, &good].concat(), &[]),
            (60, 60, &[&good[..], &[0; 9], &good].concat(), &[]),
            (60, 71, &[0; 9], &[&good[..], &[0; 4]].concat()),
        ] {
            let method = |text: &[u8]| frame(1, &[&[0, class, 0, method], before, text, after].concat());
            assert_eq!(guarded(&method(&bad), FRAME_MAX), method(&mended));
            assert_eq!(guarded(&method(&good), FRAME_MAX), method(&good));
        }
    }

    #[test]
    fn methods_are_shown_with_substitutes_however_long_their_texts_are() {
        let (bad, mended) = (short(&[0xff; 255]), short(&[0x1a; 255]));
        for (method, first, between) in [(50, &[1, 56][..], &b""[..]), (60, b"", &[0; 9])] {
            let method = |text: &[u8]| frame(1, &[&[0, 60, 0, method], first, text, between, text, text].concat());
            assert_eq!(guarded(&method(&bad), FRAME_MAX), method(&mended));
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_shown_as_bytes() {
        for (tag, name) in [(b'F', &b"\x01n"[..]), (b'A', b"")] {
            let mut value = vec![b'V'];
            for _ in 0..20_000 {
                value = [&[tag][..], &long(&[name, &value].concat())].concat();
            }
            let came = content_header(FLAG_HEADERS, &long(&[b"\x01h", &value[..]].concat()));
            let passed = guarded(&came, usize::MAX);
            assert_eq!(passed.len(), came.len());
            assert_eq!(passed.iter().zip(&came).filter(|(passed, came)| passed != came).count(), 1);
            let properties = read(&passed).expect("it can be read");
            // As its readers do, by recursion.
            assert!(format!("{:?}", properties.clone()).contains("ByteArray"));
        }
    }

    #[test]
    fn the_deepest_level_is_shown_as_it_came_and_the_next_as_bytes() {
        for (tag, name) in [(b'F', &b"\x01n"[..]), (b'A', b"")] {
            // The headers are the first level.
            for levels in [31, 32, 33] {
                let mut value = vec![b'V'];
                for _ in 1..levels {
                    value = [&[tag][..], &long(&[name, &value].concat())].concat();
                }
                let came = content_header(FLAG_HEADERS, &long(&[b"\x01h", &value[..]].concat()));
                let is_changed = guarded(&came, FRAME_MAX) != came;
                assert_eq!(is_changed, levels > 32, "{levels} levels");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out_with_the_rest_of_its_table() {
        let (good, bad) = (entry(b"good", b'I', &[0; 4]), entry(b"bad", b'?', &[1, 2, 3]));
        let inner = entry(b"inner", b'F', &long(&[&good[..], &bad, &good].concat()));
        let properties =
            shown(FLAG_HEADERS | FLAG_MESSAGE_ID, &[long(&[&inner[..], &good].concat()), short(b"id")].concat());
        assert_eq!(names(&properties), ["good", "inner"]);
        assert_eq!(properties.message_id().as_ref().unwrap().as_str(), "id");

        for bad in
            [&bad[..], &entry(b"bad", b'S', &[0, 0, 0, 9, b'x']), &entry(b"bad", b'l', &[0; 7]), b"\x09bad", b"\x03bad"]
        {
            let properties =
                shown(FLAG_HEADERS | FLAG_MESSAGE_ID, &[long(&[&good[..], bad].concat()), short(b"id")].concat());
            assert_eq!(names(&properties), ["good"]);
            assert_eq!(properties.message_id().as_ref().unwrap().as_str(), "id");
        }
    }

    #[test]
    fn properties_that_are_cut_off_are_left_out_and_so_is_what_follows_them() {
        let all = FLAG_HEADERS | FLAG_MESSAGE_ID | FLAG_CLUSTER_ID;
        let properties = shown(all, &[&long(b"")[..], &short(b"id"), &[9, b'x']].concat());
        assert_eq!(properties.message_id().as_ref().unwrap().as_str(), "id");
        assert_eq!(properties.cluster_id(), &None);
        let properties = shown(all, &[0, 0, 0, 9, b'x']);
        assert_eq!(properties, wire::BasicProperties::default());
        let properties = shown(FLAG_MESSAGE_ID, &[&short(b"id")[..], b"trailing"].concat());
        assert_eq!(properties.message_id().as_ref().unwrap().as_str(), "id");
    }

    #[test]
    fn a_frame_over_the_limit_loses_its_largest_headers() {
        let table = [
            entry(b"a", b'S', &long(&[b'a'; 100])),
            entry(b"large", b'S', &long(&[b'l'; 3000])),
            entry(b"larger", b'S', &long(&[b'l'; 4000])),
            entry(b"z", b'I', &[0; 4]),
        ];
        let properties = shown(FLAG_HEADERS | FLAG_MESSAGE_ID, &[long(&table.concat()), short(b"id")].concat());
        assert_eq!(names(&properties), ["a", "large", "z"]);
        assert_eq!(properties.message_id().as_ref().unwrap().as_str(), "id");

        let count = entry(b"x-delivery-count", b'l', &[0; 8]);
        let many: Vec<_> = (0..9_999).map(|number| entry(format!("{number:04}").as_bytes(), b'V', b"")).collect();
        let properties = shown(FLAG_HEADERS, &long(&[count, many.concat()].concat()));
        assert!(names(&properties).len() > 600);
        assert!(names(&properties).contains(&"x-delivery-count"), "what the broker counts is kept");
        // All the other properties always fit, as long as they can be.
        let texts = short(&[b't'; 255]).repeat(10);
        let (head, tail) = texts.split_at(512);
        let every =
            [head, &long(&entry(b"h", b'S', &long(&[0; 5000]))), &[2, 0], &tail[..4 * 256], &[0; 8], &tail[4 * 256..]];
        let properties = shown(0xfffc, &every.concat());
        assert!(names(&properties).is_empty());
        assert_eq!(properties.cluster_id().as_ref().unwrap().as_str().len(), 255);
    }

    #[test]
    fn a_frame_far_over_the_limit_loses_its_properties_and_is_not_held() {
        let came = content_header(FLAG_HEADERS, &long(&entry(b"h", b'S', &long(&vec![b'h'; 3 << 20]))));
        let bytes = [came.as_slice(), &frame(3, b"body")].concat();
        let expected = [content_header(0, b""), frame(3, b"body")].concat();
        assert_eq!(guarded(&bytes, FRAME_MAX), expected);
        let limit = Limit::default();
        let mut stream = Guarded::new(Pieces { bytes: &bytes, sizes: &[10; 9], is_next: true }, limit);
        let mut buffer = [0; 512];
        let _ = Pin::new(&mut stream).poll_read(&mut Context::from_waker(Waker::noop()), &mut buffer);
        assert_eq!(guarded_in_pieces(&bytes, FRAME_MAX, &[10; 9], &[512]), expected);
    }

    #[test]
    fn a_frame_within_a_large_limit_keeps_its_properties() {
        let came = content_header(FLAG_HEADERS, &long(&entry(b"h", b'S', &long(&vec![b'h'; 3 << 20]))));
        assert_eq!(guarded(&came, 4 << 20), came);
    }

    #[test]
    fn what_is_no_amqp_passes_at_once() {
        for came in [&b"HTTP/1.1 400 Bad Request\r\n"[..], b"\x15\x03\x01\0\x02\x02\x46", b"AMQP\0\0\x09\x01", b"S"] {
            assert_eq!(guarded(came, FRAME_MAX), came);
        }
    }

    #[test]
    fn what_goes_out_passes_as_it_is() {
        let mut stream = Guarded::new(Vec::new(), Limit::default());
        let cx = &mut Context::from_waker(Waker::noop());
        let written = Pin::new(&mut stream).poll_write(cx, b"\xff");
        assert!(matches!(written, Poll::Ready(Ok(1))));
        let bad = content_header(FLAG_MESSAGE_ID, &short(b"\xff"));
        let written = Pin::new(&mut stream).poll_write_vectored(cx, &[IoSlice::new(&bad), IoSlice::new(b"!")]);
        assert!(matches!(written, Poll::Ready(Ok(count)) if count == bad.len() + 1));
        assert!(Pin::new(&mut stream).poll_flush(cx).is_ready());
        assert_eq!(stream.stream, [b"\xff", &bad[..], b"!"].concat());
    }

    /// A value that can be read, its type before it.
    fn value() -> impl Strategy<Value = Vec<u8>> {
        let tagged = |tag: u8, value: Vec<u8>| [&[tag][..], &value].concat();
        let leaf = prop_oneof![
            Just(b"V".to_vec()),
            (prop::sample::select(&b"tbB"[..]), vec(any::<u8>(), 1)).prop_map(move |(tag, value)| tagged(tag, value)),
            (prop::sample::select(&b"sUu"[..]), vec(any::<u8>(), 2)).prop_map(move |(tag, value)| tagged(tag, value)),
            (prop::sample::select(&b"Iif"[..]), vec(any::<u8>(), 4)).prop_map(move |(tag, value)| tagged(tag, value)),
            vec(any::<u8>(), 5).prop_map(move |value| tagged(b'D', value)),
            (prop::sample::select(&b"LldT"[..]), vec(any::<u8>(), 8)).prop_map(move |(tag, value)| tagged(tag, value)),
            (prop::sample::select(&b"Sx"[..]), vec(any::<u8>(), 0..20))
                .prop_map(move |(tag, value)| tagged(tag, long(&value))),
        ];
        leaf.prop_recursive(8, 30, 4, move |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(move |values| tagged(b'A', long(&values.concat()))),
                vec((".{0,9}", inner), 0..4).prop_map(move |entries| tagged(b'F', long(&table(entries)))),
            ]
        })
    }

    fn table(entries: Vec<(String, Vec<u8>)>) -> Vec<u8> {
        entries.into_iter().flat_map(|(name, value)| [short(name.as_bytes()), value].concat()).collect()
    }

    /// A frame that can be read.
    fn good_frame() -> impl Strategy<Value = Vec<u8>> {
        let header = (vec((".{0,9}", value()), 0..4), ".{0,20}", ".{0,20}").prop_map(|(entries, id, cluster)| {
            let texts = [short(id.as_bytes()), short(cluster.as_bytes())].concat();
            content_header(FLAG_HEADERS | FLAG_MESSAGE_ID | FLAG_CLUSTER_ID, &[long(&table(entries)), texts].concat())
        });
        prop_oneof![
            header,
            ".{0,60}".prop_map(|routing_key| deliver(routing_key.as_bytes())),
            vec(any::<u8>(), 0..300).prop_map(|body| frame(3, &body)),
            Just(frame(8, b"")),
            vec(any::<u8>(), 0..900).prop_map(|rest| frame(1, &[&[0, 10, 0, 10][..], &rest].concat())),
        ]
    }

    /// Some of its bytes replaced.
    fn spoilt(bytes: Vec<u8>, replaced: Vec<(prop::sample::Index, u8)>, from: usize, to: usize) -> Vec<u8> {
        let mut bytes = bytes;
        let end = bytes.len() - to;
        for (index, byte) in replaced {
            if from < end {
                bytes[from..end][index.index(end - from)] = byte;
            }
        }
        bytes
    }

    fn replaced() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
        vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), prop::sample::select(&b"FASxV\x02\x00"[..])]), 0..6)
    }

    proptest! {
        #[test]
        fn frames_that_can_be_read_pass_as_they_came(frames in vec(good_frame(), 0..6)) {
            let bytes = frames.concat();
            prop_assert_eq!(guarded(&bytes, 1 << 17), bytes);
        }

        #[test]
        fn where_a_read_ends_makes_no_difference(
            frames in vec((good_frame(), replaced()), 0..6),
            tail in vec(any::<u8>(), 0..40),
            frame_max in 30_usize..2000,
            sizes in vec(1_usize..400, 0..40),
            buffers in vec(1_usize..600, 1..5),
        ) {
            let frames = frames.into_iter().map(|(frame, replaced)| spoilt(frame, replaced, 0, 0));
            let bytes = [frames.collect::<Vec<_>>().concat(), tail].concat();
            prop_assert_eq!(guarded_in_pieces(&bytes, frame_max, &sizes, &buffers), guarded(&bytes, frame_max));
        }

        #[test]
        fn every_content_header_can_be_read(
            entries in vec((".{0,9}", value()), 0..6),
            texts in vec(any::<u8>(), 0..40),
            flags in any::<u16>(),
            replaced in replaced(),
        ) {
            for flags in [flags, FLAG_HEADERS | FLAG_MESSAGE_ID] {
                let came = content_header(flags, &[long(&table(entries.clone())), texts.clone()].concat());
                let came = spoilt(came, replaced.clone(), 19, 1);
                let passed = guarded(&came, FRAME_MAX);
                prop_assert!(read(&passed).is_some(), "{passed:?}");
                prop_assert_eq!(guarded(&passed, FRAME_MAX), passed, "what was mended is good");
            }
        }

        #[test]
        fn arbitrary_properties_can_be_read(flags in any::<u16>(), properties in vec(any::<u8>(), 0..300)) {
            let passed = guarded(&content_header(flags, &properties), FRAME_MAX);
            prop_assert!(read(&passed).is_some(), "{passed:?}");
        }

        #[test]
        fn arbitrary_bytes_do_no_harm(bytes in vec(any::<u8>(), 0..300), frame_max in 0_usize..1 << 20) {
            prop_assert!(guarded(&bytes, frame_max).len() <= bytes.len());
        }
    }
}
