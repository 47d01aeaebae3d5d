//! Running the command, and an independent client beside it.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, ConnectionProperties};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use user_events_testkit::rabbit_node::RabbitNode;

/// A command that says nothing for so long has gone wrong.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The node that these tests share.
pub(crate) async fn node() -> &'static RabbitNode {
    RabbitNode::shared().await.expect("a private RabbitMQ node")
}

/// A name that no other test uses.
pub(crate) fn unique(stem: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{stem}.{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The command on this broker. It ends with its test.
pub(crate) fn command(uri: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_user-events"));
    command.args(arguments).env("AMQP_URI", uri).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// How a command ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// The standard output of one that ended with this code.
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// Asserts that the standard error says this.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "expected {text:?}: {}", self.stderr);
        self
    }
}

/// Runs a command to its end.
pub(crate) async fn run(command: &mut Command) -> Ended {
    end_of(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")).await
}

/// Runs a command that builds to its end.
pub(crate) async fn run_patiently(command: &mut Command) -> Ended {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    end_within(10 * PATIENCE, command.spawn().expect("it starts")).await
}

/// How a command ended, with what it said where it is heard.
pub(crate) async fn end_of(child: Child) -> Ended {
    end_within(PATIENCE, child).await
}

async fn end_within(patience: Duration, child: Child) -> Ended {
    let output = tokio::time::timeout(patience, child.wait_with_output()).await.expect("it ends").expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs the command on the shared node to its end.
pub(crate) async fn user_events(arguments: &[&str]) -> Ended {
    run(&mut command(node().await.uri(), arguments)).await
}

/// Runs the command on the shared node with this standard input.
pub(crate) async fn user_events_with(arguments: &[&str], input: &str) -> Ended {
    let mut child = command(node().await.uri(), arguments).stdin(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_owned();
    // It may end before it has read everything.
    tokio::spawn(async move { stdin.write_all(input.as_bytes()).await });
    Running::of(child).ended().await
}

/// A file in a folder of the test.
pub(crate) fn file(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("the file is written");
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// A command that runs.
pub(crate) struct Running {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Lines<BufReader<ChildStderr>>,
}

impl Running {
    pub(crate) fn of(mut child: Child) -> Self {
        let stdout = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let stderr = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        Self { child, stdout, stderr }
    }

    /// `listen` on this broker, when its queue is bound.
    pub(crate) async fn listen(uri: &str, arguments: &[&str]) -> Self {
        let arguments: Vec<&str> = std::iter::once("listen").chain(arguments.iter().copied()).collect();
        let mut running = Self::of(command(uri, &arguments).spawn().expect("it starts"));
        running.error_line("listening on").await;
        running
    }

    /// The next line that it prints.
    pub(crate) async fn line(&mut self) -> String {
        let line = tokio::time::timeout(PATIENCE, self.stdout.next_line()).await.expect("it goes on");
        line.expect("it prints UTF-8").expect("it prints more")
    }

    /// The next line with this text on its standard error.
    pub(crate) async fn error_line(&mut self, text: &str) -> String {
        loop {
            let line = tokio::time::timeout(PATIENCE, self.stderr.next_line()).await.expect("it goes on");
            let line = line.expect("it prints UTF-8").unwrap_or_else(|| panic!("it does not say {text:?}"));
            if line.contains(text) {
                return line;
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    pub(crate) fn signal(&self, signal: &str) {
        let status = std::process::Command::new("kill").args([signal, &self.id().to_string()]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Closes its standard output, as `head` does.
    pub(crate) fn stop_reading(self) -> (Child, ChildStderr) {
        (self.child, self.stderr.into_inner().into_inner())
    }

    /// Waits until it has begun to print.
    pub(crate) async fn has_begun(&mut self) {
        let begun = tokio::time::timeout(PATIENCE, self.stdout.get_mut().fill_buf()).await.expect("it goes on");
        assert!(!begun.expect("it prints").is_empty(), "it ended");
    }

    /// Waits for its end without reading more of what it prints.
    pub(crate) async fn ended_unread(mut self) -> Ended {
        let ended = async {
            let (mut err, mut stderr) = (String::new(), self.stderr.into_inner());
            stderr.read_to_string(&mut err).await.expect("it prints UTF-8");
            let status = self.child.wait().await.expect("it ends");
            Ended { code: status.code(), stdout: String::new(), stderr: err }
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("it ends")
    }

    /// Waits for its end, and returns the rest of what it said.
    pub(crate) async fn ended(mut self) -> Ended {
        let ended = async {
            let (mut out, mut err) = (String::new(), String::new());
            let (mut stdout, mut stderr) = (self.stdout.into_inner(), self.stderr.into_inner());
            tokio::try_join!(stdout.read_to_string(&mut out), stderr.read_to_string(&mut err))
                .expect("it prints UTF-8");
            let status = self.child.wait().await.expect("it ends");
            Ended { code: status.code(), stdout: out, stderr: err }
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("it ends")
    }
}

/// A way to the shared node on which nothing comes back once something was published: no confirm, for one.
pub(crate) async fn way_without_confirms() -> String {
    const PUBLISH: [u8; 4] = [0, 60, 0, 40];
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let uri = format!("amqp://guest:guest@{}/%2f", listener.local_addr().expect("an address"));
    let port = node().await.port();
    tokio::spawn(async move {
        let published = Arc::new(AtomicBool::new(false));
        while let Ok((client, _)) = listener.accept().await {
            let broker = TcpStream::connect(("127.0.0.1", port)).await.expect("the node");
            let ((mut from_client, mut to_client), (mut from_broker, mut to_broker)) =
                (client.into_split(), broker.into_split());
            let seen = Arc::clone(&published);
            tokio::spawn(async move {
                let (mut bytes, mut begun) = (vec![0; 64 << 10], 0);
                while let Ok(read @ 1..) = from_client.read(&mut bytes[begun..]).await {
                    let read = begun + read;
                    if bytes[..read].windows(PUBLISH.len()).any(|window| window == PUBLISH) {
                        seen.store(true, Ordering::SeqCst);
                    }
                    if to_broker.write_all(&bytes[begun..read]).await.is_err() {
                        break;
                    }
                    // It may stand where two parts meet.
                    begun = read.min(PUBLISH.len() - 1);
                    bytes.copy_within(read - begun..read, 0);
                }
            });
            let published = Arc::clone(&published);
            tokio::spawn(async move {
                let mut bytes = vec![0; 64 << 10];
                while let Ok(read @ 1..) = from_broker.read(&mut bytes).await {
                    if !published.load(Ordering::SeqCst) && to_client.write_all(&bytes[..read]).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    uri
}

/// A channel of another client, in confirm mode.
pub(crate) async fn client(uri: &str) -> Channel {
    let connection = lapin::Connection::connect(uri, ConnectionProperties::default()).await.expect("a connection");
    let channel = connection.create_channel().await.expect("a channel");
    channel.confirm_select(ConfirmSelectOptions::default()).await.expect("confirms");
    channel
}

/// Declares a durable topic exchange, with a queue for everything.
pub(crate) async fn exchange(client: &Channel, name: &str) -> String {
    declare_exchange(client, name, lapin::ExchangeKind::Topic).await;
    let queue = format!("{name}.everything");
    queue_with(client, &queue, FieldTable::default()).await;
    let bound = client.queue_bind(
        queue.as_str().into(),
        name.into(),
        "#".into(),
        QueueBindOptions::default(),
        FieldTable::default(),
    );
    bound.await.expect("a binding");
    queue
}

pub(crate) async fn declare_exchange(client: &Channel, name: &str, kind: lapin::ExchangeKind) {
    let options = lapin::options::ExchangeDeclareOptions { durable: true, ..Default::default() };
    client.exchange_declare(name.into(), kind, options, FieldTable::default()).await.expect("an exchange");
}

/// Declares a durable queue.
pub(crate) async fn queue_with(client: &Channel, name: &str, arguments: FieldTable) {
    let options = QueueDeclareOptions { durable: true, ..Default::default() };
    client.queue_declare(name.into(), options, arguments).await.expect("a queue");
}

/// Publishes any bytes, as anybody can.
pub(crate) async fn publish(client: &Channel, exchange: &str, key: &str, body: &[u8], properties: BasicProperties) {
    let options = BasicPublishOptions::default();
    let confirm = client.basic_publish(exchange.into(), key.into(), options, body, properties).await.expect("sent");
    confirm.await.expect("confirmed");
}
