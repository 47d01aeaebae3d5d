//! `publish`: hands events that stand in a file to the broker, and says what became of each.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use tokio::time::timeout;
use user_events_core::{
    Action, Link, Object, OutboundMessage, PublishError, PublishErrorKind, Receipt, Routed, Shown, Topology,
    TopologyMode, Transport as _,
};
use user_events_rabbit::{RabbitConfig, RabbitTransport, reply_code};

use crate::args::PublishArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::interrupt::{GRACE, Interrupt};
use crate::output::Output;

mod enveloped;
mod in_dialect;
mod input;
mod progress;
mod routing_key;
mod standard;
mod tally;

use in_dialect::in_dialect;
use input::{Input, LARGEST};
use progress::Progress;
use routing_key::routing_key;
use standard::standard;
use tally::Tally;

/// How long a publish may wait for its confirm.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many lines are on their way at a time.
const WINDOW: usize = 256;

/// AMQP's codes of refusals.
const ACCESS_REFUSED: u16 = 403;
const NOT_FOUND: u16 = 404;

/// Publishes one event, or one a line.
pub(crate) async fn run(args: PublishArgs, config: RabbitConfig) -> Result<Exit, Error> {
    if args.lines { lines(args, config).await } else { one(args, config).await }
}

async fn one(args: PublishArgs, config: RabbitConfig) -> Result<Exit, Error> {
    let mut interrupt = Interrupt::listen()?;
    let handed_over = async {
        // Nothing is connected for what cannot be published.
        let message = message(&args, &Input::open(&args.file).await?.whole().await?)?;
        let id = message.message_id().to_owned();
        let broker = Broker::connect(config, &args.exchange).await?;
        let outcome = broker.publish(message).await;
        Ok::<_, Error>((id, broker, outcome))
    };
    let (id, broker, outcome) = tokio::select! {
        biased;
        handed_over = handed_over => handed_over?,
        () = interrupt.asked() => return Err(Error::new(Exit::Interrupted, "interrupted: nothing was published")),
    };
    let shown = Shown::new(&id);
    let mut outcome = pin!(outcome);
    let outcome = tokio::select! {
        biased;
        outcome = &mut outcome => outcome,
        // It may be confirmed just now.
        () = interrupt.asked() => timeout(GRACE, outcome).await.map_err(|_| {
            let sentence = format!(
                "interrupted: message `{shown}` was sent and not confirmed, so that it may be stored; publish it again \
                 under the same id"
            );
            Error::new(Exit::Indeterminate, sentence)
        })?,
    };
    let ended = match outcome.verdict() {
        Ok(id) => print(&id, &mut interrupt).await,
        Err(error) => Err(error),
    };
    tokio::select! {
        () = broker.close() => {}
        () = interrupt.asked() => {}
    }
    ended.map(|()| Exit::Done)
}

/// Prints the id of a message that is published.
async fn print(id: &str, interrupt: &mut Interrupt) -> Result<(), Error> {
    let shown = Shown::new(id);
    let mut output = Output::default();
    output.push(format!("{shown}\n"));
    let printed = tokio::select! {
        printed = output.written() => printed,
        () = interrupt.asked() => output.finish().await,
    };
    printed.map_err(|error| error.about(format_args!("message `{shown}` is published, but its id was not printed")))
}

async fn lines(args: PublishArgs, config: RabbitConfig) -> Result<Exit, Error> {
    let mut input = Input::open(&args.file).await?;
    let broker = Broker::connect(config, &args.exchange).await?;
    let progress = Progress::new(input.bytes());
    let mut output = progress.output();
    let mut tally = Tally::default();
    let mut interrupt = Interrupt::listen()?;
    let mut underway = FuturesOrdered::new();
    let (mut number, mut reading, mut interrupted) = (0, true, false);
    while reading || !underway.is_empty() || output.is_behind() && !interrupted {
        tokio::select! {
            // What is answered makes room.
            biased;
            Some((line, outcome)) = underway.next() => {
                let outcome: Outcome = outcome;
                match outcome.verdict() {
                    Ok(id) => {
                        tally.add_published();
                        output.push(format!("{}\n", Shown::new(&id)));
                    }
                    Err(error) => progress.suspended(|| tally.add(line, error)),
                }
                progress.published(tally.published());
                if reading && broker.is_lost() {
                    reading = false;
                    tally.stopped_after(number, Exit::Connection, "the connection was lost");
                }
            }
            () = interrupt.asked(), if !interrupted => {
                interrupted = true;
                if reading {
                    reading = false;
                    tally.stopped_after(number, Exit::Interrupted, "interrupted");
                }
            }
            // Publishing goes on without it.
            printed = output.written(), if output.is_behind() => tally.note_printed(printed),
            line = input.next_line(), if reading && underway.len() < WINDOW && !output.is_full() => match line {
                Ok(Some(line)) if line.is_blank() => {
                    number += 1;
                    progress.read(line.bytes());
                }
                Ok(Some(line)) => {
                    number += 1;
                    progress.read(line.bytes());
                    match line.text().and_then(|text| message(&args, &text)) {
                        Ok(message) => tokio::select! {
                            outcome = broker.publish(message) => {
                                underway.push_back(async move { (number, outcome.await) });
                            }
                            // It waited for room.
                            () = interrupt.asked() => number -= 1,
                        },
                        Err(error) => progress.suspended(|| tally.add(number, error)),
                    }
                }
                Ok(None) => reading = false,
                Err(error) => {
                    reading = false;
                    progress.suspended(|| tally.add(number + 1, error));
                }
            },
        }
    }
    tally.note_printed(output.finish().await);
    progress.end();
    broker.close().await;
    Ok(tally.end())
}

/// The message of an envelope.
fn message(args: &PublishArgs, body: &[u8]) -> Result<OutboundMessage, Error> {
    let (mut message, message_type) = match &args.dialect {
        Some(dialect) => in_dialect(body, dialect)?,
        None => standard(body, args.fill)?,
    };
    message.exchange = args.exchange.as_str().into();
    message.routing_key = match &args.key {
        Some(key) => key.as_str().into(),
        None => routing_key(&message_type)?.into(),
    };
    Ok(message)
}

/// The broker, and that the exchange exists there.
struct Broker(RabbitTransport);

impl Broker {
    async fn connect(config: RabbitConfig, exchange: &str) -> Result<Self, Error> {
        // A misspelt exchange is not to be declared.
        let config = config.with_topology(TopologyMode::Assume).with_max_message_bytes(LARGEST);
        let transport = RabbitTransport::connect(config).await?;
        // Of what type it is, is its owner's business.
        let found = transport.plan(&Topology::new().with_exchange(exchange)).await?;
        if found.action(&Object::Exchange(exchange.into())) == Some(&Action::Missing) {
            return Err(Error::new(
                Exit::Topology,
                format!(
                    "exchange `{exchange}` does not exist: is it spelt right? Its first publisher or consumer declares it"
                ),
            ));
        }
        Ok(Self(transport))
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
        let (exit, advice) = match (error.kind(), reply_code(&error)) {
            (PublishErrorKind::Indeterminate, _) => (Exit::Indeterminate, "; publish it again under the same id"),
            (_, Some(ACCESS_REFUSED)) => (Exit::Unauthorized, ""),
            // It was there when the command started.
            (_, Some(NOT_FOUND)) => (Exit::Topology, ""),
            (PublishErrorKind::NotSent, _) => (Exit::NotSent, ""),
            (PublishErrorKind::Refused, _) => (Exit::Refused, ""),
        };
        let this = Error::new(exit, format!("message `{shown}` was not confirmed: {error}{advice}"));
        Err(match error.into_source() {
            Some(source) => this.because(source),
            None => this,
        })
    }
}
