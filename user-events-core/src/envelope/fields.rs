//! [`Fields`]: what an envelope's fields are called.

/// What an envelope's fields are called in a [`Dialect`](super::Dialect).
///
/// Where a name is not given, the standard's is used: `timestamp`, `correlationId`,
/// `partitionKey`, and `source`. Written in the order id, type, version, time, source,
/// correlation id, partition key, payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields {
    names: [Option<&'static str>; Field::ALL.len()],
    /// The fields that are written, in their order. More may be read.
    pub(super) order: &'static [Field],
}

impl Fields {
    /// What id, type and payload are called.
    #[must_use]
    pub const fn new(message_id: &'static str, message_type: &'static str, payload: &'static str) -> Self {
        use Field::{CorrelationId, EventVersion, MessageId, MessageType, PartitionKey, Payload, Source, Timestamp};
        const ORDER: &[Field] =
            &[MessageId, MessageType, EventVersion, Timestamp, Source, CorrelationId, PartitionKey, Payload];
        Self { names: [None; Field::ALL.len()], order: ORDER }
            .with(MessageId, message_id)
            .with(MessageType, message_type)
            .with(Payload, payload)
            .with_timestamp("timestamp")
            .with_source("source")
            .with_correlation_id("correlationId")
            .with_partition_key("partitionKey")
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
        let mut only = Self { names: [None; Field::ALL.len()], ..*self };
        for field in fields {
            only.names[*field as usize] = self.name(*field);
        }
        only
    }

    pub(super) const fn name(&self, field: Field) -> Option<&'static str> {
        self.names[field as usize]
    }

    /// The name of the envelope's version where that must be there: CloudEvents' `specversion`.
    pub(super) const fn required_version(&self) -> Option<&'static str> {
        // Only CloudEvents declare their content.
        if self.name(Field::ContentType).is_some() { self.name(Field::EnvelopeVersion) } else { None }
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
    /// The envelope's own version: CloudEvents' `specversion`, too.
    EnvelopeVersion,
    /// The event's version, where it stands beside the type.
    EventVersion,
    Timestamp,
    Source,
    CorrelationId,
    PartitionKey,
    Payload,
    /// CloudEvents' `datacontenttype`.
    ContentType,
    /// CloudEvents' `data_base64`: a payload that is no JSON.
    Base64,
    TraceParent,
    TraceState,
}

impl Field {
    /// In the order of their discriminants, and of the search for a name.
    pub(super) const ALL: [Self; 13] = [
        Self::MessageId,
        Self::MessageType,
        Self::EnvelopeVersion,
        Self::EventVersion,
        Self::Timestamp,
        Self::Source,
        Self::CorrelationId,
        Self::PartitionKey,
        Self::Payload,
        Self::ContentType,
        Self::Base64,
        Self::TraceParent,
        Self::TraceState,
    ];
}
