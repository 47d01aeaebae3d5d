//! A private broker, with a virtual host for each test.

use user_events::Bus;
use user_events_testkit::rabbit_node::RabbitNode;

/// The node that the tests of one binary share.
///
/// # Panics
///
/// When there is none.
pub async fn node() -> &'static RabbitNode {
    RabbitNode::shared().await.expect("a private RabbitMQ node")
}

/// The URI of a virtual host of its own.
///
/// # Panics
///
/// When there is none.
pub async fn vhost(name: &str) -> String {
    node().await.vhost(name).await.expect("a virtual host")
}

/// A bus there.
///
/// # Panics
///
/// When the node takes no connections.
pub async fn bus(uri: &str) -> Bus {
    Bus::connect(uri).await.expect("the node takes connections")
}
