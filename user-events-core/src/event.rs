//! What an event is to the framework: its identity, and what may be done with it.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use user_events_schema::identity;

use crate::unknown::ReadOther;
use crate::{DecodeError, Dialect, InboundMessage, Key, StandardMessage};

/// What a handler can take: an event, a view of one, or a closed set of events.
///
/// Derived by `DomainEvent`, by `EventView` for a consumer's narrower struct, and by `EventSet`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "a handler's first argument is an event, by value",
    note = "derive it: `#[derive(Serialize, Deserialize, DomainEvent)]` with `#[event(type = \"…\", version = 1)]`"
)]
pub trait Consumable: Sized + Send + 'static {
    /// Every published event that decodes to this type: an event's own version and those that it upcasts, or those of
    /// every member of a set.
    const ACCEPTS: &'static [&'static EventMeta];

    /// How it reads messages of types that no handler of the consumer takes; none where it does not: a set with a
    /// variant for them does.
    const OTHER: Option<ReadOther<Self>> = None;

    /// Decodes a message that was published as `matched`, whose event is one of [`ACCEPTS`](Self::ACCEPTS).
    ///
    /// # Errors
    ///
    /// The body is no envelope, or its payload does not have this type's shape. The error
    /// carries kind, field path, line and column, and never a value.
    fn decode(message: &InboundMessage, matched: Matched<'_>) -> Result<StandardMessage<Self>, DecodeError>;
}

/// What a message was recognised as, before its payload is read.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Matched<'a> {
    /// The event that it was published as.
    pub event: &'static EventMeta,
    /// The dialect that its envelope is written in.
    pub dialect: &'a Dialect,
    /// Whether the dialect is assumed: nobody has looked at the body.
    pub(crate) is_assumed: bool,
}

impl<'a> Matched<'a> {
    /// This event, in the standard envelope as is assumed: where the body does not bear that out,
    /// decoding it looks for another dialect, to say so. What was
    /// [recognised](crate::envelope::Recognised::as_event) is not looked at twice.
    #[must_use]
    pub const fn standard(event: &'static EventMeta) -> Self {
        Self { event, dialect: &Dialect::STANDARD, is_assumed: true }
    }

    /// The same event, known to be in this dialect.
    #[must_use]
    pub const fn in_dialect(self, dialect: &'a Dialect) -> Self {
        Self { event: self.event, dialect, is_assumed: false }
    }
}

/// What serde can write and read: every type with both of its derives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written and read as JSON",
    label = "serde's `Serialize` or `Deserialize` is missing",
    note = "write `#[derive(Serialize, Deserialize, DomainEvent)]`"
)]
pub trait Payload: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Payload for T {}

/// A struct that was given a type and a version: `#[derive(DomainEvent)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a domain event",
    label = "not a domain event",
    note = "derive it: `#[derive(Serialize, Deserialize, DomainEvent)]` with `#[event(type = \"…\", version = 1)]`"
)]
pub trait DomainEvent: Consumable + Payload {
    /// The event's identity on the wire.
    const META: &'static EventMeta;

    /// The key that events keep their order by; none by default.
    fn partition_key(&self) -> Option<Key<'_>> {
        None
    }
}

/// An event that may be published: every [`DomainEvent`] that is not superseded.
///
/// Views and sets are for consumers only, and so is what a newer version supersedes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be published",
    label = "not a publishable event",
    note = "an event is a struct with `#[derive(Serialize, Deserialize, DomainEvent)]`",
    note = "views and sets of events are only consumed: publish the event itself"
)]
pub trait Publishable: DomainEvent {}

/// An event's identity on the wire, written by `#[event(…)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventMeta {
    /// The type's name in PascalCase: `UserRegistered`.
    pub event_type: &'static str,
    /// The version, from 1.
    pub version: u32,
    /// The name in the envelope: `UserRegistered.v1`.
    pub message_type: &'static str,
    /// The routing key, version included: `user.registered.v1`.
    pub routing_key: &'static str,
    /// The exchange named by the attribute; events without one go to the bus's default exchange.
    pub exchange: Option<&'static str>,
    /// Older names that a consumer accepts and binds, too.
    pub aliases: &'static [Alias],
    /// Whether a publish that reaches no queue is an error.
    pub must_route: bool,
    /// The dialect that it is published in, and read in beside the standard; the publisher's where none.
    pub dialect: Option<&'static Dialect>,
    /// Whether there is a newer version: it is there to be consumed, though it may still be published.
    pub superseded: bool,
    /// The version before, which this one upcasts.
    pub previous: Option<&'static EventMeta>,
    /// The oldest version that is still read: `floor = n`.
    pub floor: u32,
}

impl EventMeta {
    /// The identity of version `version` of `event_type`, under these names.
    #[must_use]
    pub const fn new(
        event_type: &'static str,
        version: u32,
        message_type: &'static str,
        routing_key: &'static str,
    ) -> Self {
        Self {
            event_type,
            version,
            message_type,
            routing_key,
            exchange: None,
            aliases: &[],
            must_route: false,
            dialect: None,
            superseded: false,
            previous: None,
            floor: 1,
        }
    }

    /// Published to this exchange, whatever the bus's default is.
    #[must_use]
    pub const fn with_exchange(mut self, exchange: &'static str) -> Self {
        self.exchange = Some(exchange);
        self
    }

    /// Known under these older names, too.
    #[must_use]
    pub const fn with_aliases(mut self, aliases: &'static [Alias]) -> Self {
        self.aliases = aliases;
        self
    }

    /// A publish that reaches no queue is an error.
    #[must_use]
    pub const fn with_must_route(mut self) -> Self {
        self.must_route = true;
        self
    }

    /// Published in this dialect, and read in it beside the standard.
    #[must_use]
    pub const fn with_dialect(mut self, dialect: &'static Dialect) -> Self {
        self.dialect = Some(dialect);
        self
    }

    /// There is a newer version.
    #[must_use]
    pub const fn with_superseded(mut self) -> Self {
        self.superseded = true;
        self
    }

    /// Messages of this version, the one before, are read and [upcast](crate::Upcast).
    #[must_use]
    pub const fn with_previous(mut self, previous: &'static EventMeta) -> Self {
        self.previous = Some(previous);
        self
    }

    /// Versions before this one are not read any more.
    #[must_use]
    pub const fn with_floor(mut self, floor: u32) -> Self {
        self.floor = floor;
        self
    }

    /// Every version that a consumer of this one reads: itself, then those that it upcasts, newest first.
    pub fn versions(&'static self) -> impl Iterator<Item = &'static EventMeta> {
        let floor = self.floor;
        std::iter::successors(Some(self), move |newer| newer.older(floor))
    }

    /// The version before, if it is not below the floor.
    pub(crate) const fn older(&self, floor: u32) -> Option<&'static EventMeta> {
        match self.previous {
            Some(previous) if previous.version >= floor => Some(previous),
            _ => None,
        }
    }

    /// The type as it is written where its version stands beside it: `StockLevelChanged` for
    /// `StockLevelChanged.v1`; a message type of the event's own choice as it is.
    pub(crate) fn message_type_without_version(&self) -> &'static str {
        if identity::split(self.message_type) == Some((self.event_type, self.version)) {
            self.event_type
        } else {
            self.message_type
        }
    }

    /// Whether both name the same version of the same type.
    #[must_use]
    pub const fn same(&self, other: &Self) -> bool {
        self.version == other.version && text_eq(self.event_type, other.event_type)
    }

    /// Every message type that decodes as this event: its own, then its aliases'.
    pub fn message_types(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.message_type).chain(self.aliases.iter().filter_map(|alias| alias.message_type))
    }

    /// Every (exchange, routing key) a consumer binds: the event's own, then its aliases'.
    pub fn bindings(&self) -> impl Iterator<Item = (Option<&'static str>, &'static str)> + use<> {
        let Self { exchange, routing_key, aliases, .. } = *self;
        let older = aliases
            .iter()
            .filter(|alias| alias.routing_key.is_some() || alias.exchange.is_some())
            .map(move |alias| (alias.exchange.or(exchange), alias.routing_key.unwrap_or(routing_key)));
        std::iter::once((exchange, routing_key)).chain(older)
    }
}

impl fmt::Display for EventMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` v{}", self.event_type, self.version)
    }
}

/// An older name of an event: what differs from its present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Alias {
    /// The older name in the envelope.
    pub message_type: Option<&'static str>,
    /// The older routing key, whole.
    pub routing_key: Option<&'static str>,
    /// The older exchange.
    pub exchange: Option<&'static str>,
}

impl Alias {
    /// An alias that differs in nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { message_type: None, routing_key: None, exchange: None }
    }

    /// Sets the older name in the envelope.
    #[must_use]
    pub const fn with_message_type(mut self, message_type: &'static str) -> Self {
        self.message_type = Some(message_type);
        self
    }

    /// Sets the older routing key, whole.
    #[must_use]
    pub const fn with_routing_key(mut self, routing_key: &'static str) -> Self {
        self.routing_key = Some(routing_key);
        self
    }

    /// Sets the older exchange.
    #[must_use]
    pub const fn with_exchange(mut self, exchange: &'static str) -> Self {
        self.exchange = Some(exchange);
        self
    }
}

pub(crate) const fn text_eq(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_loses_the_version_that_it_was_given_and_no_other() {
        for (meta, expected) in [
            (EventMeta::new("StockLevelChanged", 1, "StockLevelChanged.v1", "k"), "StockLevelChanged"),
            (EventMeta::new("StockLevelChanged", 12, "StockLevelChanged.v12", "k"), "StockLevelChanged"),
            (EventMeta::new("StockLevelChanged", 1, "StockLevelChanged.v2", "k"), "StockLevelChanged.v2"),
            (EventMeta::new("StockLevelChanged", 1, "StockLevelChanged.v01", "k"), "StockLevelChanged.v01"),
            (EventMeta::new("OrderCreated", 1, "OrderCreatedEvent", "k"), "OrderCreatedEvent"),
            (EventMeta::new("OrderCreated", 1, "OrderCreated", "k"), "OrderCreated"),
            (EventMeta::new("OrderCreated", 1, "com.example.OrderCreated.v1", "k"), "com.example.OrderCreated.v1"),
        ] {
            assert_eq!(meta.message_type_without_version(), expected);
        }
    }

    #[test]
    fn an_alias_takes_over_what_it_does_not_name() {
        const META: EventMeta = EventMeta::new("UserRegistered", 1, "UserRegistered.v1", "user.registered.v1")
            .with_exchange("user.events")
            .with_aliases(&[
                Alias::new().with_message_type("UserRegisteredEvent"),
                Alias::new().with_exchange("legacy"),
                Alias::new().with_routing_key("user.new"),
            ]);
        assert_eq!(META.message_types().collect::<Vec<_>>(), ["UserRegistered.v1", "UserRegisteredEvent"]);
        assert_eq!(
            META.bindings().collect::<Vec<_>>(),
            [
                (Some("user.events"), "user.registered.v1"),
                (Some("legacy"), "user.registered.v1"),
                (Some("user.events"), "user.new"),
            ]
        );
    }
}
