//! The rights that the guide names are enough.

use interop::{ActivityRecorded, Program, broker, examples, in_time};
use tokio::sync::mpsc;
use user_events::prelude::*;

#[tokio::test]
async fn the_services_in_node_run_with_the_rights_that_the_guide_names() -> Result<(), user_events::Error> {
    let node = broker::node().await;
    let admin = broker::vhost("rights").await;
    let bus = broker::bus(&admin).await;
    let (sender, mut reports) = mpsc::unbounded_channel();
    let handler = async |event: ActivityRecorded, State(reports): State<mpsc::UnboundedSender<ActivityRecorded>>| {
        reports.send(event)?;
        Ok(())
    };
    let consumer = Consumer::new("reports").state(sender).handle(handler).spawn(&bus).await?;
    node.ctl(["add_user", "node", "secret"]).await.expect("a user");
    let queues = r"^(welcome|activity)-(nest|plain)";
    let configure = format!(r"{queues}(\.dlq)?$|^(user|notification|activity)\.events$");
    let write = format!(r"{queues}$|^(notification|activity)\.events$|^amq\.default$");
    let read = format!(r"{queues}$|^user\.events$");
    node.ctl(["set_permissions", "--vhost", "rights", "node", &configure, &write, &read]).await.expect("rights");
    let uri = format!("amqp://node:secret@127.0.0.1:{}/rights", node.port());
    let (_nest, _plain) = tokio::join!(Program::nest(&uri), Program::plain(&uri));
    let registered = examples::registered();
    bus.publisher("UserService").publish(&registered).await?;
    for _ in ["NestService", "PlainService"] {
        in_time("a report", reports.recv()).await.expect("the consumer runs");
    }
    consumer.stop().await?;
    Ok(())
}
