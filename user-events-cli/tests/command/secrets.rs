//! Credentials stay out of output, and out of the list of processes.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use crate::support::{Ended, Running, client, command, exchange, file, node, run, unique};

const CANARY: &str = "canary-3f9a";

/// What a command said must not hold user name or password, as text or as decimal bytes.
#[track_caller]
fn checked(ended: Ended) -> Ended {
    let bytes = format!("{:?}", CANARY.as_bytes());
    for shown in [&ended.stdout, &ended.stderr] {
        assert!(!shown.contains("canary") && !shown.contains(bytes.trim_matches(['[', ']'])), "{shown}");
    }
    ended
}

/// Every command, with input that it would work on.
fn commands(folder: &TempDir, exchange: &str) -> Vec<Vec<String>> {
    let event = r#"{"messageId":"m","messageType":"A.v1","timestamp":"2023-10-28T12:05:00.000Z","payload":1}"#;
    let event = file(folder.path(), "event.json", event);
    let consumer = file(folder.path(), "consumer.toml", &format!("consumer = \"{exchange}.consumer\"\n"));
    let mut commands: Vec<Vec<String>> = vec![
        ["listen", exchange, "--for", "100ms"].map(str::to_owned).into(),
        ["publish", "--exchange", exchange, &event].map(str::to_owned).into(),
        ["publish", "--lines", "--exchange", exchange, &event].map(str::to_owned).into(),
    ];
    commands.extend(["plan", "apply", "verify"].map(|verb| ["topology", verb, &consumer].map(str::to_owned).into()));
    let verbose = commands.clone().into_iter().map(|command| [command, vec!["--verbose".to_owned()]].concat());
    commands.clone().into_iter().chain(verbose).collect()
}

#[tokio::test]
async fn no_command_prints_credentials_whatever_happens() {
    let port = node().await.port();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = TempDir::new().unwrap();
    for (uri, code) in [
        (format!("amqp://{CANARY}:{CANARY}@127.0.0.1:{port}/%2f"), 5),
        (format!("amqp://{CANARY}:{CANARY}@127.0.0.1:{silent}/%2f"), 4),
        (format!("amqp://{CANARY}:{CANARY}@127.0.0.1:{port}/can/ary-{CANARY}"), 2),
        (format!("amqps://{CANARY}:{CANARY}@localhost:{port}/%2f"), 2),
        (format!("{CANARY}:{CANARY}@127.0.0.1"), 2),
        (format!("http://{CANARY}:{CANARY}@127.0.0.1"), 2),
    ] {
        for arguments in commands(&folder, "nowhere") {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            // It may have its say, RUST_LOG: nothing of it is heard.
            let ended = run(command(&uri, &arguments).env("RUST_LOG", "trace")).await;
            checked(ended.with(code));
        }
    }
}

#[tokio::test]
async fn no_command_prints_credentials_when_all_is_well() {
    let node = node().await;
    let name = unique("well");
    exchange(&client(node.uri()).await, &name).await;
    let user = unique(CANARY);
    node.ctl(["add_user", &user, CANARY]).await.unwrap();
    node.ctl(["set_permissions", &user, ".*", ".*", ".*"]).await.unwrap();
    let uri = format!("amqp://{user}:{CANARY}@127.0.0.1:{}/%2f", node.port());
    let folder = TempDir::new().unwrap();
    let mut done = 0;
    for arguments in commands(&folder, &name) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ended = checked(run(command(&uri, &arguments).env("RUST_LOG", "trace")).await);
        done += usize::from(ended.code == Some(0));
    }
    assert_eq!(done, 12, "every command did its work");
}

#[tokio::test]
async fn the_list_of_processes_shows_no_credentials() {
    let node = node().await;
    let (client, name) = (client(node.uri()).await, unique("processes"));
    exchange(&client, &name).await;
    let user = unique(CANARY);
    node.ctl(["add_user", &user, CANARY]).await.unwrap();
    node.ctl(["set_permissions", &user, ".*", ".*", ".*"]).await.unwrap();
    let listening = Running::listen(&format!("amqp://{user}:{CANARY}@127.0.0.1:{}", node.port()), &[&name]).await;
    #[cfg(target_os = "linux")]
    for what in ["cmdline", "comm", "status"] {
        let shown = std::fs::read_to_string(format!("/proc/{}/{what}", listening.id())).unwrap();
        assert!(!shown.contains(CANARY), "{what}: {shown}");
    }
    listening.signal("-INT");
    checked(listening.ended().await.with(0));
}

#[tokio::test]
async fn a_uri_as_an_argument_is_refused_and_not_repeated() {
    let uri = format!("amqp://{CANARY}:{CANARY}@127.0.0.1");
    for arguments in [
        vec!["listen", uri.as_str()],
        vec!["--uri", &uri, "listen", "x"],
        vec!["publish", "--exchange", "x", "--uri-file", &uri],
        vec!["topology", "plan", &uri],
        vec![&uri],
    ] {
        let ended = checked(run(&mut command("", &arguments)).await.with(2));
        ended.says("a broker's URI is no argument").says("--uri-file PATH");
    }
}

#[tokio::test]
async fn the_uris_file_is_read_only_if_nobody_else_can() {
    let name = unique("uri-file");
    exchange(&client(node().await.uri()).await, &name).await;
    let folder = TempDir::new().unwrap();
    let path = file(folder.path(), "uri", &format!("{}\nthe rest\n", node().await.uri()));
    let arguments = ["listen", &name, "--for", "100ms", "--uri-file", &path];
    let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    for open in [0o644, 0o640, 0o602] {
        mode(open);
        run(&mut command("", &arguments)).await.with(2).says("can be read by others than its owner: `chmod 600`");
    }
    mode(0o600);
    // It counts before the environment.
    run(&mut command("amqp://127.0.0.1:1", &arguments)).await.with(0);

    let empty = file(folder.path(), "empty", "\nlater\n");
    std::fs::set_permissions(&empty, std::fs::Permissions::from_mode(0o600)).unwrap();
    run(&mut command("", &["listen", "x", "--uri-file", &empty])).await.with(2).says("is empty");
    run(&mut command("", &["listen", "x", "--uri-file", "/nowhere"])).await.with(2).says("`/nowhere` cannot be read");
    run(&mut command("", &["listen", "x"])).await.with(2).says("AMQP_URI is not set");
}
