//! The contract of user-events: events, their envelope, messages, and the [`Transport`] that carries them.
//!
//! Service authors use the `user-events` crate, which re-exports what they need. This crate is
//! for authors of transports and of storage. It knows no async runtime.

#![forbid(unsafe_code)]

mod capabilities;
mod confirmation;
mod decode_error;
mod derived_id;
mod encode;
mod encode_error;
pub mod envelope;
mod error;
mod event;
mod extract;
mod failure;
mod golden;
mod health;
mod in_flight;
mod key;
mod message;
pub mod pattern;
mod plan;
#[doc(hidden)]
pub mod private;
mod record;
mod schema;
mod shown;
mod subscription;
mod text;
pub mod time;
mod topology;
mod transport;
mod unknown;
mod upcast;
mod view;

pub use capabilities::{Capabilities, Delay, Order, Requeue, Settlements};
pub use confirmation::{Confirmation, Confirmer, Receipt, Routed};
pub use decode_error::{DecodeError, DecodeErrorKind};
pub use derived_id::derived_message_id;
pub use encode::{EventEncoder, Metadata};
pub use encode_error::{EncodeError, EncodeErrorKind};
pub use envelope::{Dialect, Envelope, Fields, StandardMessage, TraceContext};
pub use error::{PublishError, PublishErrorKind, Source, TransportError, TransportErrorKind};
pub use event::{Alias, Consumable, DomainEvent, EventMeta, Matched, Payload, Publishable};
pub use extract::{FromParts, FromRef, Parts, State};
pub use failure::{Failure, Handled};
pub use health::{Health, Link};
pub use in_flight::{InFlight, Reserve, Slot};
pub use key::{Key, PartitionKey};
pub use message::{Header, Headers, InboundMessage, OutboundMessage, Position, Properties};
pub use pattern::TopicPattern;
pub use plan::{Action, Difference, Object, Plan, Step};
pub use schema::EventSchema;
pub use shown::Shown;
pub use subscription::{
    Address, Arrival, CopyTarget, Delivery, Lane, Settle, Settlement, Subscription, SubscriptionSpec, Ticket, Token,
};
pub use text::Text;
pub use topology::{Binding, QueueKind, QueueSpec, Topology, TopologyMode, dead_letter_queue, is_dead_letter_queue};
pub use transport::Transport;
pub use unknown::{ReadOther, UnknownEvent};
pub use upcast::Upcast;
/// Names on the wire: what an event's type and version become, and what a name may look like.
#[doc(inline)]
pub use user_events_schema::identity;
