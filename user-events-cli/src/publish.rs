//! `publish`: hands events that stand in a file to the broker, and says what became of each.

use std::future::Future;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use tokio::fs::File;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use user_events_core::{
    Link, OutboundMessage, PublishError, PublishErrorKind, Receipt, Routed, Shown, Topology, TopologyMode,
    Transport as _, TransportErrorKind,
};
use user_events_rabbit::{RabbitConfig, RabbitTransport};

use crate::args::PublishArgs;
use crate::error::{Error, output};
use crate::exit::Exit;
use crate::interrupt::interrupted;

mod progress;
mod routing_key;
mod standard;
mod tally;

use progress::Progress;
use routing_key::routing_key;
use standard::standard;
use tally::Tally;

/// How long a publish may wait for its confirm.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many lines are on their way at a time.
const WINDOW: usize = 256;

/// Publishes one event, or one a line.
pub(crate) async fn run(args: PublishArgs, config: RabbitConfig) -> Result<Exit, Error> {
    if args.lines { lines(args, config).await } else { one(args, config).await }
}

async fn one(args: PublishArgs, config: RabbitConfig) -> Result<Exit, Error> {
    let (mut input, _) = open(&args.file).await?;
    let mut body = Vec::new();
    input.read_to_end(&mut body).await.map_err(|error| unreadable(&args.file, error))?;
    // Nothing is connected for what cannot be published.
    let message = message(&args, &body)?;
    let broker = Broker::connect(config, &args.exchange).await?;
    let outcome = broker.publish(message).await.await;
    broker.close().await;
    let id = outcome.verdict()?;
    writeln!(io::stdout(), "{}", Shown::new(&id)).map_err(output)?;
    Ok(Exit::Done)
}

async fn lines(args: PublishArgs, config: RabbitConfig) -> Result<Exit, Error> {
    let (input, bytes) = open(&args.file).await?;
    let broker = Broker::connect(config, &args.exchange).await?;
    let progress = Progress::new(bytes);
    let mut tally = Tally::default();
    let mut segments = BufReader::new(input).split(b'\n');
    let mut interrupted = pin!(interrupted()?);
    let mut underway = FuturesOrdered::new();
    let (mut number, mut reading) = (0, true);
    while reading || !underway.is_empty() {
        tokio::select! {
            // What is answered makes room.
            biased;
            Some((line, outcome)) = underway.next() => {
                let outcome: Outcome = outcome;
                progress.suspended(|| tally.add(line, outcome.verdict()));
                progress.published(tally.published());
                if reading && broker.is_lost() {
                    reading = false;
                    tally.stopped_after(number, Exit::Connection, "the connection was lost");
                }
            }
            () = &mut interrupted, if reading => {
                reading = false;
                tally.stopped_after(number, Exit::Failed, "interrupted");
            }
            segment = segments.next_segment(), if reading && underway.len() < WINDOW => match segment {
                Ok(Some(segment)) => {
                    number += 1;
                    progress.read(segment.len() + 1);
                    if segment.trim_ascii().is_empty() {
                        continue;
                    }
                    match message(&args, &segment) {
                        Ok(message) => {
                            let outcome = broker.publish(message).await;
                            underway.push_back(async move { (number, outcome.await) });
                        }
                        Err(error) => progress.suspended(|| tally.add(number, Err(error))),
                    }
                }
                Ok(None) => reading = false,
                Err(error) => {
                    reading = false;
                    progress.suspended(|| tally.add(number + 1, Err(unreadable(&args.file, error))));
                }
            },
        }
    }
    progress.end();
    broker.close().await;
    tally.end()
}

/// The message of an envelope.
fn message(args: &PublishArgs, body: &[u8]) -> Result<OutboundMessage, Error> {
    let mut message = standard(body, args.fill)?;
    message.exchange = args.exchange.as_str().into();
    message.routing_key = match &args.key {
        Some(key) => key.as_str().into(),
        None => routing_key(message.properties.message_type.as_deref().unwrap_or_default())?.into(),
    };
    Ok(message)
}

/// A file or the standard input, and its length where that is known.
async fn open(path: &Path) -> Result<(Box<dyn AsyncRead + Unpin + Send>, Option<u64>), Error> {
    if path.as_os_str() == "-" {
        if io::stdin().is_terminal() {
            anstream::eprintln!("reading from the terminal; ctrl-d ends it");
        }
        return Ok((Box::new(tokio::io::stdin()), None));
    }
    let file = File::open(path).await.map_err(|error| unreadable(path, error))?;
    let metadata = file.metadata().await.map_err(|error| unreadable(path, error))?;
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let what = if path.as_os_str() == "-" { "the standard input".to_owned() } else { format!("`{}`", path.display()) };
    Error::new(Exit::Failed, format!("{what} cannot be read")).because(error)
}

/// The broker, and that the exchange exists there.
struct Broker(RabbitTransport);

impl Broker {
    async fn connect(config: RabbitConfig, exchange: &str) -> Result<Self, Error> {
        // A misspelt exchange is not to be declared.
        let transport = RabbitTransport::connect(config.with_topology(TopologyMode::Assume)).await?;
        let topology = Topology::new().with_exchange(exchange);
        match transport.apply(&topology, TopologyMode::Verify).await {
            Ok(_) => Ok(Self(transport)),
            Err(error) if error.kind() == TransportErrorKind::Topology => Err(Error::new(
                Exit::Topology,
                format!(
                    "exchange `{exchange}` does not exist: is it spelt right? Its first publisher or consumer declares it"
                ),
            )),
            Err(error) => Err(error.into()),
        }
    }

    /// Hands a message over, as soon as there is room; the future is its outcome.
    async fn publish(&self, message: OutboundMessage) -> impl Future<Output = Outcome> + use<> {
        let name = Name {
            id: message.message_id().to_owned(),
            exchange: message.exchange.to_string(),
            key: message.routing_key.to_string(),
        };
        let confirmation = match self.0.in_flight().reserve(message.size()).await {
            Ok(slot) => Ok(self.0.publish(slot, message, (tokio::time::Instant::now() + PATIENCE).into_std())),
            Err(error) => Err(error),
        };
        async move {
            let answer = match confirmation {
                Ok(confirmation) => confirmation.await,
                Err(error) => Err(error),
            };
            Outcome { name, answer }
        }
    }

    fn is_lost(&self) -> bool {
        matches!(self.0.health().link, Link::Lost { .. })
    }

    async fn close(&self) {
        // Everything is answered.
        let _ = self.0.close((tokio::time::Instant::now() + PATIENCE).into_std()).await;
    }
}

/// What a published message is known by.
struct Name {
    id: String,
    exchange: String,
    key: String,
}

/// What became of one message.
struct Outcome {
    name: Name,
    answer: Result<Receipt, PublishError>,
}

impl Outcome {
    /// The message's id, if it is stored.
    fn verdict(self) -> Result<String, Error> {
        let Self { name: Name { id, exchange, key }, answer } = self;
        let shown = Shown::new(&id);
        let error = match answer {
            Ok(receipt) if receipt.routed() == Routed::No => {
                return Err(Error::new(
                    Exit::Unroutable,
                    format!(
                        "message `{shown}` reached no queue: nothing is bound to routing key `{key}` of exchange `{exchange}`"
                    ),
                ));
            }
            Ok(_) => return Ok(id),
            Err(error) => error,
        };
        let (exit, advice) = match error.kind() {
            PublishErrorKind::NotSent => (Exit::NotSent, ""),
            PublishErrorKind::Refused => (Exit::Refused, ""),
            PublishErrorKind::Indeterminate => (Exit::Indeterminate, "; publish it again under the same id"),
        };
        let this = Error::new(exit, format!("message `{shown}` was not confirmed: {error}{advice}"));
        Err(match error.into_source() {
            Some(source) => this.because(source),
            None => this,
        })
    }
}
