//! `listen`.

use std::pin::pin;
use std::time::Duration;

use futures_util::{FutureExt as _, StreamExt as _};
use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable};
use tokio::io::AsyncReadExt as _;
use user_events_testkit::rabbit_node::RabbitNode;

use crate::support::{PATIENCE, Running, client, declare_exchange, exchange, node, publish, unique, user_events};

const BODY: &str = r#"{"messageId":"m-1","messageType":"UserRegistered.v1","envelopeVersion":"1.0","timestamp":"2023-10-28T12:05:00.000Z","sourceService":"UserService","correlationId":"c-1","payload":{"email":"ada@example.com"}}"#;

fn none() -> BasicProperties {
    BasicProperties::default()
}

#[tokio::test]
async fn a_row_says_what_passes_and_no_payload() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("rows"));
    exchange(&client, &name).await;
    let mut listening = Running::listen(uri, &[&name, "--count", "1"]).await;
    publish(&client, &name, "user.registered.v1", BODY.as_bytes(), none()).await;

    let row = listening.line().await;
    let cells: Vec<&str> = row.split_whitespace().collect();
    let [age, size, unit, message_type, key, id] = cells[..] else { panic!("{row}") };
    assert!(age.ends_with('d'), "{row}");
    assert_eq!((size, unit), (BODY.len().to_string().as_str(), "B"));
    assert_eq!((message_type, key, id), ("UserRegistered.v1", "user.registered.v1", "m-1"));
    let ended = listening.ended().await.with(0).says("1 message shown");
    assert!(!format!("{row}{ended:?}").contains("ada@example.com"));
}

#[tokio::test]
async fn json_has_an_object_a_line_and_the_payload_when_asked() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("json"));
    exchange(&client, &name).await;
    let mut plain = Running::listen(uri, &[&name, "--format", "json", "--count", "1"]).await;
    let mut whole = Running::listen(uri, &[&name, "--format", "json", "--count", "1", "--payload"]).await;
    publish(&client, &name, "user.registered.v1", BODY.as_bytes(), none()).await;

    let mut line: serde_json::Value = serde_json::from_str(&plain.line().await).unwrap();
    assert!(line["ageMs"].take().as_i64().unwrap() > 0);
    assert_eq!(
        line,
        serde_json::json!({
            "messageType": "UserRegistered.v1", "messageId": "m-1", "exchange": name, "routingKey": "user.registered.v1",
            "sourceService": "UserService", "correlationId": "c-1", "timestamp": "2023-10-28T12:05:00.000Z",
            "ageMs": null, "bodyBytes": BODY.len(),
        })
    );
    let line: serde_json::Value = serde_json::from_str(&whole.line().await).unwrap();
    assert_eq!(line["payload"], serde_json::json!({ "email": "ada@example.com" }));
    plain.ended().await.with(0);
    whole.ended().await.with(0);
}

#[tokio::test]
async fn filters_choose_what_is_shown() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("filters"));
    exchange(&client, &name).await;
    let filters = ["--type", "UserRegistered", "--source", "UserService", "--correlation-id", "c-1"];
    let arguments = [&[name.as_str(), "--key", "user.*.v1", "--key", "order.#"], &filters[..]].concat();
    let mut listening = Running::listen(uri, &arguments).await;
    let other = BODY.replace("m-1", "other");
    for (key, body) in [
        ("user.deleted.v2", other.clone()),
        ("user.registered.v1", other.replace("UserRegistered", "UserDeleted")),
        ("user.registered.v1", other.replace("UserService", "Another")),
        ("user.registered.v1", other.replace("c-1", "c-2")),
        ("order.placed.v1.x", BODY.to_owned()),
    ] {
        publish(&client, &name, key, body.as_bytes(), none()).await;
    }
    assert!(listening.line().await.ends_with(" m-1"));
    listening.signal("-INT");
    // What the pattern keeps out does not even arrive.
    listening.ended().await.with(0).says("1 message shown, 3 filtered out");
}

#[tokio::test]
async fn what_a_stranger_sends_cannot_drive_the_terminal() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("hostile"));
    exchange(&client, &name).await;
    let hostile = "\u{1b}]0;owned\u{7}\r\n\u{9b}2J\u{202e}";
    let envelope = serde_json::json!({ "messageId": hostile, "messageType": hostile, "payload": { hostile: hostile } });
    let properties = none().with_message_id(hostile.into()).with_type(hostile.into()).with_app_id(hostile.into());
    for format in ["text", "json"] {
        let mut listening = Running::listen(uri, &[&name, "--format", format, "--payload", "--count", "3"]).await;
        // As escapes in JSON, as they are in JSON, and in what is no JSON.
        for body in [envelope.to_string(), "{\"payload\":\"\u{9b}2J\u{7f}\"}".to_owned(), hostile.to_owned()] {
            publish(&client, &name, hostile, body.as_bytes(), properties.clone()).await;
        }
        let first = listening.line().await;
        let ended = listening.ended().await.with(0);
        let shown = format!("{first}{}{}", ended.stdout, ended.stderr);
        let bad = shown.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
        assert_eq!(bad, None, "{shown:?}");
        assert!(shown.contains("owned"), "{shown}");
    }
}

#[tokio::test]
async fn what_is_no_envelope_is_shown_and_marked() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("malformed"));
    exchange(&client, &name).await;
    let mut listening = Running::listen(uri, &[&name, "--count", "2"]).await;
    publish(&client, &name, "k", b"\xff\xfe", none().with_message_id("binary".into())).await;
    let dialect = r#"{"eventId":"e-1","eventType":"ProductCreated","timestamp":"2023-10-28T12:05:00Z","version":"2.0","source":"S","data":{}}"#;
    publish(&client, &name, "k", dialect.as_bytes(), none()).await;

    assert!(listening.line().await.ends_with(" binary"));
    assert!(listening.line().await.contains("no envelope: not JSON"));
    let row = listening.line().await;
    assert!(row.contains("ProductCreated") && row.ends_with(" e-1"), "{row}");
    assert!(listening.line().await.contains("dialect event-data"));
    listening.ended().await.with(0);
}

#[tokio::test]
async fn a_clock_that_is_ahead_makes_a_negative_age() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("skew"));
    exchange(&client, &name).await;
    let mut listening = Running::listen(uri, &[&name, "--format", "json", "--count", "1"]).await;
    // AMQP's own timestamp, where the body tells none.
    publish(&client, &name, "k", br#"{"payload":1}"#, none().with_timestamp(4_102_444_800)).await;
    let line: serde_json::Value = serde_json::from_str(&listening.line().await).unwrap();
    assert_eq!(line["timestamp"], "2100-01-01T00:00:00.000Z");
    assert!(line["ageMs"].as_i64().unwrap() < 0, "{line}");
    listening.ended().await.with(0);
}

#[tokio::test]
async fn it_ends_well_when_asked_and_leaves_nothing_behind() {
    let node = node().await;
    let (client, name) = (client(node.uri()).await, unique("ends"));
    exchange(&client, &name).await;
    for signal in ["-INT", "-TERM"] {
        let listening = Running::listen(node.uri(), &[&name]).await;
        let queues = node.ctl(["list_bindings", "source_name", "destination_name"]).await.unwrap();
        let queue = queues.lines().find(|line| line.starts_with(&name) && line.contains("user-events.observer."));
        let queue = queue.and_then(|line| line.split_whitespace().nth(1)).expect("a queue of its own").to_owned();
        let queues = node.ctl(["list_queues", "name", "exclusive", "durable", "type", "arguments"]).await.unwrap();
        let own = queues.lines().find(|line| line.starts_with(&format!("{queue}\t"))).expect("the queue");
        for part in ["true\tfalse\tclassic", "\"x-max-length\",10000", "\"x-max-length-bytes\",", "drop-head"] {
            assert!(own.contains(part), "{part}: {own}");
        }
        listening.signal(signal);
        listening.ended().await.with(0).says("0 messages shown");
        let queues = node.ctl(["list_queues", "name"]).await.unwrap();
        assert!(!queues.contains(&queue), "{queues}");
    }
    user_events(&["listen", &name, "--for", "100ms"]).await.with(0).says("0 messages shown");
}

#[tokio::test]
async fn a_reader_that_has_had_enough_is_no_error() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("head"));
    exchange(&client, &name).await;
    let listening = Running::listen(uri, &[&name]).await;
    let (mut child, mut stderr) = listening.stop_reading();
    publish(&client, &name, "k", BODY.as_bytes(), none()).await;
    let status = tokio::time::timeout(PATIENCE, child.wait()).await.expect("it ends").unwrap();
    let mut said = String::new();
    stderr.read_to_string(&mut said).await.unwrap();
    assert_eq!((status.code(), said.as_str()), (Some(0), "1 message shown\n"));
}

#[tokio::test]
async fn a_stopped_listener_is_told_what_it_missed_and_no_publisher_waits() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("stopped"));
    declare_exchange(&client, &name, lapin::ExchangeKind::Topic).await;
    // What is filtered out fills no pipe.
    let mut listening = Running::listen(uri, &[&name, "--type", "Another"]).await;
    listening.signal("-STOP");
    flood(&client, &name).await;
    listening.signal("-CONT");
    let warning = listening.error_line("were dropped").await;
    assert!(warning.contains("because this listener did not keep up"), "{warning}");
    listening.signal("-INT");
    listening.ended().await.with(0).says("filtered out, at least ");
}

/// Publishes more than the broker keeps for a listener.
async fn flood(client: &lapin::Channel, exchange: &str) {
    const MESSAGES: usize = 12_000;
    let mut confirms = Vec::new();
    for _ in 0..MESSAGES {
        let options = lapin::options::BasicPublishOptions::default();
        let sent = client.basic_publish(exchange.into(), "k".into(), options, BODY.as_bytes(), none());
        confirms.push(sent.await.expect("sent"));
    }
    for confirm in confirms {
        assert!(confirm.await.expect("an answer").is_ack());
    }
}

#[tokio::test]
async fn a_listener_that_nobody_reads_can_be_ended_and_says_what_it_missed_till_then() {
    let uri = node().await.uri();
    for signal in ["-INT", "-TERM"] {
        let (client, name) = (client(uri).await, unique("unread"));
        declare_exchange(&client, &name, lapin::ExchangeKind::Topic).await;
        let mut listening = Running::listen(uri, &[&name, "--payload"]).await;
        let large = format!(r#"{{"payload":"{}"}}"#, "x".repeat(1 << 20));
        publish(&client, &name, "k", large.as_bytes(), none()).await;
        listening.has_begun().await;
        // It waits for its reader, and asks for nothing until it ends.
        flood(&client, &name).await;
        listening.signal(signal);
        let ended = listening.ended_unread().await.with(1).says("nobody reads the standard output");
        ended.says("1 message shown, at least ");
    }
}

#[tokio::test]
async fn large_messages_to_a_stopped_reader_do_not_fill_the_broker() {
    const LARGE: usize = 8 << 20;
    const MESSAGES: usize = 64;
    let node = RabbitNode::start().await.unwrap();
    let name = unique("memory");
    let connection = lapin::Connection::connect(node.uri(), lapin::ConnectionProperties::default()).await.unwrap();
    let mut events = connection.events_listener();
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(lapin::options::ConfirmSelectOptions::default()).await.unwrap();
    declare_exchange(&channel, &name, lapin::ExchangeKind::Topic).await;
    let mut listening = Running::listen(node.uri(), &[&name, "--payload"]).await;
    let large = format!(r#"{{"payload":"{}"}}"#, "x".repeat(LARGE));
    for _ in 0..MESSAGES {
        publish(&channel, &name, "k", large.as_bytes(), none()).await;
    }
    // Less than all of the messages need. The node looks at once whether it has more.
    node.ctl(["set_vm_memory_high_watermark", "absolute", "400MiB"]).await.unwrap();
    publish(&channel, &name, "k", BODY.as_bytes(), none()).await;
    while let Some(Some(event)) = events.next().now_or_never() {
        assert!(!matches!(event, lapin::Event::ConnectionBlocked(_)), "a publisher was blocked");
    }
    listening.has_begun().await;
    let queues = node.ctl(["list_queues", "message_bytes_unacknowledged", "message_bytes_ready"]).await.unwrap();
    let sum = |column| -> usize {
        let cell = |line: &str| line.split_whitespace().nth(column).and_then(|cell| cell.parse::<usize>().ok());
        queues.lines().filter_map(cell).sum()
    };
    let (unacknowledged, ready) = (sum(0), sum(1));
    assert!((1..=4 * large.len()).contains(&unacknowledged), "{unacknowledged} bytes unacknowledged");
    assert!(ready <= 2 * (32 << 20), "{ready} bytes ready");
    listening.signal("-INT");
    listening.ended().await.with(0);
}

#[tokio::test]
async fn a_broker_that_hangs_is_not_waited_for() {
    let node = RabbitNode::start().await.unwrap();
    let (client, name) = (client(node.uri()).await, unique("hangs"));
    exchange(&client, &name).await;
    let listening = Running::listen(node.uri(), &[&name]).await;
    let process = node.ctl(["eval", "os:getpid()."]).await.unwrap();
    let stopped = std::process::Command::new("kill").args(["-STOP", process.trim().trim_matches('"')]).status();
    assert!(stopped.unwrap().success());
    listening.signal("-INT");
    listening.ended().await.with(0).says("0 messages shown");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_standard_error_that_cannot_be_written_to_stops_no_listener() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("untold"));
    exchange(&client, &name).await;
    // What a line is logged for: tables deeper than anybody reads.
    let deep = (0..40).fold(FieldTable::default(), |inner, _| {
        let mut outer = FieldTable::default();
        outer.insert("t".into(), AMQPValue::FieldTable(inner));
        outer
    });
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = crate::support::command(uri, &["listen", &name, "--count", "1", "--verbose"]);
    let mut ended = pin!(crate::support::end_of(command.stderr(full).spawn().unwrap()));
    let ended = loop {
        tokio::select! {
            ended = &mut ended => break ended,
            () = publish(&client, &name, "k", BODY.as_bytes(), none().with_headers(deep.clone())) => {}
        }
    };
    assert!(ended.with(0).stdout.contains("m-1"));
}

#[tokio::test]
async fn a_user_with_few_rights_can_listen_all_the_same() {
    let node = node().await;
    let (client, name, user) = (client(node.uri()).await, unique("rights"), unique("observer"));
    exchange(&client, &name).await;
    node.ctl(["add_user", &user, "secret"]).await.unwrap();
    let own = "^user-events\\.observer\\.";
    let readable = format!("{own}|^{}$", name.replace('.', "\\."));
    node.ctl(["set_permissions", &user, own, own, &readable]).await.unwrap();
    let uri = format!("amqp://{user}:secret@127.0.0.1:{}/%2f", node.port());
    let mut listening = Running::listen(&uri, &[&name, "--count", "1"]).await;
    publish(&client, &name, "k", BODY.as_bytes(), none()).await;
    assert!(listening.line().await.ends_with(" m-1"));
    listening.ended().await.with(0);

    node.ctl(["set_permissions", &user, own, own, own]).await.unwrap();
    let mut closed = crate::support::command(&uri, &["listen", &name]);
    let ended = crate::support::run(&mut closed).await.with(5).says("needs the right to read from it");
    assert!(!ended.stderr.contains(&user), "{}", ended.stderr);
}

#[tokio::test]
async fn a_missing_exchange_is_named() {
    user_events(&["listen", "nowhere"]).await.with(6).says("exchange `nowhere` does not exist");
}

#[tokio::test]
async fn a_lost_connection_ends_it_with_a_code_of_its_own() {
    let mut node = RabbitNode::start().await.unwrap();
    let (client, name) = (client(node.uri()).await, unique("lost"));
    exchange(&client, &name).await;
    let listening = Running::listen(node.uri(), &[&name]).await;
    node.kill().await;
    let ended = tokio::time::timeout(Duration::from_secs(120), listening.ended()).await.expect("it ends");
    ended.with(4).says("0 messages shown").says("error: the connection to the broker was lost");
}

#[tokio::test]
async fn colours_are_for_terminals() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("colours"));
    exchange(&client, &name).await;
    for (variable, coloured) in [("UNRELATED", false), ("CLICOLOR_FORCE", true)] {
        let mut command = crate::support::command(uri, &["listen", &name, "--count", "1"]);
        let mut listening = Running::of(command.env(variable, "1").spawn().unwrap());
        listening.error_line("listening on").await;
        publish(&client, &name, "k", BODY.as_bytes(), none()).await;
        assert_eq!(listening.line().await.contains('\u{1b}'), coloured, "{variable}");
        listening.ended().await.with(0);
    }
}
