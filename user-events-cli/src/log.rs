//! Log lines of the libraries, for whoever asks for them.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

/// Ours alone: lapin's lines hold message bodies and what a connection was opened with.
const LOGGED: &str = "off,user_events_core=debug,user_events_rabbit=debug";

/// Shows the libraries' log lines on the standard error, if they are asked for.
pub(crate) fn init(verbose: bool) {
    if verbose {
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(LOGGED))
            .with_writer(io::stderr)
            .with_ansi(io::stderr().is_terminal())
            // It would say, by a panic, that the standard error cannot be written to.
            .log_internal_errors(false)
            .init();
    }
}
