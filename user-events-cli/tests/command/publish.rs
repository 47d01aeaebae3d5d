//! `publish`.

use futures_util::StreamExt as _;
use lapin::options::{BasicConsumeOptions, BasicGetOptions};
use lapin::types::{AMQPValue, FieldTable};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;
use user_events_testkit::rabbit_node::RabbitNode;

use crate::support::{
    PATIENCE, Running, client, command, end_of, exchange, file, node, queue_with, run, unique, user_events,
    user_events_with, way_without_confirms,
};

const BODY: &str = r#"{"messageId":"m-1","messageType":"UserRegistered.v1","envelopeVersion":"1.0","timestamp":"2023-10-28T12:05:00.500Z","sourceService":"UserService","correlationId":"c-1","payload":{"n":12345678901234567890123},"partitionKey":"u-1","other":[1]}"#;

/// What is stored in a queue, as it comes.
async fn consume(client: &lapin::Channel, queue: &str) -> lapin::Consumer {
    let options = BasicConsumeOptions { no_ack: true, ..Default::default() };
    client.basic_consume(queue.into(), "".into(), options, FieldTable::default()).await.expect("a consumer")
}

/// Where nothing can be written to.
#[cfg(target_os = "linux")]
fn full() -> std::fs::File {
    std::fs::File::options().write(true).open("/dev/full").expect("/dev/full")
}

#[tokio::test]
async fn a_file_is_published_with_the_properties_of_its_envelope() {
    let (client, name) = (client(node().await.uri()).await, unique("file"));
    let queue = exchange(&client, &name).await;
    let folder = TempDir::new().unwrap();
    let path = file(folder.path(), "event.json", &format!("\n{BODY}\n"));
    let ended = user_events(&["publish", "--exchange", &name, &path]).await.with(0);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("m-1\n", ""));

    let got = client.basic_get(queue.as_str().into(), BasicGetOptions { no_ack: true }).await.unwrap().expect("stored");
    assert_eq!(got.routing_key.as_str(), "user.registered.v1");
    assert_eq!(got.data, BODY.as_bytes(), "as it is written");
    let properties = &got.properties;
    let texts = [
        properties.message_id(),
        properties.kind(),
        properties.app_id(),
        properties.correlation_id(),
        properties.content_type(),
        properties.content_encoding(),
    ];
    let expected = ["m-1", "UserRegistered.v1", "UserService", "c-1", "application/json", "UTF-8"];
    assert_eq!(texts.map(|text| text.as_ref().map(|text| text.as_str())), expected.map(Some));
    assert_eq!((*properties.timestamp(), *properties.delivery_mode()), (Some(1_698_494_700), Some(2)));
    let headers = properties.headers().as_ref().unwrap();
    assert_eq!(headers.inner().get("ue-partition-key"), Some(&AMQPValue::LongString("u-1".into())));
}

#[tokio::test]
async fn the_standard_input_is_filled_in_and_goes_where_the_key_says() {
    let (client, name) = (client(node().await.uri()).await, unique("fill"));
    let queue = exchange(&client, &name).await;
    let draft = r#"{"messageType":"UserRegisteredEventV1","payload":{"n":1}}"#;
    let arguments = ["publish", "--exchange", &name, "--fill", "--key", "user.registered.v1"];
    let id = user_events_with(&arguments, draft).await.with(0).stdout;

    let got = client.basic_get(queue.as_str().into(), BasicGetOptions { no_ack: true }).await.unwrap().expect("stored");
    let body: serde_json::Value = serde_json::from_slice(&got.data).unwrap();
    assert_eq!(body["messageId"], id.trim_end());
    assert_eq!(body["envelopeVersion"], "1.0");
    assert!(body["timestamp"].as_str().unwrap().ends_with('Z'));
    let known = ["publish", "--exchange", &name, "--fill"];
    user_events_with(&known, draft).await.with(3).says("give it with `--key`");
}

#[tokio::test]
async fn an_envelope_in_a_dialect_is_published_when_that_is_said() {
    let (client, name) = (client(node().await.uri()).await, unique("dialect"));
    let queue = exchange(&client, &name).await;
    let body = r#"{"eventId":"m-1","eventType":"ProductCreated","timestamp":"2023-10-28T12:05:00Z","version":"1.0","source":"Catalogue","data":{"sku":"s-1"}}"#;
    let publish = ["publish", "--exchange", &name];
    let ended = user_events_with(&publish, body).await.with(3);
    ended.says("it looks like the `event-data` dialect, which `--dialect event-data` publishes");

    let ended = user_events_with(&[&publish[..], &["--dialect", "event-data"]].concat(), body).await.with(0);
    assert_eq!(ended.stdout, "m-1\n");
    let got = client.basic_get(queue.as_str().into(), BasicGetOptions { no_ack: true }).await.unwrap().expect("stored");
    assert_eq!(got.routing_key.as_str(), "product.created.v1");
    assert_eq!(got.data, body.as_bytes(), "as it is written");
    assert_eq!(got.properties.kind().as_ref().map(|text| text.as_str()), Some("ProductCreated"));

    let ended = user_events_with(&[&publish[..], &["--dialect", "event-data"]].concat(), BODY).await.with(3);
    ended.says("no envelope of the `event-data` dialect: it looks like the standard envelope");
}

#[tokio::test]
async fn what_is_no_envelope_is_refused_with_its_place() {
    let (client, name) = (client(node().await.uri()).await, unique("invalid"));
    exchange(&client, &name).await;
    for (body, says) in [
        ("{\n  \"payload\": oops\n}", "no envelope: not JSON, in field `payload` (line 2, column 14)"),
        (r#"{"messageType":"A.v1"}"#, "no envelope: field `payload` is missing (line 1, column 22)"),
        (r#"{"payload":1}"#, "`messageType` is missing"),
        (r#"{"messageType":"A.v1","payload":1}"#, "`messageId` is missing; `--fill`"),
        (r#"{"envelopeVersion":"2.0","payload":1}"#, "the envelope's major version is not 1"),
    ] {
        let ended = user_events_with(&["publish", "--exchange", &name], body).await.with(3).says(says);
        assert_eq!(ended.stdout, "", "{body}");
    }
    user_events(&["publish", "--exchange", &name, "/nowhere.json"])
        .await
        .with(1)
        .says("`/nowhere.json` cannot be read");
}

#[tokio::test]
async fn unroutable_refused_and_missing_have_codes_of_their_own() {
    let (client, name) = (client(node().await.uri()).await, unique("codes"));
    crate::support::declare_exchange(&client, &name, lapin::ExchangeKind::Topic).await;
    let publish = ["publish", "--exchange", name.as_str()];
    let ended = user_events_with(&publish, BODY).await.with(7);
    let ended = ended.says(&format!(
        "message `m-1` reached no queue: nothing is bound to routing key `user.registered.v1` of exchange `{name}`"
    ));
    assert_eq!(ended.stdout, "");

    let mut full = FieldTable::default();
    full.insert("x-max-length".into(), AMQPValue::LongInt(1));
    full.insert("x-overflow".into(), AMQPValue::LongString("reject-publish".into()));
    let queue = format!("{name}.full");
    queue_with(&client, &queue, full).await;
    let bound =
        client.queue_bind(queue.into(), name.as_str().into(), "#".into(), Default::default(), Default::default());
    bound.await.unwrap();
    user_events_with(&publish, BODY).await.with(0);
    user_events_with(&publish, BODY).await.with(9).says("message `m-1` was not confirmed: refused by the broker");

    let long = BODY.replace("c-1", &"c".repeat(256));
    user_events_with(&publish, &long).await.with(8).says("not sent: the correlation id has 256 bytes");

    let (user, own) = (unique("reader"), name.replace('.', "\\."));
    node().await.ctl(["add_user", &user, "secret"]).await.unwrap();
    node().await.ctl(["set_permissions", &user, "^$", "^$", &own]).await.unwrap();
    let uri = format!("amqp://{user}:secret@127.0.0.1:{}/%2f", node().await.port());
    let folder = TempDir::new().unwrap();
    for (file_name, more) in [("event.json", None), ("events.jsonl", Some("--lines"))] {
        let path = file(folder.path(), file_name, BODY);
        let arguments: Vec<&str> = publish.iter().copied().chain(more).chain([path.as_str()]).collect();
        let ended = run(&mut command(&uri, &arguments)).await.with(5);
        ended.says(&format!("the user may not write to exchange `{name}`"));
    }

    let missing = unique("misspelt");
    user_events_with(&["publish", "--exchange", &missing], BODY).await.with(6).says("is it spelt right?");
    let exchanges = node().await.ctl(["list_exchanges", "name"]).await.unwrap();
    assert!(!exchanges.contains(&missing), "it was declared");
}

#[tokio::test]
async fn lines_that_fail_are_named_and_the_others_go_on() {
    let (client, name) = (client(node().await.uri()).await, unique("lines"));
    crate::support::declare_exchange(&client, &name, lapin::ExchangeKind::Topic).await;
    let queue = format!("{name}.users");
    queue_with(&client, &queue, FieldTable::default()).await;
    let bound =
        client.queue_bind(queue.into(), name.as_str().into(), "user.#".into(), Default::default(), Default::default());
    bound.await.unwrap();
    let line = |id: &str, message_type: &str| BODY.replace("m-1", id).replace("UserRegistered", message_type);
    let lines =
        [line("1", "UserRegistered"), "{".into(), String::new(), line("4", "OrderPlaced"), line("5", "UserDeleted")];
    let arguments = ["publish", "--exchange", &name, "--lines"];
    let ended = user_events_with(&arguments, &lines.join("\n")).await.with(7);
    let ended = ended.says("line 2: no envelope").says("line 4: message `4` reached no queue");
    assert_eq!(ended.stdout, "1\n5\n", "in their order");
    ended.says("2 published, 1 invalid, 1 unroutable");
    user_events_with(&arguments, &lines[0]).await.with(0).says("1 published\n");
}

#[tokio::test]
async fn an_interrupted_input_says_how_far_it_got() {
    let uri = node().await.uri();
    let (client, name) = (client(uri).await, unique("interrupted"));
    exchange(&client, &name).await;
    let mut command = command(uri, &["publish", "--exchange", &name, "--lines"]);
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut running = Running::of(child);
    stdin.write_all(format!("{BODY}\n").as_bytes()).await.unwrap();
    assert_eq!(running.line().await, "m-1", "before the input ends");
    running.signal("-INT");
    let ended = running.ended().await.with(130);
    ended
        .says("1 published")
        .says("interrupted: what follows line 1 was not read; `tail -n +2` of the input is the rest");
    drop(stdin);
}

#[tokio::test]
async fn one_event_can_be_interrupted_before_it_is_read_and_before_it_is_sent() {
    let mut reading = command("amqp://127.0.0.1:1", &["publish", "--exchange", "user.events"]);
    let mut child = reading.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let running = Running::of(child);
    // More than a pipe holds: it reads.
    stdin.write_all(&[b' '; 1 << 20]).await.unwrap();
    running.signal("-INT");
    running.ended().await.with(130).says("interrupted: nothing was published");

    let broker = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("amqp://{}", broker.local_addr().unwrap());
    let folder = TempDir::new().unwrap();
    let path = file(folder.path(), "event.json", BODY);
    let running = Running::of(command(&uri, &["publish", "--exchange", "user.events", &path]).spawn().unwrap());
    let _silent = tokio::time::timeout(crate::support::PATIENCE, broker.accept()).await.unwrap().unwrap();
    running.signal("-INT");
    running.ended().await.with(130).says("interrupted: nothing was published");
}

#[tokio::test]
async fn one_event_that_is_interrupted_before_its_confirm_is_named_since_it_may_be_stored() {
    let (client, name) = (client(node().await.uri()).await, unique("unconfirmed"));
    let mut stored = consume(&client, &exchange(&client, &name).await).await;
    let folder = TempDir::new().unwrap();
    let draft = file(folder.path(), "draft.json", r#"{"messageType":"A.v1","payload":1}"#);
    for signal in ["-INT", "-TERM"] {
        let uri = way_without_confirms().await;
        let mut command = command(&uri, &["publish", "--exchange", &name, "--fill", &draft]);
        let running = Running::of(command.spawn().unwrap());
        let stored = timeout(PATIENCE, stored.next()).await.unwrap().unwrap().unwrap();
        let body: serde_json::Value = serde_json::from_slice(&stored.data).unwrap();
        running.signal(signal);
        let id = body["messageId"].as_str().unwrap();
        let ended = running.ended().await.with(10).says(&format!("message `{id}` was sent and not confirmed"));
        assert_eq!(ended.stdout, "");
    }
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let (client, name) = (client(node().await.uri()).await, unique("twice"));
    let mut stored = consume(&client, &exchange(&client, &name).await).await;
    let folder = TempDir::new().unwrap();
    let path = file(folder.path(), "events.jsonl", BODY);
    let uri = way_without_confirms().await;
    let mut command = command(&uri, &["publish", "--exchange", &name, "--lines", &path]);
    let running = Running::of(command.spawn().unwrap());
    timeout(PATIENCE, stored.next()).await.unwrap().unwrap().unwrap();
    running.signal("-INT");
    running.signal("-TERM");
    // It does not wait for the confirm, so it cannot say that there is none.
    assert_eq!(running.ended().await.with(130).stderr, "");
}

#[tokio::test]
async fn lines_whose_ids_nobody_reads_can_be_interrupted() {
    let (client, name) = (client(node().await.uri()).await, unique("unread"));
    let mut stored = consume(&client, &exchange(&client, &name).await).await;
    let folder = TempDir::new().unwrap();
    let long = format!("{}\n", BODY.replace("m-1", &"m".repeat(250)));
    let path = file(folder.path(), "events.jsonl", &long.repeat(3_000));
    for signal in ["-INT", "-TERM"] {
        let mut command = command(node().await.uri(), &["publish", "--exchange", &name, "--lines", &path]);
        let running = Running::of(command.spawn().unwrap());
        // A pipe holds some 260 ids, and at most 256 lines are on their way.
        for _ in 0..500 {
            timeout(PATIENCE, stored.next()).await.unwrap().unwrap().unwrap();
        }
        running.signal(signal);
        let ended = running.ended_unread().await.with(130);
        ended.says(" published\n").says("nobody reads the standard output").says("interrupted: what follows line");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_is_published_is_said_to_be_so_when_its_id_cannot_be_printed() {
    let (client, name) = (client(node().await.uri()).await, unique("full"));
    exchange(&client, &name).await;
    let folder = TempDir::new().unwrap();
    let path = file(folder.path(), "event.json", BODY);
    let mut one = command(node().await.uri(), &["publish", "--exchange", &name, &path]);
    let ended = end_of(one.stdout(full()).spawn().unwrap()).await.with(1);
    ended.says("message `m-1` is published, but its id was not printed: the standard output cannot be written to");
    let mut lines = command(node().await.uri(), &["publish", "--exchange", &name, "--lines", &path]);
    end_of(lines.stdout(full()).spawn().unwrap())
        .await
        .with(1)
        .says("1 published\n")
        .says("the standard output cannot be written to");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn lines_go_on_when_nobody_can_be_told_of_those_that_fail() {
    let (client, name) = (client(node().await.uri()).await, unique("untold"));
    exchange(&client, &name).await;
    let folder = TempDir::new().unwrap();
    let good = |id: &str| BODY.replace("m-1", id);
    let path = file(folder.path(), "events.jsonl", &[good("1"), "{".into(), good("3")].join("\n"));
    for more in [None, Some("--verbose")] {
        let arguments = ["publish", "--exchange", &name, "--lines", &path].into_iter().chain(more);
        let arguments: Vec<&str> = arguments.collect();
        let ended = end_of(command(node().await.uri(), &arguments).stderr(full()).spawn().unwrap()).await.with(3);
        assert_eq!(ended.stdout, "1\n3\n");
    }
}

#[tokio::test]
async fn a_line_that_is_too_large_is_named_and_the_others_go_on() {
    let (client, name) = (client(node().await.uri()).await, unique("large"));
    exchange(&client, &name).await;
    let large = BODY.replace("c-1", &"c".repeat(17 << 20));
    let lines = [BODY.replace("m-1", "1"), large.clone(), BODY.replace("m-1", "3")].join("\n");
    let ended = user_events_with(&["publish", "--exchange", &name, "--lines"], &lines).await.with(8);
    let says = "too large: it has more than the 16777216 bytes that a message may have; nothing of it was sent";
    let ended = ended.says(&format!("line 2: {says}"));
    assert_eq!(ended.stdout, "1\n3\n");
    user_events_with(&["publish", "--exchange", &name], &large).await.with(8).says(says);
}

#[tokio::test]
async fn a_lost_connection_ends_the_lines() {
    let mut node = RabbitNode::start().await.unwrap();
    let (client, name) = (client(node.uri()).await, unique("lost"));
    exchange(&client, &name).await;
    let mut command = command(node.uri(), &["publish", "--exchange", &name, "--lines"]);
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut running = Running::of(child);
    stdin.write_all(format!("{BODY}\n").as_bytes()).await.unwrap();
    assert_eq!(running.line().await, "m-1");
    node.kill().await;
    stdin.write_all(format!("{BODY}\n").as_bytes()).await.unwrap();
    let ended = running.ended().await;
    assert!(matches!(ended.code, Some(8 | 10)), "not sent, or nobody knows: {ended:?}");
    ended
        .says("line 2: message `m-1` was not confirmed")
        .says("the connection was lost: what follows line 2 was not read");
    drop(stdin);
}
