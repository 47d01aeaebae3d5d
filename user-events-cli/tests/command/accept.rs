//! `accept` and `seal`, and what the compiler makes of the lock files.

use serde_json::{Value, json};

use crate::project::{Project, event};

const PLACED: &str = "type = \"OrderPlaced\", version = 1, exchange = \"orders\"";
const LOCK: &str = "orders/events.lock/OrderPlaced/v1.json";

/// `OrderPlaced` with these fields.
fn placed(fields: &str) -> String {
    event("OrderPlaced", PLACED, fields)
}

/// What a row says of these members.
fn said(row: &Value, names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| row[name].clone()).collect()
}

/// What the compiler or the command says against a change, as it stands in the lock file's words.
fn refusal(text: &str) -> String {
    let start = text.find("breaking change to published event").unwrap_or_else(|| panic!("no refusal: {text}"));
    let lines = text[start..].lines().map(str::trim).take_while(|line| !line.is_empty() && !line.starts_with("-->"));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_is_accepted_is_seen_by_the_next_check_and_a_breaking_change_is_refused_by_both_in_the_same_words() {
    let project = Project::new(&placed("id: String"));
    // The compiler has seen the crate without a lock file.
    project.cargo(&["check"]).await.with(0);
    let rows = project.rows(&["accept"], 0).await;
    assert_eq!(rows.len(), 1);
    let names = ["package", "type", "version", "outcome", "revision"];
    assert_eq!(said(&rows[0], &names), [json!("orders"), json!("OrderPlaced"), json!(1), json!("published"), json!(1)]);
    project.cargo(&["check"]).await.with(0);
    assert_eq!(project.rows(&["accept"], 0).await[0]["outcome"], "unchanged");

    project.library("orders", &placed("id: String, total: u32"));
    let compiler = project.cargo(&["check"]).await.with(101);
    let before = project.read(LOCK);
    let ended = project.user_events(&["accept"]).await.with(13);
    assert_eq!(refusal(&ended.stderr), refusal(&compiler.stderr));
    assert!(ended.stderr.contains("`total`"), "{}", ended.stderr);
    assert!(ended.stdout.contains("refused"), "{}", ended.stdout);
    assert_eq!(project.read(LOCK), before);

    // Nobody says why.
    project.user_events(&["accept", "--force"]).await.with(2).says("--reason");
    let forced = ["accept", "--force", "--reason", "nobody has stored one yet"];
    let rows = project.rows(&forced, 0).await;
    assert_eq!(said(&rows[0], &["outcome", "revision"]), [json!("replaced"), json!(2)]);
    assert!(project.read(LOCK).contains("nobody has stored one yet"));
    project.cargo(&["check"]).await.with(0);
}

#[tokio::test]
async fn a_compatible_change_is_a_new_revision_with_tombstones_for_what_has_gone() {
    let project = Project::new(&placed("id: String, note: Option<String>"));
    project.user_events(&["accept", "--yes"]).await.with(0);
    project.library("orders", &placed("id: String, total: Option<u32>"));
    let row = project.rows(&["accept"], 0).await.remove(0);
    assert_eq!(said(&row, &["outcome", "revision", "tombstones"]), [json!("published"), json!(2), json!(["note"])]);
    project.cargo(&["check"]).await.with(0);
    // What was removed comes back as something else.
    project.library("orders", &placed("id: String, total: Option<u32>, note: Option<bool>"));
    project.user_events(&["accept"]).await.with(13).says("`note`");
}

#[tokio::test]
async fn a_draft_binds_nobody_until_it_is_sealed() {
    let project = Project::new(&placed("id: String"));
    assert_eq!(project.rows(&["accept", "--draft"], 0).await[0]["outcome"], "drafted");
    project.library("orders", &placed("id: u64"));
    project.cargo(&["check"]).await.with(0);
    // It is not what the code says.
    project.user_events(&["seal"]).await.with(11).says("user-events accept --draft");
    let row = project.rows(&["accept", "--draft"], 0).await.remove(0);
    assert_eq!(said(&row, &["outcome", "revision"]), [json!("drafted"), json!(1)]);
    let row = project.rows(&["seal"], 0).await.remove(0);
    assert_eq!(said(&row, &["outcome", "revision"]), [json!("published"), json!(1)]);
    assert_eq!(project.rows(&["seal"], 0).await[0]["outcome"], "unchanged");
    project.library("orders", &placed("id: bool"));
    project.cargo(&["check"]).await.with(101);
    // What is published binds the next draft.
    project
        .user_events(&["accept", "--draft"])
        .await
        .with(13)
        .says("breaking change to published event `OrderPlaced` v1");
}

#[tokio::test]
async fn a_crate_with_errors_elsewhere_is_read_and_one_without_events_is_told_with_its_errors() {
    let broken = format!("{}pub fn wrong() -> u32 {{ \"text\" }}\n", placed("id: String"));
    let tests = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn wrong() { let _: u32 = missing(); }\n}\n";
    let project = Project::new(&format!("{broken}{tests}"));
    let ended = project.user_events(&["accept"]).await.with(0);
    assert!(ended.stdout.contains("OrderPlaced v1"), "{}", ended.stdout);
    project.library("orders", "pub fn wrong() -> u32 { \"text\" }\n");
    project.user_events(&["accept"]).await.with(12).says("expected `u32`, found `&str`").says("orders");
}

#[tokio::test]
async fn packages_are_read_in_the_order_in_which_they_depend_on_each_other_and_one_failure_stops_no_other() {
    let project = Project::of_packages(&[("aservice", &["bevents"]), ("bevents", &[])]);
    project.library("bevents", &event("Placed", "type = \"Placed\", version = 1, exchange = \"a\"", "id: String"));
    let shipped = event("Shipped", "type = \"Shipped\", version = 1, exchange = \"a\"", "placed: bevents::Address");
    let address =
        "#[derive(Serialize, Deserialize, user_events::EventSchema)]\npub struct Address { pub zip: String }\n";
    let events = project.read("bevents/src/lib.rs");
    project.file("bevents/src/lib.rs", &format!("{events}{address}"));
    project.library("aservice", &shipped);
    let rows = project.rows(&["accept"], 0).await;
    let order: Vec<Value> = rows.iter().map(|row| json!([row["package"], row["type"]])).collect();
    assert_eq!(order, [json!(["bevents", "Placed"]), json!(["aservice", "Shipped"])]);

    // A change in a dependency is caught where it matters.
    project.replace("bevents/src/lib.rs", "pub zip: String", "pub zip: u32");
    let check = project.cargo(&["check", "--workspace"]).await.with(101);
    assert!(check.stderr.contains("`placed.zip`"), "{}", check.stderr);
    project.user_events(&["accept"]).await.with(13).says("`placed.zip`");
    let rows = project.rows(&["accept"], 13).await;
    assert_eq!(rows.iter().map(|row| row["outcome"].clone()).collect::<Vec<_>>(), ["unchanged", "refused"]);
    assert_eq!(rows[1]["findings"][0]["field"], "placed.zip");

    let rows = project.rows(&["accept", "--package", "bevents"], 0).await;
    assert_eq!(rows.len(), 1);
    project.user_events(&["accept", "-p", "nothing"]).await.with(2).says("no package `nothing`");
    let rows = project.rows(&["accept", "Placed"], 0).await;
    assert_eq!(rows[0]["type"], "Placed");
    project.user_events(&["accept", "Plaiced"]).await.with(2).says("Plaiced");
    let manifest = project.path("bevents/Cargo.toml");
    let rows = project.rows(&["accept", "--manifest-path", manifest.to_str().unwrap(), "Placed.v1"], 0).await;
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn a_type_that_cannot_read_itself_is_recorded_with_a_warning() {
    let tags = "#[serde(skip_serializing_if = \"Vec::is_empty\")]\n    pub tags: Vec<String>";
    let project = Project::new(&placed("tags: Vec<String>").replace("pub tags: Vec<String>", tags));
    project.user_events(&["accept"]).await.with(0).says("warning").says("cannot read").says("`tags`");
}

#[tokio::test]
async fn a_lock_file_that_cannot_be_read_is_named_with_its_line_by_the_command_and_the_compiler() {
    let project = Project::new(&placed("id: String"));
    project.user_events(&["accept"]).await.with(0);
    let good = project.read(LOCK);
    let conflict = good.replacen('\n', "\n<<<<<<< ours\n=======\n>>>>>>> theirs\n", 1);
    for (content, says) in [
        (conflict.as_str(), "merge"),
        ("not JSON", "v1.json:1"),
        ("", "v1.json"),
        (&good.replacen("\"string\"", "\"bool\"", 1), "v1.json"),
    ] {
        project.file(LOCK, content);
        let ended = project.user_events(&["accept"]).await.with(3).says("v1.json").says(says);
        assert_eq!(project.read(LOCK), content, "{ended:?}");
        project.user_events(&["list"]).await.with(3).says(says);
        project.cargo(&["check"]).await.with(101).says("v1.json");
    }
    project.file(LOCK, &good);
    project.user_events(&["accept"]).await.with(0);
}

#[tokio::test]
async fn a_library_and_a_program_of_the_same_name_both_have_events() {
    let project = Project::new(&placed("id: String"));
    let shipped = event("Shipped", "type = \"Shipped\", version = 1, exchange = \"a\"", "id: String");
    project.file(
        "orders/src/main.rs",
        &format!("use user_events::DomainEvent;\nuse serde::{{Serialize, Deserialize}};\n{shipped}fn main() {{}}\n"),
    );
    let rows = project.rows(&["accept"], 0).await;
    assert_eq!(rows.iter().map(|row| row["type"].clone()).collect::<Vec<_>>(), ["OrderPlaced", "Shipped"]);
}

#[tokio::test]
async fn cargo_runs_accept_as_a_subcommand() {
    let project = Project::new(&placed("id: String"));
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_cargo-user-events"));
    let ended =
        crate::support::run_patiently(project.environment(command.args(["user-events", "accept"]))).await.with(0);
    assert!(ended.stdout.contains("published"), "{}", ended.stdout);
}
