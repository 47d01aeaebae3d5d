//! What others may send: a [`table`] of hostile messages, and what must become of each.
//!
//! The tests publish the whole table, a good event behind each message, to a [`Victim`] in memory
//! and on a private RabbitMQ node. Every row carries [canaries](canary), which nothing may show but
//! the message itself.

pub mod canary;
mod counted;
mod event;
pub mod labels;
mod outcome;
pub mod records;
mod row;
mod run;
mod table;
mod victim;

pub use counted::Counted;
pub use event::{Everything, Good, Quoting, Unheard};
pub use outcome::Outcome;
pub use row::{Expected, Fault, Place, Row, To};
pub use run::Run;
pub use table::table;
pub use victim::{QUEUE, Victim};
