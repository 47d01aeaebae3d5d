//! [`arguments`]: what a queue is declared with.

use user_events_core::{QueueKind, QueueSpec};

use crate::link::wire::{AMQPValue, FieldTable};
use crate::properties::short;

/// The broker counts lost connections as well, so this is a backstop only.
const DELIVERY_LIMIT: i32 = 1_000;

/// A letter is looked at, which also counts, as often as people like: without a limit of its own a
/// quorum queue of RabbitMQ 4 drops it after 20 times.
const LETTER_LIMIT: i32 = 1_000_000_000;

/// The arguments of a consumer's queue.
pub(super) fn arguments(queue: &QueueSpec) -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert(short("x-dead-letter-exchange"), text(""));
    arguments.insert(short("x-dead-letter-routing-key"), text(&queue.dead_letter_queue()));
    match queue.kind {
        QueueKind::Classic => arguments.insert(short("x-queue-type"), text("classic")),
        _ => arguments
            .insert(short("x-queue-type"), text("quorum"))
            .insert(short("x-delivery-limit"), AMQPValue::LongInt(DELIVERY_LIMIT))
            // The strategy silently is at-most-once unless a full queue refuses.
            .insert(short("x-dead-letter-strategy"), text("at-least-once"))
            .insert(short("x-overflow"), text("reject-publish")),
    };
    arguments
}

/// The arguments of a dead letter queue.
pub(super) fn letter_arguments(kind: QueueKind) -> FieldTable {
    let mut arguments = FieldTable::default();
    match kind {
        QueueKind::Classic => arguments.insert(short("x-queue-type"), text("classic")),
        _ => arguments
            .insert(short("x-queue-type"), text("quorum"))
            .insert(short("x-delivery-limit"), AMQPValue::LongInt(LETTER_LIMIT)),
    };
    arguments
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}
