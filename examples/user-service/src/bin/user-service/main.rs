//! Publishes the events of the user service, and says what became of each.
//!
//! Over the RabbitMQ that `AMQP_URI` names, or in memory, where an audit consumer handles them.

use std::env;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tracing_subscriber::EnvFilter;
use user_events::prelude::*;

mod args;
mod audit;
mod examples;
mod load;
mod outcome;
mod publish;
mod summary;

use args::Args;

/// How long what was published may take to be confirmed once the program is asked to end.
const GRACE: Duration = Duration::from_secs(10);

/// What is logged unless `RUST_LOG` says otherwise. Unroutable events are printed as such; what goes wrong on the
/// connection comes back as an error.
const LOGGED: &str = "info,user_events::publish=error,lapin=off";

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    // Whatever RUST_LOG says: lapin would log returned messages with their bodies.
    let returned = "lapin::returned_messages=off".parse().expect("a directive");
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| LOGGED.into()).add_directive(returned);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    match run(args).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("user-service: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let events = examples::all()?;
    let over_rabbitmq = env::var_os("AMQP_URI").is_some_and(|uri| !uri.is_empty());
    let bus = if over_rabbitmq { Bus::from_env().await? } else { in_memory().await? };

    let summary = load::publish(&bus.publisher("UserService"), &events, &args).await?;
    if !over_rabbitmq {
        bus.settled().await?;
    }
    eprintln!("{summary}");
    bus.close(GRACE).await?;
    Ok(summary.exit_code())
}

async fn in_memory() -> Result<Bus, user_events::Error> {
    eprintln!("AMQP_URI is not set: in memory, in this one process, with an audit consumer that handles every event");
    let bus = Bus::memory();
    audit::audit().spawn(&bus).await?;
    Ok(bus)
}
