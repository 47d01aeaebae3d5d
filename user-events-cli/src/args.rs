//! [`Args`]: the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};
use user_events_core::{Dialect, TopicPattern};

use crate::broker::{BrokerArgs, GLOBAL};
use crate::schema::SchemaCommand;

/// Watches exchanges, publishes events, declares and verifies the topology of consumers, and keeps the locks that hold
/// events to what was published.
///
/// The broker is the one that the environment variable AMQP_URI names: amqps://user:password@host/vhost.
#[derive(Debug, Parser)]
#[command(name = "user-events", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) broker: BrokerArgs,
    /// Show the libraries' log lines on the standard error
    #[arg(long, short, global = true, help_heading = GLOBAL)]
    pub(crate) verbose: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what passes on an exchange
    ///
    /// Nobody is disturbed: the messages come through a queue of its own, bounded on the broker, which ends with
    /// the command. To a publisher it is a queue like any other: while you listen, nothing that you would see is
    /// unroutable.
    Listen(ListenArgs),
    /// Publish an event that stands in a file, and wait until the broker has it
    ///
    /// The message ids of what reached a queue are printed on the standard output, one a line.
    Publish(PublishArgs),
    /// Plan, apply or verify what a consumer needs on the broker
    Topology(TopologyArgs),
    #[command(flatten)]
    Schema(SchemaCommand),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListenArgs {
    /// The exchange, of type topic
    #[arg(value_parser = name)]
    pub(crate) exchange: String,
    /// Show routing keys that match this pattern (`*` is one word, `#` any number of words); may be repeated
    #[arg(long = "key", value_name = "PATTERN", default_value = "#", value_parser = pattern)]
    pub(crate) keys: Vec<TopicPattern>,
    /// Show this message type, of any version unless one is given (`UserRegistered`, `UserRegistered.v1`); may be
    /// repeated
    #[arg(long = "type", value_name = "NAME")]
    pub(crate) types: Vec<String>,
    /// Show what this service has published
    #[arg(long, value_name = "SERVICE")]
    pub(crate) source: Option<String>,
    /// Show what belongs to this correlation id
    #[arg(long, value_name = "ID")]
    pub(crate) correlation_id: Option<String>,
    /// Show payloads, too
    #[arg(long)]
    pub(crate) payload: bool,
    /// How messages are shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// End after so many messages were shown
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
    /// End after this time: `500ms`, `10s`, `5m`, `2h`
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub(crate) time: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[value(alias = "human")]
    Text,
    /// For programs: an object a line
    Json,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PublishArgs {
    /// The file that holds the event's envelope, as JSON; `-` is the standard input
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The exchange, which must exist
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub(crate) exchange: String,
    /// The routing key; without it, the one that the message type stands for
    #[arg(long, value_name = "KEY", value_parser = key)]
    pub(crate) key: Option<String>,
    /// Every line is an envelope
    #[arg(long)]
    pub(crate) lines: bool,
    /// Give a message id, a timestamp and an envelope version to envelopes that have none
    #[arg(long)]
    pub(crate) fill: bool,
    /// The dialect that the envelopes are written in, if it is not the standard
    #[arg(long, value_name = "NAME", conflicts_with = "fill", value_parser = dialect())]
    pub(crate) dialect: Option<Dialect>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TopologyArgs {
    #[command(subcommand)]
    pub(crate) command: TopologyCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TopologyCommand {
    /// Say what `apply` would do, and change nothing
    Plan(Consumers),
    /// Declare what is missing, if nothing differs
    Apply(Consumers),
    /// Check that exchanges and queues exist as they are described
    Verify(Consumers),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Consumers {
    /// Files that describe a consumer each, in TOML or JSON; `-` is the standard input
    #[arg(required = true, value_name = "FILE", long_help = FILES)]
    pub(crate) files: Vec<PathBuf>,
}

const FILES: &str = r#"Files that describe a consumer each, in TOML or JSON; `-` is the standard input

    consumer = "notification-service"

    [[bind]]
    exchange = "user.events"
    key = "user.registered.v1""#;

/// AMQP carries names as short strings, whose length is one byte.
fn name(text: &str) -> Result<String, String> {
    match text.len() {
        1..=255 => Ok(text.to_owned()),
        0 => Err("expected a name, found an empty text".to_owned()),
        bytes => Err(format!("expected a name of at most 255 bytes, found {bytes}")),
    }
}

fn key(text: &str) -> Result<String, String> {
    user_events_schema::identity::check_routing_key(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

/// The dialects whose envelopes are bodies.
const DIALECTS: [Dialect; 4] =
    [Dialect::EVENT_DATA, Dialect::MESSAGE_VERSION, Dialect::SOURCE_VERSION, Dialect::CLOUD_EVENTS];

fn dialect() -> impl TypedValueParser<Value = Dialect> {
    let names = PossibleValuesParser::new(DIALECTS.map(|dialect| dialect.name()));
    names.try_map(|name| DIALECTS.into_iter().find(|dialect| dialect.name() == name).ok_or("no dialect of this name"))
}

fn pattern(text: &str) -> Result<TopicPattern, String> {
    match text.len() {
        0..=255 => Ok(text.into()),
        bytes => Err(format!("expected a pattern of at most 255 bytes, found {bytes}")),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let expected = || "expected a number with its unit: `500ms`, `10s`, `5m`, `2h`".to_owned();
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(expected)?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| expected())?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(expected()),
    };
    // A time that no clock holds.
    number
        .checked_mul(millis)
        .filter(|millis| *millis < u64::from(u32::MAX))
        .map(Duration::from_millis)
        .ok_or_else(|| "expected at most 49 days; without `--for` it goes on until ctrl-c".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_duration_has_a_unit() {
        for (text, millis) in [("500ms", 500), ("10s", 10_000), ("5m", 300_000), ("2h", 7_200_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)));
        }
        for text in ["", "10", "s", "-1s", "1.5s", "1d", "10 s"] {
            assert!(duration(text).unwrap_err().contains("with its unit"), "{text}");
        }
        assert!(duration("99999999h").unwrap_err().contains("49 days"));
    }
}
