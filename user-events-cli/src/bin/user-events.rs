//! The `user-events` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    user_events_cli::run("user-events", std::env::args_os().skip(1))
}
