//! Benchmarks: the framework against hand-written lapin, and in memory.
//!
//! Nothing that is timed is asserted; that every message was confirmed, routed and handled is.

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use tokio::runtime::Runtime;

use crate::broker::QueueKind;
use crate::contest::{Contest, Contestant};
use crate::runner::{Runner, name};
use crate::table::Table;

mod broker;
mod compile;
mod contest;
mod event;
mod lap;
mod memory;
mod ours;
mod raw;
mod runner;
mod table;

/// Measure against hand-written lapin: all, or one part.
#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Part {
    /// Publish with confirms: many tasks, and publish_all
    Publish,
    /// Consume with a typed handler
    Consume,
    /// Publish and handle in memory
    Memory,
    /// What the compile-time check costs: `cargo check` of 200 events, with and without
    Compile,
    /// One lap, in this process
    #[command(hide = true)]
    Lap { contest: Contest, contestant: Contestant, uri: String },
}

#[derive(Args)]
struct Settings {
    /// How often each contestant runs; they take turns
    #[arg(long, default_value_t = 5, global = true, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Messages of one lap [default: 60000 over RabbitMQ, 2000000 in memory]
    #[arg(long, global = true, value_parser = clap::value_parser!(u64).range(1..))]
    messages: Option<u64>,
    /// The kind of the queue
    #[arg(long, default_value = "classic", global = true)]
    queue: QueueKind,
}

impl Settings {
    fn messages_of(&self, contest: Contest) -> u64 {
        self.messages.unwrap_or(contest.default_messages())
    }
}

impl Part {
    const fn contests(&self) -> &'static [Contest] {
        match self {
            Self::Publish => &[Contest::Publish, Contest::PublishAll],
            Self::Consume => &[Contest::Consume],
            Self::Memory | Self::Compile | Self::Lap { .. } => &[Contest::Memory],
        }
    }
}

fn main() -> Result<()> {
    let Arguments { part, settings } = Arguments::parse();
    if matches!(part, Some(Part::Compile)) {
        return compile::compile(settings.rounds);
    }
    if let Some(Part::Lap { contest, contestant, uri }) = part {
        let lap = runner::lap(contest, contestant, settings.messages_of(contest), uri)?;
        println!("{}", serde_json::to_string(&lap)?);
        return Ok(());
    }
    let contests = part.as_ref().map_or(Contest::ALL, Part::contests);
    let table = Runtime::new()?.block_on(measure(contests, &settings))?;
    println!("Medians of {} rounds; {} queue.\n\n{table}", settings.rounds, name(settings.queue));
    Ok(())
}

async fn measure(contests: &[Contest], settings: &Settings) -> Result<Table> {
    let mut runner = Runner::new(settings.queue);
    let mut table = Table::new();
    for &contest in contests {
        for round in 1..=settings.rounds {
            for &contestant in contest.contestants() {
                let lap = runner.lap(contest, contestant, settings.messages_of(contest)).await?;
                eprintln!("{contest}, round {round}: {contestant} {lap}");
                table.add(contest, contestant, lap);
            }
        }
    }
    Ok(table)
}
