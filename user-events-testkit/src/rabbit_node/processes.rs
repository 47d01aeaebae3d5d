//! [`Processes`], the running part of a node.

use std::{
    io, iter,
    net::{Ipv4Addr, TcpStream},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{
    error::{Error, Result},
    greeting::greets_as,
    installation::Installation,
    leash::Leash,
    site::Site,
};

const POLL: Duration = Duration::from_millis(50);
const EPMD_TIMEOUT: Duration = Duration::from_secs(30);
const STOP_TIMEOUT: Duration = Duration::from_secs(60);

/// How a node's log says that the port of a listener, or that of the Erlang distribution, was taken.
const PORT_CONFLICTS: [&str; 2] = ["eaddrinuse", "distribution port"];

/// How much of a log an error shows.
const EXCERPT_LINES: usize = 30;

/// The running part of a node: its server and the port mapper (epmd) that Erlang wants beside it.
///
/// Dropping it kills them and removes the node's folder.
#[derive(Debug)]
pub(super) struct Processes {
    server: Option<Child>,
    /// The size of the log before the last start, behind which its own words begin.
    log_before: u64,
    /// Started by hand: the one that Erlang starts by itself detaches and outlives the node.
    epmd: Child,
    leash: Leash,
}

impl Processes {
    /// Starts the port mapper, which stays until the drop.
    pub(super) fn new(folder: TempDir, site: &Site) -> Result<Self> {
        let leash = Leash::new(folder).map_err(Error::io("start /bin/sh"))?;
        let command = site
            .logged_command("epmd")
            .map(|mut command| {
                command.args(["-address", "127.0.0.1", "-port", &site.ports().epmd.to_string()]);
                command
            })
            .map_err(Error::io("open the log of a RabbitMQ node"))?;
        let epmd = spawn(command).map_err(Error::io("start epmd"))?;
        let mut processes = Self { server: None, log_before: 0, epmd, leash };
        processes.hold()?;
        processes.await_epmd(site)?;
        Ok(processes)
    }

    /// Starts the server and returns when it is ready.
    pub(super) fn start_server(&mut self, installation: &Installation, site: &Site, timeout: Duration) -> Result<()> {
        self.log_before = site.log_size();
        let command =
            site.logged_command(installation.server()).map_err(Error::io("open the log of a RabbitMQ node"))?;
        let server = spawn(command).map_err(Error::io(format!("start {}", installation.server().display())))?;
        self.server = Some(server);
        let started = self.hold().and_then(|()| self.await_server(site, timeout));
        if started.is_err() {
            self.kill_server();
        }
        started
    }

    /// Kills the server, if there is one, and returns when it is gone.
    pub(super) fn kill_server(&mut self) {
        if let Some(mut server) = self.server.take() {
            // These fail only where a process is gone already.
            let _ = server.kill();
            let _ = self.hold();
            let _ = server.wait();
        }
    }

    /// Stops the server, if there is one, and returns when it is gone.
    pub(super) fn stop_server(&mut self, site: &Site) -> Result<()> {
        let Some(server) = &self.server else { return Ok(()) };
        terminate(server).map_err(Error::io("send a signal to a RabbitMQ node"))?;
        let deadline = Instant::now() + STOP_TIMEOUT;
        while self.server_exit()?.is_none() {
            if Instant::now() >= deadline {
                self.kill_server();
                return Err(Error::NotStopped {
                    node: site.node_name().to_owned(),
                    waited: STOP_TIMEOUT,
                    log: self.log(site),
                });
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    fn hold(&mut self) -> Result<()> {
        let held: Vec<&Child> = iter::once(&self.epmd).chain(&self.server).collect();
        self.leash.hold(&held).map_err(Error::io("watch a RabbitMQ node"))
    }

    fn await_epmd(&mut self, site: &Site) -> Result<()> {
        let deadline = Instant::now() + EPMD_TIMEOUT;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, site.ports().epmd)).is_err() {
            self.expect_epmd(site)?;
            if Instant::now() >= deadline {
                return Err(self.not_ready(site, EPMD_TIMEOUT));
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    fn await_server(&mut self, site: &Site, timeout: Duration) -> Result<()> {
        let deadline = Instant::now() + timeout;
        while !greets_as(site.ports().amqp, site.name()) {
            self.expect_epmd(site)?;
            if let Some(status) = self.server_exit()? {
                return Err(self.exited(site, status));
            }
            if Instant::now() >= deadline {
                return Err(self.not_ready(site, timeout));
            }
            thread::sleep(POLL);
        }
        self.expect_epmd(site)
    }

    /// An error if epmd ended. It does so at once when another process has its port, and for no other reason.
    fn expect_epmd(&mut self, site: &Site) -> Result<()> {
        match self.epmd.try_wait().map_err(Error::io("wait for epmd"))? {
            None => Ok(()),
            Some(_) => Err(self.port_taken(site)),
        }
    }

    /// How the server ended, if it did.
    fn server_exit(&mut self) -> Result<Option<ExitStatus>> {
        let Some(server) = &mut self.server else { return Ok(None) };
        let exit = server.try_wait().map_err(Error::io("wait for a RabbitMQ node"))?;
        if exit.is_some() {
            self.server = None;
            self.hold()?;
        }
        Ok(exit)
    }

    fn exited(&self, site: &Site, status: ExitStatus) -> Error {
        let log = site.log_since(self.log_before);
        if PORT_CONFLICTS.iter().any(|sign| log.contains(sign)) {
            self.port_taken(site)
        } else {
            Error::Exited { node: site.node_name().to_owned(), status, log: self.log(site) }
        }
    }

    fn port_taken(&self, site: &Site) -> Error {
        Error::PortTaken { node: site.node_name().to_owned(), log: self.log(site) }
    }

    fn not_ready(&self, site: &Site, waited: Duration) -> Error {
        Error::NotReady { node: site.node_name().to_owned(), waited, log: self.log(site) }
    }

    fn log(&self, site: &Site) -> String {
        excerpt(&site.log_since(self.log_before))
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        self.kill_server();
        let _ = self.epmd.kill();
        let _ = self.leash.hold(&[]);
        let _ = self.epmd.wait();
    }
}

/// A process in a group of its own: Ctrl-C is for the test process, and ending the group ends its helpers too.
fn spawn(mut command: Command) -> io::Result<Child> {
    command.process_group(0).spawn()
}

/// SIGTERM, which the standard library cannot send.
fn terminate(process: &Child) -> io::Result<()> {
    let status = Command::new("/bin/sh").args(["-c", "kill -s TERM \"$0\"", &process.id().to_string()]).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("kill: {status}"))) }
}

/// The part of a log that tells what went wrong: from the first error on, since Erlang follows it with pages of
/// supervisor reports; else the end.
fn excerpt(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let start = lines
        .iter()
        .position(|line| line.contains("[error]") || line.contains("ERROR"))
        .unwrap_or_else(|| lines.len().saturating_sub(EXCERPT_LINES));
    lines[start..].iter().take(EXCERPT_LINES).copied().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: impl IntoIterator<Item = usize>) -> String {
        lines.into_iter().map(|line| format!("line {line}\n")).collect()
    }

    #[test]
    fn the_first_error_is_shown_however_much_follows() {
        let log = format!("{}[error] no such key\n{}", log(0..50), log(50..200));
        let excerpt = excerpt(&log);
        assert!(excerpt.starts_with("[error] no such key\nline 50\n"), "{excerpt}");
        assert_eq!(excerpt.lines().count(), EXCERPT_LINES);
    }

    #[test]
    fn without_an_error_the_end_is_shown() {
        let excerpt = excerpt(&log(0..50));
        assert!(excerpt.starts_with("line 20\n") && excerpt.ends_with("line 49"), "{excerpt}");
    }
}
