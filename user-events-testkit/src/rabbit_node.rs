//! A private RabbitMQ node for tests.
//!
//! [`RabbitNode`] starts RabbitMQ as a child process with a name, ports, a cookie and a data folder of its own, and
//! waits until it answers. Nothing outside of that folder is read or written, and no other node is ever contacted:
//! neither a broker that runs on the same machine, nor the one that `AMQP_URI` names.
//!
//! The node ends with its owner: when the [`RabbitNode`] is dropped, also by a panic, and when the test process is
//! killed. Its data folder goes with it.
//!
//! RabbitMQ 3.10 or later must be installed (on Debian and Ubuntu `apt-get install rabbitmq-server`); it need not run.
//! The program is `/usr/lib/rabbitmq/bin/rabbitmq-server`, or what the environment variable `RABBITMQ_SERVER` names;
//! `rabbitmqctl` is expected beside it, `erl` and `epmd` in the `PATH`. A machine without it gets
//! [`Error::NotInstalled`], so that a test fails instead of passing unrun.
//!
//! # Examples
//!
//! A test that needs a broker for itself, since it kills it:
//!
//! ```no_run
//! use user_events_testkit::rabbit_node::RabbitNode;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), user_events_testkit::rabbit_node::Error> {
//! let mut node = RabbitNode::start().await?;
//! println!("listens at {}", node.uri());
//! node.kill().await;
//! node.restart().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Tests that share a broker, each in a virtual host of its own:
//!
//! ```no_run
//! use user_events_testkit::rabbit_node::RabbitNode;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), user_events_testkit::rabbit_node::Error> {
//! let uri = RabbitNode::shared().await?.vhost("returns_are_seen").await?;
//! # Ok(())
//! # }
//! ```

use std::{
    ffi::{OsStr, OsString},
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::OnceCell;

mod builder;
mod error;
mod greeting;
mod installation;
mod leash;
mod ports;
mod processes;
mod site;

pub use self::{
    builder::Builder,
    error::{Error, Result},
};

use self::{installation::Installation, processes::Processes, site::Site};

/// A RabbitMQ node that belongs to this process.
///
/// Dropping it kills the node and removes its data.
///
/// # Cancel safety
///
/// What a method has begun goes on in the background when its future is dropped, and a node whose owner is gone by then
/// is ended as soon as that is done.
#[derive(Debug)]
pub struct RabbitNode {
    site: Arc<Site>,
    installation: Installation,
    ready_timeout: Duration,
    processes: Arc<Mutex<Processes>>,
    uri: String,
}

impl RabbitNode {
    /// Starts a node without plugins and waits until it is ready, which takes some seconds.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// The settings of a node that is yet to start.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// The node that all tests of this process share; the first caller starts it.
    ///
    /// It can be neither killed nor stopped, and ends with the process. Tests keep apart by the names of their queues
    /// and exchanges, or by [`vhost`](Self::vhost).
    ///
    /// # Errors
    ///
    /// As [`Builder::start`]. The next caller tries again.
    pub async fn shared() -> Result<&'static Self> {
        static SHARED: OnceCell<RabbitNode> = OnceCell::const_new();
        SHARED.get_or_try_init(Self::start).await
    }

    /// Where the node's default virtual host is reached: `amqp://guest:guest@127.0.0.1:PORT/%2f`.
    ///
    /// It stays the same through [`restart`](Self::restart).
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The port at 127.0.0.1 that speaks AMQP.
    pub fn port(&self) -> u16 {
        self.site.ports().amqp
    }

    /// The Erlang node name, `rabbit-node-XXXXXX@localhost`, different for every node.
    pub fn name(&self) -> &str {
        self.site.node_name()
    }

    /// The file that the node logs into, from its first start on; it is removed with the node.
    pub fn log(&self) -> &Path {
        self.site.log()
    }

    /// Ends the node as a power cut would (SIGKILL) and returns when it is gone.
    ///
    /// Its data stay for [`restart`](Self::restart). A node that does not run is left as it is.
    pub async fn kill(&mut self) {
        self.on_processes(|processes, _| processes.kill_server()).await;
    }

    /// Stops the node as an administrator would (SIGTERM) and returns when it is gone.
    ///
    /// It closes its connections with 320 CONNECTION_FORCED. Its data stay for [`restart`](Self::restart). A node that
    /// does not run is left as it is.
    ///
    /// # Errors
    ///
    /// [`Error::NotStopped`] when the node had to be killed after a minute.
    pub async fn stop(&mut self) -> Result<()> {
        self.on_processes(|processes, site| processes.stop_server(site)).await
    }

    /// Starts the node again, at the same address and with the data it had; one that still runs is stopped before.
    ///
    /// # Errors
    ///
    /// [`Error::Exited`] or [`Error::NotReady`] when it does not come back, [`Error::PortTaken`] when another process
    /// took one of its ports in the meantime, and what [`stop`](Self::stop) returns.
    pub async fn restart(&mut self) -> Result<()> {
        let installation = self.installation.clone();
        let timeout = self.ready_timeout;
        self.on_processes(move |processes, site| {
            processes.stop_server(site)?;
            processes.start_server(&installation, site, timeout)
        })
        .await
    }

    /// Runs `rabbitmqctl` on this node and returns what it printed, without its banners (`--quiet`).
    ///
    /// ```no_run
    /// # async fn example(node: &user_events_testkit::rabbit_node::RabbitNode) -> user_events_testkit::rabbit_node::Result<()> {
    /// let queues = node.ctl(["list_queues", "name", "messages"]).await?;
    /// node.ctl(["set_vm_memory_high_watermark", "0.0001"]).await?; // blocks publishers
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Ctl`] with what it printed to its standard error.
    pub async fn ctl<I>(&self, args: I) -> Result<String>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let args: Vec<OsString> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        let site = Arc::clone(&self.site);
        let program: PathBuf = self.installation.ctl().to_owned();
        blocking(move || site.ctl(&program, &args)).await
    }

    /// Creates a virtual host in which `guest` may do everything, and returns its URI.
    ///
    /// Creating one that exists is no error: it is the same one. It takes about a second.
    ///
    /// # Errors
    ///
    /// [`Error::Ctl`].
    pub async fn vhost(&self, name: &str) -> Result<String> {
        self.ctl(["add_vhost", name]).await?;
        self.ctl(["set_permissions", "--vhost", name, "guest", ".*", ".*", ".*"]).await?;
        Ok(self.site.uri(name))
    }

    async fn on_processes<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Processes, &Site) -> T + Send + 'static,
    ) -> T {
        let processes = Arc::clone(&self.processes);
        let site = Arc::clone(&self.site);
        blocking(move || work(&mut lock(&processes), &site)).await
    }
}

fn lock(processes: &Mutex<Processes>) -> MutexGuard<'_, Processes> {
    processes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work` where it may wait: starting and ending processes is synchronous, so that dropping needs no runtime.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => panic!("the tokio runtime shut down while a RabbitMQ node was being worked on"),
        },
    }
}
