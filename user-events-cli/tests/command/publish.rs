//! `publish`.

use lapin::options::BasicGetOptions;
use lapin::types::{AMQPValue, FieldTable};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use user_events_testkit::rabbit_node::RabbitNode;

use crate::support::{
    Running, client, command, exchange, file, node, queue_with, unique, user_events, user_events_with,
};

const BODY: &str = r#"{"messageId":"m-1","messageType":"UserRegistered.v1","envelopeVersion":"1.0","timestamp":"2023-10-28T12:05:00.500Z","sourceService":"UserService","correlationId":"c-1","payload":{"n":12345678901234567890123},"partitionKey":"u-1","other":[1]}"#;

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
    let ended = running.ended().await.with(1);
    ended.says("1 published").says("interrupted: what follows line 1 was not read");
    drop(stdin);
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
