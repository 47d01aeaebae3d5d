//! [`Raw`]: a client that sends whatever bytes it is given.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use user_events_testkit::rabbit_node::RabbitNode;

const CHANNEL: u16 = 1;
const METHOD: u8 = 1;
const HEADER: u8 = 2;
const BODY: u8 = 3;
const END: u8 = 0xce;

/// The largest frame that the broker offers, and takes.
pub(crate) const FRAME_MAX: usize = 131_072;

/// A short string.
pub(crate) fn short(text: &[u8]) -> Vec<u8> {
    [&[u8::try_from(text.len()).expect("short")], text].concat()
}

/// Bytes behind their length: a long string, a byte array, a table or an array.
pub(crate) fn long(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).expect("not as long").to_be_bytes()[..], bytes].concat()
}

/// An entry of a table.
pub(crate) fn entry(name: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
    [&short(name)[..], &[tag], value].concat()
}

/// What the broker said to a publish.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Stored,
    /// The broker closed the channel or the connection, with this code.
    Refused(u16),
}

/// A connection with one channel, in confirm mode.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn connect(node: &RabbitNode) -> Self {
        let mut raw = Self(TcpStream::connect(("127.0.0.1", node.port())).await.expect("the node listens"));
        raw.0.write_all(b"AMQP\0\0\x09\x01").await.expect("written");
        raw.answer((10, 10)).await;
        let start = [&long(b"")[..], &short(b"PLAIN"), &long(b"\0guest\0guest"), &short(b"en_US")].concat();
        raw.method(0, (10, 11), &start).await;
        raw.answer((10, 30)).await;
        let frame_max = u32::try_from(FRAME_MAX).expect("small").to_be_bytes();
        raw.method(0, (10, 31), &[&[0, 9][..], &frame_max, &[0, 0]].concat()).await;
        raw.method(0, (10, 40), &[short(b"/"), short(b""), vec![0]].concat()).await;
        raw.answer((10, 41)).await;
        raw.method(CHANNEL, (20, 10), &short(b"")).await;
        raw.answer((20, 11)).await;
        raw.method(CHANNEL, (85, 10), &[0]).await;
        raw.answer((85, 11)).await;
        raw
    }

    /// Binds a queue to an exchange.
    pub(crate) async fn bind(&mut self, queue: &str, exchange: &str, pattern: &[u8]) {
        let names = [short(queue.as_bytes()), short(exchange.as_bytes()), short(pattern)].concat();
        self.method(CHANNEL, (50, 20), &[&[0, 0][..], &names, &[0], &long(b"")].concat()).await;
        self.answer((50, 21)).await;
    }

    /// Publishes a message with these properties: their flags, and their values.
    pub(crate) async fn publish(
        &mut self,
        (exchange, routing_key): (&str, &[u8]),
        (flags, properties): (u16, &[u8]),
        body: &[u8],
    ) -> Reply {
        let address = [short(exchange.as_bytes()), short(routing_key)].concat();
        self.method(CHANNEL, (60, 40), &[&[0, 0][..], &address, &[0]].concat()).await;
        let size = u64::try_from(body.len()).expect("small").to_be_bytes();
        let header = [&[0, 60, 0, 0][..], &size, &flags.to_be_bytes(), properties].concat();
        self.frame(HEADER, CHANNEL, &header).await;
        self.frame(BODY, CHANNEL, body).await;
        match self.read_method().await {
            ((60, 80), _) => Reply::Stored,
            ((10, 50) | (20, 40), close) => Reply::Refused(u16::from_be_bytes([close[0], close[1]])),
            (other, _) => panic!("not an answer to a publish: {other:?}"),
        }
    }

    async fn method(&mut self, channel: u16, (class, method): (u16, u16), arguments: &[u8]) {
        self.frame(METHOD, channel, &[&class.to_be_bytes(), &method.to_be_bytes(), arguments].concat()).await;
    }

    async fn frame(&mut self, kind: u8, channel: u16, payload: &[u8]) {
        let frame = [&[kind][..], &channel.to_be_bytes(), &long(payload), &[END]].concat();
        self.0.write_all(&frame).await.expect("written");
    }

    async fn answer(&mut self, expected: (u16, u16)) {
        assert_eq!(self.read_method().await.0, expected);
    }

    async fn read_method(&mut self) -> ((u16, u16), Vec<u8>) {
        let read = async {
            let mut head = [0; 7];
            self.0.read_exact(&mut head).await.expect("a frame");
            let [kind, _, _, size @ ..] = head;
            assert_eq!(kind, METHOD);
            let mut payload = vec![0; usize::try_from(u32::from_be_bytes(size)).expect("small") + 1];
            self.0.read_exact(&mut payload).await.expect("its payload");
            payload
        };
        let payload = timeout(rabbit::SOON, read).await.expect("the broker answers");
        let number = |at: usize| u16::from_be_bytes([payload[at], payload[at + 1]]);
        ((number(0), number(2)), payload[4..].to_vec())
    }
}
