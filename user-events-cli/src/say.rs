//! [`say`]: a line for a person.

use std::fmt::Display;
use std::io::Write as _;

/// Writes a line to the standard error. That nobody can read it, on a full disk for one, stops nothing.
pub(crate) fn say(line: impl Display) {
    let line = format!("{line}\n");
    let _ = anstream::stderr().lock().write_all(line.as_bytes());
}
