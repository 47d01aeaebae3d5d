//! [`Interrupt`]: a person, or whoever started the command, wants it to end.

use std::io;
use std::process;
use std::time::Duration;

use tokio::sync::watch;

use crate::error::Error;
use crate::exit::Exit;

/// How long a command that ends waits for a reader, and for a broker that does not answer.
pub(crate) const GRACE: Duration = Duration::from_secs(1);

/// Whether the command was asked to end, by ctrl-c or SIGTERM.
///
/// The first time it ends in order. The second time it ends at once, whatever it waits for.
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens to signals from now on.
    pub(crate) fn listen() -> Result<Self, Error> {
        let mut signals = Signals::listen()
            .map_err(|error| Error::new(Exit::Failed, "no signal can be waited for").because(error))?;
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            signals.next().await;
            sender.send_replace(true);
            signals.next().await;
            process::exit(Exit::Interrupted.code().into());
        });
        Ok(Self(receiver))
    }

    /// Ends when the command was asked to end, now or before.
    pub(crate) async fn asked(&mut self) {
        // The sender lives as long as the command.
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}
