//! The same by hand: lapin in the form that is fastest.
//!
//! One task owns the confirm channel and keeps many publishes pending on it; deliveries are acked
//! together. What is sent is what the framework sends, byte for byte but for ids and times.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, Utc};
use futures_util::future::FutureExt as _;
use futures_util::stream::{StreamExt as _, TryStreamExt as _, iter};
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
};
use lapin::types::{AMQPValue, FieldTable, LongString, ShortString};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};
use serde::{Deserialize, Serialize};
use user_events::time::millis;
use uuid::Uuid;

use crate::broker::{EXCHANGE, QUEUE, ROUTING_KEY};
use crate::contest::PREFETCH;
use crate::event::UserRegistered;
use crate::lap::{Lap, Stopwatch};

/// How many deliveries are acked together.
const ACK_EVERY: u64 = 64;
/// What is not acked yet is acked when nothing came for so long.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<S, T> {
    message_id: S,
    message_type: S,
    envelope_version: S,
    #[serde(with = "millis")]
    timestamp: DateTime<Utc>,
    source_service: S,
    payload: T,
    partition_key: S,
}

/// Publishes so many messages, with so many pending at once.
pub(crate) async fn publish(uri: &str, messages: u64, pending: usize) -> Result<Lap> {
    let (_connection, channel) = confirm_channel(uri).await?;
    let event = UserRegistered::example();
    let stopwatch = Stopwatch::start();
    publish_pending(&channel, &event, messages, pending).await?;
    Ok(stopwatch.stop(messages))
}

pub(crate) async fn consume(uri: &str, messages: u64) -> Result<Lap> {
    let connection = connect(uri).await?;
    let channel = connection.create_channel().await?;
    let mut handled = 0;
    let stopwatch = Stopwatch::start();
    channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
    let mut deliveries = channel
        .basic_consume(QUEUE.into(), "bench".into(), BasicConsumeOptions::default(), FieldTable::default())
        .await?;
    let mut unacked = None;
    while handled < messages {
        let delivery = match deliveries.next().now_or_never() {
            Some(delivery) => delivery,
            None => match tokio::time::timeout(PAUSE, deliveries.next()).await {
                Ok(delivery) => delivery,
                Err(_) => {
                    ack(&channel, unacked.take()).await?;
                    continue;
                }
            },
        };
        let delivery = delivery.context("the consumer has ended")??;
        let envelope: Envelope<String, UserRegistered> = serde_json::from_slice(&delivery.data)?;
        handle(envelope).await?;
        handled += 1;
        unacked = Some(delivery.delivery_tag);
        if handled % ACK_EVERY == 0 {
            ack(&channel, unacked.take()).await?;
        }
    }
    ack(&channel, unacked).await?;
    channel.close(200, "OK".into()).await?;
    Ok(stopwatch.stop(handled))
}

async fn handle(_: Envelope<String, UserRegistered>) -> Result<()> {
    Ok(())
}

async fn ack(channel: &Channel, up_to: Option<u64>) -> Result<()> {
    if let Some(tag) = up_to {
        channel.basic_ack(tag, BasicAckOptions { multiple: true }).await?;
    }
    Ok(())
}

/// Publishes so many messages on this channel, with so many pending at once.
pub(crate) async fn publish_pending(
    channel: &Channel,
    event: &UserRegistered,
    messages: u64,
    pending: usize,
) -> Result<()> {
    let publishes = iter(0..messages).map(|_| publish_one(channel, event));
    publishes.buffer_unordered(pending).try_collect().await
}

async fn publish_one(channel: &Channel, event: &UserRegistered) -> Result<()> {
    let (body, properties) = encode(event)?;
    let options = BasicPublishOptions { mandatory: true, immediate: false };
    let confirm = channel.basic_publish(EXCHANGE.into(), ROUTING_KEY.into(), options, &body, properties).await?;
    match confirm.await? {
        Confirmation::Ack(returned) => ensure!(returned.is_none(), "a message reached no queue"),
        other => bail!("a message was not confirmed: {other:?}"),
    }
    Ok(())
}

fn encode(event: &UserRegistered) -> Result<(Vec<u8>, BasicProperties)> {
    let timestamp = Utc::now();
    let message_id = Uuid::new_v4().to_string();
    let body = serde_json::to_vec(&Envelope {
        message_id: message_id.as_str(),
        message_type: "UserRegistered.v1",
        envelope_version: "1.0",
        timestamp,
        source_service: "UserService",
        payload: event,
        partition_key: &event.user_id,
    })?;
    let mut headers = FieldTable::default();
    headers.insert("ue-partition-key".into(), AMQPValue::LongString(LongString::from(event.user_id.as_str())));
    let properties = BasicProperties::default()
        .with_delivery_mode(2)
        .with_content_type("application/json".into())
        .with_content_encoding("UTF-8".into())
        .with_message_id(ShortString::try_new(message_id)?)
        .with_type("UserRegistered.v1".into())
        .with_app_id("UserService".into())
        .with_timestamp(timestamp.timestamp().unsigned_abs())
        .with_headers(headers);
    Ok((body, properties))
}

pub(crate) async fn connect(uri: &str) -> Result<Connection> {
    Ok(Connection::connect(uri, ConnectionProperties::default()).await?)
}

pub(crate) async fn confirm_channel(uri: &str) -> Result<(Connection, Channel)> {
    let connection = connect(uri).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok((connection, channel))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use user_events::core::{EventEncoder, Metadata};

    use super::*;

    #[test]
    fn the_body_is_the_frameworks_but_for_id_and_time() {
        let event = UserRegistered::example();
        let (ours, _) = encode(&event).unwrap();
        let framework = EventEncoder::new("UserService").encode(&event, Metadata::default()).unwrap().body;
        assert_eq!(ours.len(), framework.len());
        let without_id_and_time = |body: &[u8]| {
            let mut body: Value = serde_json::from_slice(body).unwrap();
            body.as_object_mut().unwrap().retain(|name, _| name != "messageId" && name != "timestamp");
            body
        };
        assert_eq!(without_id_and_time(&ours), without_id_and_time(&framework));
    }
}
