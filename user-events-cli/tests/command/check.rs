//! `check`, `diff` and `list`.

use serde_json::{Value, json};

use crate::project::{Project, event};

const PLACED: &str = "type = \"OrderPlaced\", version = 1, exchange = \"orders\"";
const LOCK: &str = "orders/events.lock/OrderPlaced/v1.json";
const FROZEN: &[&str] = &["check", "--frozen"];

fn placed(fields: &str) -> String {
    event("OrderPlaced", PLACED, fields)
}

/// A project whose only event was accepted.
async fn accepted(library: &str) -> Project {
    let project = Project::new(library);
    project.user_events(&["accept"]).await.with(0);
    project
}

/// What was found, with how bad it is and where.
fn found(rows: &[Value]) -> Vec<Value> {
    rows.iter().map(|row| json!([row["severity"], row["finding"], row["type"], row["field"]])).collect()
}

#[tokio::test]
async fn nothing_is_found_where_code_and_lock_agree() {
    let project = accepted(&placed("id: String")).await;
    let ended = project.user_events(FROZEN).await.with(0);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
}

#[tokio::test]
async fn an_event_without_a_lock_and_a_lock_without_an_event_fail_a_frozen_check_alone() {
    let project = accepted(&placed("id: String")).await;
    project
        .library("orders", &event("Shipped", "type = \"Shipped\", version = 1, exchange = \"orders\"", "id: String"));
    let expected = |severity: &str| {
        [json!([severity, "unlocked", "Shipped", null]), json!([severity, "no-event", "OrderPlaced", null])]
    };
    assert_eq!(found(&project.rows(&["check"], 0).await), expected("warning"));
    assert_eq!(found(&project.rows(FROZEN, 11).await), expected("error"));
    assert!(!project.path("orders/events.lock/Shipped").exists());
}

#[tokio::test]
async fn a_retired_version_needs_no_event() {
    let project = accepted(&placed("id: String")).await;
    let next = "type = \"OrderPlaced\", version = 2, exchange = \"orders\"";
    project.library("orders", &event("OrderPlaced", &format!("{next}, floor = 2"), "id: u32"));
    project.user_events(&["accept"]).await.with(0);
    assert_eq!(found(&project.rows(FROZEN, 0).await), Vec::<Value>::new());
    let states = project.rows(&["list"], 0).await;
    assert_eq!(states.iter().map(|row| row["state"].clone()).collect::<Vec<_>>(), ["retired", "published"]);
}

#[tokio::test]
async fn a_change_that_was_not_accepted_is_stale_and_a_breaking_one_fails_every_check() {
    let project = accepted(&placed("id: String")).await;
    project.library("orders", &placed("id: String, total: Option<u32>"));
    assert_eq!(found(&project.rows(&["check"], 0).await), [json!(["warning", "stale", "OrderPlaced", null])]);
    assert_eq!(found(&project.rows(FROZEN, 11).await), [json!(["error", "stale", "OrderPlaced", null])]);
    project.library("orders", &placed("id: String, total: u32"));
    assert_eq!(found(&project.rows(&["check"], 13).await), [json!(["error", "breaking", "OrderPlaced", "total"])]);
}

#[tokio::test]
async fn a_lock_file_that_was_edited_by_hand_is_found() {
    let project = accepted(&placed("id: String")).await;
    project.replace(LOCK, "\"string\"", "\"u32\"");
    let rows = project.rows(&["check"], 3).await;
    assert_eq!(found(&rows), [json!(["error", "unreadable", "OrderPlaced", null])]);
    let message = rows[0]["message"].as_str().unwrap();
    assert!(message.contains("v1.json:") && message.contains("edited by hand"), "{message}");
}

#[tokio::test]
async fn drafts_fail_where_they_are_denied() {
    let project = Project::new(&placed("id: String"));
    project.user_events(&["accept", "--draft"]).await.with(0);
    assert_eq!(found(&project.rows(FROZEN, 0).await), [json!(["warning", "draft", "OrderPlaced", null])]);
    let denied = project.rows(&["check", "--frozen", "--deny-drafts"], 11).await;
    assert_eq!(found(&denied), [json!(["error", "draft", "OrderPlaced", null])]);
}

#[tokio::test]
async fn one_type_and_version_stands_in_a_crate_once() {
    let project = accepted(&placed("id: String")).await;
    let other = event("Another", PLACED, "id: String");
    project.library(
        "orders",
        &format!(
            "{}pub mod other {{ use user_events::DomainEvent; use serde::{{Serialize, Deserialize}};\n{other}}}\n",
            placed("id: String")
        ),
    );
    let rows = project.rows(FROZEN, 11).await;
    assert_eq!(found(&rows)[0], json!(["error", "twice", "OrderPlaced", null]));
    assert!(rows[0]["message"].as_str().unwrap().contains("src/lib.rs:"), "{rows:?}");
    project.user_events(&["accept"]).await.with(11).says("stands in the code twice");
}

#[tokio::test]
async fn a_lock_folder_that_is_not_packaged_is_found() {
    let project = accepted(&placed("id: String")).await;
    project.replace("orders/Cargo.toml", "license = \"MIT\"", "license = \"MIT\"\ninclude = [\"src\"]");
    assert_eq!(found(&project.rows(FROZEN, 11).await), [json!(["error", "not-packaged", "OrderPlaced", null])]);
    project.replace("orders/Cargo.toml", "include = [\"src\"]", "publish = false\ninclude = [\"src\"]");
    assert_eq!(found(&project.rows(FROZEN, 0).await), Vec::<Value>::new());
}

#[tokio::test]
async fn a_type_that_cannot_read_itself_fails_a_frozen_check() {
    let tags = "#[serde(skip_serializing_if = \"Vec::is_empty\")]\n    pub tags: Vec<String>";
    let project = accepted(&placed("tags: Vec<String>").replace("pub tags: Vec<String>", tags)).await;
    let cannot = json!(["error", "cannot-read-itself", "OrderPlaced", "tags"]);
    assert_eq!(found(&project.rows(FROZEN, 11).await), [cannot]);
}

#[tokio::test]
async fn an_event_whose_shape_depends_on_features_is_found() {
    let project = Project::new("");
    project.replace("orders/Cargo.toml", "[dependencies]", "[features]\nwide = []\n\n[dependencies]");
    let total =
        "#[cfg(feature = \"wide\")]\npub type Total = u32;\n#[cfg(not(feature = \"wide\"))]\npub type Total = u16;\n";
    project.library("orders", &format!("{total}{}", placed("total: Total")));
    project.user_events(&["accept"]).await.with(0);
    let rows = project.rows(FROZEN, 11).await;
    assert_eq!(found(&rows), [json!(["error", "features", "OrderPlaced", null])]);
    assert!(rows[0]["message"].as_str().unwrap().contains("all features"), "{rows:?}");
}

#[tokio::test]
async fn what_breaks_nothing_is_listed_with_its_place() {
    let kind =
        "#[derive(Serialize, Deserialize, user_events::EventSchema)]\n#[event(open)]\npub enum Kind { Old, New }\n";
    let allowed =
        placed("line: Line, kind: Kind, seen: u64").replace("pub seen", "#[event(allow(js_integer))]\n    pub seen");
    let line = "#[derive(Serialize, Deserialize, user_events::EventSchema)]\npub struct Line { pub amount: u64 }\n";
    let project = accepted(&format!("{kind}{line}{allowed}")).await;
    let rows = project.rows(FROZEN, 0).await;
    let expected = [
        json!(["warning", "js-integer", "OrderPlaced", "line.amount"]),
        json!(["warning", "no-catch-all", "OrderPlaced", "kind"]),
    ];
    assert_eq!(found(&rows), expected);
}

#[tokio::test]
async fn a_difference_is_told_by_field_with_what_it_means() {
    let project = accepted(&placed("id: String, note: Option<String>, total: u32")).await;
    project.library("orders", &placed("id: String, total: u64, memo: Option<bool>"));
    let row = project.rows(&["diff"], 13).await.remove(0);
    assert_eq!((&row["backward"], &row["forward"]), (&json!("ok"), &json!("some")));
    let changes: Vec<Value> = row["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| json!([change["field"], change["change"], change["breaks"]]))
        .collect();
    let expected =
        [json!(["memo", "added", []]), json!(["note", "removed", []]), json!(["total", "changed", ["forward"]])];
    assert_eq!(changes, expected);
    let shown = project.user_events(&["diff"]).await.with(13).stdout;
    assert!(shown.contains("changed total, u32 -> u64: breaks forward"), "{shown}");
    project.library("orders", &placed("id: String, note: Option<String>, total: u32"));
    assert_eq!(project.user_events(&["diff"]).await.with(0).stdout, "");
}

#[tokio::test]
async fn the_list_has_versions_revisions_and_what_supersedes_what() {
    let older =
        event("OrderPlacedV1", "type = \"OrderPlaced\", version = 1, exchange = \"orders\", superseded", "id: String");
    let newer = event(
        "OrderPlaced",
        "type = \"OrderPlaced\", version = 2, exchange = \"orders\", upcasts = OrderPlacedV1",
        "id: u64",
    );
    let upcast = "impl user_events::Upcast<OrderPlacedV1> for OrderPlaced {\n    fn upcast(old: OrderPlacedV1) -> Self { Self { id: old.id.len() as u64 } }\n}\n";
    let project = accepted(&format!("{older}{newer}{upcast}")).await;
    let rows = project.rows(&["list"], 0).await;
    let shown: Vec<Value> = rows
        .iter()
        .map(|row| json!([row["version"], row["state"], row["superseded"], row["publishable"], row["revisions"]]))
        .collect();
    let revisions = json!([{ "revision": 1, "state": "published" }]);
    assert_eq!(
        shown,
        [json!([1, "published", true, false, revisions]), json!([2, "published", false, true, revisions])]
    );
    assert_eq!(rows[1]["routingKey"], "order.placed.v2");
    let text = project.user_events(&["list"]).await.with(0).stdout;
    assert!(text.contains("OrderPlaced v1, revision 1, superseded  (orders, "), "{text}");
}
