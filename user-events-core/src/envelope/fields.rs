//! [`Fields`]: what an envelope's fields are called.

use crate::event::text_eq;

/// What an envelope's fields are called in a [`Dialect`](super::Dialect).
///
/// Where a name is not given, the standard's is used: `timestamp`, `correlationId`,
/// `partitionKey`, and `source`. Written in the order id, type, version, time, source,
/// correlation id, partition key, payload. Each has a name of its own, as
/// [`Dialect::custom`](super::Dialect::custom) ensures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields {
    names: [Option<&'static str>; Field::ALL.len()],
    /// The fields that are written, in their order. More may be read.
    pub(super) order: &'static [Field],
}

impl Fields {
    pub(super) const NONE: Self = Self { names: [None; Field::ALL.len()], order: &[] };

    /// What id, type and payload are called.
    #[must_use]
    pub const fn new(message_id: &'static str, message_type: &'static str, payload: &'static str) -> Self {
        use Field::{CorrelationId, EventVersion, MessageId, MessageType, PartitionKey, Payload, Source, Timestamp};
        const ORDER: &[Field] =
            &[MessageId, MessageType, EventVersion, Timestamp, Source, CorrelationId, PartitionKey, Payload];
        Self::NONE
            .with(MessageId, message_id)
            .with(MessageType, message_type)
            .with(Payload, payload)
            .with_timestamp("timestamp")
            .with_source("source")
            .with_correlation_id("correlationId")
            .with_partition_key("partitionKey")
            .in_order(ORDER)
    }

    /// The field that holds the event's version, `"1.0"`: its major is the version that the event declares.
    #[must_use]
    pub const fn with_event_version(self, name: &'static str) -> Self {
        self.with(Field::EventVersion, name)
    }

    /// What the time is called.
    #[must_use]
    pub const fn with_timestamp(self, name: &'static str) -> Self {
        self.with(Field::Timestamp, name)
    }

    /// What the publishing service is called.
    #[must_use]
    pub const fn with_source(self, name: &'static str) -> Self {
        self.with(Field::Source, name)
    }

    /// What the correlation id is called.
    #[must_use]
    pub const fn with_correlation_id(self, name: &'static str) -> Self {
        self.with(Field::CorrelationId, name)
    }

    /// What the partition key is called.
    #[must_use]
    pub const fn with_partition_key(self, name: &'static str) -> Self {
        self.with(Field::PartitionKey, name)
    }

    pub(super) const fn with(mut self, field: Field, name: &'static str) -> Self {
        self.names[field as usize] = Some(name);
        self
    }

    pub(super) const fn in_order(mut self, order: &'static [Field]) -> Self {
        self.order = order;
        self
    }

    /// The same names, of these fields alone.
    pub(super) fn only(&self, fields: &[Field]) -> Self {
        let mut only = Self { order: self.order, ..Self::NONE };
        for field in fields {
            only.names[*field as usize] = self.name(*field);
        }
        only
    }

    pub(super) const fn name(&self, field: Field) -> Option<&'static str> {
        self.names[field as usize]
    }

    /// Why an envelope with these names could not be read again, if it could not.
    pub(super) const fn mistake(&self) -> Option<&'static str> {
        let mut at = 0;
        while at < self.names.len() {
            if let Some(name) = self.names[at] {
                if name.is_empty() {
                    return Some("a field of this dialect has an empty name");
                }
                if text_eq(name, "envelopeVersion") {
                    return Some(
                        "a field of this dialect is called `envelopeVersion`, which makes every message a standard one",
                    );
                }
                if self.has_before(at, name) {
                    return Some(Field::ALL[at].shares_its_name());
                }
            }
            at += 1;
        }
        None
    }

    const fn has_before(&self, end: usize, name: &str) -> bool {
        let mut at = 0;
        while at < end {
            match self.names[at] {
                Some(other) if text_eq(name, other) => return true,
                _ => at += 1,
            }
        }
        false
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.names.into_iter().flatten()
    }

    #[inline]
    pub(super) fn find(&self, name: &str) -> Option<Field> {
        self.names.iter().position(|known| *known == Some(name)).map(|at| Field::ALL[at])
    }
}

/// One part of an envelope, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    MessageId,
    MessageType,
    /// The envelope's own version.
    EnvelopeVersion,
    /// The event's version, where it stands beside the type.
    EventVersion,
    Timestamp,
    Source,
    CorrelationId,
    PartitionKey,
    Payload,
    /// CloudEvents' `specversion`, which must be there.
    SpecVersion,
    /// CloudEvents' `datacontenttype`.
    ContentType,
    /// CloudEvents' `data_base64`: a payload that is no JSON.
    Base64,
    TraceParent,
    TraceState,
}

impl Field {
    /// In the order of their discriminants, and of the search for a name.
    pub(super) const ALL: [Self; 14] = [
        Self::MessageId,
        Self::MessageType,
        Self::EnvelopeVersion,
        Self::EventVersion,
        Self::Timestamp,
        Self::Source,
        Self::CorrelationId,
        Self::PartitionKey,
        Self::Payload,
        Self::SpecVersion,
        Self::ContentType,
        Self::Base64,
        Self::TraceParent,
        Self::TraceState,
    ];

    /// What to say when an earlier field has the same name.
    const fn shares_its_name(self) -> &'static str {
        match self {
            Self::MessageType => "two fields have the same name: message id and message type",
            Self::EventVersion => "two fields have the same name: give `with_event_version` another",
            Self::Timestamp => {
                "two fields have the same name: the time is called `timestamp`, unless `with_timestamp` says otherwise"
            }
            Self::Source => {
                "two fields have the same name: the source is called `source`, unless `with_source` says otherwise"
            }
            Self::CorrelationId => {
                "two fields have the same name: the correlation id is called `correlationId`, unless \
                 `with_correlation_id` says otherwise"
            }
            Self::PartitionKey => {
                "two fields have the same name: the partition key is called `partitionKey`, unless \
                 `with_partition_key` says otherwise"
            }
            _ => {
                "two fields have the same name: one is the payload; what was given no name is called `timestamp`, \
                 `source`, `correlationId`, `partitionKey`"
            }
        }
    }
}
