//! [`Builder`], the settings of a node that is yet to start.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    RabbitNode, blocking,
    error::{Error, Result},
    installation::Installation,
    ports::Ports,
    processes::Processes,
    site::Site,
};

/// How often a start is tried when other processes keep taking the ports that were free a moment ago.
const ATTEMPTS: usize = 5;

/// The settings of a [`RabbitNode`] that is yet to start.
///
/// ```no_run
/// use user_events_testkit::rabbit_node::RabbitNode;
///
/// # async fn example() -> user_events_testkit::rabbit_node::Result<()> {
/// let node = RabbitNode::builder()
///     .plugins(["rabbitmq_consistent_hash_exchange"])
///     .config("consumer_timeout = 10000")
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing starts before `start`"]
pub struct Builder {
    pub(super) plugins: Vec<String>,
    pub(super) config: Vec<String>,
    ready_timeout: Duration,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self { plugins: Vec::new(), config: Vec::new(), ready_timeout: Duration::from_secs(120) }
    }

    /// Enables these plugins, beside those named before.
    ///
    /// One that listens, as `rabbitmq_management` does, needs a [`config`](Self::config) line with a port of its own:
    /// its default port may be in use by another node.
    pub fn plugins<I>(mut self, plugins: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.plugins.extend(plugins.into_iter().map(Into::into));
        self
    }

    /// Adds a line to the node's `rabbitmq.conf`, such as `heartbeat = 5`.
    pub fn config(mut self, line: impl Into<String>) -> Self {
        self.config.push(line.into());
        self
    }

    /// How long a start or restart may take, 120 seconds if not set.
    pub fn ready_timeout(mut self, timeout: Duration) -> Self {
        self.ready_timeout = timeout;
        self
    }

    /// Starts the node and returns when it is ready.
    ///
    /// Other ports are tried when another process takes one of those chosen.
    ///
    /// # Errors
    ///
    /// [`Error::NotInstalled`] without RabbitMQ, [`Error::Exited`] or [`Error::NotReady`] with the end of the node's log
    /// when it does not start, as with a plugin or a configuration line that it does not know.
    pub async fn start(self) -> Result<RabbitNode> {
        blocking(move || self.start_on(Ports::pick)).await
    }

    fn start_on(self, mut pick: impl FnMut() -> Result<Ports>) -> Result<RabbitNode> {
        let installation = Installation::find()?;
        let mut attempt = 1;
        loop {
            match self.attempt(&installation, pick()?) {
                Err(Error::PortTaken { .. }) if attempt < ATTEMPTS => attempt += 1,
                result => return result,
            }
        }
    }

    fn attempt(&self, installation: &Installation, ports: Ports) -> Result<RabbitNode> {
        let (site, folder) = Site::prepare(self, ports)?;
        let mut processes = Processes::new(folder, &site)?;
        processes.start_server(installation, &site, self.ready_timeout)?;
        Ok(RabbitNode {
            uri: site.uri("/"),
            site: Arc::new(site),
            installation: installation.clone(),
            ready_timeout: self.ready_timeout,
            processes: Arc::new(Mutex::new(processes)),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Starts a node whose first choice of ports has `taken` in it, and returns the ports it ended up with.
    fn start_despite(taken: impl Fn(Ports) -> Ports) -> (Ports, Ports) {
        let mut picked = Vec::new();
        let node = Builder::new()
            .start_on(|| {
                let ports = Ports::pick()?;
                picked.push(if picked.is_empty() { taken(ports) } else { ports });
                Ok(picked[picked.len() - 1])
            })
            .expect("the node starts on other ports");
        assert_eq!(picked.len(), 2, "one retry: {picked:?}");
        (picked[0], node.site.ports())
    }

    fn foreign_listener() -> (TcpListener, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        (listener, port)
    }

    #[test]
    fn a_taken_amqp_port_leads_to_another() {
        let (_listener, amqp) = foreign_listener();
        let (first, used) = start_despite(|ports| Ports { amqp, ..ports });
        assert_ne!(first.amqp, used.amqp);
    }

    #[test]
    fn a_taken_distribution_port_leads_to_another() {
        let (_listener, distribution) = foreign_listener();
        let (first, used) = start_despite(|ports| Ports { distribution, ..ports });
        assert_ne!(first.distribution, used.distribution);
    }

    #[test]
    fn a_taken_epmd_port_leads_to_another() {
        let (_listener, epmd) = foreign_listener();
        let (first, used) = start_despite(|ports| Ports { epmd, ..ports });
        assert_ne!(first.epmd, used.epmd);
    }

    #[test]
    fn the_port_of_another_node_leads_to_another() {
        let other = Builder::new().start_on(Ports::pick).unwrap();
        let (_, used) = start_despite(|ports| Ports { amqp: other.port(), ..ports });
        assert_ne!(used.amqp, other.port());
    }
}
