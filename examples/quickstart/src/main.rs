//! The smallest program: define an event, handle it, publish it.
//!
//! It runs in memory, or over the RabbitMQ that the environment variable `AMQP_URI` names, and
//! ends when what it published has been handled.

use std::collections::HashSet;
use std::env;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use user_events::prelude::*;
use uuid::Uuid;

/// Define: the struct is what the event says, the attribute what it is called on the wire.
#[derive(Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserRegistered", version = 1, exchange = "quickstart.events", partition_key = user_id)]
struct UserRegistered {
    user_id: Uuid,
    email: String,
}

/// Handle: the event comes first, then what the handler asks for beside it.
async fn welcome(event: UserRegistered, State(done): State<UnboundedSender<Uuid>>, cx: EventContext) -> Handled {
    println!("handled   {} {} by welcome: hello, {}!", cx.routing_key(), cx.message_id(), event.email);
    done.send(event.user_id)?;
    Ok(())
}

async fn run() -> Result<(), user_events::Error> {
    let bus = if env::var_os("AMQP_URI").is_some_and(|uri| !uri.is_empty()) {
        Bus::from_env().await?
    } else {
        println!("AMQP_URI is not set: in memory, in this one process");
        Bus::memory()
    };
    let (done, mut handled) = unbounded_channel();
    let mut consumer = Consumer::new("quickstart").state(done).handle(welcome).spawn(&bus).await?;

    // Publish: the receipt comes when the broker has stored the event.
    let publisher = bus.publisher("Quickstart");
    let mut awaited = HashSet::new();
    for name in ["ada", "grace", "barbara"] {
        let event = UserRegistered { user_id: Uuid::new_v4(), email: format!("{name}@example.com") };
        let publish = publisher.publish(&event);
        let id = publish.message_id().unwrap_or_default().to_owned();
        println!("publish   {} {id} about {name}", UserRegistered::META.routing_key);
        let receipt = publish.await?;
        println!("confirmed {} {id}, routed: {:?}", UserRegistered::META.routing_key, receipt.routed());
        awaited.insert(event.user_id);
    }

    while !awaited.is_empty() {
        tokio::select! {
            Some(user_id) = handled.recv() => awaited.remove(&user_id),
            ended = consumer.ended() => return ended.map(drop), // the broker is gone
        };
    }
    let stopped = consumer.stop().await?;
    println!("{} handled, {} dead-lettered", stopped.handled, stopped.dead_lettered);
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}
