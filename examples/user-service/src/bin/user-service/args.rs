//! The command line.

use clap::{Parser, ValueEnum, value_parser};

/// Publishes the events of the user service, and prints what became of each.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// How many events to publish; by default each one once
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<usize>,
    /// How many events a second; 0 is as fast as it goes
    #[arg(long, value_name = "PER_SECOND", default_value_t = 0, value_parser = value_parser!(u32).range(..=1_000_000))]
    pub(crate) rate: u32,
    /// How outcomes are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs: an object a line
    Json,
}
