//! The commands that keep the locks: `accept`, `seal`, `check`, `diff`, `list`; and `catalogue`, which tells others what is in them.

use std::thread;

pub(crate) use self::args::SchemaCommand;
use crate::error::Error;
use crate::exit::Exit;

mod accept;
mod args;
mod cargo;
mod catalogue;
mod check;
mod code;
mod diff;
mod dump;
mod features;
mod fields;
mod folder;
mod judge;
mod list;
mod lock_file;
mod outcome;
mod report;
mod seal;
mod warning;

/// The verdict works in arenas of fixed size, as the compiler needs them, and an unoptimized build copies them.
const STACK: usize = 64 << 20;

/// Runs one of them.
pub(crate) fn run(command: SchemaCommand) -> Exit {
    let run = move || match command {
        SchemaCommand::Accept(args) => accept::run(&args),
        SchemaCommand::Seal(args) => seal::run(&args),
        SchemaCommand::Check(args) => check::run(&args),
        SchemaCommand::Diff(args) => diff::run(&args),
        SchemaCommand::List(args) => list::run(&args),
        SchemaCommand::Catalogue(args) => catalogue::run(&args),
    };
    match thread::Builder::new().stack_size(STACK).spawn(run) {
        // Whoever panicked has said so.
        Ok(thread) => thread.join().unwrap_or(Exit::Failed),
        Err(error) => Error::new(Exit::Failed, "no thread could be started").because(error).report(),
    }
}
