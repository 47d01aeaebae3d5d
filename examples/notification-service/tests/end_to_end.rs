//! Both programs as processes, over a RabbitMQ of their own.
#![cfg(unix)]

use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout};
use user_events_testkit::rabbit_node::RabbitNode;

/// A program that says nothing for so long has gone wrong.
const PATIENCE: Duration = Duration::from_secs(60);

const HANDLED: [&str; 5] = [
    "UserRegistered.v1",
    "UserPasswordResetRequested.v1",
    "UserAccountStatusChanged.v1",
    "UserDeleted.v1",
    "UserLoginFailed.v1",
];

#[tokio::test]
async fn what_one_service_publishes_the_other_handles() {
    let uri = RabbitNode::shared().await.unwrap().vhost("handled").await.unwrap();
    let mut notifications = Program::start(env!("CARGO_BIN_EXE_notification-service"), &["--format", "json"], &uri);
    notifications.logs("consuming").await;

    let mut user_service = Program::start(&USER_SERVICE, &["--count", "27", "--format", "json"], &uri);
    let mut published = Vec::new();
    for _ in 0..27 {
        published.push(user_service.outcome().await);
    }
    let mut handled = Vec::new();
    for _ in HANDLED {
        handled.push(notifications.handled().await);
    }

    for Outcome { message_type, outcome, .. } in &published {
        let expected = if HANDLED.contains(&message_type.as_str()) { "routed" } else { "unroutable" };
        assert_eq!(outcome, expected, "{message_type}");
    }
    published.retain(|event| event.outcome == "routed");
    let mut routed: Vec<_> = published.iter().map(|event| (&event.message_id, &event.message_type)).collect();
    let mut arrived: Vec<_> = handled.iter().map(|event| (&event.message_id, &event.message_type)).collect();
    routed.sort();
    arrived.sort();
    assert_eq!(arrived, routed);
    assert!(handled.iter().all(|event| event.attempt == 1 && !event.redelivered));

    let said = user_service.ends_well().await;
    assert!(said.contains("27 published, 5 routed, 22 unroutable; left: 0 not published, 0 unanswered"), "{said}");
    assert!(!said.contains("returned_messages") && !said.contains("data: ["), "{said}");
    notifications.terminate();
    let said = notifications.ends_well().await;
    assert!(said.contains("stopped: 5 handled, 0 dead-lettered; left: 0 given back"), "{said}");
}

#[tokio::test]
async fn a_publisher_that_is_asked_to_end_says_what_was_left() {
    let uri = RabbitNode::shared().await.unwrap().vhost("left").await.unwrap();
    let arguments = ["--count", "1000000", "--rate", "50", "--format", "json"];
    let mut user_service = Program::start(&USER_SERVICE, &arguments, &uri);
    user_service.outcome().await;

    user_service.terminate();
    let said = user_service.ends_well().await;

    let numbers: Vec<usize> = said
        .lines()
        .find(|line| line.contains("; left: "))
        .unwrap()
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    let [published, unroutable, left, unanswered] = numbers[..] else { panic!("{said}") };
    assert_eq!((published, unanswered), (unroutable, 0), "{said}");
    assert_eq!(published + left, 1_000_000, "{said}");
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Outcome {
    message_id: String,
    message_type: String,
    outcome: String,
    #[serde(rename = "elapsedMs")]
    _elapsed_ms: f64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Handled {
    message_id: String,
    message_type: String,
    attempt: u32,
    redelivered: bool,
}

/// A program that runs, and ends with its test.
struct Program {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Lines<BufReader<ChildStderr>>,
}

impl Program {
    fn start(path: &str, arguments: &[&str], uri: &str) -> Self {
        let mut command = tokio::process::Command::new(path);
        command.args(arguments).env("AMQP_URI", uri).env_remove("USER_EVENTS_EXCHANGE");
        // As operators set it: what comes of it must not be payloads.
        command.env("RUST_LOG", "info");
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().expect("it starts");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let stderr = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        Self { child, stdout, stderr }
    }

    /// The outcome that it prints next.
    async fn outcome(&mut self) -> Outcome {
        serde_json::from_str(&next(&mut self.stdout).await).unwrap()
    }

    /// The handled event that it prints next.
    async fn handled(&mut self) -> Handled {
        serde_json::from_str(&next(&mut self.stdout).await).unwrap()
    }

    /// Waits until it has logged this.
    async fn logs(&mut self, text: &str) {
        while !next(&mut self.stderr).await.contains(text) {}
    }

    fn terminate(&self) {
        let id = self.child.id().expect("it runs").to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Waits until it has ended with exit code 0, and returns the rest of what it said on its standard error.
    async fn ends_well(mut self) -> String {
        let ended = async {
            let (mut said, mut rest) = (String::new(), String::new());
            let (mut stdout, mut stderr) = (self.stdout.into_inner(), self.stderr.into_inner());
            let (_, _) = tokio::try_join!(stderr.read_to_string(&mut said), stdout.read_to_string(&mut rest)).unwrap();
            (self.child.wait().await.unwrap(), said)
        };
        let (status, said) = tokio::time::timeout(PATIENCE, ended).await.expect("it ends");
        assert!(status.success(), "{status}: {said}");
        said
    }
}

async fn next<R: AsyncRead + Unpin>(lines: &mut Lines<BufReader<R>>) -> String {
    let line = tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("it goes on");
    line.unwrap().expect("it says more")
}

/// The other package's program, built on first use. Cargo tells only where a package's own programs are.
static USER_SERVICE: LazyLock<String> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Built {
        executable: Option<String>,
    }
    let output = Command::new(env!("CARGO"))
        .args(["build", "--package", "user-service", "--bin", "user-service", "--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "user-service does not compile");
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut programs = messages.lines().filter_map(|line| serde_json::from_str::<Built>(line).ok()?.executable);
    programs.next_back().expect("cargo names the program that it has built")
});
