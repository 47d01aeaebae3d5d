//! The program in memory, as a newcomer starts it.

use std::process::{Command, Output};

use user_events::QueueSpec;
use user_events::core::Binding;

#[test]
fn it_handles_events_of_its_own_and_says_so() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_notification-service"));
    let Output { status, stdout, stderr } = program.env_remove("AMQP_URI").env_remove("RUST_LOG").output().unwrap();
    let (handled, said) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert!(status.success(), "{said}");
    assert!(said.starts_with("AMQP_URI is not set: in memory"), "{said}");
    for handler in ["welcome", "reset_link", "status_changed", "statistics"] {
        assert!(handled.contains(&format!(" by {handler}\n")), "{handled}");
    }
    assert!(said.ends_with("stopped: 3 handled, 0 dead-lettered; left: 0 given back\n"), "{said}");
}

#[test]
fn it_prints_what_it_needs_on_the_broker() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_notification-service"));
    let Output { status, stdout, .. } = program.arg("--topology").env_remove("AMQP_URI").output().unwrap();
    assert!(status.success());
    let queue: QueueSpec = serde_json::from_slice(&stdout).unwrap();
    assert_eq!(queue.name, "notification-service");
    assert!(queue.bindings.contains(&Binding::new("user.events", "user.registered.v1")), "{queue:?}");
}
