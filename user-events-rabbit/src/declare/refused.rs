//! [`refused`]: what the broker refuses about an exchange, queue or binding, explained.

use user_events_core::{Object, TransportError, TransportErrorKind, is_dead_letter_queue};

use crate::error::{LinkError, WithSourceOf as _};
use crate::reply::{ACCESS_REFUSED, NOT_FOUND, PRECONDITION_FAILED, RESOURCE_LOCKED, Reply};

/// The broker's refusal, explained.
pub(super) fn refused(object: &Object, error: LinkError) -> TransportError {
    let explained = match error.reply() {
        Some(reply) => match reply.code() {
            NOT_FOUND => Some((TransportErrorKind::Topology, missing(object))),
            ACCESS_REFUSED => Some((TransportErrorKind::Unauthorized, forbidden(object))),
            PRECONDITION_FAILED => Some((TransportErrorKind::Topology, differs(object, reply))),
            RESOURCE_LOCKED => Some((
                TransportErrorKind::Topology,
                format!(
                    "{object} belongs to another connection alone (it is exclusive); delete it or use another name"
                ),
            )),
            _ => None,
        },
        None => None,
    };
    match explained {
        Some((kind, sentence)) => TransportError::new(kind, sentence).with_source_of(error),
        None => error.into_transport(format_args!("the broker did not answer about {object}")),
    }
}

fn missing(object: &Object) -> String {
    match object {
        Object::Queue(name) if is_dead_letter_queue(name) => format!(
            "{object} does not exist, so a dead letter would be lost; declare it, or apply the topology in declare mode"
        ),
        Object::Binding { .. } => format!("the {object} fails: one of the two does not exist; declare it first"),
        _ => format!("{object} does not exist; declare it, or apply the topology in declare mode"),
    }
}

fn forbidden(object: &Object) -> String {
    match object {
        Object::Binding { queue, binding } => format!(
            "the user may not bind: it needs the right to write to queue `{queue}` and to read from exchange `{}`",
            binding.exchange
        ),
        Object::Exchange(name) | Object::Queue(name) if name.starts_with("amq.") => {
            format!("the broker keeps names that begin with `amq.` for itself: {object} needs another")
        }
        _ => format!("the user may not use {object}: declaring it needs the right to configure it"),
    }
}

fn differs(object: &Object, reply: &Reply) -> String {
    match reply.inequivalent() {
        Some(differs) => format!(
            "{object} exists with another `{}`: asked for {}, and it has {}; delete it (a queue once it is drained), take \
             another name, or use assume mode to leave it as it is",
            differs.argument, differs.received, differs.current
        ),
        None => format!("the broker refuses {object} with these arguments"),
    }
}
