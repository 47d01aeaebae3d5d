//! [`BrokerArgs`]: where the broker is. Never an argument, which everybody on a machine can read.

use std::env::{self, VarError};
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use user_events_core::Shown;
use user_events_rabbit::RabbitConfig;

use crate::error::Error;
use crate::exit::Exit;

/// Where the options of every subcommand stand in the help.
pub(crate) const GLOBAL: &str = "Options of every command";

/// A URI has a line; what is longer is another kind of file.
const LONGEST_LINE: u64 = 64 << 10;

/// Where the broker is.
#[derive(Debug, clap::Args)]
pub(crate) struct BrokerArgs {
    /// Read the broker's URI from the first line of this file, instead of from AMQP_URI
    ///
    /// On Unix, nobody but its owner may be able to read it (`chmod 600 PATH`). Pipes are taken as they are:
    /// `--uri-file <(pass show broker)`.
    #[arg(long, global = true, value_name = "PATH", help_heading = GLOBAL)]
    uri_file: Option<PathBuf>,
}

impl BrokerArgs {
    /// The broker that the file names, or else the environment.
    pub(crate) fn config(&self) -> Result<RabbitConfig, Error> {
        let uri = match &self.uri_file {
            Some(path) => from_file(path)?,
            None => from_environment()?,
        };
        Ok(RabbitConfig::from_uri(&uri)?.with_connection_name("user-events command"))
    }
}

/// Refuses arguments that look like a broker's URI. The error does not repeat it.
pub(crate) fn refuse_uris(arguments: &[OsString]) -> Result<(), Error> {
    let looks_like_uri = |argument: &OsString| {
        let text = argument.to_string_lossy().to_ascii_lowercase();
        let authority = text.split_once("://").map(|(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
        text.contains("amqp://") || text.contains("amqps://") || authority.is_some_and(|host| host.contains('@'))
    };
    if !arguments.iter().any(looks_like_uri) {
        return Ok(());
    }
    Err(Error::new(
        Exit::Usage,
        "a broker's URI is no argument, because everybody on this machine can read the arguments of a running program, \
         and shells keep them: set AMQP_URI, or give a file with `--uri-file PATH`; the password in this one has been \
         shown already",
    ))
}

fn from_environment() -> Result<String, Error> {
    let wrong = |sentence: &'static str| Err(Error::new(Exit::Usage, sentence));
    match env::var("AMQP_URI") {
        Ok(uri) if !uri.is_empty() => Ok(uri),
        Ok(_) | Err(VarError::NotPresent) => wrong(
            "AMQP_URI is not set: set it to the broker's URI, such as amqps://user:password@host/vhost, or give a file \
             that holds it with `--uri-file PATH`",
        ),
        Err(VarError::NotUnicode(_)) => wrong("AMQP_URI is not valid UTF-8"),
    }
}

fn from_file(path: &Path) -> Result<String, Error> {
    let shown = path.display().to_string();
    let shown = Shown::new(&shown);
    let unreadable = |error| Error::new(Exit::Usage, format!("the URI's file `{shown}` cannot be read")).because(error);
    let file = File::open(path).map_err(unreadable)?;
    if is_open_to_others(&file).map_err(unreadable)? {
        return Err(Error::new(
            Exit::Usage,
            format!("the URI's file `{shown}` can be read by others than its owner: `chmod 600` it first"),
        ));
    }
    let mut line = String::new();
    BufReader::new(std::io::Read::take(file, LONGEST_LINE)).read_line(&mut line).map_err(unreadable)?;
    match line.trim() {
        "" => Err(Error::new(Exit::Usage, format!("the first line of the URI's file `{shown}` is empty"))),
        uri => Ok(uri.to_owned()),
    }
}

/// Whether a regular file can be read by others than its owner, as ssh and psql see it.
#[cfg(unix)]
fn is_open_to_others(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;

    const OTHERS: u32 = 0o077;
    let metadata = file.metadata()?;
    Ok(metadata.is_file() && metadata.permissions().mode() & OTHERS != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &File) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(argument: &str) -> bool {
        refuse_uris(&["listen".into(), argument.into()]).is_err()
    }

    #[test]
    fn arguments_that_hold_a_broker_are_told_from_others() {
        for uri in ["amqp://h", "--uri=AMQPS://u:p@h/v", "https://user:password@h/path", "x://u@h?q"] {
            assert!(refused(uri), "{uri}");
        }
        for other in ["user.events", "--correlation-id=https://h/a@b", "u:p@h", "--source", "https://example.com"] {
            assert!(!refused(other), "{other}");
        }
    }
}
