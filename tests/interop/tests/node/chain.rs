//! A chain through both languages: what belongs together stays together.

use chrono::{DateTime, Utc};
use interop::{ActivityRecorded, Program, broker, examples, in_time};
use notification_service::WelcomeEmailSent;
use tokio::sync::mpsc;
use user_events::prelude::*;
use user_events::time::millis;
use user_service::{UserEmailVerified, UserId};

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const TRACESTATE: &str = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";

/// A message as a handler in Rust saw it.
#[derive(Debug, PartialEq)]
struct Hop {
    message_type: String,
    source: String,
    id: String,
    correlation_id: Option<String>,
    causation_id: Option<String>,
    trace: [Option<String>; 2],
}

impl Hop {
    fn of(cx: &EventContext) -> Self {
        let header = |name| cx.header(name).map(|value| String::from_utf8_lossy(value).into_owned());
        Self {
            message_type: cx.message_type().to_owned(),
            source: cx.source_service().unwrap_or_default().to_owned(),
            id: cx.message_id().to_owned(),
            correlation_id: cx.correlation_id().map(str::to_owned),
            causation_id: cx.causation_id().map(str::to_owned),
            trace: [header("traceparent"), header("tracestate")],
        }
    }
}

type Hops = mpsc::UnboundedSender<Hop>;

/// The hop in Rust: the user has read the mail that the service on NestJS sent.
async fn verify(event: WelcomeEmailSent, State(hops): State<Hops>, cx: EventContext) -> Handled {
    if cx.source_service() == Some("NestService") {
        hops.send(Hop::of(&cx))?;
        let verified = UserEmailVerified {
            user_id: event.user_id,
            email: "ada@example.com".to_owned(),
            verification_timestamp: event.sent_timestamp,
        };
        cx.publish(&verified).await?;
    }
    Ok(())
}

/// The hop's own message, seen in Rust, too.
async fn verified(_: UserEmailVerified, State(hops): State<Hops>, cx: EventContext) -> Handled {
    hops.send(Hop::of(&cx))?;
    Ok(())
}

/// The end: what the service on amqplib made of the verified address.
async fn recorded(event: ActivityRecorded, State(hops): State<Hops>, cx: EventContext) -> Handled {
    let verified = event.message_type.as_deref() == Some("UserEmailVerified.v1");
    if verified && cx.source_service() == Some("PlainService") {
        hops.send(Hop::of(&cx))?;
    }
    Ok(())
}

#[tokio::test]
async fn three_hops_through_both_languages_keep_correlation_causation_and_trace() -> Result<(), user_events::Error> {
    let uri = broker::vhost("chain").await;
    let (_nest, _plain) = tokio::join!(Program::nest(&uri), Program::plain(&uri));
    let bus = broker::bus(&uri).await;
    let (sender, mut hops) = mpsc::unbounded_channel();
    let journey = Consumer::new("journey").state(sender).handle(verify).handle(verified).handle(recorded);
    let journey = journey.spawn(&bus).await?;

    let registered = examples::registered();
    let publisher = bus.publisher("UserService");
    let first = publisher.event(&registered).message_id("registration-1").correlation_id("sign-up-7");
    first.header("traceparent", TRACEPARENT).header("tracestate", TRACESTATE).publish().await?;

    let mut cause = "registration-1".to_owned();
    for (message_type, source) in [
        ("WelcomeEmailSent.v1", "NestService"),
        ("UserEmailVerified.v1", "journey"),
        ("ActivityRecorded.v1", "PlainService"),
    ] {
        let hop = in_time(message_type, hops.recv()).await.expect("the consumer runs");
        assert_ne!(hop.id, cause);
        let expected = Hop {
            message_type: message_type.to_owned(),
            source: source.to_owned(),
            id: hop.id.clone(),
            correlation_id: Some("sign-up-7".to_owned()),
            causation_id: Some(cause),
            trace: [Some(TRACEPARENT.to_owned()), Some(TRACESTATE.to_owned())],
        };
        assert_eq!(hop, expected);
        cause = hop.id;
    }
    assert_eq!(journey.stop().await?.dead_lettered, 0);
    Ok(())
}

#[tokio::test]
async fn a_chain_without_correlation_id_is_named_after_its_first_message() -> Result<(), user_events::Error> {
    #[derive(Debug, serde::Serialize, serde::Deserialize, DomainEvent)]
    #[serde(rename_all = "camelCase")]
    #[event(type = "RoleDeleted", version = 1, exchange = "user.events")]
    struct RoleDeleted {
        role_id: UserId,
        #[serde(with = "millis")]
        deletion_timestamp: DateTime<Utc>,
    }
    let uri = broker::vhost("chain-unnamed").await;
    let (_nest, _plain) = tokio::join!(Program::nest(&uri), Program::plain(&uri));
    let bus = broker::bus(&uri).await;
    let (sender, mut ends) = mpsc::unbounded_channel();
    let ends_here = async |_: ActivityRecorded, State(ends): State<Hops>, cx: EventContext| {
        ends.send(Hop::of(&cx))?;
        Ok(())
    };
    let consumer = Consumer::new("ends").state(sender).handle(ends_here).spawn(&bus).await?;
    let event = RoleDeleted { role_id: "role-1".into(), deletion_timestamp: Utc::now() };
    bus.publisher("UserService").event(&event).message_id("deletion-1").publish().await?;
    for _ in ["NestService", "PlainService"] {
        let end = in_time("the end of the chain", ends.recv()).await.expect("the consumer runs");
        assert_eq!(end.correlation_id.as_deref(), Some("deletion-1"), "{end:?}");
        assert_eq!(end.causation_id.as_deref(), Some("deletion-1"), "{end:?}");
        assert_eq!(end.trace, [None, None], "{end:?}");
    }
    consumer.stop().await?;
    Ok(())
}
