//! The conformance suite on RabbitMQ.

use std::sync::Arc;

use async_trait::async_trait;
use user_events_core::Transport;
use user_events_rabbit::{RabbitConfig, RabbitTransport};
use user_events_testkit::conformance::{self, Harness};
use user_events_testkit::rabbit_node::RabbitNode;

struct Rabbit(&'static RabbitNode);

#[async_trait]
impl Harness for Rabbit {
    fn name(&self) -> &str {
        "rabbitmq"
    }

    async fn connect(&self) -> Arc<dyn Transport> {
        let config = RabbitConfig::from_uri(self.0.uri()).expect("the node's URI");
        Arc::new(RabbitTransport::connect(config).await.expect("the node takes connections"))
    }

    fn can_refuse(&self) -> bool {
        true
    }

    async fn make_refuse(&self, queue: &str) {
        let pattern = format!("^{queue}$");
        let limit = r#"{"max-length":1,"overflow":"reject-publish"}"#;
        let arguments = ["set_policy", "--apply-to", "queues", queue, &pattern, limit];
        self.0.ctl(arguments).await.expect("the node takes a policy");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_passes_the_suite() {
    let node = RabbitNode::shared().await.expect("a private node");
    let report = conformance::run(Rabbit(node)).await;
    println!("{report}");
    report.assert_passed();
}
