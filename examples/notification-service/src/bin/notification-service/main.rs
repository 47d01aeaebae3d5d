//! Runs the notification service.
//!
//! Over the RabbitMQ that `AMQP_URI` names, until it is asked to end; or in memory, on events of its own.

use std::env;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use notification_service::{App, Journal, Mailer, WelcomeEmailSent, notifications, samples};
use tracing_subscriber::EnvFilter;
use user_events::prelude::*;
use user_events::{Error, Stopped, shutdown_signal};

/// Notifies users of what happened to their accounts, and prints each event that it has handled.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// How handled events are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print what the service needs on the broker, for `user-events topology`, and end
    #[arg(long)]
    topology: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs: an object a line
    Json,
}

/// How long the broker may take to be told of the end.
const GRACE: Duration = Duration::from_secs(10);

/// What is logged unless `RUST_LOG` says otherwise. What goes wrong on the connection comes back as an error.
const LOGGED: &str = "info,lapin=off";

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if args.topology {
        return topology();
    }
    // Whatever RUST_LOG says: lapin would log returned messages with their bodies.
    let returned = "lapin::returned_messages=off".parse().expect("a directive");
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| LOGGED.into()).add_directive(returned);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    match run(args).await {
        Ok(Stopped { handled, dead_lettered, given_back, .. }) => {
            eprintln!("stopped: {handled} handled, {dead_lettered} dead-lettered; left: {given_back} given back");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("notification-service: {error}");
            ExitCode::FAILURE
        }
    }
}

fn topology() -> ExitCode {
    let consumer = notifications(App { mailer: Mailer::new(), journal: Journal::Silent });
    match consumer.queue(None) {
        Ok(queue) => {
            // Texts always have their JSON.
            println!("{}", serde_json::to_string_pretty(&queue).unwrap_or_default());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("notification-service: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<Stopped, Error> {
    let journal = match args.format {
        Format::Text => Journal::Text,
        Format::Json => Journal::Json,
    };
    let consumer = notifications(App { mailer: Mailer::new(), journal });
    match env::var_os("AMQP_URI").is_some_and(|uri| !uri.is_empty()) {
        true => over_rabbitmq(consumer).await,
        false => in_memory(consumer, journal).await,
    }
}

async fn over_rabbitmq(consumer: Consumer<App>) -> Result<Stopped, Error> {
    let bus = Bus::from_env().await?;
    let stopped = consumer.run(&bus, shutdown_signal()).await?;
    bus.close(GRACE).await?;
    Ok(stopped)
}

async fn in_memory(consumer: Consumer<App>, journal: Journal) -> Result<Stopped, Error> {
    eprintln!("AMQP_URI is not set: in memory, in this one process, on three events of its own");
    let bus = Bus::memory();
    let notifications = consumer.spawn(&bus).await?;
    statistics(journal).spawn(&bus).await?;

    let user_service = bus.publisher("UserService");
    user_service.publish(&samples::user_registered()).await?;
    user_service.publish(&samples::password_reset_requested()).await?;
    user_service.publish(&samples::account_suspended()).await?;
    bus.settled().await?;
    notifications.stop().await
}

/// Another service, which takes an interest in what this one publishes.
fn statistics(journal: Journal) -> Consumer<Journal> {
    Consumer::new("statistics").state(journal).handle(
        async |_event: WelcomeEmailSent, State(journal): State<Journal>, cx: EventContext| {
            journal.handled(&cx, "statistics");
            Ok(())
        },
    )
}
