//! What most files of a service need: `use user_events::prelude::*;`

#[cfg(feature = "memory")]
pub use crate::testing::TestBus;
#[cfg(feature = "runtime")]
pub use crate::{Bus, Consumer, EventContext, Handlers, Publisher};
pub use crate::{
    Dialect, DomainEvent, EventSchema, EventSet, EventView, FromRef, Handled, PartitionKey, Routed, State, Upcast,
};
