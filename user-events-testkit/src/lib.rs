//! What the tests of user-events run on, and what users need to test their own services and transports.
//!
//! - [`rabbit_node`]: private RabbitMQ nodes (feature `rabbit-node`).
//! - [`conformance`]: the suite that every transport passes (feature `conformance`).

#![forbid(unsafe_code)]

#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(all(feature = "rabbit-node", unix))]
pub mod rabbit_node;
