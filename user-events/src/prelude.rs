//! What most files of a service need: `use user_events::prelude::*;`

pub use crate::{DomainEvent, EventSet, FromRef, Handled, PartitionKey, Routed, State};
#[cfg(feature = "runtime")]
pub use crate::{Bus, Consumer, EventContext, Handlers, Publisher};
#[cfg(feature = "memory")]
pub use crate::testing::TestBus;
