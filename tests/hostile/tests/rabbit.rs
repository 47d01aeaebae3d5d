//! The whole table on a private RabbitMQ node, published by another client: headers have their types here.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use hostile::canary::{self, PAYLOAD};
use hostile::{Outcome, QUEUE, Row, Run, Unheard, Victim};
use lapin::message::BasicGetMessage;
use lapin::options::{BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, PublisherConfirm};
use user_events::prelude::*;
use user_events::rabbit::{RabbitConfig, RabbitTransport};
use user_events::{DeadLetter, Text};
use user_events_core::{InboundMessage, OutboundMessage, dead_letter_queue};
use user_events_testkit::rabbit_node::RabbitNode;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

static RUN: LazyLock<Run> = LazyLock::new(|| Run::new(publish_all));

async fn publish_all(table: &[Row]) -> Result<(Outcome, usize)> {
    let node = RabbitNode::start().await?;
    let transport = RabbitTransport::connect(RabbitConfig::from_uri(node.uri())?).await?;
    let victim = Victim::start(transport).await?;
    let bus = victim.bus().clone();
    let connection = Connection::connect(node.uri(), ConnectionProperties::default()).await?;
    let client = connection.create_channel().await?;
    client.confirm_select(ConfirmSelectOptions::default()).await?;
    // In one order on one channel, and not too many bytes of them on the way.
    let mut confirms = Vec::new();
    for (number, row) in table.iter().enumerate() {
        confirms.push(publish(&client, row).await?);
        confirms.push(publish(&client, &Row::good(number)).await?);
        if confirms.len() >= 64 || number + 1 == table.len() {
            for confirm in confirms.drain(..) {
                let confirmed = confirm.await?;
                assert!(matches!(confirmed, Confirmation::Ack(None)), "near `{}`: {confirmed:?}", row.name);
            }
        }
    }
    assert_eq!(bus.publisher("test").publish(&Unheard { text: PAYLOAD.into() }).await?.routed(), Routed::No);
    victim.dealt_with(2 * table.len()).await;
    let queues = [QUEUE.to_owned(), dead_letter_queue(QUEUE).to_string()];
    let mut letters = Vec::new();
    while let Some(letter) = client.basic_get(queues[1].as_str().into(), BasicGetOptions { no_ack: true }).await? {
        letters.push(DeadLetter::new(inbound(letter)));
    }
    let outcome = victim.stop(letters).await?;
    bus.close(Duration::from_secs(10)).await?;
    let mut left = 0;
    for queue in &queues {
        let options = QueueDeclareOptions { passive: true, ..Default::default() };
        let declared = client.queue_declare(queue.as_str().into(), options, FieldTable::default()).await?;
        left += declared.message_count() as usize;
    }
    Ok((outcome, left))
}

async fn publish(client: &Channel, row: &Row) -> Result<PublisherConfirm> {
    let (exchange, routing_key) = row.address();
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let published = client.basic_publish(exchange.into(), routing_key.into(), options, &row.body, properties(row));
    Ok(published.await?)
}

type SetText = fn(BasicProperties, ShortString) -> BasicProperties;

fn properties(row: &Row) -> BasicProperties {
    let headers: BTreeMap<ShortString, AMQPValue> =
        row.headers.iter().map(|(name, value)| (ShortString::from(name.as_str()), value.clone())).collect();
    let mut properties = BasicProperties::default().with_headers(headers.into());
    let texts: [(&Option<Text>, SetText); 7] = [
        (&row.properties.message_id, BasicProperties::with_message_id),
        (&row.properties.correlation_id, BasicProperties::with_correlation_id),
        (&row.properties.message_type, BasicProperties::with_type),
        (&row.properties.source, BasicProperties::with_app_id),
        (&row.properties.content_type, BasicProperties::with_content_type),
        (&row.properties.content_encoding, BasicProperties::with_content_encoding),
        (&row.properties.reply_to, BasicProperties::with_reply_to),
    ];
    for (text, set) in texts {
        if let Some(text) = text {
            properties = set(properties, text.as_str().into());
        }
    }
    if let Some(timestamp) = row.properties.timestamp {
        properties = properties.with_timestamp(timestamp);
    }
    match row.properties.priority {
        Some(priority) => properties.with_priority(priority),
        None => properties,
    }
}

/// A letter as the other client has it; headers that are no text are left out.
fn inbound(letter: BasicGetMessage) -> InboundMessage {
    let letter = letter.delivery;
    let text = |text: &Option<ShortString>| text.as_ref().map(|text| Text::from(text.as_str()));
    let mut message = OutboundMessage::new(letter.exchange.as_str(), letter.routing_key.as_str(), letter.data);
    message.properties.message_id = text(letter.properties.message_id());
    message.properties.correlation_id = text(letter.properties.correlation_id());
    message.properties.message_type = text(letter.properties.kind());
    message.properties.source = text(letter.properties.app_id());
    message.properties.timestamp = *letter.properties.timestamp();
    message.properties.content_type = text(letter.properties.content_type());
    message.properties.content_encoding = text(letter.properties.content_encoding());
    message.properties.priority = *letter.properties.priority();
    message.properties.reply_to = text(letter.properties.reply_to());
    for (name, value) in letter.properties.headers().iter().flatten() {
        match value {
            AMQPValue::LongString(value) if name.as_str() != "ue-partition-key" => {
                message.headers.append(name.as_str(), value.as_bytes().to_vec());
            }
            _ => {}
        }
    }
    InboundMessage::of(message)
}

#[test]
fn every_message_becomes_what_its_row_says() {
    RUN.assert_as_told();
}

#[test]
fn the_consumer_lives_on_and_nothing_comes_twice() {
    RUN.assert_alive();
}

#[test]
fn no_letter_shows_a_canary() {
    RUN.assert_letters_silent();
}

#[test]
fn no_log_line_shows_a_canary_with_the_filters_that_the_guide_recommends() {
    RUN.assert_logs_silent();
    RUN.captured.lapin_heard.assert_silent();
    // Without them lapin shows what came back: the search would have found it.
    let unfiltered = RUN.captured.unfiltered.all();
    assert!(unfiltered.iter().any(|logged| canary::found_in(&logged.value).is_some()));
}

#[test]
fn no_message_can_forge_a_log_line_or_drive_a_terminal() {
    RUN.assert_logs_harmless();
}

#[test]
fn no_message_makes_a_label_of_a_metric() {
    RUN.assert_labels_known();
}
