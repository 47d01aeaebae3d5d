//! What is particular to the in-memory transport. What all transports promise, the conformance suite holds.

mod faults;
mod health;
mod idle;
mod log;
mod model;
mod queue;
mod support;
