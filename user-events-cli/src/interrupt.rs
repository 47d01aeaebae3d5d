//! [`interrupted`]: a person, or whoever started the command, wants it to end.

use std::future::Future;

use crate::error::Error;
use crate::exit::Exit;

/// From now on the command ends in order when it is asked to, by ctrl-c or SIGTERM: the future resolves then.
pub(crate) fn interrupted() -> Result<impl Future<Output = ()>, Error> {
    watch().map_err(|error| Error::new(Exit::Failed, "no signal can be waited for").because(error))
}

#[cfg(unix)]
fn watch() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

#[cfg(windows)]
fn watch() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(async move { drop(interrupted.recv().await) })
}
