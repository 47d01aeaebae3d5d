//! The same as `cargo user-events`: cargo starts this program, and names the subcommand first.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    arguments.next_if(|first| first == "user-events");
    user_events_cli::run("cargo user-events", arguments)
}
