//! Every event of the user service, from Rust to Node and back.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use interop::{ActivityRecorded, PATIENCE, Program, TERMINATED, broker, examples, in_time};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use user_events::prelude::*;
use user_service::UserEvent;

/// What a service in Node saw, and how it said so.
struct Report {
    seen: ActivityRecorded,
    source: String,
    correlation_id: Option<String>,
    causation_id: Option<String>,
}

async fn collect(
    event: ActivityRecorded,
    State(reports): State<mpsc::UnboundedSender<Report>>,
    cx: EventContext,
) -> Handled {
    reports.send(Report {
        seen: event,
        source: cx.source_service().unwrap_or_default().to_owned(),
        correlation_id: cx.correlation_id().map(str::to_owned),
        causation_id: cx.causation_id().map(str::to_owned),
    })?;
    Ok(())
}

#[tokio::test]
async fn nest_and_amqplib_handle_every_event_as_it_was_published() -> Result<(), user_events::Error> {
    let uri = broker::vhost("events").await;
    let (nest, plain) = tokio::join!(Program::nest(&uri), Program::plain(&uri));
    let bus = broker::bus(&uri).await;
    let (sender, mut reports) = mpsc::unbounded_channel();
    let consumer = Consumer::new("reports").state(sender).handle(collect).spawn(&bus).await?;

    let published = DateTime::parse_from_rfc3339("2023-10-28T12:05:00.007Z").expect("a time").with_timezone(&Utc);
    let publisher = bus.publisher("UserService").with_clock(move || published);
    let events = examples::all();
    assert_eq!(events.len(), 27);
    let mut expected = BTreeMap::new();
    for (number, event) in events.iter().enumerate() {
        let (id, correlation) = (format!("message-{number}"), format!("correlation-{number}"));
        let (meta, publish) = examples::publish(&publisher, event, &id, &correlation);
        assert_eq!(publish.await?.routed(), Routed::Yes);
        for service in ["NestService", "PlainService"] {
            expected.insert((service, id.clone()), (meta, event, correlation.clone()));
        }
    }

    while !expected.is_empty() {
        let Report { seen, source, correlation_id, causation_id } =
            in_time("a report", reports.recv()).await.expect("the consumer runs");
        let id = seen.message_id.clone().expect("a message id");
        let key = expected.keys().find(|(service, expected)| *service == source && *expected == id).cloned();
        let key = key.unwrap_or_else(|| panic!("{source} reported {id} twice, or it was never published"));
        let (meta, event, correlation) = expected.remove(&key).expect("it is there");
        let payload = serde_json::to_value(event).expect("an event is JSON")["example"].take();
        let typed = serde_json::from_value::<UserEvent>(json!({"event": meta.event_type, "example": seen.payload}));
        assert_eq!(typed.expect("the event that was published"), *event);
        assert_eq!(
            seen,
            ActivityRecorded {
                message_id: Some(id.clone()),
                message_type: Some(meta.message_type.to_owned()),
                timestamp: Some("2023-10-28T12:05:00.007Z".to_owned()),
                source_service: Some("UserService".to_owned()),
                correlation_id: Some(correlation.clone()),
                partition_key: partition_key(&payload, meta.event_type),
                exchange: "user.events".to_owned(),
                routing_key: meta.routing_key.to_owned(),
                payload,
            }
        );
        // Back with the correlation id, and because of the message.
        assert_eq!(correlation_id, Some(correlation));
        assert_eq!(causation_id, Some(id));
    }

    // Stopped, they have acked what they handled, and left in good order.
    let (code, said) = nest.stop().await;
    assert_eq!(code, TERMINATED, "{said}");
    assert!(said.contains("Successfully closed a RabbitMQ channel"), "{said}");
    let (code, said) = plain.stop().await;
    assert_eq!(code, 0, "{said}");
    let queues = broker::node().await.ctl(["list_queues", "--vhost", "events", "name", "messages"]).await;
    let left = queues.expect("a list of queues");
    for queue in ["activity-nest", "activity-plain", "welcome-nest", "welcome-plain"] {
        for queue in [queue.to_owned(), format!("{queue}.dlq")] {
            assert!(left.lines().any(|line| line == format!("{queue}\t0")), "{queue} is not empty:\n{left}");
        }
    }
    assert_eq!(consumer.stop().await?.dead_lettered, 0);
    bus.close(PATIENCE).await
}

/// As the events declare it: whom the event is about.
pub(crate) fn partition_key(payload: &Value, event: &str) -> Option<String> {
    let field = match event {
        "RoleCreated" | "RoleUpdated" | "RoleDeleted" | "PermissionAssignedToRole" | "PermissionRemovedFromRole" => {
            "roleId"
        }
        "PermissionCreated" | "PermissionUpdated" | "PermissionDeleted" => "permissionId",
        "UserLoginFailed" => "attemptedUserId",
        _ => "userId",
    };
    payload[field].as_str().map(str::to_owned)
}
