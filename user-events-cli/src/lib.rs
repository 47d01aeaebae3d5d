//! The `user-events` command: watch an exchange, publish an event, declare and verify a consumer's topology, keep the
//! locks of events.
//!
//! A library only so that `user-events` and `cargo user-events` are one program.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::args::{Args, Command};
use crate::error::Error;
use crate::exit::Exit;

mod args;
mod broker;
mod envelope;
mod error;
mod exit;
mod interrupt;
mod listen;
mod log;
mod output;
mod publish;
mod say;
mod schema;
mod style;
mod topology;

/// Runs the command under this name with these arguments, and says how it ended.
pub fn run(name: &'static str, arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    // Before clap, which repeats what it does not understand.
    if let Err(error) = broker::refuse_uris(&arguments) {
        return error.report().into();
    }
    let command = Args::command().bin_name(name).after_help(exit::help());
    let parsed = command
        .try_get_matches_from(std::iter::once(name.into()).chain(arguments))
        .and_then(|matches| Args::from_arg_matches(&matches));
    match parsed {
        Ok(args) => start(args).into(),
        Err(error) => {
            // Nobody is left to be told.
            let _ = error.print();
            if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
        }
    }
}

fn start(args: Args) -> Exit {
    log::init(args.verbose);
    // A standard error that nobody reads blocks the thread that writes to it, which is this one: heartbeats,
    // confirms and signals go on in another.
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Error::new(Exit::Failed, "no thread could be started").because(error).report(),
    };
    let ended = runtime.block_on(dispatch(args));
    // A read from a terminal cannot be cancelled, nor a write to a full pipe: neither is waited for.
    runtime.shutdown_background();
    match ended {
        Ok(exit) => exit,
        // Whoever read along has had enough.
        Err(error) if error.exit() == Exit::Done => Exit::Done,
        Err(error) => error.report(),
    }
}

async fn dispatch(args: Args) -> Result<Exit, Error> {
    let broker = args.broker;
    match args.command {
        Command::Listen(args) => listen::run(args, broker.config()?).await,
        Command::Publish(args) => publish::run(args, broker.config()?).await,
        Command::Topology(args) => topology::run(args, &broker).await,
        Command::Schema(command) => Ok(schema::run(command)),
    }
}
