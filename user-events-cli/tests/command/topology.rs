//! `topology`.

use lapin::types::{AMQPValue, FieldTable};
use tempfile::TempDir;

use crate::support::{
    client, command, declare_exchange, file, node, queue_with, run, unique, user_events, user_events_with,
};

fn document(consumer: &str, exchange: &str) -> String {
    format!("consumer = \"{consumer}\"\n\n[[bind]]\nexchange = \"{exchange}\"\nkey = \"user.registered.v1\"\n")
}

/// First words of the lines, which are what was found or done.
fn words(stdout: &str) -> Vec<&str> {
    stdout.lines().map(|line| line.split("  ").next().unwrap_or_default()).collect()
}

#[tokio::test]
async fn what_is_planned_is_applied_and_verified() {
    let (consumer, exchange) = (unique("planned"), unique("planned.events"));
    let folder = TempDir::new().unwrap();
    let path = file(folder.path(), "consumer.toml", &document(&consumer, &exchange));

    for _ in 0..2 {
        let ended = user_events(&["topology", "plan", &path]).await.with(0).says("4 would be declared");
        let line = |object: String| format!("would be declared  {object}\n");
        let expected = [
            line(format!("exchange `{exchange}`")),
            line(format!("queue `{consumer}.dlq`")),
            line(format!("queue `{consumer}`")),
            line(format!("binding of queue `{consumer}` to `user.registered.v1` of exchange `{exchange}`")),
        ];
        assert_eq!(ended.stdout, expected.concat(), "planning twice finds the same");
    }
    let ended = user_events(&["topology", "verify", &path]).await.with(6);
    let ended = ended.says(&format!("missing: exchange `{exchange}`, queue `{consumer}.dlq`, queue `{consumer}`"));
    assert_eq!(words(&ended.stdout), ["missing"; 4]);

    let ended = user_events(&["topology", "apply", &path]).await.with(0).says("4 declared");
    assert_eq!(words(&ended.stdout), ["declared"; 4]);
    let bindings = node().await.ctl(["list_bindings", "source_name", "destination_name", "routing_key"]).await.unwrap();
    assert!(bindings.contains(&format!("{exchange}\t{consumer}\tuser.registered.v1")), "{bindings}");

    let ended =
        user_events(&["topology", "plan", &path]).await.with(0).says("nothing would be declared; 1 binding was not");
    assert_eq!(words(&ended.stdout), ["exists", "exists", "exists", "not checked"]);
    user_events(&["topology", "verify", &path])
        .await
        .with(0)
        .says("exchanges and queues exist as they are described; ");
    let ended = user_events(&["topology", "apply", &path]).await.with(0).says("nothing was missing");
    assert_eq!(words(&ended.stdout), ["exists", "exists", "exists", "declared"]);
}

#[tokio::test]
async fn a_missing_dead_letter_queue_is_named() {
    let uri = node().await.uri();
    let (client, consumer, exchange) = (client(uri).await, unique("letters"), unique("letters.events"));
    let document = document(&consumer, &exchange);
    user_events_with(&["topology", "apply", "-"], &document).await.with(0);
    client.queue_delete(format!("{consumer}.dlq").into(), Default::default()).await.unwrap();
    let ended = user_events_with(&["topology", "verify", "-"], &document).await.with(6);
    ended.says(&format!("missing: queue `{consumer}.dlq`;"));
}

#[tokio::test]
async fn what_differs_is_said_with_both_values_and_nothing_is_declared() {
    let uri = node().await.uri();
    let (client, consumer, exchange) = (client(uri).await, unique("differs"), unique("differs.events"));
    let mut arguments = FieldTable::default();
    for (name, value) in [
        ("x-queue-type", "quorum"),
        ("x-dead-letter-exchange", ""),
        ("x-dead-letter-routing-key", &format!("{consumer}.dlq")),
        ("x-dead-letter-strategy", "at-least-once"),
        ("x-overflow", "reject-publish"),
    ] {
        arguments.insert(name.into(), AMQPValue::LongString(value.into()));
    }
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(7));
    queue_with(&client, &consumer, arguments).await;
    declare_exchange(&client, &exchange, lapin::ExchangeKind::Direct).await;

    for (command, missing) in [("plan", "would be declared"), ("verify", "missing"), ("apply", "missing")] {
        let ended = user_events_with(&["topology", command, "-"], &document(&consumer, &exchange)).await.with(6);
        assert_eq!(words(&ended.stdout), ["differs", missing, "differs", "not checked"], "{command}");
        for difference in ["`type` is direct, topic was wanted", "`x-delivery-limit` is 7, 1000 was wanted"] {
            assert!(ended.stdout.contains(difference), "{}", ended.stdout);
        }
        ended.says(&format!("with other arguments: exchange `{exchange}`, queue `{consumer}`"));
    }
    let queues = node().await.ctl(["list_queues", "name"]).await.unwrap();
    assert!(!queues.contains(&format!("{consumer}.dlq")), "{queues}");
}

#[tokio::test]
async fn several_consumers_are_several_documents_of_either_form() {
    let (one, two, exchange) = (unique("one"), unique("two"), unique("several.events"));
    let folder = TempDir::new().unwrap();
    let toml = file(folder.path(), "one.toml", &document(&one, &exchange));
    let json =
        format!(r#"{{"consumer":"{two}","kind":"classic","bind":[{{"exchange":"{exchange}","key":"user.#"}}]}}"#);
    let ended = user_events_with(&["topology", "apply", &toml, "-"], &json).await.with(0);
    assert_eq!(ended.stdout.lines().count(), 7, "{}", ended.stdout);
    let queues = node().await.ctl(["list_queues", "name", "type"]).await.unwrap();
    for line in [format!("{one}\tquorum"), format!("{two}\tclassic")] {
        assert!(queues.contains(&line), "{queues}");
    }
}

#[tokio::test]
async fn a_mistake_in_a_document_is_told_with_its_place() {
    let folder = TempDir::new().unwrap();
    for (content, says) in [
        (
            "consumer = \"a\"\nbinds = []\n",
            "unknown field `binds`, expected one of `consumer`, `kind`, `bind` at line 2 column 1",
        ),
        ("{\"consumer\":\"a\",\n\"bind\":[{}]}", "missing field `exchange` at line 2 column 10"),
        ("consumer = \"\u{1b}[2J\" oops", "at line 1 column"),
    ] {
        let path = file(folder.path(), "consumer.toml", content);
        let ended = user_events(&["topology", "plan", &path]).await.with(3).says(says);
        assert!(!ended.stderr.contains('\u{1b}'), "{:?}", ended.stderr);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_told_from_one_that_says_nothing() {
    user_events(&["topology", "plan", "/nowhere.toml"]).await.with(1).says("`/nowhere.toml` cannot be read");
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("latin.toml");
    std::fs::write(&path, b"consumer = \"caf\xe9\"").unwrap();
    user_events(&["topology", "plan", path.to_str().unwrap()]).await.with(3).says("latin.toml: it is not UTF-8");
}

#[tokio::test]
async fn a_user_who_may_not_declare_is_told_so() {
    let node = node().await;
    let (consumer, exchange, user) = (unique("reader"), unique("reader.events"), unique("reading"));
    let document = document(&consumer, &exchange);
    user_events_with(&["topology", "apply", "-"], &document).await.with(0);
    node.ctl(["add_user", &user, "secret"]).await.unwrap();
    node.ctl(["set_permissions", &user, "^$", ".*", ".*"]).await.unwrap();
    let folder = TempDir::new().unwrap();
    let path = file(folder.path(), "consumer.toml", &document);
    let uri = format!("amqp://{user}:secret@127.0.0.1:{}/%2f", node.port());
    // To compare arguments is to declare what exists.
    for verb in ["plan", "verify", "apply"] {
        let ended = run(&mut command(&uri, &["topology", verb, &path])).await.with(5);
        let ended = ended.says(&format!("queue `{consumer}.dlq` exists, and is not compared"));
        let ended = ended.says("needs the right to configure it");
        assert!(!ended.stderr.contains(&user), "{ended:?}");
    }
    // An exchange may be another's.
    node.ctl(["set_permissions", &user, &format!("^{}", consumer.replace('.', "\\.")), ".*", ".*"]).await.unwrap();
    let ended = run(&mut command(&uri, &["topology", "verify", &path])).await.with(0);
    assert_eq!(words(&ended.stdout), ["not compared", "exists", "exists", "not checked"]);
    ended.says(&format!("exchange `{exchange}` was not compared"));
    let ended = run(&mut command(&uri, &["topology", "apply", &path])).await.with(0).says("nothing was missing");
    assert_eq!(words(&ended.stdout), ["not compared", "exists", "exists", "declared"]);
}
