//! [`EventContext`]: what a handler can know of its event's message, and publish because of it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use user_events_core::{
    Envelope, EventMeta, Failure, FromParts, InboundMessage, Metadata, Parts, Publishable, Text, derived_message_id,
};

use crate::{EventBuilder, Publish, Publisher};

/// Names the message that led to a publish.
pub(crate) const CAUSATION_ID: &str = "ue-causation-id";
const TRACE_PARENT: &str = "traceparent";
const TRACE_STATE: &str = "tracestate";

/// What the extractors of one consumer share.
pub(crate) struct Runtime {
    pub(crate) consumer: Text,
    pub(crate) publisher: Publisher,
}

/// What a handler can know of its event's message, and publish because of it.
///
/// An argument of a handler. It is made only for handlers that ask for it.
#[derive(Clone)]
pub struct EventContext(Arc<Inner>);

struct Inner {
    /// None where no handler takes the message's type.
    event: Option<&'static EventMeta>,
    message: InboundMessage,
    envelope: Envelope,
    runtime: Arc<Runtime>,
    /// How many events of each type the handler has published.
    published: Mutex<HashMap<&'static str, u32>>,
}

impl EventContext {
    /// The message's id; empty where the message has none. Any text: other services write no UUIDs.
    #[must_use]
    pub fn message_id(&self) -> &str {
        self.0.envelope.message_id.as_deref().unwrap_or_default()
    }

    /// The event's type and version: `UserRegistered.v1`, whatever the name and the dialect it was published in. Where
    /// [no handler takes](user_events_core::UnknownEvent) the type, it is as the envelope says it.
    #[must_use]
    pub fn message_type(&self) -> &str {
        match self.0.event {
            Some(event) => event.message_type,
            None => self.0.envelope.message_type.as_deref().unwrap_or_default(),
        }
    }

    /// The version that was published, which is older than the handler's where it was [upcast](user_events_core::Upcast).
    /// None where [no handler takes](user_events_core::UnknownEvent) the type.
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        self.0.event.map(|event| event.version)
    }

    /// What the message belongs to, across services.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.0.envelope.correlation_id.as_deref()
    }

    /// The id of the message that led to this one.
    #[must_use]
    pub fn causation_id(&self) -> Option<&str> {
        self.0.message.headers.get_str(CAUSATION_ID)
    }

    /// The service that published it.
    #[must_use]
    pub fn source_service(&self) -> Option<&str> {
        self.0.envelope.source_service.as_deref()
    }

    /// When it was made, by its publisher's clock.
    #[must_use]
    pub fn timestamp(&self) -> Option<DateTime<Utc>> {
        self.0.envelope.timestamp
    }

    /// What messages keep their order by.
    #[must_use]
    pub fn partition_key(&self) -> Option<&str> {
        self.0.envelope.partition_key.as_deref()
    }

    /// The exchange it was published to.
    #[must_use]
    pub fn exchange(&self) -> &str {
        &self.0.message.exchange
    }

    /// The routing key it was published with.
    #[must_use]
    pub fn routing_key(&self) -> &str {
        &self.0.message.routing_key
    }

    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.0.message.headers.get(name).map(|value| &**value)
    }

    /// Whether the broker may have delivered it before. A hint: it is no proof of a duplicate.
    #[must_use]
    pub fn redelivered(&self) -> bool {
        self.0.message.redelivered
    }

    /// Which attempt to handle it this is, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        1
    }

    /// The consumer's name.
    #[must_use]
    pub fn consumer(&self) -> &str {
        &self.0.runtime.consumer
    }

    /// Publishes an event because of this one: correlation id, causation and trace context are
    /// set, and the consumer is its source.
    ///
    /// It is sent at once, and not undone when the handler fails afterwards: a message handled
    /// twice publishes twice. Its id is made of the consumer, this message's id, the event's type
    /// and its place among the handler's events of that type, so that repeats are recognised.
    ///
    /// # Errors
    ///
    /// As [`Publisher::publish`].
    pub fn publish<E: Publishable>(&self, event: &E) -> Publish {
        self.event(event).publish()
    }

    /// Publishes an event because of this one, with something beside it. Its id is made as
    /// [`publish`](Self::publish) makes it.
    pub fn event<'a, E: Publishable>(&'a self, event: &'a E) -> EventBuilder<'a, E> {
        let builder = self.0.runtime.publisher.event(event).caused_by(self);
        match self.derived_id(E::META.message_type) {
            Some(id) => builder.message_id(id),
            None => builder,
        }
    }

    /// The id of the next event of this type that the handler publishes; none where this message has none.
    fn derived_id(&self, message_type: &'static str) -> Option<Text> {
        if self.message_id().is_empty() {
            return None;
        }
        let mut published = self.0.published.lock().unwrap_or_else(PoisonError::into_inner);
        let ordinal = published.entry(message_type).or_default();
        let id = derived_message_id(self.consumer(), &self.cause_of_ids(), message_type, *ordinal);
        *ordinal += 1;
        Some(id)
    }

    /// The message, with the id that only its envelope says: in CloudEvents' binary mode neither property nor body need
    /// tell two messages apart.
    fn cause_of_ids(&self) -> Cow<'_, InboundMessage> {
        let Inner { message, envelope, .. } = &*self.0;
        let mut message = Cow::Borrowed(message);
        if message.properties.message_id.is_none() {
            message.to_mut().properties.message_id = envelope.message_id.clone();
        }
        message
    }

    /// Writes into `metadata` that this event is the cause. The trace in the headers is that of the last hop, and goes
    /// before the one in the envelope.
    pub(crate) fn cause(&self, metadata: &mut Metadata) {
        let id = self.0.envelope.message_id.clone().filter(|id| !id.is_empty());
        metadata.correlation_id = self.0.envelope.correlation_id.clone().or_else(|| id.clone());
        if let Some(id) = id {
            metadata.headers.set(CAUSATION_ID, id.as_bytes().to_vec());
        }
        let headers = &self.0.message.headers;
        if headers.get(TRACE_PARENT).is_some() {
            for name in [TRACE_PARENT, TRACE_STATE] {
                headers.get(name).into_iter().for_each(|value| metadata.headers.set(name, value.clone()));
            }
        } else if let Some(trace) = &self.0.envelope.trace_context {
            metadata.headers.set(TRACE_PARENT, trace.parent().as_bytes().to_vec());
            trace.state().into_iter().for_each(|state| metadata.headers.set(TRACE_STATE, state.as_bytes().to_vec()));
        }
    }
}

impl<S> FromParts<S> for EventContext {
    fn from_parts(parts: &Parts<'_>, _: &S) -> Result<Self, Failure> {
        let runtime: &Arc<Runtime> =
            parts.runtime.downcast_ref().ok_or("EventContext is an extractor of user_events::Consumer only")?;
        Ok(Self(Arc::new(Inner {
            event: parts.meta,
            message: parts.message.clone(),
            envelope: parts.envelope.clone(),
            runtime: Arc::clone(runtime),
            published: Mutex::default(),
        })))
    }
}

impl fmt::Debug for EventContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventContext")
            .field("consumer", &self.consumer())
            .field("message", &self.0.message)
            .finish_non_exhaustive()
    }
}
