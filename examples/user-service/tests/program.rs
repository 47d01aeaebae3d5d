//! The program in memory, as a newcomer starts it.
#![cfg(feature = "service")]

use std::collections::HashSet;
use std::process::{Command, Output};

use serde_json::Value;

fn user_service(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_user-service"));
    program.args(arguments).env_remove("AMQP_URI").env_remove("RUST_LOG").output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn it_publishes_and_handles_every_event_and_says_so() {
    let Output { status, stdout, stderr } = user_service(&[]);
    let (published, said) = (text(&stdout), text(&stderr));
    assert!(status.success(), "{said}");
    assert!(said.starts_with("AMQP_URI is not set: in memory"), "{said}");
    assert_eq!(published.lines().filter(|line| line.contains(" routed ")).count(), 27, "{published}");
    assert_eq!(said.lines().filter(|line| line.starts_with("handled")).count(), 27, "{said}");
    assert!(said.contains("27 published, 27 routed; left: 0 not published, 0 unanswered"), "{said}");
}

#[test]
fn under_load_it_goes_through_the_events_in_turn_with_fresh_ids() {
    let Output { status, stdout, stderr } = user_service(&["--count", "60", "--rate", "10000", "--format", "json"]);
    assert!(status.success(), "{}", text(&stderr));
    let outcomes: Vec<Value> = text(&stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let distinct = |key: &str| outcomes.iter().map(|outcome| outcome[key].as_str().unwrap()).collect::<HashSet<_>>();
    assert_eq!(outcomes.len(), 60);
    assert_eq!(distinct("messageId").len(), 60);
    assert_eq!(distinct("messageType").len(), 27);
    assert_eq!(distinct("outcome"), HashSet::from(["routed"]));
}

#[test]
fn an_error_is_one_readable_sentence() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_user-service"));
    let Output { status, stderr, .. } = program.env("AMQP_URI", "http://localhost").output().unwrap();
    let said = text(&stderr);
    assert_eq!(status.code(), Some(1));
    assert!(said.starts_with("user-service: ") && said.lines().count() == 1, "{said}");
}
