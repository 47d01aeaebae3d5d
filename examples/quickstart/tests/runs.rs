//! The program as a newcomer starts it.

use std::process::{Command, Output};

use user_events_testkit::rabbit_node::RabbitNode;

fn quickstart() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    program.env_remove("AMQP_URI");
    program
}

fn assert_everything_was_handled(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    for step in ["publish ", "confirmed ", "handled "] {
        assert_eq!(text.lines().filter(|line| line.starts_with(step)).count(), 3, "{text}");
    }
    text
}

#[test]
fn in_memory_and_says_so() {
    let text = assert_everything_was_handled(&quickstart().output().unwrap());
    assert!(text.starts_with("AMQP_URI is not set: in memory"), "{text}");
}

#[tokio::test]
async fn over_rabbitmq() {
    let node = RabbitNode::start().await.unwrap();
    let text = assert_everything_was_handled(&quickstart().env("AMQP_URI", node.uri()).output().unwrap());
    assert!(!text.contains("in memory"), "{text}");
}

#[test]
fn an_error_is_one_readable_sentence() {
    let output = quickstart().env("AMQP_URI", "http://localhost").output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.starts_with("quickstart: ") && text.lines().count() == 1, "{text}");
}
