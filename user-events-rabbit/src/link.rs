//! [`Connection`] and [`Channel`]: AMQP, as this crate uses it. The only file that names lapin and
//! the runtime it is built on.
//!
//! What publishes and what settles is written against the traits here, so that it also runs
//! against a simulated broker.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};

use async_rs::traits::Reactor;
use async_rs::util::{DummyIO, RuntimeParts};
use async_rs::{Runtime, Tokio};
use futures_io::{AsyncRead, AsyncWrite};
use futures_util::{Stream, StreamExt as _};
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
    ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions, QueuePurgeOptions,
};
use lapin::protocol::AMQPErrorKind;
use lapin::tcp::{AMQPUriTcpExt as _, AsyncTcpStream, TLSConfig};
use lapin::types::FieldTable;
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo};
use lapin::{ConnectionProperties, ErrorKind, Event, ExchangeKind};
use user_events_core::{OutboundMessage, Text, TransportError};

use crate::error::LinkError;
use crate::guard::{Guarded, Limit};
use crate::monitor::{Monitor, State};
use crate::properties::{encode, short};
use crate::reply::Reply;
use crate::settle::Op;
use crate::uri::Uri;

/// The types of AMQP's properties and tables, and their parser.
pub(crate) mod wire {
    pub(crate) use lapin::BasicProperties;
    use lapin::protocol::basic::parse_properties;
    pub(crate) use lapin::types::{AMQPValue, FieldArray, FieldTable, LongString, ShortString};
    #[cfg(test)]
    pub(crate) use lapin::types::{ByteArray, DecimalValue};

    /// The properties at a content header's end, as lapin reads them. None where it ends the connection instead.
    pub(crate) fn properties(bytes: &[u8]) -> Option<BasicProperties> {
        parse_properties(bytes).ok().and_then(|(rest, properties)| rest.is_empty().then_some(properties))
    }
}

/// A channel in confirm mode.
pub(crate) trait PublishChannel: Send + Sync + 'static {
    /// The broker's answer to one publish.
    type Confirm: Future<Output = Result<Answer, LinkError>> + Send + Unpin + 'static;

    /// Publishes, mandatory and persistent. The first poll hands the message over; the future
    /// ends when it is written, or with the certainty that it was not and never will be.
    fn publish(
        &self,
        message: &OutboundMessage,
    ) -> impl Future<Output = Result<Self::Confirm, LinkError>> + Send + use<Self>;

    /// Returns when every confirm of a frame of which one confirm has ended has ended, too.
    fn complete_frame(&self);

    /// Closes the channel. One that is dropped instead is closed by lapin behind our back, which
    /// takes a connection that closes meanwhile for broken.
    fn close(&self) -> impl Future<Output = Result<(), LinkError>> + Send;
}

/// A connection that publishes.
pub(crate) trait PublishLink: Send + Sync + 'static {
    type Channel: PublishChannel;

    /// Opens a channel in confirm mode.
    fn confirm_channel(&self) -> impl Future<Output = Result<Self::Channel, LinkError>> + Send;

    /// Makes sure that an exchange exists.
    fn ensure_exchange(&self, exchange: &str) -> impl Future<Output = Result<(), TransportError>> + Send;

    /// Whether the broker takes no publishes just now.
    fn is_blocked(&self) -> bool;
}

/// A channel that settles deliveries.
pub(crate) trait SettleChannel: Send + Sync + 'static {
    /// Writes settlements, in order. Ends when all are written.
    fn settle(&self, ops: Vec<Op>) -> impl Future<Output = Result<(), LinkError>> + Send;
}

/// The broker's answer to one publish.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Whether the broker took it.
    pub(crate) stored: bool,
    /// A message that came back before, which need not be the one that this answers.
    pub(crate) returned: Option<Returned>,
}

/// What is known of a returned message.
#[derive(Debug)]
pub(crate) struct Returned {
    pub(crate) exchange: Text,
    pub(crate) routing_key: Text,
    pub(crate) message_id: Text,
}

/// A delivery as it came.
pub(crate) struct Incoming {
    pub(crate) tag: u64,
    pub(crate) exchange: wire::ShortString,
    pub(crate) routing_key: wire::ShortString,
    pub(crate) redelivered: bool,
    pub(crate) properties: wire::BasicProperties,
    pub(crate) body: Vec<u8>,
}

/// A connection to RabbitMQ.
pub(crate) struct Connection {
    connection: lapin::Connection,
    monitor: Monitor,
    timeout: Duration,
}

impl Connection {
    /// Connects, and keeps an eye on the connection from then on.
    pub(crate) async fn open(uri: &Uri, name: &str, timeout: Duration) -> Result<Self, LinkError> {
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let limit = Limit::default();
        let connection = bounded(timeout, guarded(target(uri), properties, limit.clone())).await?;
        limit.set(frame_max(&connection));
        let monitor = Monitor::new();
        let mut events = connection.events_listener();
        let status = connection.status().clone();
        if status.blocked() {
            monitor.set(State::Blocked(Text::default()));
        }
        let observed = monitor.clone();
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                match event {
                    Event::ConnectionBlocked(reason) => observed.set(State::Blocked(reason.into())),
                    Event::ConnectionUnblocked => observed.set(State::Connected),
                    // The end of a channel is reported as well.
                    Event::Error(error) if !status.connected() => observed.set(State::Lost(link_error(&error))),
                    _ => {}
                }
            }
        });
        Ok(Self { connection, monitor, timeout })
    }

    pub(crate) const fn monitor(&self) -> &Monitor {
        &self.monitor
    }

    /// The largest frame that both sides agreed on.
    pub(crate) fn frame_max(&self) -> usize {
        frame_max(&self.connection)
    }

    /// Opens a channel.
    pub(crate) async fn channel(&self) -> Result<Channel, LinkError> {
        let channel = bounded(self.timeout, self.connection.create_channel()).await?;
        Ok(Channel { channel: Arc::new(channel), timeout: self.timeout })
    }

    /// Opens a channel in confirm mode.
    pub(crate) async fn confirm_channel(&self) -> Result<Channel, LinkError> {
        let channel = self.channel().await?;
        bounded(self.timeout, channel.channel.confirm_select(ConfirmSelectOptions::default())).await?;
        Ok(channel)
    }

    /// Whether the broker takes no publishes just now.
    pub(crate) fn is_blocked(&self) -> bool {
        self.connection.status().blocked()
    }

    /// Says goodbye to the broker, which has nothing to lose any more: what was published is
    /// answered, and what was settled is written.
    pub(crate) async fn close(&self) {
        // Now and then lapin never ends this wait, though the connection ends.
        const GOODBYE: Duration = Duration::from_secs(1);
        self.monitor.set(State::Closed);
        if bounded(GOODBYE, self.connection.close(200, short("OK"))).await == Err(LinkError::Timeout) {
            tracing::debug!("the broker did not answer to the end of the connection");
        }
    }
}

/// A channel of a [`Connection`].
pub(crate) struct Channel {
    channel: Arc<lapin::Channel>,
    timeout: Duration,
}

impl Channel {
    /// Checks that an exchange exists.
    pub(crate) async fn check_exchange(&self, exchange: &str) -> Result<(), LinkError> {
        self.exchange(exchange, ExchangeDeclareOptions { passive: true, ..Default::default() }).await
    }

    /// Declares a durable topic exchange.
    pub(crate) async fn declare_exchange(&self, exchange: &str) -> Result<(), LinkError> {
        self.exchange(exchange, ExchangeDeclareOptions { durable: true, ..Default::default() }).await
    }

    async fn exchange(&self, exchange: &str, options: ExchangeDeclareOptions) -> Result<(), LinkError> {
        let declared =
            self.channel.exchange_declare(short(exchange), ExchangeKind::Topic, options, FieldTable::default());
        bounded(self.timeout, declared).await
    }

    /// Checks that a queue exists.
    pub(crate) async fn check_queue(&self, queue: &str) -> Result<(), LinkError> {
        let options = QueueDeclareOptions { passive: true, ..Default::default() };
        self.queue(queue, options, FieldTable::default()).await
    }

    /// Declares a durable queue.
    pub(crate) async fn declare_queue(&self, queue: &str, arguments: FieldTable) -> Result<(), LinkError> {
        let options = QueueDeclareOptions { durable: true, ..Default::default() };
        self.queue(queue, options, arguments).await
    }

    /// Declares a queue of this connection alone, which ends with it.
    pub(crate) async fn declare_own_queue(&self, queue: &str, arguments: FieldTable) -> Result<(), LinkError> {
        let options = QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() };
        self.queue(queue, options, arguments).await
    }

    /// Empties a queue, and says how many messages were in it.
    pub(crate) async fn purge(&self, queue: &str) -> Result<u32, LinkError> {
        bounded(self.timeout, self.channel.queue_purge(short(queue), QueuePurgeOptions::default())).await
    }

    async fn queue(&self, queue: &str, options: QueueDeclareOptions, arguments: FieldTable) -> Result<(), LinkError> {
        bounded(self.timeout, self.channel.queue_declare(short(queue), options, arguments)).await.map(drop)
    }

    /// Binds a queue to an exchange.
    pub(crate) async fn bind(&self, queue: &str, exchange: &str, pattern: &str) -> Result<(), LinkError> {
        let (queue, exchange, pattern) = (short(queue), short(exchange), short(pattern));
        let bound =
            self.channel.queue_bind(queue, exchange, pattern, QueueBindOptions::default(), FieldTable::default());
        bounded(self.timeout, bound).await
    }

    /// Consumes, with at most `prefetch` deliveries unsettled.
    pub(crate) async fn consume(&self, queue: &str, tag: &str, prefetch: u16) -> Result<Consumer, LinkError> {
        bounded(self.timeout, self.channel.basic_qos(prefetch, BasicQosOptions { global: false })).await?;
        let options = BasicConsumeOptions::default();
        let consumer = self.channel.basic_consume(short(queue), short(tag), options, FieldTable::default());
        bounded(self.timeout, consumer).await.map(Consumer)
    }

    /// Closes the channel. The broker has everything written before when this ends.
    pub(crate) async fn close(&self) -> Result<(), LinkError> {
        closed(bounded(self.timeout, self.channel.close(200, short("OK"))).await)
    }
}

impl PublishChannel for Channel {
    type Confirm = Confirm;

    fn publish(&self, message: &OutboundMessage) -> impl Future<Output = Result<Confirm, LinkError>> + Send + use<> {
        let channel = Arc::clone(&self.channel);
        let (exchange, routing_key) = (short(&message.exchange), short(&message.routing_key));
        let properties = encode(message);
        let body = message.body.clone();
        async move {
            let options = BasicPublishOptions { mandatory: true, immediate: false };
            match channel.basic_publish(exchange, routing_key, options, &body, properties).await {
                Ok(confirm) => Ok(Confirm(confirm)),
                Err(error) => Err(link_error(&error)),
            }
        }
    }

    fn complete_frame(&self) {
        // lapin ends the confirms of one frame one after the other, in no order, under a lock
        // (`Acknowledgements` in acknowledgement.rs, held through `ack_all_before`) that this takes as
        // well before it begins to wait. It never does wait: it is dropped at once. Read again when
        // lapin's version is raised; `a_return_that_comes_with_the_last_confirm_of_a_frame_is_not_missed` holds the rule, and
        // tests/rabbit/tests/outcomes.rs every outcome on a real broker.
        let _ = pin!(self.channel.wait_for_confirms()).poll(&mut Context::from_waker(Waker::noop()));
    }

    async fn close(&self) -> Result<(), LinkError> {
        Channel::close(self).await
    }
}

impl SettleChannel for Channel {
    async fn settle(&self, ops: Vec<Op>) -> Result<(), LinkError> {
        // The first poll queues a frame, so that all are written together and in order.
        let mut writing = Vec::with_capacity(ops.len());
        for op in ops {
            let mut written = Box::pin(self.write(op));
            match written.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(outcome) => outcome?,
                Poll::Pending => writing.push(written),
            }
        }
        for written in writing {
            written.await?;
        }
        Ok(())
    }
}

impl Channel {
    async fn write(&self, op: Op) -> Result<(), LinkError> {
        match op {
            Op::Ack { tag, multiple } => self.channel.basic_ack(tag, BasicAckOptions { multiple }).await,
            Op::Requeue { tag } => {
                self.channel.basic_nack(tag, BasicNackOptions { multiple: false, requeue: true }).await
            }
        }
        .map_err(|error| link_error(&error))
    }
}

/// The broker's answer to one publish.
pub(crate) struct Confirm(lapin::PublisherConfirm);

impl Future for Confirm {
    type Output = Result<Answer, LinkError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (stored, returned) = match ready!(Pin::new(&mut self.0).poll(cx)) {
            Ok(lapin::Confirmation::Ack(returned)) => (true, returned),
            Ok(lapin::Confirmation::Nack(returned)) => (false, returned),
            Ok(lapin::Confirmation::NotRequested) => return Poll::Ready(Err(LinkError::Closed)),
            Err(error) => return Poll::Ready(Err(link_error(&error))),
        };
        let returned = returned.map(|message| Returned {
            exchange: message.delivery.exchange.as_str().into(),
            routing_key: message.delivery.routing_key.as_str().into(),
            message_id: message.delivery.properties.message_id().as_ref().map_or("", |id| id.as_str()).into(),
        });
        Poll::Ready(Ok(Answer { stored, returned }))
    }
}

/// A stream of deliveries. Kept until its channel is closed: dropped earlier, it sends a cancel,
/// and the broker gives what it holds to the next consumer out of order.
pub(crate) struct Consumer(lapin::Consumer);

impl Consumer {
    /// The next delivery; none when the broker ended the consumer without an error.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Incoming, LinkError>>> {
        let delivery = match ready!(self.0.poll_next_unpin(cx)) {
            None => return Poll::Ready(None),
            Some(Err(error)) => return Poll::Ready(Some(Err(link_error(&error)))),
            Some(Ok(delivery)) => delivery,
        };
        Poll::Ready(Some(Ok(Incoming {
            tag: delivery.delivery_tag,
            exchange: delivery.exchange,
            routing_key: delivery.routing_key,
            redelivered: delivery.redelivered,
            properties: delivery.properties,
            body: delivery.data,
        })))
    }
}

/// The connection's target, with user name and password: never to be shown.
fn target(uri: &Uri) -> AMQPUri {
    const HEARTBEAT_SECONDS: u16 = 10;
    AMQPUri {
        scheme: if uri.is_tls() { AMQPScheme::AMQPS } else { AMQPScheme::AMQP },
        authority: AMQPAuthority {
            userinfo: AMQPUserInfo { username: uri.user().into(), password: uri.password().into() },
            host: uri.host().into(),
            port: uri.port(),
        },
        vhost: uri.vhost().into(),
        query: AMQPQueryString {
            heartbeat: Some(uri.heartbeat().unwrap_or(HEARTBEAT_SECONDS)),
            frame_max: Some(uri.frame_max()),
            channel_max: uri.channel_max(),
            ..AMQPQueryString::default()
        },
    }
}

fn frame_max(connection: &lapin::Connection) -> usize {
    usize::try_from(connection.configuration().frame_max()).unwrap_or(usize::MAX)
}

/// Connects as lapin does, with a guard before its parser.
async fn guarded(
    uri: AMQPUri,
    properties: ConnectionProperties,
    limit: Limit,
) -> Result<lapin::Connection, lapin::Error> {
    let reactor = GuardedTokio { tokio: Tokio::current(), limit };
    let runtime = Runtime::new(RuntimeParts::new(Tokio::current(), reactor.clone()));
    let connect = async move |uri: AMQPUri, _| {
        // The guard is inside of TLS, where there is any.
        let stream = uri.connect_with_config_async(TLSConfig::default(), &Runtime::new(Tokio::current())).await?;
        Ok(AsyncTcpStream::Plain(reactor.guard(stream)))
    };
    lapin::Connection::connector(uri, runtime, connect, properties).await
}

/// tokio's reactor, with streams that are guarded.
#[derive(Debug, Clone)]
struct GuardedTokio {
    tokio: Tokio,
    limit: Limit,
}

/// A stream of tokio's, plain or within TLS.
type TokioStream = AsyncTcpStream<<Tokio as Reactor>::TcpStream>;

impl GuardedTokio {
    fn guard(&self, stream: TokioStream) -> Guarded<TokioStream> {
        Guarded::new(stream, self.limit.clone())
    }
}

impl Reactor for GuardedTokio {
    type TcpStream = Guarded<TokioStream>;
    type Sleep = <Tokio as Reactor>::Sleep;

    /// lapin opens its streams through [`guarded`], and registers nothing.
    fn register<H: io::Read + io::Write + Send + 'static>(
        &self,
        _: H,
    ) -> io::Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static> {
        Err::<DummyIO, _>(io::ErrorKind::Unsupported.into())
    }

    fn sleep(&self, duration: Duration) -> Self::Sleep {
        self.tokio.sleep(duration)
    }

    fn interval(&self, duration: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        self.tokio.interval(duration)
    }

    fn tcp_connect_addr(
        &self,
        address: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::TcpStream>> + Send + 'static {
        let (reactor, connected) = (self.clone(), self.tokio.tcp_connect_addr(address));
        async move { Ok(reactor.guard(AsyncTcpStream::Plain(connected.await?))) }
    }
}

async fn bounded<T>(timeout: Duration, asked: impl Future<Output = Result<T, lapin::Error>>) -> Result<T, LinkError> {
    match tokio::time::timeout(timeout, asked).await {
        Ok(answer) => answer.map_err(|error| link_error(&error)),
        Err(_) => Err(LinkError::Timeout),
    }
}

/// What has ended before is closed as well.
fn closed(outcome: Result<(), LinkError>) -> Result<(), LinkError> {
    match outcome {
        Err(LinkError::Closed) => Ok(()),
        outcome => outcome,
    }
}

/// The error without any text for people: it may name users, or show what was sent.
fn link_error(error: &lapin::Error) -> LinkError {
    match error.kind() {
        ErrorKind::ProtocolError(error) => {
            let reply = Reply::new(error.get_id(), error.get_message().as_str());
            match error.kind() {
                AMQPErrorKind::Soft(_) => LinkError::Channel(reply),
                AMQPErrorKind::Hard(_) => LinkError::Connection(reply),
            }
        }
        ErrorKind::IOError(error) | ErrorKind::RuntimeShutdownError(error) => LinkError::Io(io_kind(error)),
        ErrorKind::MissingHeartbeatError => LinkError::Heartbeat,
        ErrorKind::InvalidProtocolVersion(_) | ErrorKind::ParsingError(_) | ErrorKind::SerialisationError(_) => {
            LinkError::NotAmqp
        }
        _ => LinkError::Closed,
    }
}

/// The kind of the innermost I/O error: wrappers say `Other`.
fn io_kind(error: &io::Error) -> io::ErrorKind {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>()) {
        Some(inner) => io_kind(inner),
        None => error.kind(),
    }
}
