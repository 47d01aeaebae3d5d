//! Pairs of types, old and new: what real serde makes of the change, what the framework says of it, and a generator of
//! more.
//!
//! `pairs/` holds the table that was written by hand. Each pair becomes two modules of a generated crate, which is
//! compiled into `target/tests/lock`; there values of the old type are written and read as the new one, and the other
//! way round, and the framework is asked for its verdict.

pub mod generated;
pub mod oracle;
pub mod random;
pub mod report;
pub mod source;
pub mod table;

/// What the modules of generated crates use.
pub mod prelude {
    pub use std::{
        borrow::Cow,
        collections::{BTreeMap, BTreeSet, HashMap, HashSet},
        net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
        num::{NonZeroI32, NonZeroU8, NonZeroU32, NonZeroU64},
        rc::Rc,
        sync::Arc,
        time::{Duration, SystemTime},
    };

    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
    pub use serde_json::{Value, value::RawValue};

    pub use crate::oracle::{
        Catch, Fields, Meaning, Means, Model, Sample, Variant, home, own_variant, pick, rows, thin,
    };
}
