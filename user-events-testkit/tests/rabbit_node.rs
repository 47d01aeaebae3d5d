//! Starts real nodes: RabbitMQ must be installed.
#![cfg(all(feature = "rabbit-node", unix))]

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tokio::runtime;
use user_events_testkit::rabbit_node::{Error, RabbitNode};

#[tokio::test]
async fn a_started_node_is_ready() {
    let node = RabbitNode::start().await.unwrap();

    assert_eq!(node.uri(), format!("amqp://guest:guest@127.0.0.1:{}/%2f", node.port()));
    assert_eq!(first_byte(node.port()).unwrap(), 1);
    assert_eq!(node.ctl(["eval", "node()."]).await.unwrap().trim(), format!("'{}'", node.name()));
    assert!(fs::read_to_string(node.log()).unwrap().contains("started TCP listener"));
}

#[tokio::test]
async fn durable_data_survive_a_restart_and_a_kill() {
    let mut node = RabbitNode::start().await.unwrap();
    let uri = node.uri().to_owned();
    declare_durable_queue(&node, "survivor").await;

    node.restart().await.unwrap();
    assert_eq!(queues(&node).await, "survivor");

    node.kill().await;
    node.restart().await.unwrap();
    assert_eq!(queues(&node).await, "survivor");
    assert_eq!(node.uri(), uri);
}

#[tokio::test]
async fn a_killed_and_a_stopped_node_refuse_connections() {
    let mut node = RabbitNode::start().await.unwrap();

    node.kill().await;
    assert_eq!(first_byte(node.port()).unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
    node.kill().await;

    node.restart().await.unwrap();
    assert_eq!(first_byte(node.port()).unwrap(), 1);

    node.stop().await.unwrap();
    assert_eq!(first_byte(node.port()).unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
    node.stop().await.unwrap();
    assert!(fs::read_to_string(node.log()).unwrap().contains("stopped TCP listener"), "it stopped gracefully");
}

#[tokio::test]
async fn two_nodes_live_side_by_side() {
    let (first, second) = tokio::try_join!(RabbitNode::start(), RabbitNode::start()).unwrap();
    declare_durable_queue(&first, "first").await;

    assert_eq!(queues(&first).await, "first");
    assert_eq!(queues(&second).await, "");
    assert_ne!(first.port(), second.port());

    drop(first);
    assert_eq!(first_byte(second.port()).unwrap(), 1);
}

#[tokio::test]
async fn plugins_and_configuration_reach_the_node() {
    let node = RabbitNode::builder()
        .plugins(["rabbitmq_consistent_hash_exchange"])
        .config("heartbeat = 17")
        .start()
        .await
        .unwrap();

    let exchanges = node.ctl(["eval", "rabbit_exchange:check_type(<<\"x-consistent-hash\">>)."]).await.unwrap();
    assert_eq!(exchanges.trim(), "'x-consistent-hash'");
    assert_eq!(node.ctl(["environment"]).await.unwrap().matches("{heartbeat,17}").count(), 1);
}

#[tokio::test]
async fn virtual_hosts_of_the_shared_node_are_apart() {
    let node = RabbitNode::shared().await.unwrap();
    let uri = node.vhost("apart/1").await.unwrap();
    assert_eq!(uri, format!("amqp://guest:guest@127.0.0.1:{}/apart%2f1", node.port()));
    assert_eq!(node.vhost("apart/1").await.unwrap(), uri, "creating it again changes nothing");

    let permissions = node.ctl(["--silent", "list_permissions", "--vhost", "apart/1"]).await.unwrap();
    assert_eq!(permissions.trim(), "guest\t.*\t.*\t.*");
    assert_eq!(RabbitNode::shared().await.unwrap().name(), node.name(), "it is started once");
}

#[tokio::test]
async fn a_failing_rabbitmqctl_tells_why() {
    let error = RabbitNode::shared().await.unwrap().ctl(["delete_queue", "nowhere"]).await.unwrap_err();
    assert!(matches!(&error, Error::Ctl { stderr, .. } if stderr.contains("Queue not found")), "{error}");
}

#[tokio::test]
async fn a_node_that_cannot_start_shows_its_log() {
    let error = RabbitNode::builder().config("no_such_key = 1").start().await.unwrap_err();
    assert!(matches!(&error, Error::Exited { .. }), "{error}");
    assert!(error.to_string().contains("no_such_key"), "{error}");
}

#[tokio::test]
async fn a_node_that_is_too_slow_is_ended() {
    let error = RabbitNode::builder().ready_timeout(Duration::from_millis(200)).start().await.unwrap_err();
    let Error::NotReady { node, .. } = &error else { panic!("{error}") };
    await_no_trace_of(node);
}

#[test]
fn a_dropped_node_leaves_nothing() {
    let name = {
        let node = start();
        assert_ne!(traces_of(node.name()), Vec::<String>::new(), "a running node is seen by this test");
        node.name().to_owned()
    };
    await_no_trace_of(&name);
}

#[test]
fn a_panic_leaves_nothing() {
    let (tell, told) = std::sync::mpsc::channel();
    let panicked = thread::spawn(move || {
        let node = start();
        tell.send(node.name().to_owned()).unwrap();
        panic!("as a failing test does");
    })
    .join();

    assert!(panicked.is_err());
    await_no_trace_of(&told.recv().unwrap());
}

#[test]
fn a_killed_test_process_leaves_nothing() {
    let (mut process, name) = process_with_a_node("");
    process.kill().unwrap();
    process.wait().unwrap();

    await_no_trace_of(&name);
}

#[test]
fn a_test_run_in_which_every_process_is_told_to_end_leaves_nothing() {
    let (mut process, name) = process_with_a_node("");
    for trace in traces_of(&name) {
        if let Some(id) = trace.strip_prefix("/proc/") {
            // One may have ended with its parent meanwhile.
            Command::new("sh").args(["-c", "kill -s TERM \"$0\" 2>&1", id]).output().unwrap();
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();

    await_no_trace_of(&name);
}

#[test]
fn a_test_process_that_ends_takes_the_shared_node_with_it() {
    let (mut process, name) = process_with_a_node("shared");
    drop(process.stdin.take());
    assert!(process.wait().unwrap().success());

    await_no_trace_of(&name);
}

const KIND: &str = "RABBIT_NODE_TEST_KIND";

/// This test program once more, where it runs [`node_of_another_process`]; and the name of its node.
fn process_with_a_node(kind: &str) -> (Child, String) {
    let mut process = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "node_of_another_process", "--nocapture"])
        .env(KIND, kind)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let name = lines.find_map(|line| Some(line.split_once("node: ")?.1.to_owned())).expect("it tells the node's name");
    assert_ne!(traces_of(&name), Vec::<String>::new(), "the node runs");
    // Its last words go to a pipe that is still open.
    thread::spawn(move || lines.for_each(drop));
    (process, name)
}

#[test]
#[ignore = "the other process of the tests above; alone it starts a node and ends it when its input ends"]
fn node_of_another_process() {
    let own;
    let node = if env::var(KIND).as_deref() == Ok("shared") {
        runtime().block_on(RabbitNode::shared()).unwrap()
    } else {
        own = start();
        &own
    };
    println!("node: {}", node.name());
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

fn runtime() -> runtime::Runtime {
    runtime::Builder::new_current_thread().build().unwrap()
}

fn start() -> RabbitNode {
    runtime().block_on(RabbitNode::start()).unwrap()
}

/// What a client of the node reads first, after its protocol header.
fn first_byte(port: u16) -> io::Result<u8> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.write_all(b"AMQP\0\0\x09\x01")?;
    let mut byte = [0];
    stream.read_exact(&mut byte)?;
    Ok(byte[0])
}

async fn declare_durable_queue(node: &RabbitNode, name: &str) {
    let declare = format!(
        "rabbit_amqqueue:declare(rabbit_misc:r(<<\"/\">>, queue, <<\"{name}\">>), true, false, [], none, <<\"test\">>)."
    );
    node.ctl(["eval", &declare]).await.unwrap();
}

async fn queues(node: &RabbitNode) -> String {
    node.ctl(["--silent", "list_queues", "name"]).await.unwrap().trim().to_owned()
}

/// The processes and the folder of a node: its folder, whose name is in its own, is in the arguments or the environment
/// of everything that belongs to it.
fn traces_of(node: &str) -> Vec<String> {
    let folder = env::temp_dir().join(node.strip_suffix("@localhost").unwrap());
    let needle = folder.to_str().unwrap().as_bytes();
    let mut traces: Vec<String> = fs::read_dir("/proc")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|process| {
            ["cmdline", "environ"].iter().any(|file| {
                // A process may end while it is being read.
                fs::read(process.join(file)).is_ok_and(|text| text.windows(needle.len()).any(|window| window == needle))
            })
        })
        .map(|process| process.display().to_string())
        .collect();
    if folder.exists() {
        traces.push(folder.display().to_string());
    }
    traces
}

/// Erlang's helper processes end by themselves, a moment after the node.
fn await_no_trace_of(node: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let traces = traces_of(node);
        if traces.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "still there: {traces:?}");
        thread::sleep(Duration::from_millis(50));
    }
}
